"""Documents that free teachers of a scheme: only ever added, of one document the latest stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from moodle_cpd.ledger import schema_by_people as schema
from moodle_cpd.ledger.news import note_news
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.dispensation import Dispensation, DispensationKind

_SUBJECT = ("site", "teacher", "scheme", "kind", "document", "first")


class DispensationStore(Store):
    """The dispensations in the ledger."""

    def record_dispensations(
        self, run: int, dispensations: Iterable[tuple[Dispensation, bool]]
    ) -> int:
        """Add dispensations, in one transaction; what is known already adds nothing.

        Teacher, scheme, kind, document and first day say which it is; another last day takes the
        place of the one before.

        Args:
            run: the run that brings them.
            dispensations: each with whether it is taken back.

        Returns:
            How many were new, corrected or taken back.
        """
        new = 0
        with self._write() as connection:
            for each, retracted in dispensations:
                subject = _subject(each)
                standing = _latest(connection, subject)
                said = (each.last, retracted)
                known = (None, True) if standing is None else (standing.last, standing.retracted)
                if said == known or (retracted and known[1]):
                    continue
                version = 1 if standing is None else standing.version + 1
                row = subject | {
                    "version": version,
                    "last": each.last,
                    "retracted": retracted,
                    "run": run,
                }
                connection.execute(insert(schema.dispensations), [row])
                note_news(connection, each.site, [each.teacher])
                new += 1
        return new

    def dispensations(
        self, site: str, teachers: Iterable[int] | None = None
    ) -> dict[int, list[Dispensation]]:
        """Those that stand, by teacher.

        Args:
            site: the site's name in the configuration.
            teachers: user ids, some hundreds at most; None for everybody.
        """
        table = schema.dispensations
        statement = select(table).where(table.c.site == site)
        if teachers is not None:
            statement = statement.where(table.c.teacher.in_(list(teachers)))
        statement = statement.order_by(*(table.c[name] for name in _SUBJECT), table.c.version)
        with self._read() as connection:
            rows = connection.execute(statement).all()
        latest = {tuple(getattr(row, name) for name in _SUBJECT): row for row in rows}
        result: dict[int, list[Dispensation]] = defaultdict(list)
        for row in latest.values():
            if not row.retracted:
                result[row.teacher].append(_dispensation(row))
        return dict(result)


def _subject(each: Dispensation) -> dict[str, Any]:
    return {
        "site": each.site,
        "teacher": each.teacher,
        "scheme": each.scheme,
        "kind": each.kind.value,
        "document": each.document,
        "first": each.first,
    }


def _latest(connection: Connection, subject: dict[str, Any]) -> Row[Any] | None:
    table = schema.dispensations
    statement = select(table).where(*(table.c[name] == value for name, value in subject.items()))
    return connection.execute(statement.order_by(table.c.version.desc()).limit(1)).one_or_none()


def _dispensation(row: Row[Any]) -> Dispensation:
    return Dispensation(
        row.site,
        row.teacher,
        row.scheme,
        DispensationKind(row.kind),
        row.first,
        row.last,
        row.document,
    )
