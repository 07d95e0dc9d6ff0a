"""Periods of a case that were closed: what comes later changes nothing, unless a person says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from moodle_cpd.cases import CheckResult, check_cases, read_cases
from moodle_cpd.cases.schema import CaseFile
from moodle_cpd.rules import Rulebook, load_rulebook
from tests.cases.making import run, write

CASE = """\
scheme: sample
title: {en: Cases}
time_zone: Asia/Shanghai
cases:
  - case: marked-late
    title: {en: Marked after the period was closed}
    teacher: {role: [teacher]}
    facts:
      - {course: C-A, completed: 2026-04-01}
      - {course: C-HRT, completed: 2026-05-01}
      - course: C-EXAM
        assignment: Final
        handed_in: 2027-02-01
        marked: 2027-05-01
        points: 30
        out_of: 50
    adjustments:
      - {kind: add, category: b, hours: 3, on: 2026-06-01, document: D 1}
      - {kind: add, category: b, hours: 2, on: 2026-06-01, document: D 2, recorded_on: 2027-07-01}
    courses:
      - {course: C-HRT, course_categories: [HRT]}
    CLOSED
    checks:
      - {on: DAY, period: 2026, outcome: in_progress, hours: 0, problems: []}
"""


def one(folder: Path, day: str, closed: str) -> CheckResult:
    text = CASE.replace("DAY", day).replace("CLOSED", f"closed: [{closed}]")
    (result,) = run(folder, text)
    return result


def loaded(folder: Path, text: str) -> tuple[Rulebook, Mapping[str, CaseFile]]:
    write(folder, text)
    return load_rulebook(folder), read_cases(folder / "cases", folder).files


def came(result: CheckResult) -> dict[str, str]:
    return {each.what: each.got for each in result.differences}


@pytest.mark.parametrize(
    ("day", "outcome", "hours"),
    [
        ("2027-04-30", "in_progress", "10"),
        ("2027-05-01", "met", "10"),
        ("2027-06-30", "met", "10"),
        ("2027-07-01", "met", "12"),
    ],
)
def test_without_a_closing_all_that_is_known_counts(
    tmp_path: Path, day: str, outcome: str, hours: str
) -> None:
    found = came(one(tmp_path, day, ""))
    assert (found.get("outcome", "in_progress"), found["hours"]) == (outcome, hours)


CLOSED = "{period: 2026, closed_on: 2027-04-10}"


def test_what_comes_after_the_closing_is_told_and_changes_nothing(tmp_path: Path) -> None:
    found = came(one(tmp_path, "2027-06-30", CLOSED))
    assert "outcome" not in found
    assert found["hours"] == "10"
    told = "is closed as in_progress with 10 hours; it would now be met with 10 hours"
    assert told in found["problems"]


def test_before_it_is_closed_nothing_is(tmp_path: Path) -> None:
    later = CLOSED.replace("04-10", "06-01")
    assert came(one(tmp_path, "2027-05-31", later))["outcome"] == "met"
    assert came(one(tmp_path, "2027-06-30", later)) == {"outcome": "met", "hours": "10"}


def test_an_adjustment_that_is_recorded_later_decides_again(tmp_path: Path) -> None:
    found = came(one(tmp_path, "2027-07-01", CLOSED))
    assert found == {"outcome": "met", "hours": "12"}


def test_a_period_is_closed_once(tmp_path: Path) -> None:
    again = CLOSED.replace("04-10", "05-10")
    text = CASE.replace("DAY", "2027-06-30").replace("CLOSED", f"closed: [{CLOSED}, {again}]")
    (problem,) = check_cases(*loaded(tmp_path, text))
    assert "closed period '2026'" in problem.found
    assert problem.where.startswith("cases/sample/first.yaml:22:")


def test_another_period_is_not_touched(tmp_path: Path) -> None:
    found = came(one(tmp_path, "2027-06-30", CLOSED.replace("2026", "2025")))
    assert found["outcome"] == "met"
