"""Giving numbers: one after the other, each once, inside the caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, insert, select, update

from moodle_cpd.errors import InputError
from moodle_cpd.ledger import schema_awards as schema
from moodle_cpd.model.serial import SerialPattern
from moodle_cpd.problems import Problem


def next_serial(connection: Connection, pattern: SerialPattern, year: int) -> str:
    """The next number of a pattern, counted up.

    Args:
        connection: of a transaction that also writes what the number is for.
        pattern: how numbers are written.
        year: in which it is given, where the scheme is.

    Raises:
        InputError: the number was given before, by another pattern.
    """
    counted = year if pattern.has_year else 0
    here = {"of_series": pattern.series, "of_year": counted}
    last = connection.execute(_LAST, here).scalar()
    if last is None:
        first = {"series": pattern.series, "year": counted, "last": 1}
        connection.execute(_BEGIN, first)
    else:
        connection.execute(_COUNT, here | {"last": last + 1})
    serial = pattern.number(year, (last or 0) + 1)
    if connection.execute(_GIVEN, {"of_serial": serial}).scalar() is not None:
        raise InputError(
            Problem(
                f"serial pattern '{pattern.text}'",
                f"gives number {serial}, which was given before by another pattern",
                "a pattern whose numbers no other gives",
                "Choose another 'serial' under [certificates] or [[awards]]",
            )
        )
    return serial


def next_place(connection: Connection) -> int:
    """The next place in the register, from 0, over all sites of the ledger."""
    last = connection.execute(_LAST_PLACE).scalar()
    return 0 if last is None else int(last) + 1


_counts, _numbers = schema.serials.c, schema.certificates.c
_HERE = (_counts.series == bindparam("of_series")) & (_counts.year == bindparam("of_year"))
_LAST = select(_counts.last).where(_HERE)
_BEGIN = insert(schema.serials)
_COUNT = update(schema.serials).where(_HERE)
_GIVEN = select(_numbers.serial).where(_numbers.serial == bindparam("of_serial"))
_LAST_PLACE = select(func.max(_numbers.status_index))
