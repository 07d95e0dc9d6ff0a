"""One deliberately broken file of cases for each kind of mistake: place, words, nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from moodle_cpd.cases import read_cases
from tests.cases.making import CASES, problems

BROKEN = [
    # good text, broken text, place, what the message says
    ("scheme: sample", "scheme: sampel", "1:1", ["unknown scheme 'sampel'", "'sample'?"]),
    ("time_zone: Asia/Shanghai", "time_zone: China", "3:12", ["'China'", "Asia/Shanghai"]),
    ("time_zone: Asia/Shanghai\n", "", "1:1", ["'time_zone' is missing"]),
    ("- story: hours", "- stroy: hours", "8:5", ["unknown key 'stroy'", "'story'?"]),
    ("2026-04-01 10:00", "2026-04-31 10:00", "10:34", ["'2026-04-31 10:00'", "2026-02-28 23:59"]),
    ("2026-04-01 10:00", "0001-01-01 00:00", "10:34", ["'0001-01-01 00:00'", "a day such as"]),
    ("2026-04-01 10:00", "1 April", "10:34", ["'1 April'", "a day such as"]),
    ("completed: 2026-05-01", "finished: 2026-05-01", "11:23", ["unknown key 'finished'"]),
    ("completed: 2026-05-01", "points: 5", "11:9", ["not exactly one thing that happened"]),
    (
        "completed: 2026-05-01",
        "completed: 2026-05-01, points: 5",
        "11:46",
        ["'points' for a whole"],
    ),
    ("C-A, completed", "C-X, completed", "10:9", ["fits course 'C-X'", "Did you mean 'C-"]),
    ("case: all-done", "case: All done", "13:11", ["'All done'", "small letters"]),
    ("role: [teacher]", "role: teacher", "15:21", ["the text 'teacher'", "a list"]),
    ("role: [teacher]", "hired: yesterday", "15:22", ["'yesterday'", "a day such as 2026-02-28"]),
    ("stories: [hours]", "stories: [houres]", "13:5", ["unknown story 'houres'", "'hours'?"]),
    (
        (
            "        handed_in: 2026-06-01 10:00\n        marked: 2026-06-02 10:00\n"
            "        points: 30\n        out_of: 50\n"
        ),
        "",
        "18:9",
        ["an assignment to which nothing happened"],
    ),
    ("        marked: 2026-06-02 10:00\n", "", "21:9", ["'points' without marked"]),
    ("handed_in: 2026-06-01 10:00", "characters: 5", "20:9", ["'characters' without handed_in"]),
    ("points: 30", "points: -1", "22:17", ["the number -1", "0 or more"]),
    ("out_of: 50", "state: lost", "23:16", ["'lost'", "'retracted'"]),
    ("on: 2026-06-02\n", "on: unknown\n", "25:13", ["'unknown'", "a day"]),
    ("outcome: met", "outcome: passed", "26:18", ["'passed'", "one of not_applicable"]),
    ("outcome: met", "period: [2026]\n        outcome: met", "26:17", ["a list"]),
    ("earned: 10", "earned: ten", "28:17", ["'ten'", "a number"]),
    ("{a: 6, b: 4}", "{a: 6, c: 4}", "25:9", ["unknown category 'c'", "one of a, b"]),
    (
        "{a: 6, b: 4}",
        "{a: 6, b: 4}\n        levels: {county: 4, provinz: 1}",
        "25:9",
        ["unknown level 'provinz'", "'province'?"],
    ),
    ("[badge], cert", "[bagde], cert", "25:9", ["unknown award 'bagde'", "'badge'?"]),
    (
        "consequences: []",
        "consequences: [repeat]",
        "25:9",
        ["unknown flag 'repeat'", "must_repeat"],
    ),
    ("outcome: met", "outcome: met\n        band: good", "25:9", ["unknown band 'good'"]),
    (
        "role: [teacher]",
        "dispensations: [{kind: ill, document: No. 5, first_day: 2026-03-01}]",
        "15:38",
        ["'ill'", "'exempt'"],
    ),
    (
        "role: [teacher]",
        "dispensations: [{kind: exempt, first_day: 2026-03-01}]",
        "15:31",
        ["'document' is missing"],
    ),
    (
        "role: [teacher]",
        (
            "dispensations: [{kind: exempt, document: No. 5, first_day: 2026-03-02, "
            "last_day: 2026-03-01}]"
        ),
        "15:86",
        ["'last_day' before first_day", "first_day or a later day"],
    ),
    ("cases:\n", "cases: []\nx:\n", "12:8", ["at least one item"]),
]


@pytest.mark.parametrize(("good", "broken", "place", "words"), BROKEN)
def test_each_mistake_is_told_where_it_is(
    tmp_path: Path, good: str, broken: str, place: str, words: list[str]
) -> None:
    assert good in CASES
    found = problems(tmp_path, CASES.replace(good, broken, 1))
    start = f"cases/sample/first.yaml:{place}: "
    fitting = [text for text in found if text.startswith(start)]
    assert fitting, found
    assert any(all(word in text for word in words) for text in fitting), found


def test_ids_stand_once(tmp_path: Path) -> None:
    story = "stories:\n  - {story: hours, facts: [{course: C-A, completed: unknown}]}\n"
    case = CASES[CASES.index("  - case:") :]
    found = problems(tmp_path, CASES.replace("stories:\n", story, 1) + case)
    assert any("story 'hours' stands here a second time" in each for each in found)
    assert any("case 'all-done' stands here a second time" in each for each in found)


def test_all_files_are_told_at_once(tmp_path: Path) -> None:
    for name, text in (("one.yaml", "scheme: ["), ("two.yml", ""), (".hidden.yaml", "[")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = read_cases(tmp_path, tmp_path)
    assert read.files == {}
    assert [each.where.split(":")[0] for each in read.problems] == ["one.yaml", "two.yml"]


def test_a_folder_that_is_not_there_holds_no_cases(tmp_path: Path) -> None:
    read = read_cases(tmp_path / "cases", tmp_path)
    assert (read.files, read.problems) == ({}, ())


def test_two_courses_with_one_id(tmp_path: Path) -> None:
    courses = "courses:\n  - {course: C-A, id: 3}\n  - {course: C-EXAM, id: 3}\n"
    found = problems(tmp_path, CASES.replace("courses:\n", courses, 1))
    assert any("has the id of another course" in each for each in found)
