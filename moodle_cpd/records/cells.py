"""Cells as values: what Excel and people write for a day, a number or a word."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from moodle_cpd.records.tables import Cell
from moodle_cpd.rules.levels import LEVELS

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?")


def text_of(cell: Cell) -> str:
    """A cell as text: a whole number of Excel without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def day_of(cell: Cell) -> date | None:
    """A day, None where the cell is none; ``2026-09-01``, ``2026/9/1``, ``2026年9月1日``."""
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


def number_of(cell: Cell) -> Decimal | None:
    """A number of 0 or more with at most six digits behind the point, else None."""
    text = repr(cell) if isinstance(cell, float) else text_of(cell)
    return Decimal(text) if _NUMBER.fullmatch(text) and not isinstance(cell, bool) else None


def level_of(cell: Cell) -> str | None:
    """A level by its id or its Chinese or English title; None where it is none."""
    text = text_of(cell)
    names = {name: name for name in LEVELS}
    names |= {title.zh: name for name, title in LEVELS.items()}
    names |= {title.en: name for name, title in LEVELS.items()}
    return names.get(text)
