"""Broken import files never crash: whatever people do to them, there are problems with places."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.errors import InputError
from moodle_cpd.model.people import Attribute, Person
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.records import (
    Checked,
    Row,
    check_attributes,
    check_dispensations,
    check_records,
    read_table,
)
from moodle_cpd.rules import load_rulebook
from tests.rules.files import SHIPPED

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 31, tzinfo=UTC)
SCHEMES = load_rulebook(SHIPPED).schemes
PEOPLE = [Person("m", 5, "T5", "five", "甲"), Person("m", 6, "T6", "six", "乙")]
WORDS = {Attribute.ROLE: {"班主任": "homeroom-teacher"}}
SECRET = "王小明同志"
"""A name that slipped into a cell: no message may repeat it."""

Table = Sequence[Sequence[object]]
Check = Callable[[Sequence[Row]], Checked[Any]]

KINDS: list[tuple[Table, Check]] = [
    (
        [
            ["工号", "项目", "日期", "文件", "学时", "成绩", "满分", "字数", "级别", "状态"],
            [
                "T5",
                "国培2026",
                "2026-05-01",
                "沈教〔2026〕12号",
                "20.5",
                "85",
                "100",
                "",
                "省级",
                "",
            ],
            ["T6", "师德讲座", "2026年5月2日", "沈教〔2026〕13号", "2", "", "", "800", "", "撤销"],
        ],
        lambda rows: check_records("a.csv", rows, "m", PEOPLE, ZONE, NOW),
    ),
    (
        [
            ["username", "scheme", "kind", "first", "last", "document", "state"],
            ["five", "yulin-school-term-100", "免修", "2026-09-01", "", "沈教〔2026〕12号", ""],
            ["six", "yulin-school-term-100", "waived", "2026/9/1", "2027-01-20", "放弃书", ""],
        ],
        lambda rows: check_dispensations("a.csv", rows, "m", PEOPLE, SCHEMES),
    ),
    (
        [
            ["工号", "属性", "值", "起", "状态"],
            ["T5", "职务", "班主任、教师", "2020-09-01", ""],
            ["T6", "出生日期", "1981-03-02", "2020-09-01", ""],
        ],
        lambda rows: check_attributes("a.csv", rows, PEOPLE, WORDS, date(2026, 11, 22)),
    ),
]

CELLS: st.SearchStrategy[object] = st.one_of(
    st.sampled_from(
        [
            *("", " ", SECRET, "T5", "T9", "=1+1", "=A1:A9", "-1", "1e999", "nan", "9" * 400),
            *("2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "46143", "２０２６-５-１"),
            *('"', "'", '"a', "a\nb", "a\rb", "\t", "\u202e", "\ufeff", "\u3000", "\u2028", "𠮷"),
            *("x" * 300, "、", "无", "无、", "none", "#REF!", "√", "1,5", "½", "٣", "100%"),
            *("学时", "工号", "撤销", "retracted", "True", "\x01", "_x0000_", "<c>&amp;"),
        ]
    ),
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001 - a cell has none
    st.dates(date(1900, 1, 1)),
    st.times(),
    st.text(max_size=6),
)
ENCODINGS = ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "latin-1"]
PARTS = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
XML = [
    *('<c r="XFD1048576"><v>1</v></c>', '<row r="1048576"/>', '<c r="A0"><v>1</v></c>', "<v>"),
    *('<c r="ZZZ9999999"><v>1</v></c>', '<c t="s"><v>999999999</v></c>', "</row>", "&a;", "\x00"),
    *('<c t="e"><v>#N/A</v></c>', '<c s="99999"><v>1e308</v></c>', '<row r="x">', "<!DOCTYPE a>"),
    *('<c t="d"><v>x</v></c>', '<c t="n"><v>1.2.3</v></c>', '<mergeCell ref="A0:B99"/>', '"', ">"),
    *(
        '<dimension ref="A1:XFD1048576"/>',
        '<c r="B-2"><v>1</v></c>',
        "<f>",
        '<c t="b"><v>2</v></c>',
    ),
]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[object]], Check]:
    """A good table, or one with cells, rows and columns that are not as they should be."""
    good, check = draw(st.sampled_from(KINDS))
    rows = [list(row) for row in good]
    for _ in range(draw(st.integers(0, 4))):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        place = draw(st.integers(0, len(row)))
        match draw(
            st.sampled_from(["cell", "cell", "cell", "more", "less", "row", "rows", "swap"])
        ):
            case "cell":
                row[place : place + 1] = [draw(CELLS)]
            case "more":
                row.insert(place, draw(CELLS))
            case "less":
                del row[place:]
            case "row":
                rows.insert(draw(st.integers(0, len(rows))), draw(st.lists(CELLS, max_size=12)))
            case "rows":
                rows.extend([list(row) for _ in range(draw(st.integers(1, 3)))])
            case _:
                rows.insert(0, rows.pop(draw(st.integers(0, len(rows) - 1))))
    return rows, check


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes as they are, or after a few slips."""
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 1, 4, 40, len(content)])))
        content = content[:start] + draw(st.binary(max_size=4)) + content[end:]
    return content


@st.composite
def csv_files(draw: st.DrawFn) -> tuple[bytes, Check]:
    rows, check = draw(tables())
    text = io.StringIO(newline="")
    delimiter = draw(st.sampled_from([",", ",", ";", "\t"]))
    # Who writes by hand sets no quotes.
    if draw(st.booleans()):
        csv.writer(text, delimiter=delimiter).writerows(rows)
    else:
        text.write("\n".join(delimiter.join(map(str, row)) for row in rows))
    encoded = text.getvalue().encode(draw(st.sampled_from(ENCODINGS)), "replace")
    return draw(damaged(encoded)), check


@st.composite
def workbooks(draw: st.DrawFn) -> tuple[bytes, Check]:
    rows, check = draw(tables())
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - the same bytes
        sheet = book.add_worksheet()
        kinds = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm"}
        formats = {kind: book.add_format({"num_format": form}) for kind, form in kinds.items()}
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, (date, time)):
                    sheet.write_datetime(number, column, cell, formats[type(cell)])
                else:
                    sheet.write(number, column, cell)
        if draw(st.booleans()):
            sheet.merge_range(1, 0, draw(st.integers(2, 4)), draw(st.integers(0, 3)), "合并")
    return draw(damaged(draw(repacked(content.getvalue())))), check


@st.composite
def repacked(draw: st.DrawFn, content: bytes) -> bytes:
    """The workbook as it is, or with a part that is broken, missing, or packed in another way."""
    if draw(st.booleans()):
        return content
    broken, result = draw(st.sampled_from(PARTS)), io.BytesIO()
    way = draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]))
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", way) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == broken:
                if draw(st.integers(0, 5)) == 0:
                    continue
                tags = [match.start() for match in re.finditer(b"<", text)]
                place = draw(st.sampled_from(tags))
                end = place + draw(st.sampled_from([0, 0, 5, len(text)]))
                text = text[:place] + draw(st.sampled_from(XML)).encode() + text[end:]
            new.writestr(part, text, way)
    return result.getvalue()


def hold(content: bytes, ending: str, check: Check) -> None:
    """A file is taken, or all that is wrong with it has a place."""
    problems: Sequence[Problem]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{ending}"
        path.write_bytes(content)
        try:
            rows = read_table(path)
        except InputError as error:
            problems = error.problems
        else:
            checked = check(rows)
            problems = checked.problems
            assert len(checked.entries) <= max(0, len(rows) - 1)
            assert problems or len(rows) > 0
            if problems and problems[0].where.startswith("a.csv:1:"):
                assert checked.entries == ()
            for problem in problems:
                assert re.match(r"a\.csv:[1-9]\d*:[1-9]\d*$", problem.where)
    for problem in problems:
        assert re.match(r"a\.(csv|xlsx)(:[1-9]\d*:[1-9]\d*)?$", problem.where)
        assert problem.found
        assert one_line(str(problem)) == str(problem)
        assert SECRET not in str(problem)


@given(csv_files(), st.sampled_from(["csv", "csv", "csv", "xlsx"]))
def test_broken_csv(file: tuple[bytes, Check], ending: str) -> None:
    hold(file[0], ending, file[1])


@given(workbooks(), st.sampled_from(["xlsx", "xlsx", "xlsx", "csv"]))
def test_broken_workbooks(file: tuple[bytes, Check], ending: str) -> None:
    hold(file[0], ending, file[1])


@given(st.binary(max_size=300), st.sampled_from(["xlsx", "csv"]), st.sampled_from(KINDS))
def test_what_is_no_table_at_all(content: bytes, ending: str, kind: tuple[Table, Check]) -> None:
    hold(content, ending, kind[1])
