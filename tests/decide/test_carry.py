"""Surplus hours go into the next period: first, once, and decided again with a correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide import decision_from_json, decision_to_json
from moodle_cpd.model.decision import CreditLine, Decision, Outcome
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute
from tests.decide.making import (
    BODY,
    activity,
    attribute,
    course,
    decide,
    done,
    handed_in,
    local,
    marked,
    rules,
    teacher,
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


def test_what_a_period_brings_of_which_nothing_is_known_stays_open() -> None:
    # Nobody knows the role of the year 2025: what is beyond may come into 2026, or may not.
    roles = (("teacher", "2020-01-01"), ("", "2025-02-01"), ("teacher", "2026-03-01"))
    known = [attribute(Attribute.ROLE, role, since) for role, since in roles]
    known += [each for each in teacher() if each.name is not Attribute.ROLE]
    for courses, outcome in (((1, 3), Outcome.IN_PROGRESS), ((1,), Outcome.NOT_MET)):
        facts = [*did(2025, *courses), *did(2026, 2)]
        book = rules(BODY + CARRY, ENTRIES)
        decisions, problems = decide(book, COURSES, facts, ON, known)
        found = {period: decision for (_, period), decision in decisions.items()}
        assert "2025" not in found
        assert [each.found for each in problems] == [
            "role is unknown, so scheme 'sample' decides nothing"
        ]
        assert (found["2026"].earned, found["2026"].outcome) == (Decimal(4), outcome)
        # What can't come in any case is not shown either.
        assert bool(carried_lines(found["2026"])) is (outcome is Outcome.IN_PROGRESS)


def test_it_stays_open_too_where_only_a_part_of_what_is_asked_is_unknown() -> None:
    stages = (("primary", "2020-01-01"), ("", "2025-02-01"), ("primary", "2026-03-01"))
    known = [attribute(Attribute.STAGE, stage, since) for stage, since in stages]
    known += [each for each in teacher() if each.name is not Attribute.STAGE]
    part = "{hours_at_least: 1, only_for: {stage: [primary]}}"
    body = BODY.replace("{hours_at_least: 10}", f"{{all: [{{hours_at_least: 10}}, {part}]}}")
    facts = [*did(2025, 1, 3), *did(2026, 2)]
    decisions, _ = decide(rules(body + CARRY, ENTRIES), COURSES, facts, ON, known)
    assert ("sample", "2025") not in decisions
    assert decisions["sample", "2026"].outcome is Outcome.IN_PROGRESS


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


EXAM = """
assessments: [{id: exam, title: {en: E}, pass_at: {percent: 60}}]
recognised_when: {passed: exam}
"""
MORE = (
    ENTRIES
    + """
  - {course: C6, activity: L, category: a, hours: 7, counts_when: graded, attempt: latest}
  - {course: C7, category: a, hours: {custom_field: hours}}
  - {course: C8, category: a, hours: 9.5}
  - {course: C9, category: a, hours: 17}
  - {course: C10, category: a, hours: 3}
"""
)
EXAM_ENTRY = "  - {course: C6, activity: X, assessment: exam}\n"
EVERY = [
    *COURSES,
    course(6, activities=[activity(60, "X"), activity(61, "L")]),
    *(course(number) for number in range(7, 11)),
]
IN_2025, IN_2026 = local("2026-02-20 12:00"), local("2026-03-05 12:00")
IN_GRACE, AFTER = local("2026-03-10 12:00"), local("2026-04-05 12:00")


def at(
    on: datetime, facts: Sequence[Fact], *, body: str = BODY + CARRY, entries: str = MORE
) -> tuple[Decision, list[Decimal]]:
    """The decision about 2026, with the hours of its carried lines."""
    decisions, _ = decide(rules(body, entries), EVERY, facts, on)
    decision = decisions["sample", "2026"]
    return decision, [line.counted for line in carried_lines(decision)]


@pytest.mark.parametrize(
    ("exam", "on", "carried"),
    [
        # What can't be recognised yet may come; what never will does not.
        ([], IN_GRACE, [Decimal(0)]),
        ([], AFTER, []),
        ([handed_in(6, 60, IN_2025)], AFTER, [Decimal(0)]),
        ([marked(6, 60, "59", IN_2025)], IN_GRACE, [Decimal(0)]),
        ([marked(6, 60, "59", IN_2025)], AFTER, []),
        ([marked(6, 60, "60", IN_2025)], AFTER, [Decimal(6)]),
    ],
)
def test_what_is_not_recognised_yet(exam: list[Fact], on: datetime, carried: list[Decimal]) -> None:
    decision, found = at(
        on, [done(9, IN_2025), *exam], body=BODY + CARRY + EXAM, entries=MORE + EXAM_ENTRY
    )
    assert found == carried
    assert decision.outcome is Outcome.IN_PROGRESS


def test_hours_that_are_not_known_yet_may_go_on() -> None:
    assert at(AFTER, [done(7, IN_2025)])[1] == [Decimal(0)]
    assert at(AFTER, [done(7, None)])[1] == []


LATEST = [handed_in(6, 61, IN_2025), marked(6, 61, "80", IN_2025)]


@pytest.mark.parametrize(
    ("facts", "on", "outcome"),
    [
        # Only what no later attempt can take away from the period before is met at once.
        ([done(9, IN_2025)], IN_GRACE, Outcome.MET),
        ([done(8, IN_2025), *LATEST], IN_GRACE, Outcome.IN_PROGRESS),
        ([done(8, IN_2025), *LATEST], AFTER, Outcome.MET),
        ([done(9, IN_2025), *LATEST], IN_GRACE, Outcome.MET),
        ([done(8, IN_2025), done(10, IN_2025), *LATEST], IN_GRACE, Outcome.IN_PROGRESS),
    ],
)
def test_carried_hours_are_as_certain_as_the_period_they_come_from(
    facts: list[Fact], on: datetime, outcome: Outcome
) -> None:
    decision, carried = at(on, [*facts, done(2, IN_2026)])
    assert carried == [Decimal(6)]
    assert (decision.earned, decision.outcome) == (Decimal(10), outcome)


@pytest.mark.parametrize(
    ("facts", "carried"),
    [
        ([done(8, IN_2025)], []),
        ([done(10, IN_2025), handed_in(5, 50, IN_2025), marked(5, 50, "1", IN_2025)], []),
        ([done(2, IN_2025), handed_in(5, 50, IN_2025), marked(5, 50, "1", IN_2025)], ["1"]),
        ([done(8, IN_2025), done(10, IN_2025)], ["2.5"]),
    ],
)
def test_only_what_is_beyond(facts: list[Fact], carried: list[str]) -> None:
    assert at(AFTER, facts)[1] == [Decimal(each) for each in carried]


def test_thirds_go_on_as_thirds() -> None:
    share = """
  - course: C5
    activity: M
    category: a
    hours: {value: 20, in_proportion_to: grade}
    counts_when: graded
    repeatable: true
"""
    old = [handed_in(5, 50, IN_2025), marked(5, 50, "2", IN_2025, maximum="3")]
    new = [
        handed_in(5, 50, IN_2026, 1),
        marked(5, 50, "1", IN_2026, attempt=1, maximum="3"),
    ]
    decision, _ = at(AFTER, [*old, *new], entries=share)
    # 13⅓ leave 3⅓, and 6⅔ are own: 10 exactly.
    assert (decision.earned, decision.outcome) == (Decimal(10), Outcome.MET)


def test_hours_of_the_categories_below_go_on_too() -> None:
    below = BODY.replace(
        "{id: a, title: {en: A}}",
        "{id: whole, title: {en: W}, categories: [{id: a, title: {en: A}}]}",
    )
    carry = CARRY.replace("category: a", "category: whole")
    decision, carried = at(AFTER, [done(9, IN_2025)], body=below + carry)
    assert carried == [Decimal(6)]
    assert dict(decision.by_category)["whole"] == 6


def test_hours_of_a_category_that_is_gone_go_nowhere() -> None:
    body = BODY.replace("{id: a, title: {en: A}}", "{id: a, title: {en: A}, until: 2026-02-28}")
    carry = CARRY.replace("reference: nine", "reference: nine, until: 2026-02-28")
    entries = "  - {course: C9, category: a, hours: 17, until: 2026-02-28}\n"
    entries += "  - {course: C4, category: b, hours: 20}\n"
    decision, carried = at(AFTER, [done(9, IN_2025)], body=body + carry, entries=entries)
    assert (carried, dict(decision.by_category)) == ([], {"b": Decimal(0)})
