"""Decisions and plans as they were made; a decision is added only where it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select
from sqlalchemy.dialects import sqlite

from moodle_cpd.ledger import schema, schema_by_people
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.quick import quick

_Subject = tuple[str, int, str, str]

_INSERT = str(insert(schema.decisions).compile(dialect=sqlite.dialect()))
"""Hundreds of thousands are written in one go, in the order of the columns."""


@quick
@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision as the ledger keeps it: whole as text, and what it is found by.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        scheme: the scheme's id.
        period: the period's key.
        outcome: what the scheme says, to be counted.
        digest: SHA-256 of ``body``, hexadecimal.
        body: the decision as JSON, without personal details.
    """

    site: str
    teacher: int
    scheme: str
    period: str
    outcome: str
    digest: str
    body: str


class DecisionStore(Store):
    """The decisions and plans in the ledger."""

    def latest_decision(
        self, site: str, teacher: int, scheme: str, period: str
    ) -> DecisionRecord | None:
        """The decision that stands; None where none was made."""
        c = schema.decisions.c
        statement = (
            select(schema.decisions)
            .where(c.site == site, c.teacher == teacher, c.scheme == scheme, c.period == period)
            .order_by(c.version.desc())
            .limit(1)
        )
        with self._read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _record(row)

    def decision(self, site: str, teacher: int, digest: str) -> str | None:
        """The JSON of a teacher's decision with a digest, standing or not; None without one."""
        c = schema.decisions.c
        statement = select(c.body).where(c.site == site, c.teacher == teacher, c.digest == digest)
        with self._read() as connection:
            return connection.execute(statement.limit(1)).scalar()

    def latest_decisions(
        self, site: str, teachers: Iterable[int] | None = None
    ) -> Iterator[DecisionRecord]:
        """All decisions that stand on a site, by teacher, scheme and period.

        Args:
            site: the site's name in the configuration.
            teachers: user ids; None for everybody.
        """
        c = schema.decisions.c
        for chunk in self._teachers(schema.decisions, site, teachers):
            statement = (
                select(schema.decisions)
                .where(c.site == site, c.teacher.in_(chunk))
                .order_by(c.teacher, c.scheme, c.period, c.version)
            )
            with self._read() as connection:
                records = [_record(row) for row in connection.execute(statement)]
            yield from {_subject(record): record for record in records}.values()

    def closed_decisions(
        self, site: str, teachers: Iterable[int]
    ) -> dict[int, list[list[DecisionRecord | None]]]:
        """The decisions of closed periods, from the one with which each was closed to the latest.

        Args:
            site: the site's name in the configuration.
            teachers: user ids.

        Returns:
            By teacher a list for each scheme and period; the first of it is None where the period
            was closed without a decision of that teacher.
        """
        c, closures = schema.decisions.c, schema_by_people.closures
        same = and_(*(c[name] == closures.c[name] for name in ("site", "scheme", "period")))
        found: dict[int, list[list[DecisionRecord | None]]] = defaultdict(list)
        for chunk in self._teachers(schema.decisions, site, teachers):
            statement = (
                select(schema.decisions, (c.run <= closures.c.run).label("by_then"))
                .join(closures, same)
                .where(c.site == site, c.teacher.in_(chunk))
                .order_by(c.teacher, c.scheme, c.period, c.version)
            )
            with self._read() as connection:
                rows = connection.execute(statement).all()
            subject = None
            for row in rows:
                record = _record(row)
                if _subject(record) != subject:
                    subject = _subject(record)
                    found[record.teacher].append([None])
                since = found[record.teacher][-1]
                if row.by_then:
                    since[0] = record
                else:
                    since.append(record)
        return dict(found)

    def record_plan(self, run: int, digest: str, body: str) -> None:
        """Keep a plan that was shown, so that ``apply`` can be held to it.

        Args:
            run: the run that made it.
            digest: the plan's digest.
            body: the plan as JSON.
        """
        table = schema.plans
        with self._write() as connection:
            site = self._site_of(connection, run)
            known = select(table.c.digest).where(table.c.site == site, table.c.digest == digest)
            if connection.execute(known).one_or_none() is None:
                connection.execute(
                    insert(table).values(site=site, digest=digest, body=body, run=run)
                )

    def plan(self, digest: str) -> str | None:
        """The JSON of the plan with a digest; None where none was recorded."""
        statement = select(schema.plans.c.body).where(schema.plans.c.digest == digest).limit(1)
        with self._read() as connection:
            return connection.execute(statement).scalar()


def add_decisions(connection: Connection, run: int, decisions: list[DecisionRecord]) -> int:
    """Add decisions; one with the digest of the latest on its subject adds nothing.

    Returns:
        How many were new.
    """
    latest = _latest(connection, decisions)
    rows = []
    for decision in decisions:
        subject = _subject(decision)
        version, digest = latest.get(subject, (0, ""))
        if digest != decision.digest:
            latest[subject] = (version + 1, decision.digest)
            of = (decision.outcome, decision.digest, decision.body)
            rows.append((*subject, version + 1, *of, run))
    if rows:
        connection.exec_driver_sql(_INSERT, rows)
    return len(rows)


def _subject(decision: DecisionRecord) -> _Subject:
    return (decision.site, decision.teacher, decision.scheme, decision.period)


def _latest(connection: Connection, batch: list[DecisionRecord]) -> dict[_Subject, tuple[int, str]]:
    c = schema.decisions.c
    statement = (
        select(c.site, c.teacher, c.scheme, c.period, c.version, c.digest)
        .where(c.site.in_({decision.site for decision in batch}))
        .where(c.teacher.in_({decision.teacher for decision in batch}))
        .order_by(c.version)
    )
    return {
        (site, teacher, scheme, period): (version, digest)
        for site, teacher, scheme, period, version, digest in connection.execute(statement)
    }


def _record(row: Row[Any]) -> DecisionRecord:
    return DecisionRecord(
        row.site, row.teacher, row.scheme, row.period, row.outcome, row.digest, row.body
    )
