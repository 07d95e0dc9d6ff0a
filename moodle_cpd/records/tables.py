"""CSV and Excel files as rows of cells, each row with the line that a person sees."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias

from python_calamine import CalamineError, CalamineWorkbook

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta
"""Text, or what Excel makes of a cell: a number, a date."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        line: from 1, the header included.
        cells: from the first column on.
    """

    line: int
    cells: tuple[Cell, ...]


def read_table(path: Path) -> list[Row]:
    """The rows of a file that are not empty; of an Excel file those of the first sheet.

    Args:
        path: ``.xlsx``, else CSV in UTF-8 (with or without BOM) or GB18030, with commas,
            semicolons or tabs.

    Raises:
        InputError: the file can't be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(path.name, f"cannot be read: {error.strerror}")) from None
    rows = _excel(path) if path.suffix.lower() == ".xlsx" else _csv(path, content)
    numbered = (Row(number, tuple(cells)) for number, cells in enumerate(rows, start=1))
    return [row for row in numbered if any(str(cell).strip() for cell in row.cells)]


def _excel(path: Path) -> Iterable[list[Cell]]:
    try:
        return (
            CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
        )
    except (CalamineError, OSError, ValueError, IndexError):
        raise InputError(
            Problem(path.name, "is no Excel file", "a workbook (.xlsx) or a CSV file")
        ) from None


def _csv(path: Path, content: bytes) -> Iterable[list[Cell]]:
    text = _decoded(path, content)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise InputError(Problem(path.name, f"is no CSV file: {error}")) from None


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(Problem(path.name, "is neither UTF-8 nor GB18030", "CSV in UTF-8"))
