"""Excel files with real cells: dates are dates, numbers numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter


def write_workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """An Excel file with the rows on its first sheet; its path."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path
