"""How far Moodle was read: watermarks, what they cover, where a cut-off reading stood."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from moodle_cpd.ledger import schema
from moodle_cpd.ledger.store import Store, batches

_BATCH = 5000
_TEACHERS = 500


@dataclass(frozen=True, slots=True)
class ReadingState:
    """The last reading of one stream (people, completions, grades, submissions) to its end.

    Attributes:
        since: the site's clock when it began, UTC: whatever Moodle noted before is known.
        read_at: our clock when it began, UTC.
        full_at: our clock when the last reading of everything began, UTC.
    """

    since: datetime
    read_at: datetime
    full_at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reading was cut off.

    Attributes:
        began: our clock when it began, UTC.
        since: the site's clock at that moment, UTC.
        state: what the reader needs to go on, as JSON values.
    """

    began: datetime
    since: datetime
    state: Mapping[str, Any]


class ReadingStore(Store):
    """What the ledger remembers of its readings."""

    def readings(self, site: str) -> dict[str, ReadingState]:
        """The last whole reading of each stream, by the stream's name."""
        table = schema.readings
        statement = select(table).where(table.c.site == site)
        with self._read() as connection:
            return {
                row.stream: ReadingState(row.since, row.read_at, row.full_at)
                for row in connection.execute(statement)
            }

    def covered(self, site: str, stream: str) -> frozenset[int]:
        """Ids of what the stream's watermark holds for; anything else was never wholly read."""
        table = schema.covered
        statement = select(table.c.item).where(table.c.site == site, table.c.stream == stream)
        with self._read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def close_reading(
        self,
        site: str,
        stream: str,
        state: ReadingState,
        covered: Collection[int],
        teachers: Collection[int],
    ) -> None:
        """A stream was read to its end: move its watermark.

        Args:
            site: the site's name in the configuration.
            stream: which.
            state: the new watermark.
            covered: ids of what it holds for, instead of those before.
            teachers: user ids of those of whom it holds, likewise.
        """
        table = schema.readings
        row = {
            "site": site,
            "stream": stream,
            "since": state.since,
            "read_at": state.read_at,
            "full_at": state.full_at,
        }
        with self._write() as connection:
            connection.execute(delete(table).where(table.c.site == site, table.c.stream == stream))
            connection.execute(insert(table), [row])
            for name, items in ((stream, covered), (of_teachers(stream), teachers)):
                _cover(connection, site, name, set(items))

    def position(self, site: str, stream: str) -> Position | None:
        """Where the last reading of a stream was cut off; None where it came to its end."""
        table = schema.positions
        statement = select(table).where(table.c.site == site, table.c.stream == stream)
        with self._read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else Position(row.began, row.since, row.state)

    def keep_position(self, site: str, stream: str, position: Position) -> None:
        """Note how far a reading has come; what it found must be recorded before."""
        table = schema.positions
        row = {
            "site": site,
            "stream": stream,
            "began": position.began,
            "since": position.since,
            "state": dict(position.state),
        }
        with self._write() as connection:
            connection.execute(delete(table).where(table.c.site == site, table.c.stream == stream))
            connection.execute(insert(table), [row])

    def forget_positions(self, site: str) -> None:
        """A whole pull came to its end: the next one begins anew."""
        table = schema.positions
        with self._write() as connection:
            connection.execute(delete(table).where(table.c.site == site))

    def record_vanished(
        self, site: str, teachers: Iterable[int], pairs: Collection[tuple[int, int]], at: datetime
    ) -> None:
        """Note which completions are not seen any more; they still count.

        Args:
            site: the site's name in the configuration.
            teachers: whose completions were looked for; others stay as they were.
            pairs: teacher and course of those of them that were not found.
            at: UTC; those that were noted before keep their first moment.
        """
        before = self.vanished(site)
        rows = [(teacher, course, before.get((teacher, course), at)) for teacher, course in pairs]
        looked_for = set(teachers) & {teacher for teacher, _ in before}
        if not rows and not looked_for:
            return
        with self._write() as connection:
            _replace_of_teachers(
                connection,
                schema.vanished,
                site,
                looked_for,
                [
                    {"site": site, "teacher": teacher, "course": course, "since": since}
                    for teacher, course, since in rows
                ],
            )

    def vanished(self, site: str) -> dict[tuple[int, int], datetime]:
        """Teacher and course of completions that are not seen any more, and since when, UTC."""
        table = schema.vanished
        statement = select(table).where(table.c.site == site)
        with self._read() as connection:
            rows = connection.execute(statement.order_by(table.c.teacher, table.c.course))
            return {(row.teacher, row.course): row.since for row in rows}

    def record_enrolments(
        self, site: str, teachers: Iterable[int], pairs: Iterable[tuple[int, int]]
    ) -> None:
        """Note in which courses teachers were seen to be enrolled, instead of those before.

        Args:
            site: the site's name in the configuration.
            teachers: whose courses were looked for; those of others stay as they were.
            pairs: teacher and course, each once.
        """
        with self._write() as connection:
            _replace_of_teachers(
                connection,
                schema.enrolments,
                site,
                teachers,
                [{"site": site, "teacher": teacher, "course": course} for teacher, course in pairs],
            )

    def enrolled(self, site: str, course: int, most: int | None = None) -> list[int]:
        """Teachers last seen to be enrolled in a course, by id; only the first where ``most`` says.

        Args:
            site: the site's name in the configuration.
            course: Moodle's course id.
            most: how many at most, None: all.
        """
        table = schema.enrolments
        statement = select(table.c.teacher).where(table.c.site == site, table.c.course == course)
        with self._read() as connection:
            ordered = statement.order_by(table.c.teacher).limit(most)
            return list(connection.execute(ordered).scalars())

    def count_enrolled(self, site: str) -> dict[int, int]:
        """How many teachers were last seen to be enrolled, by course."""
        table = schema.enrolments
        statement = (
            select(table.c.course, func.count())
            .where(table.c.site == site)
            .group_by(table.c.course)
        )
        with self._read() as connection:
            return dict(connection.execute(statement).all())


def of_teachers(stream: str) -> str:
    """Under which name ``covered`` knows the teachers of whom a stream's watermark holds."""
    return f"{stream}/teachers"


def _cover(connection: Connection, site: str, stream: str, items: set[int]) -> None:
    """Only what differs is written: most often that is nothing, of tens of thousands."""
    table = schema.covered
    of_stream = (table.c.site == site, table.c.stream == stream)
    before = set(connection.execute(select(table.c.item).where(*of_stream)).scalars())
    for batch in batches(sorted(before - items), _TEACHERS):
        connection.execute(delete(table).where(*of_stream, table.c.item.in_(batch)))
    for batch in batches(sorted(items - before), _BATCH):
        rows = [{"site": site, "stream": stream, "item": item} for item in batch]
        connection.execute(insert(table), rows)


def _replace_of_teachers(
    connection: Connection,
    table: Table,
    site: str,
    teachers: Iterable[int],
    rows: list[dict[str, Any]],
) -> None:
    for batch in batches(sorted(set(teachers)), _TEACHERS):
        connection.execute(delete(table).where(table.c.site == site, table.c.teacher.in_(batch)))
    for part in batches(rows, _BATCH):
        connection.execute(insert(table), part)
