"""What an audience asks beside what is known of a teacher, and its words."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from moodle_cpd.decide.belonging import Belonging, belonging, belonging_json, belonging_words
from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.decide.wording import Wording
from moodle_cpd.model.people import Attribute, DatedAttribute
from tests.decide.making import BODY, SHANGHAI, attribute, local, rules
from tests.decide.test_frames import NEW, POST

ROLE, STAGE, HIRED, BORN = (
    *(Attribute.ROLE, Attribute.STAGE),
    *(Attribute.HIRE_DATE, Attribute.BIRTH_DATE),
)
ON = local("2026-06-01 12:00")
OLD = "2020-01-01"
Rows = tuple[DatedAttribute, ...]
HIRE = attribute(HIRED, "2010-09-01", OLD)


def found(audience: str, rows: Rows, *, on: datetime = ON) -> tuple[Belonging, ...]:
    """Of the year from March 2025."""
    scheme = rules(BODY.replace("{role: [teacher]}", f"{{{audience}}}")).schemes[0]
    period = Calendar(scheme).containing(local("2025-06-01 12:00")).period
    return belonging(scheme, rows, period, on)


def years(
    text: str, begin: str | None, name: Attribute = HIRED, day: str = "period_start"
) -> Belonging:
    rows = () if begin is None else (attribute(name, begin, OLD),)
    (one,) = found(f"{text}, judged_on: {day}", rows)
    return one


@pytest.mark.parametrize(
    ("text", "begin", "held", "fits"),
    [
        ("years_of_service: {at_least: 5}", "2020-03-01", "5", True),
        ("years_of_service: {at_least: 5}", "2020-03-02", "4", False),
        ("years_of_service: {at_most: 5}", "2019-03-02", "5", True),
        ("years_of_service: {at_most: 5}", "2019-03-01", "6", False),
        ("years_of_service: {at_least: 2, at_most: 5}", "2019-03-01", "6", False),
        ("years_of_service: {at_least: 2, at_most: 5}", "2020-03-01", "5", True),
        ("years_of_service: {at_least: 2, at_most: 5}", "2024-03-01", "1", False),
        ("years_of_service: {at_least: 1}", "2025-03-01", "0", False),
        ("years_of_service: {at_least: 1}", "2026-05-01", "0", False),
        ("years_of_service: {at_least: 1}", None, None, None),
    ],
)
def test_years(text: str, begin: str | None, held: str | None, fits: bool | None) -> None:
    one = years(text, begin)
    assert (one.attribute, one.wanted, one.assumed) == (HIRED, (), False)
    assert (one.held, one.fits) == (() if held is None else (held,), fits)
    born = years(text.replace("years_of_service", "age"), begin, BORN)
    assert (born.attribute, born.held, born.fits) == (BORN, one.held, fits)


def test_years_are_counted_on_the_day_that_the_scheme_names() -> None:
    assert years("years_of_service: {at_least: 5}", "2021-02-28", day="period_end").held == ("5",)
    assert years("years_of_service: {at_least: 5}", "2021-03-01", day="period_end").held == ("4",)


def test_all_that_is_asked_in_its_order() -> None:
    text = "age: {at_most: 45}, school: [S1], stage: [primary], role: [teacher, principal]"
    every = found(text, (HIRE,))
    assert [each.attribute for each in every] == [BORN, ROLE, STAGE, Attribute.SCHOOL]
    assert [each.wanted for each in every][1] == ("principal", "teacher")
    assert [(each.at_least, each.at_most) for each in every][:2] == [(None, 45), (None, None)]
    assert all(each.fits is None and each.held == () for each in every)
    assert not any(each.assumed for each in every)
    assert [each.attribute for each in found("school: [S1]", (HIRE,))] == [Attribute.SCHOOL]


def role(*changes: tuple[str, str], on: datetime = ON, hired: bool = True) -> Belonging:
    rows = [attribute(ROLE, value, since) for since, value in changes]
    (one,) = found("role: [teacher]", (*rows, *([HIRE] if hired else [])), on=on)
    return one


@pytest.mark.parametrize(
    ("changes", "held", "assumed", "fits"),
    [
        ([(OLD, "teacher")], ("teacher",), False, True),
        ([(OLD, "principal")], ("principal",), False, False),
        # On any day of the period: from its first to its last.
        ([(OLD, "x"), ("2025-03-01", "teacher")], ("teacher",), False, True),
        ([(OLD, "x"), ("2025-03-02", "teacher")], ("teacher", "x"), False, True),
        ([(OLD, "x"), ("2026-02-28", "teacher")], ("teacher", "x"), False, True),
        ([(OLD, "x"), ("2026-03-01", "teacher")], ("x",), False, False),
        # Only known from a later day.
        ([("2026-05-01", "teacher")], ("teacher",), True, True),
        ([("2025-09-01", "teacher")], ("teacher",), False, True),
        ([], (), False, None),
        ([(OLD, "")], (), False, None),
        ([("2026-05-01", "")], (), False, None),
    ],
)
def test_values_of_the_period(
    changes: list[tuple[str, str]], held: tuple[str, ...], assumed: bool, fits: bool | None
) -> None:
    for known in (True, False):
        one = role(*changes, hired=known)
        assert (one.held, one.assumed, one.fits) == (held, assumed, fits)


def test_nothing_later_than_the_day_of_the_decision_is_known() -> None:
    changes = [(OLD, "x"), ("2025-09-01", "teacher")]
    assert role(*changes, on=local("2025-08-31 23:59")).held == ("x",)
    assert role(*changes, on=local("2025-09-01 00:00")).held == ("teacher", "x")


def test_nothing_from_before_the_day_of_hire_is_looked_at() -> None:
    rows = (
        attribute(ROLE, "x", OLD),
        attribute(ROLE, "teacher", "2025-06-01"),
        attribute(HIRED, "2025-06-01", OLD),
    )
    assert [each.held for each in found("role: [teacher]", rows)] == [("teacher",)]


def test_on_one_day_alone() -> None:
    changes = (attribute(ROLE, "x", OLD), attribute(ROLE, "teacher", "2025-11-05"))
    audience = "role: [teacher], judged_on: 2025-11-05"
    assert found(audience, changes)[-1].held == ("teacher",)
    assert found(audience.replace("11-05", "11-04"), changes)[-1].held == ("x",)
    before = found(audience, changes, on=local("2025-11-04 12:00"))
    assert before[-1].held == ("x",)


@pytest.mark.parametrize(
    ("before", "since", "after", "held"),
    [
        ("x", "2026-08-31", "new_teacher", "new_teacher"),
        ("x", "2026-09-01", "new_teacher", "new_teacher"),
        ("x", "2026-09-02", "new_teacher", "x"),
        ("new_teacher", "2026-09-01", "x", "x"),
    ],
)
def test_before_a_post_the_day_of_taking_it_tells(
    before: str, since: str, after: str, held: str
) -> None:
    scheme = rules(POST).schemes[0]
    hired = date.fromisoformat(NEW[1].value)
    span = Calendar(scheme, hired).containing(local("2026-08-31 12:00"))
    rows = (attribute(ROLE, before, OLD), attribute(ROLE, after, since), NEW[1])
    (one,) = belonging(scheme, rows, span.period, local("2026-12-01 12:00"))
    assert one.held == (held,)


def test_before_a_post_years_are_counted_on_that_day_too() -> None:
    text = POST.replace("{role: [new_teacher]}", "{age: {at_most: 24}}")
    scheme = rules(text).schemes[0]
    hired = date.fromisoformat(NEW[1].value)
    span = Calendar(scheme, hired).containing(local("2026-08-31 12:00"))
    for born, held in (("2002-09-01", "24"), ("2002-09-02", "23")):
        rows = (attribute(BORN, born, OLD), NEW[1])
        (one,) = belonging(scheme, rows, span.period, ON)
        assert one.held == (held,)


def test_values_come_in_their_order() -> None:
    roles = [f"r{number}" for number in range(10)]
    rows = [attribute(ROLE, each, OLD) for each in reversed(roles)]
    (one,) = found(f"role: [{', '.join(reversed(roles))}]", (*rows, HIRE))
    assert (one.wanted, one.held) == (tuple(roles), tuple(roles))


@pytest.mark.parametrize(
    ("one", "zh", "en"),
    [
        (
            years("years_of_service: {at_least: 2, at_most: 5}", "2020-03-01"),
            "教龄：5；适用范围：满 2 年，不超过 5 年",
            "years of service: 5; asked: at least 2, at most 5",
        ),
        (
            years("age: {at_most: 45}", None, BORN),
            "年龄：未知；适用范围：不超过 45 岁",
            "age: unknown; asked: at most 45",
        ),
        (
            role(("2026-05-01", "principal")),
            "职务：校长（按首次读取时的情况推定）；适用范围：教师",
            "role: principal (assumed from what was known first); asked: teacher",
        ),
        (
            role((OLD, "x"), ("2025-09-01", "teacher")),
            "职务：教师、x；适用范围：教师",
            "role: teacher, x; asked: teacher",
        ),
    ],
)
def test_the_words(one: Belonging, zh: str, en: str) -> None:
    assert belonging_words(one, Wording(True, SHANGHAI)).startswith(zh)
    words = belonging_words(one, Wording(False, SHANGHAI))
    assert words.startswith(en)
    assert "schemes/sample.yaml:" in words


def test_as_plain_values() -> None:
    one = role((OLD, "principal"))
    assert belonging_json(one) | {"place": None} == {
        "attribute": "role",
        "wanted": ["teacher"],
        "at_least": None,
        "at_most": None,
        "held": ["principal"],
        "assumed": False,
        "fits": False,
        "place": None,
    }
