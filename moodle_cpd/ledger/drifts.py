"""What the last verification found: kept so that a plan can offer the repair."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from moodle_cpd.ledger import schema_awards as schema
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.award import AwardKey
from moodle_cpd.model.drift import Drift, DriftKind, Thing


class DriftStore(Store):
    """Differences in the ledger."""

    def record_drifts(self, site: str, drifts: Iterable[Drift]) -> None:
        """Note what a whole verification found; what the one before found is forgotten.

        Args:
            site: the site's name in the configuration.
            drifts: all that was found on it.
        """
        table = schema.drifts
        rows = [
            {
                "site": site,
                "teacher": drift.key.teacher,
                "scheme": drift.key.scheme,
                "period": drift.key.period,
                "award": drift.key.award,
                "thing": drift.thing.value,
                "kind": drift.kind.value,
                "serial": drift.serial,
                "due": drift.due,
                "found": drift.found,
            }
            for drift in drifts
        ]
        with self._write() as connection:
            connection.execute(delete(table).where(table.c.site == site))
            if rows:
                connection.execute(insert(table), rows)

    def forget_drifts(self, key: AwardKey) -> None:
        """An award was read back as it should be."""
        c = schema.drifts.c
        with self._write() as connection:
            connection.execute(
                delete(schema.drifts).where(
                    c.site == key.site,
                    c.teacher == key.teacher,
                    c.scheme == key.scheme,
                    c.period == key.period,
                    c.award == key.award,
                )
            )

    def drifts(self, site: str) -> list[Drift]:
        """What the last verification found and was not repaired since, sorted."""
        table = schema.drifts
        with self._read() as connection:
            rows = connection.execute(select(table).where(table.c.site == site)).all()
        return sorted(
            Drift(
                AwardKey(site, row.teacher, row.scheme, row.period, row.award),
                Thing(row.thing),
                DriftKind(row.kind),
                row.serial,
                row.due,
                row.found,
            )
            for row in rows
        )
