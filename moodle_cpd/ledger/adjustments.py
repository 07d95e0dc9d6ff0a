"""What people adjusted by hand, and the periods they closed: only ever added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from sqlalchemy import and_, func, insert, select

from moodle_cpd.ledger import schema_by_people as schema
from moodle_cpd.ledger.news import note_news
from moodle_cpd.ledger.schema import decisions
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.adjustment import Adjustment, AdjustmentKind
from moodle_cpd.model.closure import Closure


class AdjustmentStore(Store):
    """The adjustments and closures in the ledger."""

    def record_adjustment(self, run: int, adjustment: Adjustment) -> Adjustment | None:
        """Add an adjustment.

        Args:
            run: the run that brings it.
            adjustment: what a person did.

        Returns:
            The one that stands and says the same already, so that nothing was added; else None.
        """
        with self._write() as connection:
            standing = self.adjustments(adjustment.site, [adjustment.teacher])
            for each in standing.get(adjustment.teacher, ()):
                if each.says == adjustment.says:
                    return each
            row = {each.name: getattr(adjustment, each.name) for each in fields(adjustment)}
            row |= {"kind": adjustment.kind.value, "key": adjustment.key, "run": run}
            connection.execute(insert(schema.adjustments), [row])
            note_news(connection, adjustment.site, [adjustment.teacher])
        return None

    def withdraw_adjustment(
        self, run: int, adjustment: Adjustment, at: datetime, *, reason: str, document: str
    ) -> None:
        """Let an adjustment count no more; it stays readable.

        Args:
            run: the run that brings it.
            adjustment: one that stands.
            at: when, UTC.
            reason: why, in a person's words.
            document: the document's number or place in the archive.
        """
        row = {
            "site": adjustment.site,
            "teacher": adjustment.teacher,
            "key": adjustment.key,
            "reason": reason,
            "document": document,
            "at": at,
            "run": run,
        }
        with self._write() as connection:
            connection.execute(insert(schema.adjustments_withdrawn), [row])
            note_news(connection, adjustment.site, [adjustment.teacher])

    def adjustments(
        self, site: str, teachers: Iterable[int] | None = None
    ) -> dict[int, list[Adjustment]]:
        """Those that were not withdrawn, by teacher, in the order in which they were recorded.

        Args:
            site: the site's name in the configuration.
            teachers: user ids, some hundreds at most; None for everybody.
        """
        table, gone = schema.adjustments, schema.adjustments_withdrawn
        names = [each.name for each in fields(Adjustment)]
        same = and_(*(table.c[name] == gone.c[name] for name in ("site", "teacher", "key")))
        statement = (
            select(*(table.c[name] for name in names))
            .select_from(table.outerjoin(gone, same))
            .where(table.c.site == site, gone.c.key.is_(None))
            .order_by(table.c.teacher, table.c.recorded_at, table.c.key)
        )
        if teachers is not None:
            statement = statement.where(table.c.teacher.in_(list(teachers)))
        result: dict[int, list[Adjustment]] = defaultdict(list)
        with self._read() as connection:
            for row in connection.execute(statement).mappings():
                values = dict(row) | {"kind": AdjustmentKind(row["kind"])}
                result[row["teacher"]].append(Adjustment(**values))
        return dict(result)

    def close_period(self, run: int, closure: Closure) -> None:
        """Note that a period is closed."""
        row = {each.name: getattr(closure, each.name) for each in fields(closure)} | {"run": run}
        with self._write() as connection:
            connection.execute(insert(schema.closures), [row])

    def known_when_closed(
        self, site: str, teachers: Iterable[int]
    ) -> dict[int, set[tuple[str, str]]]:
        """Scheme and period of what was closed after something was decided of a teacher.

        Args:
            site: the site's name in the configuration.
            teachers: Moodle's user ids; who was never decided before a closing is left out.
        """
        of, closures = decisions.c, schema.closures.c
        first = (
            select(of.teacher, func.min(of.run).label("run"))
            .where(of.site == site, of.teacher.in_(list(teachers)))
            .group_by(of.teacher)
            .subquery()
        )
        statement = (
            select(first.c.teacher, closures.scheme, closures.period)
            .join(schema.closures, closures.run >= first.c.run)
            .where(closures.site == site)
        )
        found: dict[int, set[tuple[str, str]]] = defaultdict(set)
        with self._read() as connection:
            for teacher, scheme, period in connection.execute(statement):
                found[teacher].add((scheme, period))
        return dict(found)

    def closures(self, site: str) -> list[Closure]:
        """The closed periods of a site, by scheme and period."""
        table = schema.closures
        names = [each.name for each in fields(Closure)]
        statement = select(*(table.c[name] for name in names)).where(table.c.site == site)
        statement = statement.order_by(table.c.scheme, table.c.period)
        with self._read() as connection:
            return [Closure(**row) for row in connection.execute(statement).mappings()]
