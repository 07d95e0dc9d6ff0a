"""CSV and Excel files as rows of cells, each row with the line that a person sees."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.records.workbook import Cell, read_workbook

MOST_BYTES: Final = 50_000_000
"""Bytes of a file; 150,000 lines take a third of it."""

_PACKED = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8 = b"\xef\xbb\xbf"


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

    Which of the two it is tells the content, not the name.

    Args:
        path: an Excel workbook (``.xlsx``), or CSV in UTF-8 (with or without BOM), GB18030 or
            UTF-16 (with BOM), with commas, semicolons or tabs.

    Raises:
        InputError: the file can't be read.
    """
    name = path.name
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(Problem(name, f"cannot be read: {error.strerror}")) from None
    if len(content) > MOST_BYTES:
        most = f"{MOST_BYTES // 1_000_000} MB"
        raise InputError(Problem(name, f"more than {most}", f"a table of at most {most}"))
    rows = _rows(name, content, packed=path.suffix.lower() == ".xlsx")
    numbered = (Row(number, tuple(cells)) for number, cells in enumerate(rows, start=1))
    return [row for row in numbered if any(str(cell).strip() for cell in row.cells)]


def _rows(name: str, content: bytes, *, packed: bool) -> Sequence[Sequence[Cell]]:
    if content.startswith(_COMPOUND):
        raise InputError(
            Problem(
                name,
                "is an Excel file of the old kind (.xls), or one with a password",
                "a workbook (.xlsx) or a CSV file",
                "Open it in Excel and save it as .xlsx, without a password",
            )
        )
    if packed or content.startswith(_PACKED):
        return read_workbook(name, content)
    return _csv(name, _decoded(name, content))


def _csv(name: str, text: str) -> list[list[str]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    line = 1
    try:
        for row in reader:
            rows.append(row)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            Problem(
                f"{name}:{line}:1",
                f"is no CSV: {error}",
                "a quote on both sides of a cell, or none",
                "A quote that is never closed takes all that follows into one cell",
            )
        ) from None
    return rows


def _decoded(name: str, content: bytes) -> str:
    """The file's text.

    Nearly any bytes are GB18030 of some kind. So a file that is UTF-8 but for a slip is refused
    rather than read as characters that nobody wrote.
    """
    if content.startswith(_UTF_16):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(Problem(name, "is broken UTF-16", "CSV in UTF-8")) from None
    else:
        marked = content.startswith(_UTF_8)
        content = content.removeprefix(_UTF_8)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            if marked or _is_nearly_utf_8(content):
                before = content[: error.start].decode("utf-8").split("\n")
                place = f"{name}:{len(before)}:{len(before[-1]) + 1}"
                raise InputError(
                    Problem(place, "a byte that is no UTF-8", "CSV in UTF-8")
                ) from None
            text = _gb18030(name, content)
    if "\0" in text:
        raise InputError(Problem(name, "is no text", "CSV in UTF-8"))
    return text


def _is_nearly_utf_8(content: bytes) -> bool:
    """Whether most of what is no ASCII is UTF-8; of Chinese text in GB18030 hardly any is."""
    beyond = sum(byte > 127 for byte in content)
    valid = len(re.sub("[\0-\x7f]", "", content.decode("utf-8", "ignore")).encode())
    return valid > beyond / 2


def _gb18030(name: str, content: bytes) -> str:
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        lines = content[: error.start].split(b"\n")
        place = f"{name}:{len(lines)}:{len(lines[-1]) + 1}"
        raise InputError(Problem(place, "is neither UTF-8 nor GB18030", "CSV in UTF-8")) from None
