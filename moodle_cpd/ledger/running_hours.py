"""Running hours as they were last written: the intent is on disk before, the result after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from moodle_cpd.ledger import schema_awards as schema
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.running_hours import HoursPlace, HoursShown

_MEANT: Final = "meant"
"""About to be written; it may be in Moodle."""
_SHOWN: Final = "shown"
"""Read back from Moodle."""
_PLACE: Final = ("teacher", "course", "activity")


class RunningHoursStore(Store):
    """The running hours in the ledger: of each place at most what is shown and what was meant."""

    def hours_shown(self, site: str) -> dict[HoursPlace, HoursShown]:
        """What was last read back from Moodle, by place."""
        return self._hours(site, _SHOWN)

    def hours_meant(self, site: str) -> dict[HoursPlace, HoursShown]:
        """What was about to be written and not read back since, by place."""
        return self._hours(site, _MEANT)

    def mean_hours(self, site: str, rows: Sequence[HoursShown]) -> None:
        """Note what is about to be written; all on disk when this returns, or none.

        Args:
            site: the site's name in the configuration.
            rows: each of another place.
        """
        with self._write() as connection:
            _forget(connection, site, _MEANT, rows)
            _add(connection, site, _MEANT, rows)

    def settle_hours(self, site: str, rows: Sequence[HoursShown]) -> None:
        """Note what was read back from Moodle; nothing else is meant there any more.

        Args:
            site: the site's name in the configuration.
            rows: each of another place.
        """
        with self._write() as connection:
            for state in (_MEANT, _SHOWN):
                _forget(connection, site, state, rows)
            _add(connection, site, _SHOWN, rows)

    def forget_hours(self, site: str, places: Iterable[HoursPlace]) -> None:
        """Forget what is shown in places where nothing stands any more."""
        keys = [_key(site, place, _SHOWN) for place in places]
        if keys:
            with self._write() as connection:
                connection.execute(delete(schema.running_hours).where(*_conditions()), keys)

    def note_grounds(self, site: str, grounds: Mapping[HoursPlace, str]) -> None:
        """Note that what is shown follows from other grounds now, and is the same."""
        table = schema.running_hours
        rows = [_key(site, place, _SHOWN) | {"new": new} for place, new in grounds.items()]
        if rows:
            statement = update(table).where(*_conditions()).values(grounds=bindparam("new"))
            with self._write() as connection:
                connection.execute(statement, rows)

    def _hours(self, site: str, state: str) -> dict[HoursPlace, HoursShown]:
        table = schema.running_hours
        statement = (
            select(table)
            .where(table.c.site == site, table.c.state == state)
            .order_by(*(table.c[name] for name in _PLACE))
        )
        with self._read() as connection:
            return {row.place: row for row in map(_shown, connection.execute(statement))}


def _conditions() -> list[Any]:
    c = schema.running_hours.c
    return [c[name] == bindparam(f"at_{name}") for name in ("site", *_PLACE, "state")]


def _key(site: str, place: HoursPlace, state: str) -> dict[str, object]:
    values = (site, *place, state)
    names = ("site", *_PLACE, "state")
    return {f"at_{name}": value for name, value in zip(names, values, strict=True)}


def _forget(connection: Connection, site: str, state: str, rows: Iterable[HoursShown]) -> None:
    keys = [_key(site, row.place, state) for row in rows]
    if keys:
        connection.execute(delete(schema.running_hours).where(*_conditions()), keys)


def _add(connection: Connection, site: str, state: str, rows: Iterable[HoursShown]) -> None:
    values = [
        {
            "site": site,
            "state": state,
            **row.place._asdict(),
            "scheme": row.scheme,
            "period": row.period,
            "amount": row.amount,
            "grade": row.grade,
            "text_sha256": row.text_sha256,
            "grounds": row.grounds,
            "account": row.account,
            "at": row.at,
            "maximum": row.maximum,
        }
        for row in rows
    ]
    if values:
        connection.execute(insert(schema.running_hours), values)


def _shown(row: Row[Any]) -> HoursShown:
    return HoursShown(
        HoursPlace(row.teacher, row.course, row.activity),
        row.scheme,
        row.period,
        row.amount,
        row.grade,
        row.text_sha256,
        row.grounds,
        row.account,
        row.at,
        row.maximum,
    )
