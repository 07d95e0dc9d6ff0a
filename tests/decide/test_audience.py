from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide.audience import completed_years
from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.rules import load_rulebook
from tests.decide.making import (
    BODY,
    SHIPPED,
    attribute,
    course,
    decide,
    done,
    local,
    rules,
    teacher,
)

R1, R5 = "qianshan-annual-72h", "homeroom-teacher-30h"
BOOK = load_rulebook(SHIPPED)
ON = local("2025-10-01 12:00")


def outcome(scheme: str, attributes: tuple[DatedAttribute, ...]) -> Outcome | None:
    decisions, _ = decide(BOOK, [], [], ON, attributes)
    decision = decisions.get((scheme, "2025"))
    return None if decision is None else decision.outcome


@pytest.mark.parametrize(
    ("hired", "expected"),
    [
        ("2024-03-01", Outcome.IN_PROGRESS),
        ("2024-03-02", Outcome.NOT_APPLICABLE),
        ("2024-02-29", Outcome.IN_PROGRESS),
        ("2025-09-01", Outcome.NOT_APPLICABLE),
    ],
)
def test_a_year_of_service_is_completed_on_the_first_day_of_the_period(
    hired: str, expected: Outcome
) -> None:
    assert outcome(R1, teacher(hired=hired)) is expected


def test_years_of_somebody_who_began_on_a_leap_day() -> None:
    begin = date(2020, 2, 29)
    assert completed_years(begin, date(2021, 2, 28)) == 0
    assert completed_years(begin, date(2021, 3, 1)) == 1
    assert completed_years(begin, date(2024, 2, 28)) == 3
    assert completed_years(begin, date(2024, 2, 29)) == 4


@given(st.dates(date(1950, 1, 1), date(2030, 1, 1)), st.dates(date(2030, 1, 1), date(2090, 1, 1)))
def test_completed_years_never_run_backwards(begin: date, day: date) -> None:
    following = date.fromordinal(day.toordinal() + 1)
    step = completed_years(begin, following) - completed_years(begin, day)
    assert step in {0, 1}
    assert completed_years(begin, day) <= (day - begin).days / 365


def test_another_role_or_stage_is_not_concerned() -> None:
    assert outcome(R5, teacher("teacher")) is Outcome.NOT_APPLICABLE
    assert outcome(R5, teacher("teacher", "homeroom_teacher")) is Outcome.IN_PROGRESS
    assert outcome(R1, teacher("校长")) is Outcome.NOT_APPLICABLE
    assert outcome(R1, teacher(stage="大学")) is Outcome.NOT_APPLICABLE


def without(*names: Attribute) -> tuple[DatedAttribute, ...]:
    return tuple(each for each in teacher() if each.name not in names)


@pytest.mark.parametrize("name", [Attribute.ROLE, Attribute.STAGE, Attribute.HIRE_DATE])
def test_what_is_needed_and_unknown_is_a_problem_and_no_decision(name: Attribute) -> None:
    decisions, problems = decide(BOOK, [], [], ON, without(name))
    assert not [key for key in decisions if key[0] == R1]
    found = [problem for problem in problems if f"'{R1}'" in problem.found]
    assert len(found) == 1
    assert found[0].found.startswith(f"{name.value} is unknown")
    assert "teacher 7" in found[0].where


@pytest.mark.parametrize("value", ["", "yesterday", "2010-13-01"])
def test_a_date_that_cannot_be_read_is_unknown(value: str) -> None:
    attributes = (*without(Attribute.HIRE_DATE), attribute(Attribute.HIRE_DATE, value))
    decisions, problems = decide(BOOK, [], [], ON, attributes)
    assert not [key for key in decisions if key[0] == R1]
    assert any("hire_date is unknown" in problem.found for problem in problems)


def test_what_is_unknown_but_not_needed_is_no_problem() -> None:
    attributes = tuple(each for each in teacher("校长") if each.name is not Attribute.HIRE_DATE)
    decisions, problems = decide(BOOK, [], [], ON, attributes)
    assert decisions[R1, "2025"].outcome is Outcome.NOT_APPLICABLE
    assert problems == []


def test_a_role_taken_away_is_unknown_from_then_on() -> None:
    attributes = (
        *without(Attribute.ROLE),
        attribute(Attribute.ROLE, "teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "", "2023-06-01"),
    )
    decisions, problems = decide(BOOK, [], [], ON, attributes)
    assert (R1, "2025") not in decisions
    assert any("role is unknown" in problem.found for problem in problems)


def test_who_enters_or_leaves_within_the_period_owes_the_whole() -> None:
    entering = (
        *without(Attribute.ROLE),
        attribute(Attribute.ROLE, "teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "teacher", "2025-09-01"),
        attribute(Attribute.ROLE, "homeroom_teacher", "2025-09-01"),
    )
    assert outcome(R5, entering) is Outcome.IN_PROGRESS
    leaving = (
        *without(Attribute.ROLE),
        attribute(Attribute.ROLE, "homeroom_teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "teacher", "2025-02-01"),
    )
    assert outcome(R5, leaving) is Outcome.IN_PROGRESS
    left_before = (
        *without(Attribute.ROLE),
        attribute(Attribute.ROLE, "homeroom_teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "teacher", "2024-12-31"),
    )
    assert outcome(R5, left_before) is Outcome.NOT_APPLICABLE


def test_nothing_later_than_the_day_of_the_decision_is_known() -> None:
    later = (
        *without(Attribute.ROLE),
        attribute(Attribute.ROLE, "teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "homeroom_teacher", "2025-11-01"),
    )
    assert outcome(R5, later) is Outcome.NOT_APPLICABLE


def test_values_before_the_first_pull_are_assumed_and_marked() -> None:
    attributes = tuple(
        attribute(each.name, each.value, "2025-09-01") for each in teacher("teacher")
    )
    decisions, _ = decide(BOOK, [], [], ON, attributes)
    before, now = decisions[R1, "2024"], decisions[R1, "2025"]
    assert any("assumed" in reason.en for reason in before.reasons)
    assert not any("assumed" in reason.en for reason in now.reasons)
    assert before.outcome is Outcome.NOT_MET


def test_nothing_is_assumed_of_the_time_before_the_day_of_hire() -> None:
    attributes = tuple(
        attribute(each.name, each.value, "2025-09-01")
        for each in teacher("homeroom_teacher", hired="2025-08-20")
    )
    decisions, _ = decide(BOOK, [], [], ON, attributes)
    assert decisions[R5, "2024"].outcome is Outcome.NOT_APPLICABLE
    assert decisions[R5, "2024"].consequences == ()
    assert decisions[R5, "2025"].outcome is Outcome.IN_PROGRESS


SEEN = "2025-09-01"
PERIODS = ("2024", "2025")


def hired_unknown(*rows: tuple[str, str]) -> tuple[DatedAttribute, ...]:
    """A homeroom teacher first read in September 2025, with values of the hire date by day."""
    return (
        attribute(Attribute.ROLE, "homeroom_teacher", SEEN),
        *(attribute(Attribute.HIRE_DATE, value, since) for value, since in rows),
    )


@pytest.mark.parametrize(
    "attributes",
    [
        hired_unknown(("2025-08-20", SEEN), ("", "2025-09-15")),
        hired_unknown(("2025-08-20", SEEN), ("2025年", "2025-09-15")),
        hired_unknown(("", SEEN)),
        hired_unknown(),
    ],
)
def test_who_may_have_been_hired_later_is_a_problem_and_no_failure(
    attributes: tuple[DatedAttribute, ...],
) -> None:
    decisions, problems = decide(BOOK, [], [], ON, attributes)
    assert [period for period in PERIODS if (R5, period) in decisions] == ["2025"]
    found = [problem for problem in problems if f"'{R5}'" in problem.found]
    assert [problem.found.split(" is ")[0] for problem in found] == ["hire_date"]


def test_who_did_something_or_was_known_by_then_needs_no_date_of_hire() -> None:
    facts = [done(1, local("2024-05-05 12:00"))]
    decisions, _ = decide(BOOK, [course(1)], facts, ON, hired_unknown())
    assert decisions[R5, "2024"].outcome is Outcome.NOT_MET
    (said,) = [each.en for each in decisions[R5, "2024"].reasons if "assumed" in each.en]
    assert said.startswith("The date of hire is unknown")
    assert not any("date of hire" in each.en for each in decisions[R5, "2025"].reasons)
    known = (*hired_unknown(), attribute(Attribute.SCHOOL, "一小", "2024-12-31"))
    decisions, _ = decide(BOOK, [], [], ON, known)
    assert decisions[R5, "2024"].outcome is Outcome.NOT_MET

    former = hired_unknown(("2024-12-31", SEEN), ("", "2025-09-15"))
    decisions, _ = decide(BOOK, [], [], ON, former)
    assert decisions[R5, "2024"].outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    "rows", [(("2025-08-20", SEEN), ("", "2025-09-15")), (("", SEEN),), (("2025年", SEEN),)]
)
def test_a_date_of_hire_that_was_taken_away_outweighs_what_was_done(
    rows: tuple[tuple[str, str], ...],
) -> None:
    facts = [done(1, local("2024-05-05 12:00"))]
    decisions, problems = decide(BOOK, [course(1)], facts, ON, hired_unknown(*rows))
    assert (R5, "2024") not in decisions
    assert decisions[R5, "2025"].outcome is Outcome.IN_PROGRESS
    assert any("hire_date is unknown" in problem.found for problem in problems)


def test_hired_on_the_last_day_belongs() -> None:
    on = local("2026-02-01 12:00")
    for hired, expected in (
        ("2025-12-31", Outcome.NOT_MET),
        ("2026-01-01", Outcome.NOT_APPLICABLE),
    ):
        decisions, _ = decide(BOOK, [], [], on, teacher("homeroom_teacher", hired=hired))
        assert decisions[R5, "2025"].outcome is expected


def test_a_role_from_before_the_day_of_hire_does_not_count() -> None:
    attributes = (
        *(each for each in teacher(hired="2025-08-20") if each.name is not Attribute.ROLE),
        attribute(Attribute.ROLE, "homeroom_teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "teacher", "2025-03-01"),
    )
    assert outcome(R5, attributes) is Outcome.NOT_APPLICABLE


def test_service_can_be_judged_at_the_end_of_the_period() -> None:
    body = BODY.replace(
        "{role: [teacher]}", "{years_of_service: {at_least: 1}, judged_on: period_end}"
    )
    book = rules(body)
    for hired, expected in (
        ("2025-02-28", Outcome.IN_PROGRESS),
        ("2025-03-01", Outcome.NOT_APPLICABLE),
    ):
        attributes = (attribute(Attribute.HIRE_DATE, hired),)
        decisions, _ = decide(book, [], [], ON, attributes)
        assert decisions["sample", "2025"].outcome is expected


def test_not_concerned_means_no_hours_and_no_duty() -> None:
    body = BODY.replace("[teacher]", "[backbone_teacher]")
    book = rules(body, "  - {course: C1, category: a, hours: {custom_field: x}}\n")
    decisions, problems = decide(book, [course(1)], [done(1, ON), done(1, None)], ON)
    decision = decisions["sample", "2025"]
    assert problems == []
    assert decision.outcome is Outcome.NOT_APPLICABLE
    assert decision.earned == 0
    assert decision.requirement is None
    assert decision.credit_lines == ()
    assert decision.reasons
