"""Cells as values: what Excel and people write for a day, a number or a word."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from moodle_cpd.records.workbook import Cell
from moodle_cpd.rules.levels import LEVELS

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_INEXACT = 10**15
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?")


def text_of(cell: Cell) -> str:
    """A cell as text: a whole number of Excel without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def day_of(cell: Cell) -> date | None:
    """A day, None where the cell is none; ``2026-09-01``, ``2026/9/1``, ``2026年9月1日``.

    A year far off is a slip of the pen: 0206 for 2026.
    """
    day = _any_day(cell)
    return day if day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def number_of(cell: Cell) -> Decimal | None:
    """A number of 0 or more with at most six digits behind the point, else None."""
    # Excel shows 15 digits: what it adds up to 0.30000000000000004 is 0.3 to everybody.
    text = format(cell, ".15g") if isinstance(cell, float) else text_of(cell)
    return Decimal(text) if _NUMBER.fullmatch(text) and not isinstance(cell, bool) else None


def count_of(cell: Cell) -> int | None:
    """A whole number of 0 or more, else None."""
    number = number_of(cell)
    return int(number) if number is not None and number == int(number) else None


def exact(cell: Cell) -> bool:
    """Whether all its digits are there: of a long number Excel keeps only the first fifteen."""
    return not isinstance(cell, float) or abs(cell) < _INEXACT


def level_of(cell: Cell) -> str | None:
    """A level by its id or its Chinese or English title; None where it is none."""
    text = text_of(cell)
    names = {name: name for name in LEVELS}
    names |= {title.zh: name for name, title in LEVELS.items()}
    names |= {title.en: name for name, title in LEVELS.items()}
    return names.get(text)


def _any_day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = _DAY.fullmatch(text_of(cell))
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None
