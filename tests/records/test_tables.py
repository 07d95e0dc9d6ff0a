"""Files as they come from Excel and from people: what kind they are, and what they may hold."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from moodle_cpd.errors import InputError
from moodle_cpd.model.people import Person
from moodle_cpd.problems import Problem
from moodle_cpd.records import check_records, read_table, tables, workbook
from tests.records.workbooks import write_workbook

HEAD = "工号,项目,日期,文件,学时\n"
GOOD = "T5,国培2026,2026-05-01,沈教12号,20.5\n"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
PEOPLE = [Person("m", 5, "T5", "five", "甲"), Person("m", 6, "110101199003078000", "six", "乙")]


def problem(path: Path) -> Problem:
    with pytest.raises(InputError) as caught:
        read_table(path)
    (found,) = caught.value.problems
    return found


def told(folder: Path, cells: list[object]) -> list[str]:
    rows: list[list[object]] = [[*HEAD.strip().split(",")], cells]
    table = read_table(write_workbook(folder / "a.xlsx", rows))
    checked = check_records("a.xlsx", table, "m", PEOPLE, ZoneInfo("Asia/Shanghai"), NOW)
    assert bool(checked.problems) != bool(checked.entries)
    return [f"{each.where} {each.found}" for each in checked.problems]


def with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return path


def test_the_content_tells_what_a_file_is(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [["工号"], ["T5"]])
    path = path.rename(tmp_path / "a.csv")
    assert [row.cells for row in read_table(path)] == [("工号",), ("T5",)]
    path.write_text(HEAD, encoding="utf-8")
    path = path.rename(tmp_path / "a.xlsx")
    assert "no Excel file" in problem(path).found
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "old kind (.xls), or one with a password" in problem(path).found


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8", "gb18030", "gbk"])
def test_encodings_that_excel_writes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((HEAD + GOOD).encode(encoding))
    assert read_table(path)[1].cells == ("T5", "国培2026", "2026-05-01", "沈教12号", "20.5")


@pytest.mark.parametrize(
    ("content", "where", "found"),
    [
        (b"\xef\xbb\xbf" + HEAD.encode() + b"T5,\xff", "a.csv:2:4", "a byte that is no UTF-8"),
        ((HEAD + "T5,国培").encode()[:-1], "a.csv:2:5", "a byte that is no UTF-8"),
        (HEAD.encode("gbk") + b"T5,\xff\xff", "a.csv:2:4", "is neither UTF-8 nor GB18030"),
        (HEAD.encode("utf-16-le"), "a.csv", "is no text"),
        ("what,date".encode("utf-16-le"), "a.csv", "is no text"),
        (HEAD.encode("utf-16")[:-1], "a.csv", "is broken UTF-16"),
        ((HEAD + 'T5,"国培' + GOOD + GOOD).encode(), "a.csv:2:1", "is no CSV: unexpected end"),
        ((HEAD + 'T5,"国培"2026,').encode(), "a.csv:2:1", "is no CSV: ',' expected"),
    ],
)
def test_what_is_no_csv_is_told_where(
    tmp_path: Path, content: bytes, where: str, found: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert problem(path).where == where
    assert found in problem(path).found


def test_a_cell_far_from_the_table_is_refused_before_it_takes_all_memory(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [["工号"]])
    for place, span in (("XFD1048576", 16384 * 1048576), ("AA100000", 2_700_000)):
        sheet = f'<worksheet><sheetData><row r="1"><c r="{place}"><v>1</v></c></row></sheetData>'
        content = f"{sheet}</worksheet>".encode()
        far = with_part(tmp_path / f"{place}.xlsx", "xl/worksheets/sheet9.xml", content)
        assert f"a rectangle of {span} cells" in problem(far).found
    formats = '<c r="XFD1048576" s="1"/>'
    empty = f'<worksheet><sheetData><row r="1">{formats}</row></sheetData></worksheet>'.encode()
    assert len(read_table(with_part(path, "xl/worksheets/sheet9.xml", empty))) == 1


def test_cells_without_a_place_follow_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_CELLS", 11)
    row = "<row>{}</row>".format("<c><is><t>1</t></is></c>" * 3)
    for rows, span in ((4, "12"), (5, "15")):
        content = f"<worksheet><sheetData>{row * rows}</sheetData></worksheet>".encode()
        path = with_part(tmp_path / f"{rows}.xlsx", "xl/worksheets/sheet1.xml", content)
        assert f"rectangle of {span} cells" in problem(path).found


def test_what_is_too_large_is_not_unpacked(tmp_path: Path) -> None:
    bomb = with_part(tmp_path / "a.xlsx", "xl/media/image1.png", bytes(workbook.MOST_UNPACKED + 1))
    assert bomb.stat().st_size < 1_000_000
    assert "takes more than 100 MB" in problem(bomb).found


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD, encoding="utf-8")
    monkeypatch.setattr(tables, "MOST_BYTES", len(HEAD.encode()))
    assert len(read_table(path)) == 1
    monkeypatch.setattr(tables, "MOST_BYTES", len(HEAD.encode()) - 1)
    assert "more than" in problem(path).found


def test_a_workbook_whose_parts_are_damaged_is_refused(tmp_path: Path) -> None:
    content = write_workbook(tmp_path / "a.xlsx", [["工号"], ["T5"]]).read_bytes()
    broken = tmp_path / "b.xlsx"
    for start in range(0, len(content), len(content) // 40):
        broken.write_bytes(content[:start] + b"\xff\x00\xff" + content[start + 3 :])
        try:
            assert [row.cells for row in read_table(broken)] == [("工号",), ("T5",)]
        except InputError as error:
            assert "no Excel file" in error.problems[0].found  # noqa: PT017 - some are harmless
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert parts.testzip() is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["T5", "国培", date(2026, 5, 1), "D", 0.1 + 0.2], []),
        (["T5", "国培\u3000讲座", "2026/5/1", "D 1", 999999], []),
        (["T5", "国培", "2999-12-31", "D", 1], ["a.xlsx:2:3 2999-12-31, which is to come"]),
        (["T5", "国培", "1900-01-01", "D", 1], []),
        (["T5", "国培", "3000-01-01", "D", 1], ["a.xlsx:2:3 'date' can't be read"]),
        (["T5", "国培", "1899-12-31", "D", 1], ["a.xlsx:2:3 'date' can't be read"]),
        (["T5", "国培", 46143, "D", 1], ["a.xlsx:2:3 'date' can't be read"]),
        (["T5", "国培", "2026-05-01", "D", 1.23456789], ["a.xlsx:2:5 'hours' can't be read"]),
        (["T5", "国培", "2026-05-01", "D", 1e6], ["a.xlsx:2:5 'hours' can't be read"]),
        (["T5", "国培", "2026-05-01", "D", True], ["a.xlsx:2:5 'hours' can't be read"]),
        (
            ["T5", "国\n培", "2026-05-01", "D\u200b", 1],
            [
                "a.xlsx:2:2 several lines, or a character that can't be seen",
                "a.xlsx:2:4 several lines, or a character that can't be seen",
            ],
        ),
        (
            ["T5", "国培", "2026-05-01", 202600000000000012.0, 1],
            ["a.xlsx:2:4 a number of more than 15 digits, of which Excel keeps the first 15"],
        ),
        (
            [110101199003078000.0, "国培", "2026-05-01", "D", 1],
            ["a.xlsx:2:1 a number of more than 15 digits, of which Excel keeps the first 15"],
        ),
    ],
)
def test_cells_of_excel(tmp_path: Path, cells: list[object], expected: list[str]) -> None:
    assert told(tmp_path, cells) == expected


def test_characters_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    zone = ZoneInfo("Asia/Shanghai")
    for characters, wrong in (("800", False), ("800.0", False), ("800.5", True)):
        text = HEAD.strip() + ",字数\n" + GOOD.strip() + f",{characters}\n"
        path.write_text(text, encoding="utf-8")
        checked = check_records("a.csv", read_table(path), "m", PEOPLE, zone, NOW)
        assert [each.where for each in checked.problems] == ["a.csv:2:6"] * wrong
