"""How far deciding has come: who was decided last, on what grounds, and with what results."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, not_, or_, select

from moodle_cpd.ledger import schema
from moodle_cpd.ledger.decisions import DecisionRecord, add_decisions
from moodle_cpd.ledger.store import Store

_TOGETHER = 500
"""Teachers whose results are in memory at one time."""


@dataclass(frozen=True, slots=True)
class TeacherDecided:
    """All decisions of a teacher as they were made together, and how long they hold.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        seen: how often news of the teacher had come when it was decided.
        basis: digest of the rules, courses and program that it was decided with.
        since: the moment (UTC) for which it was decided.
        until: the first moment after it for which something else may come out without news.
        read_since: moment (UTC) through which the site was read then, ``since`` at most.
        read_before: likewise the first that may let something else come out.
        cells: by what each decision is counted, as JSON.
        problems: what a person should look at, as JSON.
        results: what plans read of all the decisions, as JSON.
        decisions: the decisions in full.
    """

    site: str
    teacher: int
    seen: int
    basis: str
    since: datetime
    until: datetime
    read_since: datetime
    read_before: datetime
    cells: str
    problems: str
    results: str
    decisions: tuple[DecisionRecord, ...]


class DecidedStore(Store):
    """Who is decided, in the ledger."""

    def undecided(
        self, site: str, *, basis: str, on: datetime, read: datetime, every: bool = False
    ) -> dict[int, int]:
        """Known teachers whose last decisions may not hold now.

        Args:
            site: the site's name in the configuration.
            basis: digest of the present rules, courses and program.
            on: the moment of which it is decided, UTC.
            read: moment (UTC) through which the site was read, ``on`` at most.
            every: all teachers, whatever was decided.

        Returns:
            By user id, how often news of the teacher came.
        """
        people, changes, decided = schema.people.c, schema.changes.c, schema.decided.c
        changed = func.coalesce(changes.changed, 0).label("changed")
        holds = and_(
            decided.seen == func.coalesce(changes.changed, 0),
            decided.basis == basis,
            decided.since <= on,
            decided.until > on,
            decided.read_since <= read,
            decided.read_before > read,
        )
        joined = schema.people.outerjoin(
            schema.changes, and_(changes.site == people.site, changes.teacher == people.id)
        ).outerjoin(schema.decided, and_(decided.site == people.site, decided.teacher == people.id))
        statement = (
            select(people.id, changed)
            .select_from(joined)
            .where(people.site == site)
            .order_by(people.id)
        )
        if not every:
            statement = statement.where(or_(decided.teacher.is_(None), not_(holds)))
        with self._read() as connection:
            return {row.id: row.changed for row in connection.execute(statement)}

    def record_decided(self, run: int, teachers: Collection[TeacherDecided]) -> int:
        """Keep what was decided of some teachers, in one transaction; decisions where they changed.

        Args:
            run: which run decided.
            teachers: of one site; a hundred or so.

        Returns:
            How many decisions were new.
        """
        table = schema.decided
        columns = [name for name in TeacherDecided.__dataclass_fields__ if name != "decisions"]
        rows = [{name: getattr(each, name) for name in columns} for each in teachers]
        if not rows:
            return 0
        with self._write() as connection:
            new = add_decisions(connection, run, [d for each in teachers for d in each.decisions])
            connection.execute(
                delete(table).where(
                    table.c.site.in_({row["site"] for row in rows}),
                    table.c.teacher.in_([row["teacher"] for row in rows]),
                )
            )
            connection.execute(insert(table), rows)
        return new

    def decided(self, site: str) -> Iterator[tuple[int, str]]:
        """What stands decided of each known teacher: user id and results; by user id."""
        yield from self._of_known(site, schema.decided.c.results)

    def counted(self, site: str) -> Iterator[tuple[int, str, str]]:
        """What is counted of each known teacher: user id, cells and problems; by user id."""
        columns = schema.decided.c
        yield from self._of_known(site, columns.cells, columns.problems)

    def _of_known(self, site: str, *columns: ColumnElement[str]) -> Iterator[tuple[Any, ...]]:
        people, table = schema.people, schema.decided
        last = -1
        while True:
            statement = (
                select(table.c.teacher, *columns)
                .join(people, and_(people.c.site == table.c.site, people.c.id == table.c.teacher))
                .where(table.c.site == site, table.c.teacher > last)
                .order_by(table.c.teacher)
                .limit(_TOGETHER)
            )
            with self._read() as connection:
                rows = connection.execute(statement).all()
            if not rows:
                return
            yield from map(tuple, rows)
            last = rows[-1][0]
