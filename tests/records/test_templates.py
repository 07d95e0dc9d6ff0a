"""Templates: the header that is read, lists to choose from, the same bytes each time."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from moodle_cpd.records import (
    ATTRIBUTES,
    DISPENSATIONS,
    RECORDS,
    Layout,
    read_table,
    write_template,
)
from moodle_cpd.records.lines import Sheet

CHOICES = {"kind": ["免修", "自愿放弃"], "level": ["县（区）级"], "attribute": ["职务", "学段"]}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("layout", [RECORDS, DISPENSATIONS, ATTRIBUTES])
def test_a_template_is_a_good_empty_file(tmp_path: Path, layout: Layout, ending: str) -> None:
    path, again = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    write_template(path, layout, CHOICES)
    write_template(again, layout, CHOICES)
    assert path.read_bytes() == again.read_bytes()
    rows = read_table(path)
    assert len(rows) == 1
    assert len(rows[0].cells) == len(layout.columns) - 1
    sheet = Sheet("a", layout, [])
    assert list(sheet.lines(rows)) == []
    assert sheet.problems == []


def test_excel_offers_what_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, DISPENSATIONS, CHOICES)
    with zipfile.ZipFile(path) as content:
        sheet = content.read("xl/worksheets/sheet1.xml").decode()
        assert 'sqref="C2:C20001"' in sheet
        assert "<formula1>'选项'!$C$1:$C$2</formula1>" in sheet
        assert "自愿放弃" in content.read("xl/sharedStrings.xml").decode()
        # A time of writing would make each template another file.
        assert ">2000-01-01T00:00:00Z<" in content.read("docProps/core.xml").decode()
        assert 'state="hidden"' in content.read("xl/workbook.xml").decode()
