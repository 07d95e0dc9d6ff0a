"""What counts, once, and when it was earned."""

from __future__ import annotations

from decimal import Decimal

import pytest

from moodle_cpd.model.decision import Outcome
from moodle_cpd.rules import Rulebook
from tests.decide.making import (
    BODY,
    activity,
    course,
    decide,
    decide_one,
    done,
    handed_in,
    local,
    marked,
    rules,
)

ON = local("2027-06-01 12:00")
WHOLE = "  - {course: C1, category: a, hours: 12}\n"
PASSED = """
  - course: C1
    activity: A1
    category: a
    hours: 12
    counts_when: passed
    pass_at: {percent: 60}
"""
COURSES = [course(1, activities=[activity(10, "A1")])]


def with_line(text: str, line: str) -> Rulebook:
    return rules(BODY, f"{text}    {line}\n")


def test_completed_again_in_the_period_adds_nothing_and_says_so() -> None:
    facts = [done(1, local("2026-04-01 10:00")), done(1, local("2026-05-01 10:00"))]
    decision = decide_one(rules(BODY, WHOLE), COURSES, facts, ON, "2026")
    assert decision.recognised == 12
    first, again = decision.credit_lines
    assert [first.counted, again.counted] == [Decimal(12), Decimal(0)]
    assert "again" in again.reason.en


@pytest.mark.parametrize(("repeatable", "hours"), [("false", 0), ("true", 12)])
def test_completed_in_a_later_period_counts_only_where_repeatable(
    repeatable: str, hours: int
) -> None:
    entries = f"  - {{course: C1, category: a, hours: 12, repeatable: {repeatable}}}\n"
    facts = [done(1, local("2025-04-01 10:00")), done(1, local("2026-04-01 10:00"))]
    book = rules(BODY, entries)
    assert decide_one(book, COURSES, facts, ON, "2025").recognised == 12
    decision = decide_one(book, COURSES, facts, ON, "2026")
    assert decision.recognised == hours
    assert len(decision.credit_lines) == 1


def test_work_counts_when_it_was_handed_in_though_marked_later() -> None:
    facts = [
        handed_in(1, 10, local("2026-02-28 23:59")),
        marked(1, 10, "60", local("2026-03-20 10:00")),
    ]
    book = rules(BODY, PASSED)
    assert decide_one(book, COURSES, facts, ON, "2025").recognised == 12
    assert decide_one(book, COURSES, facts, ON, "2026").recognised == 0


def test_work_counts_when_it_was_marked_where_the_line_says_so() -> None:
    facts = [
        handed_in(1, 10, local("2026-02-28 23:59")),
        marked(1, 10, "60", local("2026-03-20 10:00")),
    ]
    book = with_line(PASSED, "earned: graded")
    assert decide_one(book, COURSES, facts, ON, "2025").recognised == 0
    assert decide_one(book, COURSES, facts, ON, "2026").recognised == 12


def test_work_that_was_never_handed_in_online_counts_when_marked() -> None:
    facts = [marked(1, 10, "60", local("2026-03-20 10:00"))]
    decision = decide_one(rules(BODY, PASSED), COURSES, facts, ON, "2026")
    assert decision.recognised == 12
    assert "moment of marking" in decision.credit_lines[0].reason.en


def test_work_changed_after_marking_stays_in_its_period() -> None:
    facts = [
        handed_in(1, 10, local("2026-03-05 10:00")),
        marked(1, 10, "60", local("2026-02-20 10:00")),
    ]
    assert decide_one(rules(BODY, PASSED), COURSES, facts, ON, "2025").recognised == 12


@pytest.mark.parametrize(
    ("points", "maximum", "counts"),
    [
        ("59.99", "100", False),
        ("60", "100", True),
        ("5.99", "10", False),
        ("6", "10", True),
        ("0", "100", False),
        ("18", "30", True),
        ("17.99", "30", False),
    ],
)
def test_a_pass_mark_in_percent(points: str, maximum: str, *, counts: bool) -> None:
    facts = [marked(1, 10, points, local("2026-04-01 10:00"), maximum=maximum)]
    decision = decide_one(rules(BODY, PASSED), COURSES, facts, ON, "2026")
    assert decision.recognised == (12 if counts else 0)
    assert len(decision.credit_lines) == 1


def test_a_pass_mark_in_points() -> None:
    book = rules(BODY, PASSED.replace("percent: 60", "points: 60"))
    for points, hours in (("59.99", 0), ("60", 12)):
        facts = [marked(1, 10, points, local("2026-04-01 10:00"), maximum=None)]
        assert decide_one(book, COURSES, facts, ON, "2026").recognised == hours


def test_any_grade_counts_where_the_line_asks_only_for_one() -> None:
    entries = "  - {course: C1, activity: A1, category: a, hours: 12, counts_when: graded}\n"
    book = rules(BODY, entries)
    at = local("2026-04-01 10:00")
    assert decide_one(book, COURSES, [marked(1, 10, "0", at)], ON, "2026").recognised == 12
    assert decide_one(book, COURSES, [marked(1, 10, None, at)], ON, "2026").recognised == 0
    assert decide_one(book, COURSES, [marked(1, 10, "-1", at)], ON, "2026").recognised == 0


ATTEMPTS = [
    handed_in(1, 10, local("2026-04-01 10:00"), 0),
    marked(1, 10, "80", local("2026-04-02 10:00"), attempt=0),
    handed_in(1, 10, local("2026-05-01 10:00"), 1),
    marked(1, 10, "40", local("2026-05-02 10:00"), attempt=1),
]


def test_the_best_attempt_counts() -> None:
    decision = decide_one(rules(BODY, PASSED), COURSES, ATTEMPTS, ON, "2026")
    assert decision.recognised == 12
    (line,) = decision.credit_lines
    assert line.at == local("2026-04-01 10:00")
    assert "best" in line.reason.en


def test_of_two_that_pass_the_better_one_counts() -> None:
    facts = [
        marked(1, 10, "60", local("2026-04-02 10:00"), attempt=0),
        marked(1, 10, "80", local("2026-05-02 10:00"), attempt=1),
        marked(1, 10, "80", local("2026-06-02 10:00"), attempt=2),
    ]
    decision = decide_one(rules(BODY, PASSED), COURSES, facts, ON, "2026")
    assert [line.at for line in decision.credit_lines] == [local("2026-05-02 10:00")]


def test_the_latest_attempt_counts_where_the_line_says_so() -> None:
    decision = decide_one(with_line(PASSED, "attempt: latest"), COURSES, ATTEMPTS, ON, "2026")
    assert decision.recognised == 0
    (line,) = decision.credit_lines
    assert "latest" in line.reason.en


REOPENED = [
    handed_in(1, 10, local("2026-02-20 10:00"), 0),
    handed_in(1, 10, local("2026-03-10 10:00"), 1),
]


@pytest.mark.parametrize("extra", ["", "attempt: latest"])
def test_a_gradebook_grade_is_for_the_last_work_that_was_there(extra: str) -> None:
    book = with_line(PASSED, extra or "attempt: best")
    facts = [*REOPENED, marked(1, 10, "85", local("2026-03-15 10:00"))]
    assert decide_one(book, COURSES, facts, ON, "2025").recognised == 0
    decision = decide_one(book, COURSES, facts, ON, "2026")
    assert decision.recognised == 12
    (line,) = decision.credit_lines
    assert line.at == local("2026-03-10 10:00")
    assert line.facts == (facts[1].key, facts[2].key)


def test_a_grade_from_before_the_next_attempt_stays_with_its_own() -> None:
    book = rules(BODY, PASSED)
    facts = [*REOPENED, marked(1, 10, "85", local("2026-02-25 10:00"))]
    assert decide_one(book, COURSES, facts, ON, "2025").recognised == 12
    assert decide_one(book, COURSES, facts, ON, "2026").recognised == 0


def test_work_replaced_by_another_attempt_waits_for_no_grade() -> None:
    facts = [*REOPENED, marked(1, 10, "40", local("2026-03-15 10:00"), attempt=1)]
    decisions, problems = decide(rules(BODY, PASSED), COURSES, facts, ON)
    assert problems == []
    assert decisions["sample", "2025"].outcome is Outcome.NOT_MET
    assert decisions["sample", "2026"].outcome is Outcome.NOT_MET


def test_the_last_attempt_of_all_can_wait_for_a_grade() -> None:
    facts = [*REOPENED, marked(1, 10, "40", local("2026-02-25 10:00"))]
    decisions, problems = decide(rules(BODY, PASSED), COURSES, facts, ON)
    assert decisions["sample", "2025"].outcome is Outcome.NOT_MET
    assert decisions["sample", "2026"].outcome is Outcome.IN_PROGRESS
    assert ["not marked" in problem.found for problem in problems] == [True]


def test_each_attempt_keeps_a_grade_of_its_own() -> None:
    facts = [
        *REOPENED,
        *(
            marked(1, 10, p, local(at), attempt=n)
            for n, p, at in ((0, "80", "2026-03-16 10:00"), (1, "40", "2026-03-17 10:00"))
        ),
    ]
    assert decide_one(rules(BODY, PASSED), COURSES, facts, ON, "2025").recognised == 12


def test_met_by_a_latest_attempt_waits_for_the_end() -> None:
    book = with_line(PASSED, "attempt: latest")
    facts = ATTEMPTS[:2]
    early = decide_one(book, COURSES, facts, local("2026-06-01 10:00"), "2026")
    assert early.outcome is Outcome.IN_PROGRESS
    assert any("could still change" in reason.en for reason in early.reasons)
    assert early.awards == ()
    assert decide_one(book, COURSES, facts, ON, "2026").outcome is Outcome.MET
    best = decide_one(rules(BODY, PASSED), COURSES, facts, local("2026-06-01 10:00"), "2026")
    assert best.outcome is Outcome.MET


def test_record_courses_never_count_under_no_pattern() -> None:
    entries = '  - {course: {idnumber_like: "*"}, category: a, hours: 12}\n'
    facts = [done(1, local("2026-04-01 10:00")), done(2, local("2026-04-01 10:00"))]
    decisions, problems = decide(
        rules(BODY, entries),
        [course(1), course(2)],
        facts,
        local("2026-06-01 00:00"),
        record_courses=frozenset({2}),
    )
    decision = decisions["sample", "2026"]
    assert decision.recognised == 12
    assert [line.course for line in decision.credit_lines] == [1]
    assert problems == []


def test_a_fact_in_a_record_course_opens_no_period() -> None:
    decisions, problems = decide(
        rules(),
        [],
        [done(2, local("2019-04-01 10:00"))],
        local("2026-06-01 00:00"),
        record_courses=frozenset({2}),
    )
    assert sorted(decisions) == [("sample", "2025"), ("sample", "2026")]
    assert problems == []


def test_which_periods_are_decided() -> None:
    facts = [done(1, local("2020-05-01 10:00")), done(9, local("2022-05-01 10:00"))]
    decisions, _ = decide(rules(), [course(1), course(9)], facts, local("2026-06-01 00:00"))
    assert sorted(key for _, key in decisions) == ["2020", "2022", "2025", "2026"]


def test_nothing_is_decided_from_before_the_first_period() -> None:
    book = rules(BODY.replace("starts: 03-01", "starts: 03-01, first: 2026"), WHOLE)
    facts = [done(1, local("2026-02-28 23:59")), done(1, local("2026-03-01 00:00"))]
    decisions, _ = decide(book, COURSES, facts, local("2026-06-01 00:00"))
    assert [key for _, key in decisions] == ["2026"]
    assert decisions["sample", "2026"].recognised == 12


def test_what_happens_after_the_moment_is_not_seen() -> None:
    facts = [done(1, local("2026-04-01 10:00"))]
    book = rules(BODY, WHOLE)
    before = decide_one(book, COURSES, facts, local("2026-04-01 09:59"), "2026")
    after = decide_one(book, COURSES, facts, local("2026-04-01 10:00"), "2026")
    decisions, _ = decide(book, COURSES, facts, local("2024-06-01 00:00"))
    assert sorted(key for _, key in decisions) == ["2023", "2024"]
    assert [before.recognised, after.recognised] == [Decimal(0), Decimal(12)]


def test_hours_from_a_custom_field() -> None:
    entries = "  - {course: C1, category: a, hours: {custom_field: hours}}\n"
    book = rules(BODY, entries)
    facts = [done(1, local("2026-04-01 10:00"))]
    decision = decide_one(book, [course(1, fields={"hours": " 7.5 "})], facts, ON, "2026")
    assert decision.recognised == Decimal("7.5")


@pytest.mark.parametrize("value", ["", "12 学时", "-3", "0", "1e3", "NaN", "十二"])
def test_hours_that_a_field_does_not_tell_are_unknown_not_zero(value: str) -> None:
    entries = "  - {course: C1, category: a, hours: {custom_field: hours}}\n"
    facts = [done(1, local("2026-04-01 10:00"))]
    courses = [course(1, fields={"hours": value})]
    decisions, problems = decide(rules(BODY, entries), courses, facts, ON)
    decision = decisions["sample", "2026"]
    assert decision.recognised == 0
    assert decision.outcome is Outcome.IN_PROGRESS
    (problem,) = problems
    assert "course 1 (C1)" in problem.found
    assert problem.where.startswith("courses/sample.yaml:5:")


def test_a_tie_on_a_real_course_names_both_lines_and_gives_nothing() -> None:
    entries = (
        "  - {course: C1, category: a, hours: 12}\n"
        "  - {course: {short_name: short 1}, category: b, hours: 9}\n"
    )
    facts = [done(1, local("2026-04-01 10:00"))]
    decisions, problems = decide(rules(BODY, entries), COURSES, facts, ON)
    decision = decisions["sample", "2026"]
    assert decision.recognised == 0
    (line,) = decision.credit_lines
    assert (line.category, line.entry) == ("", None)
    (problem,) = problems
    assert "course 1 (C1)" in problem.found
    assert "courses/sample.yaml:5:" in problem.found
    assert "courses/sample.yaml:6:" in problem.found


def test_a_fact_about_an_unknown_course_is_told() -> None:
    _, problems = decide(rules(), [], [done(99, local("2026-04-01 10:00"))], ON)
    assert [problem.where for problem in problems] == ["m: course 99"]
