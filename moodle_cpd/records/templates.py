"""Empty tables to fill in: the header, and in Excel lists to choose from."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.records.lines import Layout

_LINES: Final = 20_000
"""So many lines below the header offer their lists."""

_DAYS: Final = frozenset({"date", "first", "last", "since"})
_WIDE: Final = frozenset({"what", "document", "scheme", "value"})
_OTHER_KEY: Final = "username"
"""A file has one of the two keys of a teacher; templates have the authority's number."""
_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed time: the same template byte for byte


def write_template(path: Path, layout: Layout, choices: Mapping[str, Sequence[str]]) -> None:
    """Write an empty table with the Chinese header; a file that exists is left alone.

    Args:
        path: ``.xlsx`` or ``.csv`` (UTF-8 with BOM, as Excel wants it).
        layout: the columns.
        choices: by column what can be chosen in Excel.

    Raises:
        InputError: the ending is another one, the file exists or can't be written.
    """
    kinds = {".xlsx": _workbook, ".csv": _csv}
    make = kinds.get(path.suffix.lower())
    if make is None:
        raise InputError(Problem(path.name, "another kind of file", "a name with .xlsx or .csv"))
    header = {name: words[0] for name, words in layout.columns.items() if name != _OTHER_KEY}
    content = make(header, choices)
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise InputError(Problem(path.name, f"cannot be written: {error.strerror}")) from None


def _csv(header: Mapping[str, str], _: Mapping[str, Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(header.values())
    return text.getvalue().encode("utf-8-sig")


def _workbook(header: Mapping[str, str], choices: Mapping[str, Sequence[str]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _MADE})
        sheet, lists = workbook.add_worksheet("填写"), workbook.add_worksheet("选项")
        # Excel allows 255 characters in a list of its own, and any number in cells.
        lists.hide()
        sheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        # As text, so that Excel keeps the zeros in front of a number.
        text = workbook.add_format({"num_format": "@"})
        for column, (name, word) in enumerate(header.items()):
            sheet.set_column(
                column,
                column,
                36 if name in _WIDE else 14,
                day if name in _DAYS else text if name in {"idnumber", "document"} else None,
            )
            sheet.write_string(0, column, word, bold)
            listed = choices.get(name, ())
            if listed:
                lists.write_column(0, column, listed)
                letter = xl_col_to_name(column)
                source = f"='选项'!${letter}$1:${letter}${len(listed)}"
                rule = {"validate": "list", "source": source}
                sheet.data_validation(1, column, _LINES, column, rule)
    return content.getvalue()
