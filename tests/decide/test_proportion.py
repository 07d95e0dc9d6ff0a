"""Hours in proportion to a grade, exact to the last third."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide.exact import added, decimal, lesser
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.fact import Fact
from tests.decide.making import (
    BODY,
    activity,
    course,
    decide,
    handed_in,
    local,
    marked,
    rules,
)

ENTRIES = """
  - {course: C1, activity: P, category: a, hours: {value: 20, in_proportion_to: grade}, HOW}
  - {course: C1, activity: Q, category: a, hours: {value: 20, in_proportion_to: grade}, HOW}
  - course: C2
    activity: R
    category: b
    hours: {custom_field: hours, in_proportion_to: grade}
    counts_when: passed
    pass_at: {percent: 60}
"""
COURSES = [
    course(1, activities=[activity(1, "P"), activity(2, "Q")]),
    course(2, activities=[activity(3, "R")], fields={"hours": "9"}),
]
MODULES = {"P": (1, 1), "Q": (1, 2), "R": (2, 3)}
AT, AFTER = local("2025-06-01 10:00"), local("2026-03-31 00:00")


def graded(name: str, points: str | None, maximum: str | None = "100", attempt: int = 0) -> Fact:
    at = AT + timedelta(days=attempt, hours=1 + "PQR".index(name))
    return marked(*MODULES[name], points, at, maximum=maximum, attempt=attempt)


def sent(name: str, attempt: int = 0) -> Fact:
    return handed_in(*MODULES[name], AT + timedelta(days=attempt), attempt)


def decided(
    facts: Sequence[Fact], how: str = "counts_when: graded", need: str = "20", caps: str = ""
) -> tuple[Decision, list[str]]:
    body = BODY.replace("{hours_at_least: 10}", f"{{hours_at_least: {need}}}")
    body = body.replace("title: {en: A}}", f"title: {{en: A}}{caps}}}")
    book = rules(body, ENTRIES.replace("HOW", how))
    decisions, problems = decide(book, COURSES, facts, AFTER)
    return decisions["sample", "2025"], [each.found for each in problems]


@pytest.mark.parametrize(
    ("points", "maximum", "hours"),
    [
        ("100", "100", "20"),
        ("75", "100", "15"),
        ("0", "100", "0"),
        ("8", "9", "17.77777777777777777777777777"),
        ("12", "10", "20"),
    ],
)
def test_a_share_of_the_hours(points: str, maximum: str, hours: str) -> None:
    decision, _ = decided([graded("P", points, maximum)])
    assert decision.earned == Decimal(hours)
    (line,) = decision.credit_lines
    assert line.counted == line.given == Decimal(hours)
    assert line.reason.zh.endswith(f"20学时 × {points}/{maximum}")


def test_thirds_add_up() -> None:
    decision, _ = decided([graded("P", "1", "3"), graded("Q", "2", "3")])
    assert decision.outcome is Outcome.MET
    assert decision.recognised == 20
    assert dict(decision.by_category)["a"] == 20
    less, _ = decided([graded("P", "1", "3"), graded("Q", "66.66", "100")])
    assert less.outcome is Outcome.NOT_MET


def test_a_cap_cuts_what_is_left_of_a_third() -> None:
    facts = [graded("P", "1", "3"), graded("Q", "2", "3")]
    decision, _ = decided(facts, need="12", caps=", hours_at_most: 12")
    assert (decision.outcome, decision.recognised) == (Outcome.MET, Decimal(12))
    assert [line.counted for line in decision.credit_lines] == [
        Decimal("6.666666666666666666666666666"),
        Decimal("5.333333333333333333333333333"),
    ]
    assert "超出8学时不计" in decision.credit_lines[1].reason.zh


@pytest.mark.parametrize(("points", "hours"), [("59.99", "0"), ("60", "5.4"), ("90", "8.1")])
def test_below_the_pass_mark_there_is_nothing(points: str, hours: str) -> None:
    assert decided([graded("R", points)])[0].recognised == Decimal(hours)


def test_unmarked_work_could_bring_all_of_it() -> None:
    decision, problems = decided([sent("P")])
    assert (decision.outcome, decision.recognised) == (Outcome.IN_PROGRESS, Decimal(0))
    assert any("activity 1 in course 1 was handed in" in each for each in problems)


def test_a_better_attempt_that_is_not_marked_could_bring_all_of_it() -> None:
    decision, problems = decided([sent("P"), graded("P", "50"), sent("P", 1)])
    assert (decision.outcome, decision.recognised) == (Outcome.IN_PROGRESS, Decimal(10))
    assert any("is not marked" in each for each in problems)
    latest, _ = decided(
        [sent("P"), graded("P", "50"), sent("P", 1), graded("P", "40", attempt=1)],
        "counts_when: graded, attempt: latest",
    )
    assert (latest.outcome, latest.recognised) == (Outcome.NOT_MET, Decimal(8))


def test_the_best_attempt_is_the_one_with_the_most_hours() -> None:
    facts = [graded("P", "9", "10"), graded("P", "80", "100", attempt=1)]
    assert decided(facts)[0].recognised == 18


def test_a_grade_without_a_maximum_is_unknown() -> None:
    decision, problems = decided([graded("P", "15", None)])
    assert (decision.outcome, decision.recognised) == (Outcome.IN_PROGRESS, Decimal(0))
    assert "没有满分" in decision.credit_lines[0].reason.zh
    assert problems
    both, _ = decided([graded("P", "15", None), graded("P", "50", attempt=1)])
    assert (both.outcome, both.recognised) == (Outcome.IN_PROGRESS, Decimal(10))


def test_a_field_that_tells_no_hours_is_unknown_in_proportion_too() -> None:
    book = rules(BODY, ENTRIES.replace("HOW", "counts_when: graded"))
    blank = [COURSES[0], course(2, activities=[activity(3, "R")])]
    decisions, problems = decide(book, blank, [graded("R", "90")], AFTER)
    assert decisions["sample", "2025"].outcome is Outcome.IN_PROGRESS
    assert any("custom field 'hours'" in each.found for each in problems)


def test_a_grade_of_zero_leaves_the_hours_to_a_later_period() -> None:
    earlier = marked(1, 1, "0", local("2025-02-01 10:00"))
    later = marked(1, 1, "100", AT, attempt=1)
    assert decided([earlier, later])[0].recognised == 20
    earlier = marked(1, 1, "1", local("2025-02-01 10:00"))
    assert decided([earlier, later])[0].recognised == 0


attempts = st.lists(
    st.builds(
        graded,
        st.sampled_from("PQR"),
        st.one_of(st.none(), st.integers(0, 9).map(str)),
        st.sampled_from(["3", "7", "9", None]),
        st.integers(0, 3),
    ),
    max_size=8,
    unique_by=lambda fact: fact.subject,
)


@given(attempts, st.sampled_from("PQR"), st.integers(1, 7))
def test_one_more_passing_grade_never_lowers_the_hours(
    some: list[Fact], name: str, points: int
) -> None:
    more = graded(name, str(points), "7", attempt=9)
    before, after = decided(some)[0], decided([*some, more])[0]
    assert after.recognised >= before.recognised
    assert not (before.outcome is Outcome.MET and after.outcome is not Outcome.MET)


@given(attempts)
def test_hours_are_never_more_than_the_full_ones(some: list[Fact]) -> None:
    for line in decided(some)[0].credit_lines:
        assert 0 <= line.counted <= 20


@given(st.lists(st.one_of(st.decimals(0, 99, places=2), st.fractions(0, 99)), max_size=6))
def test_sums_are_exact(parts: list[Decimal]) -> None:
    total = sum((decimal(each) for each in parts), Decimal(0))
    assert abs(decimal(added(parts)) - total) < Decimal("1e-20")


def test_what_is_open_is_among_the_attempts_of_which_the_best_counts() -> None:
    (line,) = decided([graded("P", "80"), sent("P", 1)])[0].credit_lines
    assert line.counted == 16
    assert "the best of several attempts" in line.reason.en


@pytest.mark.parametrize("one", ["1/2", "2/3", "5"])
@pytest.mark.parametrize("other", ["1/3", "3/4", "5"])
def test_the_lesser_of_two_is_the_smaller_one(one: str, other: str) -> None:
    found = lesser(Fraction(one), Fraction(other))
    assert found == min(Fraction(one), Fraction(other))
