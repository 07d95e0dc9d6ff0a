"""One file for each rule that can be read and makes no sense: place and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.shipped import shipped_mappings
from moodle_cpd.rules.soundness import check_rules
from tests.rules.files import write

SCHEME = """\
scheme: sample
title: {en: Sample}
authority: {en: Authority}
regulation: {en: Regulation}
reference: one
time_zone: Asia/Shanghai
period: {every: year, starts: 03-01}
grace_days: 30
duty: every_period
hours_at_most: 60
audience: {role: [teacher], reference: one}
categories:
  - id: compulsory
    title: {en: Compulsory}
    reference: one
    hours_at_most: 40
    categories:
      - id: ethics
        title: {en: Ethics}
        hours_at_most: 20
  - id: elective
    title: {en: Elective}
    reference: one
assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}, reference: two}
evidence:
  - {id: note, title: {en: Note}, accepted_when: handed_in, reference: three}
requirements:
  reference: four
  all:
    - hours_at_least: 30
    - {hours_at_least: 12, of: ethics}
    - present: elective
    - passed: exam
    - {evidence: note}
consequences:
  - {flag: must_repeat, title: {en: Must repeat}, when: not_met, reference: five}
"""

COURSES = """\
course_map: sample-map
title: {en: Map}
scheme: sample
entries:
  - {course: C-ETHICS, category: ethics, hours: 12}
  - {course: C-READ, category: elective, hours: 18}
  - {course: C-EXAM, activity: EXAM, assessment: exam}
  - {course: C-NOTE, activity: NOTE, evidence: note}
"""

S, C = "schemes/sample.yaml", "courses/sample.yaml"
FILES = {S: SCHEME, C: COURSES}


def found(folder: Path, files: dict[str, str]) -> list[str]:
    return [str(problem) for problem in check_rules(load_rulebook(write(folder, files)))]


def test_sound_rules_are_sound(tmp_path: Path) -> None:
    assert found(tmp_path, FILES) == []


def test_the_shipped_rules_are_sound() -> None:
    assert check_rules(load_rulebook(shipped_mappings())) == []


@pytest.mark.parametrize(
    ("file", "good", "broken", "place", "words"),
    [
        (S, "hours_at_least: 30", "hours_at_least: 31", "31:7", ["31 hours, and", "30 at most"]),
        (C, "hours: 18", "hours: 17.5", "31:7", ["30 hours, and", "29.5 at most"]),
        (C, "hours: 12", "hours: 11", "32:7", ["12 hours of 'ethics'", "11 at most"]),
        (C, "hours: 18", "hours: 18, hours_at_most: 8", "31:7", ["30 hours", "20 at most"]),
        (C, "category: elective", "category: ethics", "33:7", ["hours of 'elective'", "none"]),
        (C, "assessment: exam", "evidence: note", "34:7", ["'exam' to be passed", "no activity"]),
        (
            S,
            "{evidence: note}",
            "{evidence: note, pieces: 2}",
            "35:7",
            ["2 of 'note'", "1 at most"],
        ),
        (
            S,
            "hours_at_least: 30",
            "hours_at_least: 61",
            "31:7",
            ["61 hours of which only 60 count", "cap at schemes/sample.yaml:1:1"],
        ),
        (
            S,
            "hours_at_least: 12",
            "hours_at_least: 24",
            "32:7",
            ["24 hours of which only 20 count", "cap at schemes/sample.yaml:18:9"],
        ),
        (
            S,
            "hours_at_most: 20",
            "hours_at_most: 41",
            "18:9",
            ["'ethics' may give 41 hours", "only 40"],
        ),
        (S, "  reference: four\n", "", "31:7", ["the requirement has no reference", "paragraph"]),
        (S, ", reference: two", "", "25:5", ["assessment 'exam' has no reference"]),
        (S, ", reference: five", "", "37:5", ["consequence 'must_repeat' has no reference"]),
    ],
)
def test_what_makes_no_sense_is_told_where_it_is(
    tmp_path: Path, file: str, good: str, broken: str, place: str, words: list[str]
) -> None:
    assert good in FILES[file]
    told = found(tmp_path, FILES | {file: FILES[file].replace(good, broken, 1)})
    fitting = [text for text in told if text.startswith(f"{S}:{place}: ")]
    assert fitting, told
    assert any(all(word in text for word in words) for text in fitting), told


def test_a_scheme_without_course_maps(tmp_path: Path) -> None:
    (told,) = found(tmp_path, {S: SCHEME})
    assert told.startswith(f"{S}:1:1: no course map gives anything in scheme 'sample'")


@pytest.mark.parametrize(
    "entry",
    [
        "{course: {idnumber_like: C-*}, category: elective, hours: 1}",
        "{course: {course_category: X}, category: elective, hours: 1}",
        "{course: C-X, category: elective, hours: {custom_field: hours}}",
        (
            "{course: C-X, activity: {type: assign}, category: elective, hours: 1, "
            "counts_when: graded}"
        ),
    ],
)
def test_what_may_be_any_number_is_enough(tmp_path: Path, entry: str) -> None:
    courses = COURSES.replace("hours: 18", "hours: 1")
    assert found(tmp_path, FILES | {C: courses})
    assert found(tmp_path, FILES | {C: f"{courses}  - {entry}\n"}) == []


def test_caps_that_are_equal_or_only_one_way_of_several_are_sound(tmp_path: Path) -> None:
    equal = SCHEME.replace("hours_at_most: 20", "hours_at_most: 40")
    assert found(tmp_path, FILES | {S: equal}) == []
    choice = "{any: [{hours_at_least: 61}, {present: ethics}]}"
    assert found(tmp_path, FILES | {S: SCHEME.replace("hours_at_least: 30", choice)}) == []


MORE = """\
recognised_when: {score_at_least: 60, reference: six}
awards:
  - {id: badge, kind: badge, title: {en: Badge}, issued_here: true}
  - {id: paper, kind: certificate, title: {en: Paper}, issued_here: true, reference: seven}
dispensations:
  - {kind: waived, title: {en: Waived}, reference: eight}
carry_over:
  - {category: elective, beyond: 20, hours_at_most: 5, reference: nine}
score:
  title: {en: Score}
  starts_at: 100
  reference: ten
  deductions:
    - {id: short, title: {en: Short}, points_each: 2, hours_short_of: 30}
  bands:
    - {id: pass, title: {en: pass}, from_points: 60}
"""


def test_every_value_of_the_regulation_names_its_paragraph(tmp_path: Path) -> None:
    assert found(tmp_path, FILES | {S: SCHEME + MORE}) == []
    wanted = {
        ", reference: six": ["the requirement"],
        ", reference: seven": ["award 'paper'"],
        ", reference: eight": ["dispensation 'waived'"],
        ", reference: nine": ["carry-over of 'elective'"],
        "  reference: ten\n": ["'short' of the score", "'pass' of the score"],
        ", reference: one}": ["audience"],
        "    title: {en: Compulsory}\n    reference: one\n": ["category 'compulsory'"],
    }
    for words, without in wanted.items():
        gone = "    title: {en: Compulsory}\n" if "Compulsory" in words else ""
        gone = "}" if words.endswith("one}") else gone
        text = (SCHEME + MORE).replace(words, gone, 1)
        told = found(tmp_path, FILES | {S: text})
        assert [each.split(" has no reference")[0].split(": ", 1)[1] for each in told][
            : len(without)
        ] == without


def carrying(rule: str) -> str:
    return f"{SCHEME}carry_over:\n  - {{{rule}, hours_at_most: 5, reference: six}}\n"


def test_hours_that_are_carried_over_help_to_reach_what_is_asked(tmp_path: Path) -> None:
    text = carrying("category: elective, beyond: 20")
    assert found(tmp_path, FILES | {S: text}) == []
    text = text.replace("hours_at_least: 30", "hours_at_least: 35")
    assert found(tmp_path, FILES | {S: text}) == []
    (told,) = found(tmp_path, FILES | {S: text.replace("hours_at_least: 35", "hours_at_least: 36")})
    assert "36 hours, and the course maps give 35 at most" in told


def test_what_the_cap_cuts_off_can_not_be_carried_over(tmp_path: Path) -> None:
    assert found(tmp_path, FILES | {S: carrying("category: ethics, beyond: 19.5")}) == []
    (told,) = found(tmp_path, FILES | {S: carrying("category: ethics, beyond: 20")})
    assert told.startswith(f"{S}:39:5: carries over what is beyond 20 hours of 'ethics'")
    assert f"the cap at {S}:18:9" in told


def test_of_a_choice_enough_must_be_left(tmp_path: Path) -> None:
    choice = "{any: [{hours_at_least: 59}, {present: ethics}]}"
    assert found(tmp_path, FILES | {S: SCHEME.replace("hours_at_least: 30", choice)}) == []
    two = "{at_least: 2, among: [{hours_at_least: 59}, {present: ethics}]}"
    told = found(tmp_path, FILES | {S: SCHEME.replace("hours_at_least: 30", two)})
    assert len(told) == 1
    assert "59 hours, and the course maps give 30 at most" in told[0]


def test_what_is_asked_only_of_some_must_be_possible_too(tmp_path: Path) -> None:
    some = "{hours_at_least: 59, only_for: {role: [principal]}}"
    told = found(tmp_path, FILES | {S: SCHEME.replace("hours_at_least: 30", some)})
    assert len(told) == 1
    assert "59 hours, and the course maps give 30 at most" in told[0]
