"""Work put into periods: what counts once, what is open, and what lines quarrel about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import pytest

from moodle_cpd.model.decision import CreditLine, Decision
from moodle_cpd.model.fact import Fact
from tests.decide.making import (
    BODY,
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

KINDS = """
assessments: [{id: exam, title: {en: Exam}, pass_at: {percent: 60}}]
evidence: [{id: essay, title: {en: Essay}, accepted_when: handed_in}]
"""
ENTRIES = """
  - {course: C1, category: a, hours: 10}
  - {course: C2, activity: G, category: a, hours: 6, counts_when: passed, pass_at: {percent: 60}}
  - course: C2
    activity: P
    category: a
    hours: {value: 6, in_proportion_to: grade}
    counts_when: graded
  - {course: C2, category: b, hours: 1}
  - {course: C3, activity: X, assessment: exam}
  - {course: C3, activity: E, evidence: essay}
  - {course: C4, category: a, hours: {custom_field: hours}}
  - {record: R, category: a, hours: recorded}
  - {course: {idnumber_like: "C5*"}, category: a, hours: 1}
  - {course: {idnumber_like: "*C5"}, category: b, hours: 2}
  - {course: {idnumber_like: "C6*"}, activity: T, category: a, hours: 1, counts_when: graded}
  - {course: {idnumber_like: "*C6"}, activity: T, category: b, hours: 2, counts_when: graded}
"""
COURSES = [
    course(1),
    course(2, activities=[activity(9, "G"), activity(10, "P")]),
    course(3, activities=[activity(30, "X"), activity(31, "E")]),
    course(4),
    course(5),
    course(6, activities=[activity(60, "T")]),
]
OLD, OLD_MARKED = local("2025-06-01 10:00"), local("2025-06-20 10:00")
NEW, NEW_MARKED = local("2026-06-01 10:00"), local("2026-06-20 10:00")
ON = local("2026-09-01 12:00")


def decided(facts: Sequence[Fact]) -> tuple[dict[str, Decision], list[str]]:
    decisions, problems = decide(rules(BODY + KINDS, ENTRIES), COURSES, facts, ON)
    return {key: each for (_, key), each in decisions.items()}, [each.found for each in problems]


def lines(facts: Sequence[Fact], period: str = "2026") -> tuple[CreditLine, ...]:
    return decided(facts)[0][period].credit_lines


def work(
    module: int,
    at: datetime,
    marking: datetime,
    points: str,
    *,
    attempt: int = 0,
    maximum: str | None = "100",
) -> list[Fact]:
    grade = marked(2, module, points, marking, attempt=attempt, maximum=maximum)
    return [handed_in(2, module, at, attempt), grade]


def test_what_counted_before_counts_once_and_says_so() -> None:
    (line,) = lines([done(1, OLD), done(1, NEW)])
    assert (line.given, line.counted) == (Decimal(0), Decimal(0))
    assert line.reason.en == "Course completed; Counted in an earlier period; counts once"


@pytest.mark.parametrize(
    ("module", "before", "maximum", "hours"),
    [
        # Only what gave hours takes them from later work.
        (9, "60", "100", 0),
        (9, "59", "100", 6),
        (9, "60", None, 6),
        (10, "0", "100", 6),
        (10, "1", "100", 0),
        (10, "60", None, 6),
    ],
)
def test_what_gave_no_hours_leaves_them_to_a_later_period(
    module: int, before: str, maximum: str | None, hours: int
) -> None:
    facts = [
        *work(module, OLD, OLD_MARKED, before, maximum=maximum),
        *work(module, NEW, NEW_MARKED, "100", attempt=1),
    ]
    assert [line.counted for line in lines(facts)] == [hours]


def test_what_failed_is_not_said_to_have_counted_before() -> None:
    facts = [*work(9, OLD, OLD_MARKED, "80"), *work(9, NEW, NEW_MARKED, "10", attempt=1)]
    (line,) = lines(facts)
    assert line.reason.en == "10 of 100 points, misses the 60 needed"


def test_a_grade_of_the_course_is_no_second_completion() -> None:
    facts = [done(1, NEW), marked(1, None, "80", NEW)]
    assert [line.counted for line in lines(facts)] == [Decimal(10)]
    assert lines([marked(1, None, "80", NEW)]) == ()


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (done(4, NEW), "Course completed; The course's field tells no number of hours"),
        (
            record("R", "2026-06-01"),
            "The record's hours can't count; a person must decide",
        ),
    ],
)
def test_hours_that_cannot_be_told_are_open_and_say_why(fact: Fact, words: str) -> None:
    (line,) = lines([fact])
    assert line.counted == 0
    assert line.reason.en.endswith(words)
    other = "field" if "record" in words else "record's"
    assert other not in line.reason.en


def test_work_that_lines_quarrel_about_is_shown_when_it_was_done() -> None:
    sent = handed_in(6, 60, OLD)
    facts = [done(5, NEW), done(5, None), sent, marked(6, 60, "80", NEW)]
    decisions, problems = decided(facts)
    words = "Several lines fit equally well; a person must decide"
    for period, number, at in (("2025", 6, OLD), ("2026", 5, NEW)):
        (line,) = decisions[period].credit_lines
        assert (line.course, line.at, line.reason.en) == (number, at, words)
        assert (line.given, line.entry) == (Decimal(0), None)
    assert len(problems) >= 2


def test_an_assessment_without_a_time_is_told() -> None:
    for fact in (marked(3, 30, "80", None), handed_in(3, 31, None)):
        found, problems = decided([fact])
        assert any("Moodle gives no time" in each for each in problems)
        (line,) = found["2026"].credit_lines
        assert (line.at, line.counted, line.category) == (None, Decimal(0), "")
        assert line.facts == (fact.key,)


def test_what_has_no_time_comes_in_the_order_of_courses_and_activities() -> None:
    facts = [
        handed_in(3, 31, None),
        handed_in(2, 10, None),
        done(1, None),
        handed_in(2, 9, None),
        done(4, None),
        marked(3, 30, "80", None),
        done(2, None),
    ]
    expected = [
        *((1, done(1, None)), (2, done(2, None)), (2, facts[3]), (2, facts[1])),
        *((3, facts[5]), (3, facts[0]), (4, facts[4])),
    ]
    for order in (facts, facts[::-1]):
        found = [(line.course, line.facts) for line in lines(order)]
        assert found == [(number, (fact.key,)) for number, fact in expected]
