"""Unknown is not zero: unmarked work, and completions without a time."""

from __future__ import annotations

import pytest

from moodle_cpd.model.decision import Outcome, State
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
    rules,
)

COURSES = [course(1, activities=[activity(10, "A1"), activity(11, "A2")]), course(2)]
ENTRIES = """
  - course: C1
    activity: A1
    category: a
    hours: 10
    counts_when: passed
    pass_at: {percent: 60}
  - {course: C2, category: b, hours: 4}
"""
IN_GRACE = local("2026-03-30 23:59")
AFTER = local("2026-03-31 00:00")
WORK = handed_in(1, 10, local("2026-02-10 10:00"))


def outcome(facts: list[Fact], on: object) -> tuple[Outcome, list[str]]:
    decisions, problems = decide(rules(BODY, ENTRIES), COURSES, facts, on)  # type: ignore[arg-type]
    return decisions["sample", "2025"].outcome, [problem.found for problem in problems]


@pytest.mark.parametrize("points", [None, "-1"])
def test_unmarked_work_keeps_it_open_then_becomes_a_problem(points: str | None) -> None:
    facts = [WORK]
    if points:
        facts.append(marked(1, 10, points, local("2026-02-11 10:00")))
    assert outcome(facts, IN_GRACE) == (Outcome.IN_PROGRESS, [])
    result, problems = outcome(facts, AFTER)
    assert result is Outcome.IN_PROGRESS
    (problem,) = problems
    assert "activity 10 in course 1" in problem
    assert "not marked" in problem


def test_marked_in_the_grace_days_it_counts_for_the_period() -> None:
    facts = [WORK, marked(1, 10, "60", local("2026-03-15 10:00"))]
    assert outcome(facts, IN_GRACE) == (Outcome.MET, [])


def test_marked_and_failed_it_is_not_met() -> None:
    facts = [WORK, marked(1, 10, "59", local("2026-03-15 10:00"))]
    assert outcome(facts, IN_GRACE)[0] is Outcome.IN_PROGRESS
    assert outcome(facts, AFTER) == (Outcome.NOT_MET, [])


def test_nothing_handed_in_is_missing() -> None:
    assert outcome([], AFTER) == (Outcome.NOT_MET, [])
    assert outcome([marked(1, 10, None, local("2026-02-11 10:00"))], AFTER)[0] is Outcome.NOT_MET


def test_unmarked_work_that_could_not_help_does_not_keep_it_open() -> None:
    body = BODY.replace("hours_at_least: 10", "hours_at_least: 15")
    decisions, problems = decide(
        rules(body, ENTRIES), COURSES, [WORK, done(2, local("2026-01-01 10:00"))], AFTER
    )
    assert decisions["sample", "2025"].outcome is Outcome.NOT_MET
    assert any("not marked" in problem.found for problem in problems)


def test_unmarked_work_does_not_disturb_what_is_met() -> None:
    body = BODY.replace("hours_at_least: 10", "hours_at_least: 4")
    facts = [WORK, done(2, local("2026-01-01 10:00"))]
    decisions, problems = decide(rules(body, ENTRIES), COURSES, facts, AFTER)
    assert decisions["sample", "2025"].outcome is Outcome.MET
    assert problems == []


ASSESSED = BODY.replace(
    "requirements: {hours_at_least: 10}",
    """
assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}}
requirements: {passed: exam}
""",
)
EXAM = "  - {course: C1, activity: A2, assessment: exam}\n"


@pytest.mark.parametrize(
    ("facts", "state", "result"),
    [
        ([], State.MISSING, Outcome.NOT_MET),
        ([handed_in(1, 11, local("2026-02-10 10:00"))], State.UNKNOWN, Outcome.IN_PROGRESS),
        ([marked(1, 11, "59.9", local("2026-02-10 10:00"))], State.MISSING, Outcome.NOT_MET),
        ([marked(1, 11, "60", local("2026-02-10 10:00"))], State.MET, Outcome.MET),
        ([marked(1, 11, "60", local("2026-03-01 00:00"))], State.MISSING, Outcome.NOT_MET),
        (
            [
                handed_in(1, 11, local("2026-02-28 23:59")),
                marked(1, 11, "60", local("2026-03-02 00:00")),
            ],
            State.MET,
            Outcome.MET,
        ),
        (
            [marked(1, 11, "60", local("2026-02-10 10:00"), maximum=None)],
            State.UNKNOWN,
            Outcome.IN_PROGRESS,
        ),
        (
            [marked(1, 11, "0", local("2026-02-10 10:00"), maximum="0")],
            State.UNKNOWN,
            Outcome.IN_PROGRESS,
        ),
        (
            [
                marked(1, 11, "20", local("2026-02-10 10:00")),
                handed_in(1, 11, local("2026-02-12 10:00"), 1),
            ],
            State.UNKNOWN,
            Outcome.IN_PROGRESS,
        ),
    ],
)
def test_an_assessment_is_met_missing_or_unknown(
    facts: list[Fact], state: State, result: Outcome
) -> None:
    decisions, problems = decide(rules(ASSESSED, EXAM), COURSES, facts, AFTER)
    decision = decisions["sample", "2025"]
    assert decision.requirement is not None
    assert (decision.requirement.state, decision.outcome) == (state, result)
    assert bool(problems) is (state is State.UNKNOWN)


@pytest.mark.parametrize("kind", ["all:", "at_least: 2, among:"])
def test_one_met_and_one_unknown_are_unknown_together(kind: str) -> None:
    body = ASSESSED.replace("{passed: exam}", f"{{{kind} [{{passed: exam}}, {{present: b}}]}}")
    facts = [handed_in(1, 11, local("2026-02-10 10:00")), done(2, local("2026-01-01 10:00"))]
    book = rules(body, EXAM + "  - {course: C2, category: b, hours: 4}\n")
    decisions, _ = decide(book, COURSES, facts, AFTER)
    decision = decisions["sample", "2025"]
    assert decision.requirement is not None
    assert decision.requirement.state is State.UNKNOWN
    assert decision.outcome is Outcome.IN_PROGRESS


def test_an_assessment_passed_for_good_needs_no_wait_for_another_latest_one() -> None:
    entries = EXAM + "  - {course: C1, activity: A1, assessment: exam, attempt: latest}\n"
    at = local("2025-05-01 10:00")
    facts = [marked(1, 11, "80", at), marked(1, 10, "90", at)]
    decisions, _ = decide(rules(ASSESSED, entries), COURSES, facts, local("2025-07-01 00:00"))
    assert decisions["sample", "2025"].outcome is Outcome.MET


def test_an_assessment_that_also_gives_hours_is_shown_once_where_its_time_is_unknown() -> None:
    entries = (
        "  - {course: C1, activity: A2, assessment: exam, category: a, hours: 2,\n"
        "     counts_when: graded}\n"
    )
    decisions, problems = decide(
        rules(ASSESSED, entries), COURSES, [marked(1, 11, "80", None)], AFTER
    )
    assert len(decisions["sample", "2025"].credit_lines) == 1
    assert len(problems) == 1


def test_the_latest_assessment_attempt_can_still_undo_it() -> None:
    entries = "  - {course: C1, activity: A2, assessment: exam, attempt: latest}\n"
    passed = [marked(1, 11, "80", local("2025-05-01 10:00"))]
    failed = [*passed, marked(1, 11, "20", local("2025-06-01 10:00"), attempt=1)]
    book = rules(ASSESSED, entries)
    for facts, on, expected in (
        (passed, local("2025-07-01 00:00"), Outcome.IN_PROGRESS),
        (passed, AFTER, Outcome.MET),
        (failed, AFTER, Outcome.NOT_MET),
    ):
        decisions, _ = decide(book, COURSES, facts, on)
        assert decisions["sample", "2025"].outcome is expected


def test_a_completion_without_a_time_is_told_and_decides_nothing() -> None:
    decisions, problems = decide(rules(BODY, ENTRIES), COURSES, [done(2, None)], AFTER)
    decision = decisions["sample", "2025"]
    assert decision.recognised == 0
    (line,) = decision.credit_lines
    assert line.at is None
    assert line.category == "b"
    assert decision.outcome is Outcome.NOT_MET
    (problem,) = problems
    assert "course 2" in problem.found
    assert "no time" in problem.found
    assert "teacher 7" in problem.where


def test_a_completion_without_a_time_is_forgotten_once_there_is_one_with() -> None:
    facts = [done(2, None), done(2, local("2026-01-01 10:00"))]
    decisions, problems = decide(rules(BODY, ENTRIES), COURSES, facts, AFTER)
    assert decisions["sample", "2025"].recognised == 4
    assert len(decisions["sample", "2025"].credit_lines) == 1
    assert problems == []


def test_work_without_a_time_decides_nothing_either() -> None:
    facts = [handed_in(1, 10, None), marked(1, 10, "90", None)]
    decisions, problems = decide(rules(BODY, ENTRIES), COURSES, facts, AFTER)
    assert decisions["sample", "2025"].recognised == 0
    assert len(problems) == 1


def test_retracted_facts_are_not_seen() -> None:
    fact = Fact(WORK.kind, WORK.site, WORK.teacher, 2, at=local("2026-01-01 10:00"), retracted=True)
    decisions, _ = decide(rules(BODY, ENTRIES), COURSES, [fact], AFTER)
    assert decisions["sample", "2025"].credit_lines == ()


def test_unmarked_work_that_nothing_hangs_on_is_not_told() -> None:
    kinds = "\nassessments: [{id: exam, title: {en: Exam}, pass_at: {percent: 60}}]\n"
    entries = ENTRIES + "  - {course: C1, activity: A2, assessment: exam}\n"
    work = [handed_in(1, 11, local("2026-02-10 10:00"))]
    _, problems = decide(rules(BODY + kinds, entries), COURSES, work, AFTER)
    assert problems == []
    asked = BODY.replace("{hours_at_least: 10}", "{passed: exam}")
    _, (problem,) = decide(rules(asked + kinds, entries), COURSES, work, AFTER)
    assert "is not marked" in problem.found
