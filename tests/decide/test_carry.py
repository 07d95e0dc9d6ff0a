"""Surplus hours go into the next period: first, once, and decided again with a correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide import decision_from_json, decision_to_json
from moodle_cpd.model.decision import CreditLine, Decision, Outcome
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

CARRY = """
carry_over:
  - {category: a, beyond: 10, hours_at_most: 6, reference: nine}
"""
ENTRIES = """
  - {course: C1, category: a, hours: 8, repeatable: true}
  - {course: C2, category: a, hours: 4, repeatable: true}
  - {course: C3, category: a, hours: 9, repeatable: true}
  - {course: C4, category: b, hours: 20, repeatable: true}
  - {course: C5, activity: M, category: a, hours: 7, counts_when: graded, repeatable: true}
"""
COURSES = [*(course(number) for number in range(1, 5)), course(5, activities=[activity(50, "M")])]
ON = local("2027-06-30 12:00")


def did(year: int, *courses: int) -> list[Fact]:
    return [done(each, local(f"{year}-05-0{each} 12:00")) for each in courses]


def decided(
    facts: Sequence[Fact], *, carry: str = CARRY, caps: str = "", more: str = ""
) -> dict[str, Decision]:
    body = BODY.replace("title: {en: A}}", f"title: {{en: A}}{caps}}}") + carry + more
    decisions, _ = decide(rules(body, ENTRIES), COURSES, facts, ON)
    return {period: decision for (_, period), decision in decisions.items()}


def carried_lines(decision: Decision) -> list[CreditLine]:
    return [line for line in decision.credit_lines if line.course == 0]


@pytest.mark.parametrize(
    ("courses", "carried"),
    [((1,), "0"), ((1, 2), "2"), ((1, 3), "6"), ((1, 2, 3), "6"), ((4,), "0"), ((2, 3, 4), "3")],
)
def test_what_is_beyond_goes_into_the_next_period(courses: tuple[int, ...], carried: str) -> None:
    found = decided(did(2025, *courses))
    own = sum((line.counted for line in found["2025"].credit_lines), Decimal(0))
    assert found["2025"].earned == own
    assert found["2026"].earned == Decimal(carried)
    lines = carried_lines(found["2026"])
    assert [line.counted for line in lines] == ([] if carried == "0" else [Decimal(carried)])


def test_the_line_names_the_period_and_the_rule() -> None:
    decision = decided(did(2025, 1, 3))["2026"]
    (line,) = carried_lines(decision)
    assert line.at == decision.period.start
    assert line.entry is not None
    assert line.entry.reference == "nine"
    assert "从2025年3月至2026年2月结转：超出10学时的部分，最多6学时" in line.reason.zh
    assert line.course_name.startswith("2025")
    assert decision_from_json(decision_to_json(decision)) == decision


def test_once_only() -> None:
    found = decided([*did(2024, 1, 3), *did(2025, 1)])
    # 6 came from 2024 and 8 are own: not more than 10 own hours, so nothing goes on.
    assert (found["2025"].earned, found["2026"].earned) == (Decimal(14), Decimal(0))


def test_a_period_that_lives_on_carried_hours_alone_is_decided() -> None:
    carry = CARRY.replace("at_most: 6", "at_most: 12")
    found = decided(did(2022, 1, 2, 3), carry=carry)
    assert set(found) == {"2022", "2023", "2026", "2027"}
    assert (found["2023"].earned, found["2023"].outcome) == (Decimal(11), Outcome.MET)


def test_carried_hours_come_first_under_the_caps() -> None:
    found = decided([*did(2025, 1, 3), *did(2026, 1, 2)], caps=", hours_at_most: 16")
    assert found["2025"].earned == 16
    lines = {line.course: line.counted for line in found["2026"].credit_lines}
    assert lines == {0: Decimal(6), 1: Decimal(8), 2: Decimal(2)}


def test_a_correction_decides_the_next_period_again() -> None:
    facts = did(2025, 1, 3)
    assert decided(facts)["2026"].earned == 6
    assert decided(facts[:1])["2026"].earned == 0


def test_hours_that_are_not_recognised_stay() -> None:
    gate = """
assessments: [{id: exam, title: {en: E}, pass_at: {percent: 60}}]
recognised_when: {passed: exam}
"""
    found = decided(did(2025, 1, 3), more=gate)
    assert (found["2025"].recognised, found["2026"].earned) == (Decimal(0), Decimal(0))
    assert found["2026"].outcome is Outcome.NOT_MET


def test_what_is_unmarked_may_still_come() -> None:
    at = local("2026-02-20 12:00")
    facts = [*did(2025, 1), *did(2026, 1), handed_in(5, 50, at)]
    found = decided(facts)
    assert (found["2026"].earned, found["2026"].outcome) == (Decimal(8), Outcome.IN_PROGRESS)
    marked_since = [*facts, marked(5, 50, "3", at + timedelta(days=9))]
    assert decided(marked_since)["2026"].earned == 13


def test_terms_hand_on_over_the_holidays() -> None:
    period = """
period:
  every: term
  terms:
    - {title: {en: One}, first_day: 2025-03-01, last_day: 2025-07-10}
    - {title: {en: Two}, first_day: 2025-09-01, last_day: 2026-01-20}
"""
    body = BODY.replace("period: {every: year, starts: 03-01}", period) + CARRY
    decisions, _ = decide(rules(body, ENTRIES), COURSES, did(2025, 1, 3), ON)
    assert decisions["sample", "2025-09"].earned == 6


FRAME = """
frames:
  - id: sample-three-years
    title: {en: Three years}
    counts: recognised
    period: {every: frame, starts: 03-01, first: 2024, years: 3}
    duty: every_period
    requirements: {hours_at_least: 20}
"""


def test_a_frame_counts_carried_hours_where_they_were_earned() -> None:
    body = BODY + CARRY + FRAME
    facts = [*did(2024, 1, 3), *did(2025, 2)]
    decisions, _ = decide(rules(body, ENTRIES), COURSES, facts, ON)
    assert decisions["sample", "2025"].earned == 10
    assert decisions["sample-three-years", "2024"].earned == 21


some = st.lists(
    st.builds(
        lambda number, days: done(number, local("2023-04-01 12:00") + timedelta(days=days)),
        st.integers(1, 4),
        st.integers(0, 1400),
    ),
    max_size=8,
    unique_by=lambda fact: (fact.course, fact.at),
)


@given(some)
def test_hours_go_once_and_never_more_than_allowed(facts: list[Fact]) -> None:
    found = decided(facts)
    without = decided(facts, carry="")
    for period, decision in found.items():
        came = sum((line.counted for line in carried_lines(decision)), Decimal(0))
        assert came <= 6
        own = without[period].earned if period in without else Decimal(0)
        assert decision.earned == own + came
        before = without.get(str(int(period) - 1))
        hours = Decimal(0) if before is None else dict(before.by_category)["a"]
        assert came == min(max(hours - 10, Decimal(0)), Decimal(6))
