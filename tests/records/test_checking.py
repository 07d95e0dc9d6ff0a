"""Files of records: what is read, what is refused, and where."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from moodle_cpd.errors import InputError
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Person
from moodle_cpd.records import Checked, check_records, read_table
from tests.records.workbooks import write_workbook

NOW = datetime(2026, 12, 31, tzinfo=UTC)
PEOPLE = [Person("m", 5, "T5", "five", "甲"), Person("m", 6, "T6", "six", "乙")]
PEOPLE += [Person("m", number, "T7", f"seven{number}", "丙") for number in (7, 8)]
HEAD = "工号,项目,日期,文件,学时,成绩,满分,级别,状态\n"
GOOD = "T5,国培2026,2026年5月1日,沈教〔2026〕12号,20.5,85,100,省级,\n"


def check(folder: Path, content: str | bytes, now: datetime = NOW) -> Checked[Fact]:
    path = folder / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return check_records("a.csv", read_table(path), "m", PEOPLE, ZoneInfo("Asia/Shanghai"), now)


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + GOOD).encode(),
        (HEAD + GOOD).encode("utf-8-sig"),
        (HEAD + GOOD).encode("gb18030"),
        (HEAD + GOOD).replace(",", ";").encode(),
        (HEAD + GOOD).replace(",", "\t").replace("\n", "\r\n").encode(),
    ],
)
def test_a_record_is_read_from_any_csv(tmp_path: Path, content: bytes) -> None:
    checked = check(tmp_path, content)
    assert checked.problems == ()
    (fact,) = checked.entries
    assert (fact.teacher, fact.retracted) == (5, False)
    assert fact.value == 85
    assert fact.maximum == 100
    record = fact.record
    assert record is not None
    assert (record.what, record.day, record.hours) == (
        "国培2026",
        date(2026, 5, 1),
        Decimal("20.5"),
    )
    assert (record.level, record.document) == ("province", "沈教〔2026〕12号")
    assert fact.at is not None
    assert fact.at.isoformat() == "2026-05-01T04:00:00+00:00"


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ("T9,国培,2026-05-01,D,1,,,,", "2:1", "no known teacher"),
        ("T7,国培,2026-05-01,D,1,,,,", "2:1", "several teachers"),
        ("T5,,2026-05-01,D,1,,,,", "2:2", "nothing"),
        ("T5,国培,2026-02-30,D,1,,,,", "2:3", "'date' can't be read"),
        ("T5,国培,2026-05-01,,1,,,,", "2:4", "nothing"),
        ("T5,国培,2026-05-01,D,甲,,,,", "2:5", "'hours' can't be read"),
        ("T5,国培,2026-05-01,D,-1,,,,", "2:5", "hours"),
        ("T5,国培,2026-05-01,D,0,,,,", "2:5", "the number 0"),
        ("T5,国培,2026-05-01,D,1,,,town,", "2:8", "level"),
        ("T5,国培,2026-05-01,D,1,,,,x", "2:9", "state"),
    ],
)
def test_each_mistake_is_told_where_it_is(tmp_path: Path, line: str, place: str, told: str) -> None:
    checked = check(tmp_path, HEAD + line + "\n" + GOOD)
    (problem,) = checked.problems
    assert problem.where == f"a.csv:{place}"
    assert told in str(problem)
    assert "甲" not in str(problem)
    assert len(checked.entries) == 1


@pytest.mark.parametrize(
    ("now", "today"),
    [
        # In Shanghai the day begins at 16:00 of the day before.
        (datetime(2026, 5, 1, 15, 59, 59, tzinfo=UTC), date(2026, 5, 1)),
        (datetime(2026, 5, 1, 16, 0, 0, tzinfo=UTC), date(2026, 5, 2)),
    ],
)
def test_what_is_still_to_come_is_no_record(tmp_path: Path, now: datetime, today: date) -> None:
    last, next_ = today.isoformat(), (today + timedelta(days=1)).isoformat()
    (fact,) = check(tmp_path, f"{HEAD}T5,国培,{last},D,1,,,,\n", now).entries
    assert fact.record is not None
    assert fact.record.day == today
    checked = check(tmp_path, f"{HEAD}{GOOD}T5,国培,{next_},D,1,,,,\n", now)
    (problem,) = checked.problems
    assert (problem.where, problem.found) == ("a.csv:3:3", f"{next_}, which is to come")
    assert f"today, {last}" in problem.expected
    assert len(checked.entries) == 1
    # What slipped in before can be taken back.
    assert len(check(tmp_path, f"{HEAD}T5,国培,{next_},D,1,,,,撤销\n", now).entries) == 1


def test_mistakes_of_the_header(tmp_path: Path) -> None:
    found = check(tmp_path, "姓名,工号,日期,日期\n").problems
    assert [each.where for each in found] == ["a.csv:1:1", "a.csv:1:4", "a.csv:1:1"]
    assert "without what, document" in found[2].found
    assert check(tmp_path, "").problems[0].found == "an empty file"


def test_a_line_twice_and_a_retraction(tmp_path: Path) -> None:
    checked = check(tmp_path, HEAD + GOOD + GOOD)
    assert "the record of line 2 again" in checked.problems[0].found
    (fact,) = check(tmp_path, HEAD + GOOD.replace(",\n", ",撤销\n")).entries
    assert fact.retracted


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK nonsense")
    with pytest.raises(InputError, match="no Excel file"):
        read_table(path)


def test_cells_of_excel_are_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [*HEAD.strip().split(",")],
        [5, "国培2026", date(2026, 5, 1), "D", 20.5, 85, 100, "省级"],
    ]
    people = [Person("m", 5, "5", "five", "甲")]
    found = read_table(write_workbook(tmp_path / "a.xlsx", rows))
    checked = check_records("a.xlsx", found, "m", people, ZoneInfo("Asia/Shanghai"), NOW)
    assert checked.problems == ()
    (fact,) = checked.entries
    assert fact.record is not None
    assert (fact.record.day, fact.record.hours) == (date(2026, 5, 1), Decimal("20.5"))
    assert fact.value == 85
