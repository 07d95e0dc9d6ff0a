"""Files of dispensations: what is read, what is refused, and where."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from moodle_cpd.model.dispensation import DispensationKind
from moodle_cpd.model.people import Person
from moodle_cpd.records import Checked, check_dispensations, read_table
from moodle_cpd.records.dispensations import Stated
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.shipped import shipped_mappings
from tests.records.workbooks import write_workbook

PEOPLE = [Person("m", 5, "T5", "five", "甲"), Person("m", 6, "00612", "six", "乙")]
SCHEMES = load_rulebook(shipped_mappings()).schemes
YULIN = "yulin-school-term-100"
HEAD = "工号,方案,类别,开始日期,结束日期,文件,状态\n"
GOOD = f"T5,{YULIN},自愿放弃,2023年9月19日,,说明书 7,\n"


def check(folder: Path, content: str) -> Checked[Stated]:
    path = folder / "a.csv"
    path.write_text(content, encoding="utf-8")
    return check_dispensations("a.csv", read_table(path), "m", PEOPLE, SCHEMES)


def test_a_dispensation_is_read(tmp_path: Path) -> None:
    other = "00612,榆林镇中心小学校本培训,exempt,2023-09-01,2023/12/30,D 2,撤销\n"
    checked = check(tmp_path, HEAD + GOOD + other)
    assert checked.problems == ()
    (one, back), (two, gone) = checked.entries
    assert (one.teacher, one.scheme, one.kind) == (5, YULIN, DispensationKind.WAIVED)
    assert (one.first, one.last, one.document) == (date(2023, 9, 19), None, "说明书 7")
    assert (two.teacher, two.scheme, two.kind) == (6, YULIN, DispensationKind.EXEMPT)
    assert two.last == date(2023, 12, 30)
    assert (back, gone) == (False, True)


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        (f"甲,{YULIN},免修,2023-09-01,,D,", "2:1", "no known teacher"),
        ("T5,甲,免修,2023-09-01,,D,", "2:2", "'scheme' can't be read"),
        ("T5,,免修,2023-09-01,,D,", "2:2", "nothing"),
        (f"T5,{YULIN},甲,2023-09-01,,D,", "2:3", "'kind' can't be read"),
        ("T5,homeroom-teacher-30h,自愿放弃,2023-09-01,,D,", "2:3", "does not provide for 'waived'"),
        (f"T5,{YULIN},免修,,,D,", "2:4", "nothing"),
        (f"T5,{YULIN},免修,2023-09-31,,D,", "2:4", "'first' can't be read"),
        (f"T5,{YULIN},免修,2023-09-01,甲,D,", "2:5", "'last' can't be read"),
        (f"T5,{YULIN},免修,2023-09-02,2023-09-01,D,", "2:5", "before the first"),
        (f"T5,{YULIN},免修,2023-09-01,,,", "2:6", "nothing"),
        (f"T5,{YULIN},免修,2023-09-01,,D,甲", "2:7", "'state' can't be read"),
    ],
)
def test_each_mistake_is_told_where_it_is(tmp_path: Path, line: str, place: str, told: str) -> None:
    checked = check(tmp_path, HEAD + line + "\n" + GOOD)
    (problem,) = checked.problems
    assert problem.where == f"a.csv:{place}"
    assert told in str(problem)
    assert "甲" not in str(problem)
    assert len(checked.entries) == 1


def test_one_day_is_enough_and_each_counts_once(tmp_path: Path) -> None:
    day = GOOD.replace(",,", ",2023-09-19,", 1)
    assert check(tmp_path, HEAD + day).problems == ()
    (problem,) = check(tmp_path, HEAD + GOOD + day).problems
    assert problem.where == "a.csv:3:6"
    assert "the dispensation of line 2 again" in problem.found


def test_cells_of_excel_are_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [*HEAD.strip().split(",")],
        ["T5", YULIN, "免修", date(2023, 9, 19), date(2023, 12, 30), 12],
    ]
    found = read_table(write_workbook(tmp_path / "a.xlsx", rows))
    checked = check_dispensations("a.xlsx", found, "m", PEOPLE, SCHEMES)
    assert checked.problems == ()
    ((one, _),) = checked.entries
    assert (one.first, one.last, one.document) == (date(2023, 9, 19), date(2023, 12, 30), "12")
