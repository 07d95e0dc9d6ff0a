"""Files of attributes: what is read, what is refused, and where."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from moodle_cpd.model.people import Attribute, Person
from moodle_cpd.records import AttributeDay, Checked, check_attributes, read_table
from tests.records.workbooks import write_workbook

PEOPLE = [Person("m", 5, "T5", "five", "甲"), Person("m", 6, "T6", "six", "乙")]
WORDS = {Attribute.ROLE: {"教师": "teacher", "班主任": "homeroom_teacher"}}
TODAY = date(2026, 6, 1)
HEAD = "工号,属性,内容,开始日期,状态\n"
GOOD = "T5,职务,班主任、教师,2020年9月1日,\n"
DAY = (5, Attribute.ROLE, date(2020, 9, 1))
BOTH = frozenset({"teacher", "homeroom_teacher"})


def check(folder: Path, content: str) -> Checked[AttributeDay]:
    path = folder / "a.csv"
    path.write_text(HEAD + content, encoding="utf-8")
    return check_attributes("a.csv", read_table(path), PEOPLE, WORDS, TODAY)


@pytest.mark.parametrize(
    "content",
    [GOOD, "T5,role,教师,2020-09-01,\nT5,职务,homeroom_teacher,2020/9/1,\n"],
)
def test_roles_of_a_day_are_taken_together(tmp_path: Path, content: str) -> None:
    checked = check(tmp_path, content)
    assert (checked.problems, checked.notes) == ((), ())
    (day,) = checked.entries
    assert (day.key, day.values) == (DAY, BOTH)
    assert day.after(None) == day.after(frozenset({"x"})) == BOTH


def test_the_other_attributes(tmp_path: Path) -> None:
    lines = ["学段,小学", "学校,甲、乙小学", "出生日期,1985/9/1", "hire_date,2008-08-15", "职务,无"]
    checked = check(tmp_path, "".join(f"T5,{each},2020-09-01,\n" for each in lines))
    assert checked.problems == ()
    assert [(day.key[1].value, *day.values) for day in checked.entries] == [
        ("stage", "小学"),
        ("school", "甲、乙小学"),
        ("birth_date", "1985-09-01"),
        ("hire_date", "2008-08-15"),
        ("role", ""),
    ]


def test_lines_that_take_back(tmp_path: Path) -> None:
    (day,) = check(tmp_path, "T5,职务,班主任,2020-09-01,撤销\n").entries
    assert day.after(BOTH) == frozenset({"teacher"})
    assert day.after(frozenset({"homeroom_teacher"})) is None
    assert day.after(frozenset({""})) == frozenset({""})
    assert day.after(None) is None
    lines = "T5,职务,班主任,2020-09-01,撤销\nT5,职务,教师,2020-09-01,\n"
    (day,) = check(tmp_path, lines).entries
    assert day.after(BOTH) == frozenset({"teacher"})


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ("甲,职务,教师,2020-09-01,", "2:1", "no known teacher"),
        ("T6,甲,教师,2020-09-01,", "2:2", "'attribute' can't be read"),
        ("T6,职务,,2020-09-01,", "2:3", "nothing"),
        ("T6,职务,、,2020-09-01,", "2:3", "no role"),
        ("T6,出生日期,甲,2020-09-01,", "2:3", "'value' can't be read"),
        ("T6,入职日期,2030-01-01,2020-09-01,", "2:3", "'value' can't be read"),
        ("T6,入职日期,1830-01-01,2020-09-01,", "2:3", "'value' can't be read"),
        ("T6,职务,教师,,", "2:4", "nothing"),
        ("T6,职务,教师,2026-06-02,", "2:4", "'since' can't be read"),
        ("T6,职务,教师,2020-09-01,甲", "2:5", "'state' can't be read"),
    ],
)
def test_each_mistake_is_told_where_it_is(tmp_path: Path, line: str, place: str, told: str) -> None:
    checked = check(tmp_path, line + "\n" + GOOD)
    (problem,) = checked.problems
    assert problem.where == f"a.csv:{place}"
    assert told in str(problem)
    assert "甲" not in str(problem)
    assert [day.key for day in checked.entries] == [DAY]


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("T6,学校,A,2020-09-01,\nT6,学校,B,2020-09-01,\n", "3:2"),
        ("T6,职务,教师,2020-09-01,\nT6,职务,班主任、教师,2020-09-01,\n", "3:3"),
        ("T6,职务,教师,2020-09-01,\nT6,职务,无,2020-09-01,\n", "3:3"),
    ],
)
def test_what_can_hold_once_is_said_once(tmp_path: Path, lines: str, place: str) -> None:
    checked = check(tmp_path, lines + GOOD)
    (problem,) = checked.problems
    assert problem.where == f"a.csv:{place}"


def test_a_teacher_with_a_mistake_is_left_out(tmp_path: Path) -> None:
    lines = "T6,职务,教师,2020-09-01,\nT6,职务,班主任,2020-09-41,\n"
    assert [day.key for day in check(tmp_path, lines + GOOD).entries] == [DAY]


def test_a_word_that_the_settings_lack_is_a_note(tmp_path: Path) -> None:
    checked = check(tmp_path, "T5,职务,班生任,2020-09-01,\n")
    assert checked.problems == ()
    (note,) = checked.notes
    assert note.where == "a.csv:2:3"
    assert "班生任" not in str(note)
    (day,) = checked.entries
    assert day.values == frozenset({"班生任"})


def test_cells_of_excel_are_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["用户名", *HEAD.strip().split(",")[1:4]],
        [12, "出生日期", date(1985, 9, 1), date(2020, 9, 1)],
    ]
    found = read_table(write_workbook(tmp_path / "a.xlsx", rows))
    people = [Person("m", 5, "T5", "12", "甲")]
    checked = check_attributes("a.xlsx", found, people, WORDS, TODAY)
    assert checked.problems == ()
    (day,) = checked.entries
    assert day.key == (5, Attribute.BIRTH_DATE, date(2020, 9, 1))
    assert day.values == frozenset({"1985-09-01"})
