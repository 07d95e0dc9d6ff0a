"""What a person should look at, each thing once and in its order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from moodle_cpd.decide import TeacherRecord
from moodle_cpd.decide.troubles import undated, unfounded, unknown, unknown_courses
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute
from moodle_cpd.rules.matching import Target
from tests.decide.making import (
    BODY,
    SITE,
    TEACHER,
    activity,
    course,
    decide,
    done,
    handed_in,
    local,
    marked,
    record,
    rules,
)

KNOWN = TeacherRecord(SITE, TEACHER, (), ())
PROVIDED = "\ndispensations: [{kind: waived, title: {en: Waiver}}]\n"


def paper(scheme: str, kind: DispensationKind) -> Dispensation:
    return Dispensation(SITE, TEACHER, scheme, kind, date(2025, 1, 1), None, f"D-{scheme}-{kind}")


def test_documents_that_the_scheme_knows_nothing_of() -> None:
    papers = [paper(scheme, kind) for scheme in ("sample", "other") for kind in DispensationKind]
    known = TeacherRecord(SITE, TEACHER, (), (), papers)
    (problem,) = unfounded(rules(BODY + PROVIDED).schemes[0], known)
    assert "D-sample-exempt says 'exempt', which scheme 'sample'" in problem.found
    assert (problem.where, problem.expected) == ("m: teacher 7", "waived")
    both = list(unfounded(rules().schemes[0], known))
    assert [each.expected for each in both] == ["no dispensation from this scheme"] * 2


def test_what_is_unknown_is_said_once_for_all_schemes() -> None:
    one = unknown(KNOWN, Attribute.ROLE, {"b"})
    assert one.found == "role is unknown, so scheme 'b' decides nothing"
    names = [f"s{number}" for number in range(9)]
    many = unknown(KNOWN, Attribute.STAGE, set(names))
    listed = ", ".join(f"'{each}'" for each in names)
    assert many.found == f"stage is unknown, so schemes {listed} decide nothing"
    two = unknown(KNOWN, Attribute.STAGE, {"b", "a"})
    assert two.found == "stage is unknown, so schemes 'a', 'b' decide nothing"


def test_what_has_no_time_is_told_by_course_and_activity() -> None:
    targets = [Target(3, 30), Target(3), Target(3, 4), Target(2, 90), Target(10)]
    for order in (targets, targets[::-1]):
        assert undated(KNOWN, order).found.endswith(
            "activity 90 in course 2, course 3, activity 4 in course 3, activity 30 in course 3, "
            "course 10"
        )


def test_unknown_courses_come_in_their_order() -> None:
    found = unknown_courses(KNOWN, {1000, 3, 64, 7, 512})
    assert [each.where for each in found] == [
        f"m: course {number}" for number in (3, 7, 64, 512, 1000)
    ]


KINDS = """
assessments: [{id: exam, title: {en: Exam}, pass_at: {percent: 60}}]
evidence: [{id: essay, title: {en: Essay}, accepted_when: graded}]
"""
SCORE = """
score:
  title: {en: Score}
  components: [{id: one, title: {en: One}, points: 60, in_proportion_to: exam}]
"""
GATE = (
    "\nrecognised_when: {passed: exam}\ncarry_over: [{category: a, beyond: 1, hours_at_most: 5}]\n"
)
ENTRIES = """
  - {course: C1, activity: X, assessment: exam}
  - {course: C1, activity: L, assessment: exam, attempt: latest}
  - {course: C1, activity: E, evidence: essay}
  - {course: C2, category: a, hours: 9}
  - {record: R, assessment: exam}
"""
COURSES = [
    course(1, activities=[activity(10, "X"), activity(11, "L"), activity(12, "E")]),
    course(2),
]
AT, AFTER = local("2025-06-01 10:00"), local("2026-04-05 12:00")


def told(
    facts: Sequence[Fact], asked: str = "{passed: exam}", more: str = "", on: str = ""
) -> list[str]:
    body = BODY.replace("{hours_at_least: 10}", asked) + KINDS + more
    moment = local(on) if on else AFTER
    _, problems = decide(rules(body, ENTRIES), COURSES, facts, moment)
    return [each.found.split(" was handed in")[0] for each in problems]


OPEN, PASSED = [handed_in(1, 10, AT)], [handed_in(1, 10, AT), marked(1, 10, "70", AT)]
BETTER = handed_in(1, 10, local("2025-07-01 10:00"), 1)
TWENTY = "{score_at_least: 100}"


@pytest.mark.parametrize(
    ("facts", "asked", "more", "expected"),
    [
        (OPEN, "{passed: exam}", "", ["activity 10 in course 1"]),
        (OPEN, "{hours_at_least: 10}", "", []),
        (PASSED, "{all: [{passed: exam}, {hours_at_least: 1}]}", "", []),
        # Which one counts is settled, but points can still rise with a better one.
        ([*PASSED, BETTER], "{all: [{passed: exam}, {hours_at_least: 1}]}", "", []),
        ([*PASSED, BETTER], TWENTY, SCORE, ["activity 10 in course 1"]),
        (PASSED, TWENTY, SCORE, []),
        ([handed_in(1, 11, AT)], TWENTY, SCORE, ["activity 11 in course 1"]),
        (
            [handed_in(1, 11, AT), handed_in(1, 11, AT, 1), marked(1, 11, "70", AT, attempt=1)],
            *(TWENTY, SCORE, []),
        ),
        # What can't be judged without its maximum is past where the latest counts.
        (
            [marked(1, 11, "70", AT, maximum=None), marked(1, 11, "70", AT, attempt=1)],
            *(TWENTY, SCORE, []),
        ),
        (
            [marked(1, 10, "70", AT, maximum=None), marked(1, 10, "70", AT, attempt=1)],
            *(TWENTY, SCORE, ["activity 10 in course 1"]),
        ),
        ([handed_in(1, 12, AT)], "{evidence: essay}", "", ["activity 12 in course 1"]),
        (
            [record("R", "2025-06-01")],
            *("{passed: exam}", ""),
            ["record 'R' of 2025-06-01 (document D 1)"],
        ),
    ],
)
def test_work_that_waits_for_a_grade_on_which_something_hangs(
    facts: list[Fact], asked: str, more: str, expected: list[str]
) -> None:
    assert told(facts, asked, more) == expected


LONG = KINDS.replace("accepted_when: graded", "accepted_when: graded, characters_at_least: 800")
PAPERS = ENTRIES + "  - {record: P, evidence: essay}\n"


@pytest.mark.parametrize(
    ("fact", "lacks", "expected", "hint"),
    [
        (handed_in(1, 12, AT), "is not marked", "a grade", "Mark it in Moodle"),
        (
            handed_in(1, 12, AT, length=None),
            "has no online text that could be counted",
            "an online text",
            "Have it handed in as text",
        ),
        (
            record("P", "2025-06-01", characters=900),
            "says no points",
            "points",
            "Import the record again with its points",
        ),
        (
            record("P", "2025-06-01", points="80"),
            "says no number of characters",
            "characters",
            "Import the record again with its characters",
        ),
    ],
)
def test_what_is_lacking_and_what_to_do(fact: Fact, lacks: str, expected: str, hint: str) -> None:
    body = BODY.replace("{hours_at_least: 10}", "{evidence: essay}") + LONG
    _, (problem,) = decide(rules(body, PAPERS), COURSES, [fact], AFTER)
    assert problem.found.endswith(f" and {lacks}, and the grace days are over")
    assert (problem.expected, problem.hint) == (
        expected,
        f"{hint}; until then the outcome stays open",
    )


def test_hours_that_may_be_carried_over_are_no_work_that_waits() -> None:
    facts = [done(2, AT), handed_in(1, 10, AT)]
    found = told(facts, "{hours_at_least: 10}", GATE, on="2027-05-01 12:00")
    assert set(found) == {"activity 10 in course 1"}
