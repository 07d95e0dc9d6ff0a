"""Giving numbers: one after the other, each once, inside the caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select, update

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
    table = schema.serials
    counted = year if pattern.has_year else 0
    here = (table.c.series == pattern.series) & (table.c.year == counted)
    last = connection.execute(select(table.c.last).where(here)).scalar()
    if last is None:
        connection.execute(insert(table).values(series=pattern.series, year=counted, last=1))
    else:
        connection.execute(update(table).where(here).values(last=last + 1))
    serial = pattern.number(year, (last or 0) + 1)
    column = schema.certificates.c.serial
    if connection.execute(select(column).where(column == serial)).scalar() is not None:
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
    last = connection.execute(select(func.max(schema.certificates.c.status_index))).scalar()
    return 0 if last is None else int(last) + 1
