"""Excel files as rows of cells, after a look at what unpacking and reading them would take.

The reader of Excel files makes a rectangle of all cells between the first and the last one; where
it gets no memory for that, the whole process ends. So the packed file is gone through first.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Final, TypeAlias
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta
"""Text, or what Excel makes of a cell: a number, a date."""

MOST_UNPACKED: Final = 100_000_000
"""Bytes of a workbook without its packing; a line of a filled-in template takes some 500."""
MOST_CELLS: Final = 2_000_000
"""Cells of the rectangle that holds all that is filled in; 150,000 lines of a template."""

_CHUNK: Final = 1 << 16
_CELL = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_UNREADABLE: Final = (
    *(BadZipFile, zlib.error, struct.error, expat.ExpatError),
    *(EOFError, NotImplementedError, RuntimeError, ValueError, OSError),
)
"""What a damaged or protected packed file raises while it is unpacked."""


def read_workbook(name: str, content: bytes) -> list[list[Cell]]:
    """The cells of a workbook's first sheet, from the first row and column on.

    Args:
        name: the file as messages name it.
        content: the file's bytes.

    Raises:
        InputError: it is no workbook, or takes more than is sensible.
    """
    try:
        cells = _most_cells(content)
        if cells <= MOST_CELLS:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except _TooLargeError:
        raise InputError(
            Problem(
                name,
                f"takes more than {MOST_UNPACKED // 1_000_000} MB when it is unpacked",
                "a table alone",
                "Copy the table into a new workbook, without pictures",
            )
        ) from None
    except (CalamineError, IndexError, *_UNREADABLE):
        raise InputError(
            Problem(
                name,
                "is no Excel file, or a damaged or protected one",
                "a workbook (.xlsx) or a CSV file",
                "Open it in Excel and save it again as .xlsx, without a password",
            )
        ) from None
    raise InputError(
        Problem(
            name,
            f"its cells span a rectangle of {cells} cells",
            f"{MOST_CELLS} at most",
            "Something stands far below or beside the table; copy the table into a new workbook",
        )
    )


class _TooLargeError(Exception):
    """Unpacking takes more than ``MOST_UNPACKED``."""


def _most_cells(content: bytes) -> int:
    """Cells of the rectangle that the largest sheet spans; each part is unpacked and checked."""
    most, unpacked = 0, 0
    with ZipFile(io.BytesIO(content)) as parts:
        for part in parts.infolist():
            extent = _Extent()
            with parts.open(part) as file:
                for chunk in _chunks(file):
                    unpacked += len(chunk)
                    if unpacked > MOST_UNPACKED:
                        raise _TooLargeError
                    if part.filename.endswith(".xml"):
                        extent.feed(chunk)
            most = max(most, extent.cells)
    return most


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


class _Extent:
    """How far the cells of one sheet reach; of another part nothing."""

    def __init__(self) -> None:
        self._last = [0, 0]
        self._cell: tuple[int, int] = (0, 0)
        self._row = 0
        self._root = ""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start

    @property
    def cells(self) -> int:
        """Cells of the rectangle from the first row and column to the last that holds something."""
        return self._last[0] * self._last[1]

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of the part's text."""
        if self._root in {"", "worksheet"}:
            self._parser.Parse(chunk)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        self._root = self._root or kind
        if kind == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._cell = (self._row, 0)
        elif kind == "c":
            place = _CELL.fullmatch(attributes.get("r", ""))
            row, column = self._cell
            self._cell = (row, column + 1) if place is None else (int(place[2]), _column(place[1]))
        elif kind in {"v", "is", "f"}:
            # A cell that merely has a format takes no room.
            self._last = [max(pair) for pair in zip(self._last, self._cell, strict=True)]


def _column(letters: str) -> int:
    """The number of a column, from 1: A, B, … Z, AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
