"""The day on which an audience is judged, and who enters or leaves it within a period."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide.membership import Stretch, share_of
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.people import Attribute, DatedAttribute
from tests.decide.making import BODY, attribute, course, decide, done, local, rules, teacher

ENTRIES = """
  - {course: C1, category: a, hours: 42}
  - {course: C2, category: a, hours: 0.01}
  - {course: C3, category: b, hours: 72}
"""
COURSES = [course(1), course(2), course(3)]
AFTER = "2026-03-31"
Known = tuple[DatedAttribute, ...]


def looked_at(
    audience: str,
    known: Known,
    *courses: int,
    on: str = AFTER,
    need: str = "{hours_at_least: 72}",
) -> tuple[Decision | None, list[str]]:
    """The decision about the year from March 2025, and problems."""
    body = BODY.replace("{role: [teacher]}", audience).replace("{hours_at_least: 10}", need)
    facts = [done(each, local("2025-06-01 12:00")) for each in courses]
    decisions, problems = decide(rules(body, ENTRIES), COURSES, facts, local(f"{on} 12:00"), known)
    return decisions.get(("sample", "2025")), [each.found for each in problems]


def decision_of(audience: str, known: Known, *courses: int, on: str = AFTER) -> Decision:
    decision, _ = looked_at(audience, known, *courses, on=on)
    assert decision is not None
    return decision


def roles(*changes: tuple[str, str], hired: str = "2010-09-01") -> Known:
    return (
        attribute(Attribute.HIRE_DATE, hired),
        *(attribute(Attribute.ROLE, role, since) for since, role in changes),
    )


def aged(born: str) -> Known:
    return (*teacher(), attribute(Attribute.BIRTH_DATE, born))


@pytest.mark.parametrize(
    ("day", "born", "belongs"),
    [
        # 46 on this birthday; 45 belongs.
        ("period_start", "1979-03-01", False),
        ("period_start", "1979-03-02", True),
        ("period_end", "1980-02-28", False),
        ("period_end", "1980-02-29", True),
        ("period_end", "1980-03-01", True),
        ("next_day", "1980-03-01", False),
        ("next_day", "1980-03-02", True),
        ("09-01", "1979-09-01", False),
        ("09-01", "1979-09-02", True),
        ("01-31", "1980-01-31", False),
        ("01-31", "1980-02-01", True),
        ("03-01", "1979-03-01", False),
        ("02-28", "1980-02-28", False),
        ("02-28", "1980-02-29", True),
        ("2024-09-01", "1978-09-01", False),
        ("2024-09-01", "1978-09-02", True),
    ],
)
def test_the_birthday_after_which_45_is_46(day: str, born: str, *, belongs: bool) -> None:
    audience = f"{{age: {{at_most: 45}}, judged_on: {day}}}"
    expected = Outcome.NOT_MET if belongs else Outcome.NOT_APPLICABLE
    assert decision_of(audience, aged(born)).outcome is expected


@pytest.mark.parametrize(
    ("hired", "belongs"),
    [("2024-03-01", False), ("2024-03-02", True), ("2025-09-01", True), ("2026-03-01", False)],
)
def test_new_teachers(hired: str, *, belongs: bool) -> None:
    decision = decision_of("{years_of_service: {at_most: 0}}", teacher(hired=hired))
    assert (decision.outcome is Outcome.NOT_MET) is belongs
    assert (decision.outcome is Outcome.NOT_APPLICABLE) is not belongs


def test_years_of_service_between_two_numbers() -> None:
    audience = "{years_of_service: {at_least: 1, at_most: 3}}"
    for hired, belongs in [
        ("2024-03-02", False),
        ("2024-03-01", True),
        ("2021-03-02", True),
        ("2021-03-01", False),
    ]:
        decision = decision_of(audience, teacher(hired=hired))
        assert (decision.outcome is Outcome.NOT_MET) is belongs
        if not belongs:
            assert decision.reasons[0].zh == "教龄不在适用范围内"


def test_years_of_service_and_of_age_each_between_two_numbers() -> None:
    audience = "{years_of_service: {at_least: 1, at_most: 3}, age: {at_least: 30, at_most: 45}}"
    for hired, born, belongs in [
        ("2024-03-01", "1990-01-01", True),
        ("2024-03-02", "1990-01-01", False),
        ("2021-03-01", "1990-01-01", False),
        ("2024-03-01", "1995-03-02", False),
        ("2024-03-01", "1979-03-01", False),
    ]:
        known = (*teacher(hired=hired), attribute(Attribute.BIRTH_DATE, born))
        expected = Outcome.NOT_MET if belongs else Outcome.NOT_APPLICABLE
        assert decision_of(audience, known).outcome is expected


@pytest.mark.parametrize("day", ["10-01", "2025-10-01"])
def test_on_a_day_the_role_is_looked_at_too(day: str) -> None:
    audience = f"{{role: [teacher], judged_on: {day}}}"
    entered = roles(("2020-01-01", "clerk"), ("2025-10-01", "teacher"), ("2025-10-02", "clerk"))
    assert decision_of(audience, entered).outcome is Outcome.NOT_MET
    left = roles(("2020-01-01", "teacher"), ("2025-10-01", "clerk"), ("2025-10-02", "teacher"))
    assert decision_of(audience, left).outcome is Outcome.NOT_APPLICABLE
    hired = roles(("2020-01-01", "teacher"), hired="2025-10-02")
    decision = decision_of(audience, hired)
    assert decision.outcome is Outcome.NOT_APPLICABLE
    assert decision.reasons[0].zh == "2025-10-01尚未入职"
    unknown, problems = looked_at(audience, roles(("2020-01-01", "teacher"), ("2025-09-30", "")))
    assert unknown is None
    assert any(each.startswith("role is unknown") for each in problems)


@pytest.mark.parametrize(
    ("day", "since", "belongs"),
    [
        ("next_day", "2026-03-01", True),
        ("next_day", "2026-03-02", False),
        ("period_end", "2026-02-28", True),
        ("period_end", "2026-03-01", False),
        ("period_start", "2025-03-01", True),
        ("period_start", "2025-03-02", False),
    ],
)
def test_a_role_that_is_looked_at_on_one_day_alone(day: str, since: str, *, belongs: bool) -> None:
    audience = f"{{role: [teacher], held_on: {day}}}"
    enters = roles(("2020-01-01", "clerk"), (since, "teacher"))
    expected = Outcome.NOT_MET if belongs else Outcome.NOT_APPLICABLE
    assert decision_of(audience, enters).outcome is expected
    leaves = roles(("2020-01-01", "teacher"), (since, "clerk"))
    expected = Outcome.NOT_APPLICABLE if belongs else Outcome.NOT_MET
    assert decision_of(audience, leaves).outcome is expected


def test_years_may_be_counted_on_another_day_than_the_role() -> None:
    audience = "{role: [teacher], age: {at_most: 45}, held_on: next_day}"
    born = attribute(Attribute.BIRTH_DATE, "1979-03-02")
    enters = roles(("2020-01-01", "clerk"), ("2026-03-01", "teacher"))
    assert decision_of(audience, (*enters, born)).outcome is Outcome.NOT_MET


def test_nobody_has_met_before_the_day_on_which_all_is_judged() -> None:
    audience = "{role: [teacher], judged_on: 10-01}"
    known = roles(("2020-01-01", "teacher"), ("2025-11-01", "clerk"))
    before = decision_of(audience, known, 3, on="2025-09-30")
    assert before.outcome is Outcome.IN_PROGRESS
    assert "规定的日期" in before.reasons[0].zh
    assert decision_of(audience, known, 3, on="2025-10-01").outcome is Outcome.MET
    assert decision_of(audience, known, 3).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("hired", "born", "outcome"),
    [
        ("2020-03-01", "1980-03-01", Outcome.IN_PROGRESS),
        ("2020-03-02", "1980-03-01", Outcome.MET),
        ("2020-03-01", "1980-03-02", Outcome.MET),
        ("2020-03-02", "1980-03-02", Outcome.MET),
    ],
)
def test_whose_years_are_counted_and_too_few_needs_not_wait_for_a_role(
    hired: str, born: str, outcome: Outcome
) -> None:
    of_experts = (
        "{role: [expert], years_of_service: {at_least: 5}, age: {at_least: 45}, "
        "judged_on: period_start, held_on: period_end}"
    )
    need = f"{{all: [{{hours_at_least: 12}}, {{hours_at_least: 24, only_for: {of_experts}}}]}}"
    known = (*teacher(hired=hired), attribute(Attribute.BIRTH_DATE, born))
    decision, _ = looked_at("{role: [teacher]}", known, 1, on="2025-09-01", need=need)
    assert decision is not None
    assert decision.outcome is outcome
    # That another part is not asked is no reason of what is.
    assert not any("not in the audience" in each.en for each in decision.reasons)


PRORATED = "{role: [teacher], midway: {value: prorated, months: started}}"
WHOLE = "{role: [teacher], midway: {value: prorated, months: whole}}"


@pytest.mark.parametrize(
    ("audience", "since", "months"),
    [
        (PRORATED, "2025-08-01", 7),
        (PRORATED, "2025-08-31", 7),
        (PRORATED, "2025-09-01", 6),
        (PRORATED, "2026-02-28", 1),
        (WHOLE, "2025-08-01", 7),
        (WHOLE, "2025-08-02", 6),
        (WHOLE, "2026-02-01", 1),
    ],
)
def test_who_enters_owes_hours_for_the_months(audience: str, since: str, months: int) -> None:
    known = roles(("2020-01-01", "clerk"), (since, "teacher"))
    decision = decision_of(audience, known)
    assert decision.requirement is not None
    need = Decimal(6 * months)
    assert decision.requirement.need == need
    assert f"72 × {months}/12 = {need}学时" in decision.requirement.reason.zh
    assert f"本周期12个月中有{months}个月" in decision.reasons[0].zh
    hired = decision_of(audience, roles(("2020-01-01", "teacher"), hired=since))
    assert hired.requirement is not None
    assert hired.requirement.need == need


def test_less_than_a_month_is_nothing() -> None:
    known = roles(("2020-01-01", "clerk"), ("2026-02-02", "teacher"))
    decision = decision_of(WHOLE, known)
    assert decision.outcome is Outcome.NOT_APPLICABLE
    assert "不满一个月" in decision.reasons[0].zh


def test_the_share_decides_the_outcome() -> None:
    known = roles(("2020-01-01", "clerk"), ("2025-08-01", "teacher"))
    assert decision_of(PRORATED, known, 1).outcome is Outcome.MET
    more = roles(("2020-01-01", "clerk"), ("2025-07-31", "teacher"))
    assert decision_of(PRORATED, more, 1).outcome is Outcome.NOT_MET
    whole = decision_of(PRORATED, roles(("2020-01-01", "teacher")), 1)
    assert whole.requirement is not None
    assert (whole.requirement.need, whole.requirement.reason.zh) == (Decimal(72), "")


def test_a_need_that_is_no_decimal_is_reached_by_nothing_below_it() -> None:
    known = roles(("2020-01-01", "clerk"), ("2025-08-01", "teacher"))
    decision, _ = looked_at(PRORATED, known, 1, need="{hours_at_least: 72.01}")
    assert decision is not None
    assert decision.requirement is not None
    assert decision.requirement.need is not None
    assert decision.requirement.need > Decimal("42.00583333333")
    assert decision.outcome is Outcome.NOT_MET
    enough, _ = looked_at(PRORATED, known, 1, 2, need="{hours_at_least: 72.01}")
    assert enough is not None
    assert enough.outcome is Outcome.MET


def test_who_left_may_come_back_and_owe_more() -> None:
    known = roles(("2020-01-01", "teacher"), ("2025-10-01", "clerk"), ("2026-02-01", "teacher"))
    away = decision_of(PRORATED, known, 1, on="2026-01-15")
    assert away.requirement is not None
    assert (away.requirement.need, away.outcome) == (Decimal(42), Outcome.IN_PROGRESS)
    back = decision_of(PRORATED, known, 1, on="2026-02-15")
    assert back.requirement is not None
    assert (back.requirement.need, back.outcome) == (Decimal(48), Outcome.IN_PROGRESS)
    gone = decision_of(PRORATED, known[:-1], 1)
    assert gone.outcome is Outcome.MET


def test_a_part_for_some_goes_by_their_own_months() -> None:
    need = """
  all:
    - hours_at_least: 12
    - hours_at_least: 24
      of: b
      only_for: {role: [expert], midway: {value: prorated, months: started}}
"""
    known = (
        *roles(("2020-01-01", "teacher"), ("2025-12-01", "teacher")),
        attribute(Attribute.ROLE, "expert", "2025-12-01"),
    )
    decision, _ = looked_at("{role: [teacher]}", known, need=need)
    assert decision is not None
    assert decision.requirement is not None
    assert [part.need for part in decision.requirement.parts] == [Decimal(12), Decimal(6)]


NEXT = "{role: [teacher], midway: next_period}"


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (roles(("2020-01-01", "teacher")), None),
        (roles(("2020-01-01", "teacher"), hired="2025-03-01"), None),
        (roles(("2020-01-01", "teacher"), hired="2025-03-02"), "本周期内进入"),
        (roles(("2020-01-01", "clerk"), ("2025-03-02", "teacher")), "本周期内进入"),
        (roles(("2020-01-01", "teacher"), ("2026-02-28", "clerk")), "本周期内离开"),
        (roles(("2020-01-01", "teacher"), ("2026-03-01", "clerk")), None),
        (roles(("2020-01-01", "clerk")), "不在适用范围内"),
    ],
)
def test_who_enters_owes_from_the_next_period_on(known: Known, words: str | None) -> None:
    decision = decision_of(NEXT, known)
    assert (decision.outcome is Outcome.NOT_MET) is (words is None)
    if words is not None:
        assert decision.outcome is Outcome.NOT_APPLICABLE
        assert words in decision.reasons[0].zh


@pytest.mark.parametrize("audience", [NEXT, PRORATED])
@pytest.mark.parametrize(
    ("known", "name"),
    [
        (roles(("2020-01-01", "teacher"))[1:], "hire_date"),
        (roles(("2020-01-01", "teacher"), ("2025-09-01", "")), "role"),
    ],
)
def test_what_hangs_on_the_day_of_entering_must_be_known(
    audience: str, known: Known, name: str
) -> None:
    decision, problems = looked_at(audience, known)
    assert decision is None
    assert [each.split(" is ")[0] for each in problems if "decides nothing" in each] == [name]


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 800),
    ends=st.lists(st.integers(0, 800), min_size=2, max_size=2, unique=True),
    whole=st.booleans(),
)
def test_months_lie_between_none_and_all(
    first: date, days: int, ends: list[int], *, whole: bool
) -> None:
    last = first + timedelta(days=days)
    begin, end = (first + timedelta(days=each) for each in sorted(ends))
    place = Stretch(begin, min(end, last), True, False, ())
    months, of = share_of([place] if begin <= last else [], first, last, whole=whole)
    assert 0 <= months <= of
    assert (months == of) or begin > first or end < last
    everything = Stretch(first, last, True, False, ())
    assert share_of([everything], first, last, whole=whole) == (of, of)
    assert 30 * (of - 1) - 6 <= days <= 31 * of
