"""Personal details: people and their dated attributes; no other table holds any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from moodle_cpd.ledger import schema
from moodle_cpd.ledger.news import note_news
from moodle_cpd.ledger.store import Store, batches
from moodle_cpd.model.people import Attribute, DatedAttribute, Person

_BATCH = 500
_FORMER_NAME = "former_name"
"""Stands among the attributes, with the day from which on it was a name no more."""

_History = dict[tuple[int, str], dict[date, set[str]]]


class PeopleStore(Store):
    """The people in the ledger."""

    def record_people(self, site: str, people: Iterable[Person], on: date) -> int:
        """Note how people are called now; who isn't among them stays as they were.

        A name that somebody had before is kept, with the day on which it was seen to be another.

        Args:
            site: the site's name in the configuration.
            people: as Moodle shows them now.
            on: the day on which it does.

        Returns:
            How many are new or changed.
        """
        changed = 0
        for batch in batches(people, _BATCH):
            with self._write() as connection:
                known = _people(connection, site, [person.id for person in batch])
                different = {p.id: p for p in batch if known.get(p.id) != p}
                former = {
                    id_: known[id_].full_name
                    for id_, person in different.items()
                    if id_ in known and known[id_].full_name != person.full_name
                }
                rows = [(id_, _FORMER_NAME, on, {name}) for id_, name in former.items() if name]
                _replace_attributes(connection, site, rows)
                _replace_people(connection, site, different.values(), on)
                changed += len(different)
        return changed

    def people(self, site: str) -> dict[int, Person]:
        """Everybody known on a site, by Moodle's user id, in its order."""
        with self._read() as connection:
            return _people(connection, site)

    def former_names(self, site: str, teacher: int) -> list[tuple[date, str]]:
        """Names that a teacher had before, with the day on which each was seen to be another."""
        table = schema.attributes
        statement = select(table.c.since, table.c.value).where(
            table.c.site == site, table.c.teacher == teacher, table.c.name == _FORMER_NAME
        )
        with self._read() as connection:
            rows = connection.execute(statement.order_by(table.c.since)).all()
        return [(row.since, row.value) for row in rows]

    def usernames(self, site: str) -> dict[int, str]:
        """The user names of everybody known on a site, by Moodle's user id; empty: not shown."""
        table = schema.people
        statement = select(table.c.id, table.c.username).where(table.c.site == site)
        with self._read() as connection:
            return dict(connection.execute(statement).all())

    def record_presence(
        self, site: str, shown: Collection[int], on: date, *, complete: bool
    ) -> None:
        """Note who is still there.

        Args:
            site: the site's name in the configuration.
            shown: user ids of all whom Moodle showed.
            on: the day on which it did.
            complete: whether Moodle showed all there are; only then are the others absent.
        """
        table = schema.people
        statement = select(table.c.id, table.c.absent_since).where(table.c.site == site)
        with self._write() as connection:
            known = {row.id: row.absent_since for row in connection.execute(statement)}
            back = [id_ for id_, since in known.items() if since is not None and id_ in shown]
            gone = [id_ for id_, since in known.items() if since is None and id_ not in shown]
            for ids, value in ((back, None), (gone if complete else [], on)):
                for batch in batches(ids, _BATCH):
                    connection.execute(
                        update(table)
                        .where(table.c.site == site, table.c.id.in_(batch))
                        .values(absent_since=value)
                    )

    def absent_people(self, site: str) -> frozenset[int]:
        """Who was not shown in the last complete reading of the people: they left, or so it seems.

        Nobody, as long as no reading was complete.
        """
        table = schema.people
        statement = select(table.c.id).where(
            table.c.site == site, table.c.absent_since.is_not(None)
        )
        with self._read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def find_teacher(self, site: str, text: str) -> list[Person]:
        """Whom a text that a person typed may mean.

        Args:
            site: the site's name in the configuration.
            text: an idnumber, a user name, Moodle's user id (``27`` or ``#27``) or a full name;
                where none of them is equal to it, an idnumber or user name in other letter case,
                then a former name, then a part of a full name.

        Returns:
            All who fit, by id; usually one.
        """
        table = schema.people
        text = text.strip()
        if not text:
            return []
        equal: list[ColumnElement[bool]] = [
            table.c.idnumber == text,
            table.c.username == text,
            table.c.full_name == text,
        ]
        number = text.removeprefix("#")
        if number.isascii() and number.isdigit() and len(number) < 19:
            equal.append(table.c.id == int(number))
        folded = [
            func.lower(column) == func.lower(text)
            for column in (table.c.idnumber, table.c.username)
        ]
        names = schema.attributes.c
        former = table.c.id.in_(
            select(names.teacher).where(
                names.site == site, names.name == _FORMER_NAME, names.value == text
            )
        )
        partial = table.c.full_name.contains(text, autoescape=True)
        with self._read() as connection:
            for condition in (or_(*equal), or_(*folded), former, partial):
                statement = select(table).where(table.c.site == site, condition)
                found = connection.execute(statement.order_by(table.c.id)).mappings().all()
                if found:
                    return [_person(row) for row in found]
        return []

    def record_attributes(
        self,
        site: str,
        teacher_attributes: Mapping[int, Mapping[Attribute, tuple[str, ...]]],
        on: date,
    ) -> int:
        """Note what attributes teachers have now; rows are added only where that changed.

        All rows of a teacher, attribute and day together are the values that hold from that day
        on. A second change on one day stands in the place of the first. An attribute that is not
        named stays as it was.

        Args:
            site: the site's name in the configuration.
            teacher_attributes: by user id and attribute; no value (an empty tuple) where an
                attribute was taken away.
            on: the day on which it was read.

        Returns:
            How many attributes changed.
        """
        changed = 0
        for batch in batches(teacher_attributes.items(), _BATCH):
            with self._write() as connection:
                history = _history(connection, site, [teacher for teacher, _ in batch])
                rows = []
                for teacher, attributes in batch:
                    for name, values in attributes.items():
                        days = history.get((teacher, name.value), {})
                        row = _change(days, values, on)
                        if row is not None:
                            since, new = row
                            rows.append((teacher, name.value, since, new))
                _replace_attributes(connection, site, rows)
                note_news(connection, site, (teacher for teacher, *_ in rows))
                changed += len(rows)
        return changed

    def record_history(
        self, site: str, rows: Mapping[tuple[int, Attribute, date], Collection[str] | None]
    ) -> int:
        """Note what attributes were from some day on; what is known already adds nothing.

        Args:
            site: the site's name in the configuration.
            rows: by user id, attribute and day all the values that held from that day on; no value
                where it was taken away. They take the place of what was known of that day; None
                where that was a mistake and nothing is known of that day.

        Returns:
            How many days of attributes are new or changed.
        """
        with self._write() as connection:
            changed = []
            for batch in batches(rows.items(), _BATCH):
                history = _history(connection, site, [teacher for (teacher, *_), _ in batch])
                for (teacher, name, since), values in batch:
                    new = set() if values is None else {each for each in values if each} or {""}
                    if history.get((teacher, name.value), {}).get(since, set()) != new:
                        changed.append((teacher, name.value, since, new))
            _replace_attributes(connection, site, changed)
            note_news(connection, site, (teacher for teacher, *_ in changed))
        return len(changed)

    def attributes(
        self, site: str, teachers: Iterable[int] | None = None
    ) -> dict[int, list[DatedAttribute]]:
        """All dated attributes by teacher; earliest first, then by name and value.

        Args:
            site: the site's name in the configuration.
            teachers: user ids, some hundreds at most; None for everybody.
        """
        table = schema.attributes
        statement = (
            select(table)
            .where(table.c.site == site, table.c.name != _FORMER_NAME)
            .order_by(table.c.teacher, table.c.since, table.c.name, table.c.value)
        )
        if teachers is not None:
            statement = statement.where(table.c.teacher.in_(list(teachers)))
        result: dict[int, list[DatedAttribute]] = defaultdict(list)
        with self._read() as connection:
            for row in connection.execute(statement):
                result[row.teacher].append(
                    DatedAttribute(site, row.teacher, Attribute(row.name), row.value, row.since)
                )
        return dict(result)


def _person(row: Mapping[Any, Any]) -> Person:
    return Person(**{name: row[name] for name in Person.__dataclass_fields__})


def _people(connection: Connection, site: str, ids: list[int] | None = None) -> dict[int, Person]:
    table = schema.people
    statement = select(table).where(table.c.site == site).order_by(table.c.id)
    if ids is not None:
        statement = statement.where(table.c.id.in_(ids))
    return {row["id"]: _person(row) for row in connection.execute(statement).mappings()}


def _replace_people(connection: Connection, site: str, people: Iterable[Person], on: date) -> None:
    rows = [
        {name: getattr(person, name) for name in Person.__dataclass_fields__}
        | {"site": site, "changed_on": on}
        for person in people
    ]
    if rows:
        table = schema.people
        ids = [row["id"] for row in rows]
        connection.execute(delete(table).where(table.c.site == site, table.c.id.in_(ids)))
        connection.execute(insert(table), rows)


def _history(connection: Connection, site: str, teachers: list[int]) -> _History:
    table = schema.attributes
    statement = select(table).where(table.c.site == site, table.c.teacher.in_(teachers))
    history: _History = {}
    for row in connection.execute(statement):
        days = history.setdefault((row.teacher, row.name), {})
        days.setdefault(row.since, set()).add(row.value)
    return history


def _change(
    days: dict[date, set[str]], values: tuple[str, ...], on: date
) -> tuple[date, set[str]] | None:
    """The day and the values to write down; None where nothing changed."""
    new = {value for value in values if value} or {""}
    if not days:
        return None if new == {""} else (on, new)
    last = max(days)
    # A clock that went back must not slip the news in behind what is known already.
    return None if days[last] == new else (max(on, last), new)


def _replace_attributes(
    connection: Connection, site: str, rows: Iterable[tuple[int, str, date, set[str]]]
) -> None:
    table = schema.attributes
    inserted = []
    for teacher, name, since, values in rows:
        connection.execute(
            delete(table).where(
                table.c.site == site,
                table.c.teacher == teacher,
                table.c.name == name,
                table.c.since == since,
            )
        )
        inserted += [
            {"site": site, "teacher": teacher, "name": name, "since": since, "value": value}
            for value in sorted(values)
        ]
    if inserted:
        connection.execute(insert(table), inserted)
