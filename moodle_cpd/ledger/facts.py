"""Facts: only ever added; of the versions of one subject the latest stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
    type_coerce,
)

from moodle_cpd.ledger import schema
from moodle_cpd.ledger.columns import decimal_text
from moodle_cpd.ledger.news import note_news
from moodle_cpd.ledger.store import Store, batches
from moodle_cpd.model.fact import Fact, FactKind, Record, Source, recorded_as

_BATCH = 5000

# Hundreds of thousands are read for each night's decisions: types are turned here, in one go.
_COLUMNS = (
    *(schema.facts.c[name] for name in ("teacher", "subject", "retracted", "key", "kind")),
    *(schema.facts.c[name] for name in ("course", "activity", "attempt")),
    type_coerce(schema.facts.c.at, BigInteger),
    *(type_coerce(schema.facts.c[name], Text) for name in ("value", "maximum")),
    *(schema.facts.c[name] for name in ("function", "reply", "record")),
)
_KINDS = {kind.value: kind for kind in FactKind}
_number = lru_cache(4096)(Decimal)
_source = lru_cache(4096)(Source)

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class FactStore(Store):
    """The facts in the ledger."""

    def record_facts(self, run: int, facts: Iterable[Fact]) -> int:
        """Add facts; one that says what the standing version of its subject says adds nothing.

        Written in transactions of 5,000 while the iterable still runs, and no
        transaction is open while it does: what was read before an interruption stays.

        Args:
            run: the run that found them.
            facts: in the order in which they became known.

        Returns:
            How many were new.
        """
        new = 0
        for batch in batches(facts, _BATCH):
            with self._write() as connection:
                rows = _news(connection, run, batch)
                if rows:
                    connection.execute(insert(schema.facts), rows)
                    for site in {row["site"] for row in rows}:
                        of_site = (row["teacher"] for row in rows if row["site"] == site)
                        note_news(connection, site, of_site)
                new += len(rows)
        return new

    def facts(
        self, site: str, teachers: Iterable[int] | None = None, *, history: bool = False
    ) -> Iterator[tuple[int, list[Fact]]]:
        """The facts of each teacher who has any, one teacher after the other.

        Args:
            site: the site's name in the configuration.
            teachers: user ids; None for everybody.
            history: all versions, retracted ones too, in the order in which they became known,
                instead of those that stand.

        Yields:
            User id and facts; teachers by id, a teacher's facts by subject.
        """
        table = schema.facts
        for chunk in self._teachers(table, site, teachers):
            statement = (
                select(*_COLUMNS)
                .where(table.c.site == site, table.c.teacher.in_(chunk))
                .order_by(table.c.teacher, table.c.subject, table.c.version)
            )
            with self._read() as connection:
                rows = connection.execute(statement).all()
            for teacher, group in groupby(rows, itemgetter(0)):
                versions = list(group)
                found = versions if history else _standing(versions)
                if found:
                    yield teacher, [_fact(site, row) for row in found]

    def standing_moments(
        self, site: str, kind: FactKind, teachers: Iterable[int] | None = None
    ) -> Iterator[tuple[int, list[tuple[int, datetime | None]]]]:
        """Course and moment of the standing facts of one kind, a fraction of ``facts``'s cost.

        Args:
            site: the site's name in the configuration.
            kind: which facts.
            teachers: user ids; None for everybody.

        Yields:
            User id, and course and moment (UTC; None: unknown) of each fact; teachers by id, a
            teacher's facts by course and moment.
        """
        table = schema.facts
        columns = (table.c.teacher, table.c.subject, table.c.retracted, table.c.course, table.c.at)
        for chunk in self._teachers(table, site, teachers):
            statement = (
                select(*columns)
                .where(table.c.site == site, table.c.teacher.in_(chunk), table.c.kind == kind.value)
                .order_by(table.c.teacher, table.c.subject, table.c.version)
            )
            with self._read() as connection:
                rows = connection.execute(statement).all()
            for teacher, group in groupby(rows, attrgetter("teacher")):
                found = [(row.course, row.at) for row in _standing(group)]
                if found:
                    yield teacher, sorted(found, key=lambda each: (each[0], each[1] or _EARLIEST))

    def activities_known_by(
        self, site: str, kind: FactKind, function: str, teachers: Iterable[int]
    ) -> set[tuple[int, int | None]]:
        """Teacher and activity of facts of one kind that were ever known from a function."""
        table = schema.facts
        found: set[tuple[int, int | None]] = set()
        for chunk in self._teachers(table, site, teachers):
            statement = select(table.c.teacher, table.c.activity).where(
                table.c.site == site,
                table.c.teacher.in_(chunk),
                table.c.kind == kind.value,
                table.c.function == function,
            )
            with self._read() as connection:
                found |= {(row.teacher, row.activity) for row in connection.execute(statement)}
        return found

    def count_facts(self, site: str) -> int:
        """How many facts were ever recorded for a site, replaced and retracted ones included."""
        statement = select(func.count()).where(schema.facts.c.site == site)
        with self._read() as connection:
            return int(connection.execute(statement).scalar_one())

    def fact(self, site: str, key: str) -> Fact | None:
        """The fact with a key, standing or not; None where there is none."""
        table = schema.facts
        statement = select(*_COLUMNS).where(table.c.site == site, table.c.key == key).limit(1)
        with self._read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _fact(site, row)


def _news(connection: Connection, run: int, batch: list[Fact]) -> list[dict[str, Any]]:
    """The rows to add for a batch."""
    subjects = [(fact.site, fact.teacher, fact.subject) for fact in batch]
    standing = _versions(connection, subjects)
    rows = []
    for fact, subject in zip(batch, subjects, strict=True):
        version, key = standing.get(subject, (0, ""))
        new_key = fact.key
        if new_key == key:
            continue
        standing[subject] = (version + 1, new_key)
        rows.append(
            {
                "site": fact.site,
                "teacher": fact.teacher,
                "subject": subject[2],
                "version": version + 1,
                "key": new_key,
                "kind": fact.kind.value,
                "course": fact.course,
                "activity": fact.activity,
                "attempt": fact.attempt,
                "at": fact.at,
                "value": fact.value,
                "maximum": fact.maximum,
                "retracted": fact.retracted,
                "function": fact.source.function,
                "reply": fact.source.reply,
                "record": None if fact.record is None else _record_json(fact.record),
                "run": run,
            }
        )
    return rows


def _versions(
    connection: Connection, subjects: list[tuple[str, int, str]]
) -> dict[tuple[str, int, str], tuple[int, str]]:
    """The standing version and its key for each of the subjects that is known."""
    facts, wanted = schema.facts, schema.wanted
    connection.execute(delete(wanted))
    connection.execute(
        insert(wanted),
        [
            {"site": site, "teacher": teacher, "subject": subject}
            for site, teacher, subject in dict.fromkeys(subjects)
        ],
    )
    same = and_(*(facts.c[column.name] == column for column in wanted.c))
    statement = (
        select(wanted, facts.c.version, facts.c.key).join(facts, same).order_by(facts.c.version)
    )
    known: dict[tuple[str, int, str], tuple[int, str]] = {}
    for site, teacher, subject, version, key in connection.execute(statement):
        known[site, teacher, subject] = (version, key)
    return known


def _standing(rows: Iterable[Any]) -> list[Any]:
    """Of each subject's versions the last, unless it retracts.

    Args:
        rows: teacher, subject, whether it retracts, and whatever else; by subject and version.
    """
    last: dict[str, Any] = {row[1]: row for row in rows}
    return [row for row in last.values() if not row[2]]


def _fact(site: str, row: Sequence[Any]) -> Fact:
    """A fact from the columns ``_COLUMNS``."""
    teacher, _, retracted, key, kind, course, activity, attempt, at, *rest = row
    value, maximum, function, reply, record = rest
    fact = Fact(
        _KINDS[kind],
        site,
        teacher,
        course,
        activity,
        attempt,
        None if at is None else datetime.fromtimestamp(at, UTC),
        None if value is None else _number(value),
        None if maximum is None else _number(maximum),
        retracted,
        _source(function, reply),
        None if record is None else _record(record),
    )
    return recorded_as(fact, key)


def _record_json(record: Record) -> dict[str, object]:
    return {
        "what": record.what,
        "day": record.day.isoformat(),
        "document": record.document,
        "hours": None if record.hours is None else decimal_text(record.hours),
        "characters": record.characters,
        "level": record.level,
    }


def _record(stored: dict[str, Any]) -> Record:
    return Record(
        what=stored["what"],
        day=date.fromisoformat(stored["day"]),
        document=stored["document"],
        hours=None if stored["hours"] is None else Decimal(stored["hours"]),
        characters=stored["characters"],
        level=stored["level"],
    )
