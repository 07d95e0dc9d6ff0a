"""Broken periods, frames, qualifications and days of validity: place, words, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.files import GOOD, SCHEME, problems, write

S, C = "schemes/sample.yaml", "courses/sample.yaml"
FRAME = """
frames:
  - id: sample-five-years
    title: {en: Five years}
    counts: recognised
    period: {every: frame, starts: 03-01, first: 2021, years: 5}
    duty: every_period
    requirements: {hours_at_least: 360, reference: two}
"""
QUALIFICATION = """
qualification:
  title: {en: Held}
  expiring_days: 90
  renewal:
    - {present: ethics, every_years: 3}
"""
ONCE = SCHEME.replace("duty: every_period", "duty: once")

PERIODS = [
    ("{every: programme, title: {en: P}, first_day: 2023-09-01}", "'last_day' is missing"),
    (
        "{every: programme, title: {en: P}, first_day: 2023-09-01, last_day: 2023-08-31}",
        "a last day before the first",
    ),
    ("{every: before_post, years: 2}", "'first_day' is missing"),
    ("{every: before_post, years: 2, first_day: 2023-9-1}", "a date such as 2023-09-01"),
    ("{every: before_post, years: 2, first_day: 2023-09-01, starts: 01-01}", "'starts' beside"),
    ("{every: frame, starts: 01-01, first: 2021, years: 1}", "a frame of one year"),
]


def told(folder: Path, text: str, name: str = S) -> list[str]:
    return [str(each) for each in problems(write(folder, GOOD | {name: text}))]


@pytest.mark.parametrize(("period", "words"), PERIODS)
def test_periods(tmp_path: Path, period: str, words: str) -> None:
    before, after = SCHEME.split("period:\n", 1)
    rest = after[after.index("grace_days") :]
    (problem,) = told(tmp_path, f"{before}period: {period}\n{rest}")
    assert problem.startswith(f"{S}:{before.count(chr(10)) + 1}:")
    assert words in problem


def test_a_good_frame_and_a_good_qualification(tmp_path: Path) -> None:
    assert told(tmp_path, SCHEME + FRAME) == []
    assert told(tmp_path, ONCE + QUALIFICATION) == []


@pytest.mark.parametrize(
    ("good", "broken", "words"),
    [
        ("counts: recognised", "counts: recognized", "'recognised'"),
        ("id: sample-five-years", "id: sample", "'sample' stands here a second time"),
        ("hours_at_least: 360,", "present: nothing,", "unknown category 'nothing'"),
        ("hours_at_least: 360,", "present: ethics, within_years: 3,", "every: year"),
        ("duty: every_period\n    req", "req", "'duty' is missing"),
        ("title: {en: Five years}", "titel: {en: Five years}", "'title'?"),
    ],
)
def test_frames(tmp_path: Path, good: str, broken: str, words: str) -> None:
    assert good in FRAME
    first = SCHEME.count("\n")
    found = told(tmp_path, SCHEME + FRAME.replace(good, broken, 1))
    assert any(words in each for each in found), found
    assert all(int(each.split(":")[1]) > first for each in found), found


@pytest.mark.parametrize(
    ("good", "broken", "words"),
    [
        ("present: ethics", "present: ethik", "unknown category 'ethik'"),
        ("every_years: 3", "every_years: 0", "1 or more"),
        ("every_years: 3", "every: 3", "'every_years'?"),
        ("expiring_days: 90", "expiring_days: 400", "366 or less"),
        ("    - {present: ethics, every_years: 3}", "    []", "at least one item"),
    ],
)
def test_qualifications(tmp_path: Path, good: str, broken: str, words: str) -> None:
    assert good in QUALIFICATION
    found = told(tmp_path, ONCE + QUALIFICATION.replace(good, broken, 1))
    assert any(words in each for each in found), found


def test_a_qualification_is_gained_once_and_counted_in_years(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, SCHEME + QUALIFICATION)
    assert "duty: once beside qualification" in problem
    framed = ONCE.replace("every: year", "every: frame\n  first: 2021\n  years: 5")
    (problem,) = told(tmp_path, framed + QUALIFICATION)
    assert "years are counted beside every: frame" in problem


def dated(key: str, before: str, after: str) -> str:
    items = f"{{value: {before}, until: 2027-02-28}}, {{value: {after}, from: 2027-03-01}}"
    return f"{key}: {{by_period: [{items}]}}"


@pytest.mark.parametrize(
    ("good", "broken", "words"),
    [
        ("- present: ethics", "- {present: ethics, from: 2027-02-30}", "from: 2027-02-30"),
        (
            "- present: ethics",
            "- {present: ethics, from: 2027-03-01, until: 2026-02-28}",
            "before it begins on 2027-03-01",
        ),
        (
            "grace_days: 30",
            "grace_days: {by_period: [{value: 30, until: 2027-02-28}]}",
            "nothing holds from 2027-03-01 on",
        ),
        (
            "duty: every_period",
            dated("duty", "once", "every_period"),
            "'duty' changes on 2027-03-01",
        ),
        (
            "grace_days: 30",
            dated("grace_days", "30", "x"),
            "the text 'x'",
        ),
        ("grace_days: 30", "grace_days: {value: 30, from: 2027-03-01}", "unknown key 'from'"),
    ],
)
def test_days_of_validity(tmp_path: Path, good: str, broken: str, words: str) -> None:
    assert good in SCHEME
    found = told(tmp_path, SCHEME.replace(good, broken, 1))
    assert any(words in each for each in found), found


def test_a_mistake_of_one_edition_alone_is_told(tmp_path: Path) -> None:
    """A category that is there only from a day on can't be asked for before."""
    text = SCHEME.replace("- present: ethics", "- present: later").replace(
        "categories:\n", "categories:\n  - {id: later, title: {en: L}, from: 2027-03-01}\n", 1
    )
    (problem,) = told(tmp_path, text)
    assert "unknown category 'later'" in problem


def test_lines_of_course_maps_with_days(tmp_path: Path) -> None:
    line = "  - {course: C-X, category: ethics, hours: 1, until: 2027-02-28}\n"
    again = "  - {course: C-X, category: ethics, hours: 2, from: 2027-03-01}\n"
    entries = GOOD[C].replace("entries:\n", f"entries:\n{line}{again}", 1)
    assert told(tmp_path, entries, C) == []
    both = entries.replace(", from: 2027-03-01", ", from: 2027-02-01")
    (problem,) = told(tmp_path, both, C)
    assert "selects course idnumber 'C-X', as" in problem


def test_a_frame_does_not_end_by_a_day(tmp_path: Path) -> None:
    dated = FRAME.replace("    duty:", "    until: 2027-02-28\n    duty:")
    (problem,) = told(tmp_path, SCHEME + dated)
    assert "frame 'sample-five-years' ends" in problem
