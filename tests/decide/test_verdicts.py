"""Whether a teacher belongs to an audience: the words, what is unknown, and what is settled."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from moodle_cpd.decide.audience import Verdict, held_day, judge, judged_day
from moodle_cpd.decide.history import History
from moodle_cpd.decide.membership import Share
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.rules.rulebook_requirements import Audience
from tests.decide.making import BODY, attribute, rules

FIRST, LAST = date(2025, 3, 1), date(2026, 2, 28)
ROLE, HIRED, BORN = Attribute.ROLE, Attribute.HIRE_DATE, Attribute.BIRTH_DATE
OLD = "2020-01-01"
Rows = tuple[DatedAttribute, ...]


@cache
def audience(text: str) -> Audience:
    return rules(BODY.replace("{role: [teacher]}", f"{{{text}}}")).schemes[0].audience


def verdict(
    text: str, rows: Rows, *, today: str = "2026-06-01", active: str | None = None
) -> Verdict:
    """Of the year from March 2025."""
    seen = None if active is None else date.fromisoformat(active)
    on = date.fromisoformat(today)
    return judge(audience(text), History(rows), FIRST, LAST, on, seen)


def roles(*changes: tuple[str, str], hired: str | None = "2010-09-01") -> Rows:
    """Roles by the day from which they are known."""
    found = [attribute(ROLE, role, since) for since, role in changes]
    return (*found, *([] if hired is None else [attribute(HIRED, hired, OLD)]))


TEACHER = "role: [teacher]"
PLAIN = roles((OLD, "teacher"))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("period_start", FIRST),
        ("period_end", LAST),
        ("next_day", date(2026, 3, 1)),
        ("03-01", FIRST),
        ("02-28", LAST),
        ("12-31", date(2025, 12, 31)),
        ("01-01", date(2026, 1, 1)),
        ("2025-11-05", date(2025, 11, 5)),
    ],
)
def test_the_day_on_which_an_audience_is_judged(day: str, expected: date) -> None:
    found = audience(f"{TEACHER}, judged_on: {day}")
    assert judged_day(found, FIRST, LAST) == expected
    if found.by_date:
        assert held_day(found, FIRST, LAST) == expected


def test_roles_may_be_looked_at_on_another_day_than_years_are_counted() -> None:
    found = audience(f"{TEACHER}, held_on: period_end, years_of_service: {{at_least: 1}}")
    assert (judged_day(found, FIRST, LAST), held_day(found, FIRST, LAST)) == (FIRST, LAST)


@pytest.mark.parametrize(
    ("text", "rows", "today", "active", "unknown"),
    [
        # Whether anybody was hired by then: what was known, what was done, that it is now.
        (TEACHER, roles(("2026-05-01", "teacher"), hired=None), "2026-06-01", None, (HIRED,)),
        (TEACHER, roles(("2026-05-01", "teacher"), hired=None), "2026-03-01", None, (HIRED,)),
        (TEACHER, roles(("2026-05-01", "teacher"), hired=None), "2026-02-28", None, ()),
        (TEACHER, roles(("2026-02-28", "teacher"), hired=None), "2026-06-01", None, ()),
        (TEACHER, roles(("2026-05-01", "teacher"), hired=None), "2026-06-01", "2026-02-28", ()),
        (
            *(TEACHER, roles(("2026-05-01", "teacher"), hired=None)),
            *("2026-06-01", "2026-03-01", (HIRED,)),
        ),
        # What else is unknown is told alone: the day of hire may turn out not to matter.
        (TEACHER, (), "2026-06-01", None, (ROLE,)),
        (TEACHER, (), "2026-06-01", "2025-04-01", (ROLE,)),
        ("stage: [primary], role: [teacher]", PLAIN, "2026-06-01", None, (Attribute.STAGE,)),
        ("years_of_service: {at_least: 1}", (), "2026-06-01", None, (HIRED,)),
        (
            *("years_of_service: {at_least: 1}, age: {at_most: 40}, role: [teacher]", ()),
            *("2026-06-01", None, (HIRED, BORN, ROLE)),
        ),
        (
            "role: [teacher], midway: {value: prorated, months: started}",
            PLAIN[:1],
            "2025-06-01",
            None,
            (HIRED,),
        ),
        ("role: [teacher], midway: next_period", PLAIN[:1], "2025-06-01", None, (HIRED,)),
        (TEACHER, PLAIN[:1], "2025-06-01", None, ()),
    ],
)
def test_what_is_unknown(
    text: str, rows: Rows, today: str, active: str | None, unknown: tuple[Attribute, ...]
) -> None:
    found = verdict(text, rows, today=today, active=active)
    assert (found.belongs, found.unknown) == (None if unknown else True, unknown)


@pytest.mark.parametrize(
    ("former", "today", "unknown"),
    [
        (("2026-02-28",), "2026-06-01", ()),
        (("2026-03-01",), "2026-06-01", (HIRED,)),
        # The latest of what was told decides.
        (("2020-09-01", "2026-03-01"), "2026-06-01", (HIRED,)),
        (("2026-03-01", "2020-09-01"), "2026-06-01", (HIRED,)),
        (("last year",), "2026-06-01", (HIRED,)),
        (("last year",), "2026-03-01", (HIRED,)),
        (("last year",), "2026-02-28", ()),
        (("2020-09-01", "last year"), "2026-06-01", ()),
    ],
)
def test_a_date_of_hire_that_was_taken_away(
    former: tuple[str, ...], today: str, unknown: tuple[Attribute, ...]
) -> None:
    days = [f"2024-0{month}-01" for month in range(1, 9)]
    gone = [
        attribute(HIRED, value, since) for since, value in zip(days, [*former, ""], strict=False)
    ]
    found = verdict(TEACHER, (*PLAIN[:1], *gone), today=today)
    assert found.unknown == unknown


GUESSED = "assumed from what was known first, later"
ASSUMED = "Role or stage is assumed from what was known first, later"
HIRE_ASSUMED = "The date of hire is unknown and assumed to lie before; "


@pytest.mark.parametrize(
    ("rows", "today", "active", "words"),
    [
        (PLAIN, "2026-06-01", None, ""),
        (roles(("2026-05-01", "teacher")), "2026-06-01", None, ASSUMED),
        # The date of hire is known by a day after the period, but it is known.
        (
            (
                attribute(ROLE, "teacher", "2026-05-01"),
                attribute(HIRED, "2010-09-01", "2026-05-01"),
            ),
            *("2026-06-01", None, ASSUMED),
        ),
        (roles(("2026-05-01", "teacher"), hired=None), "2026-06-01", "2025-04-01", HIRE_ASSUMED),
        (roles(("2026-05-01", "teacher"), hired=None), "2026-03-01", "2025-04-01", HIRE_ASSUMED),
        (roles(("2026-05-01", "teacher"), hired=None), "2026-02-28", "2025-04-01", ASSUMED),
        (roles(("2026-02-28", "teacher"), hired=None), "2026-06-01", None, ""),
        (roles((OLD, "teacher"), hired=None), "2026-06-01", None, ""),
    ],
)
def test_what_is_assumed_is_said(rows: Rows, today: str, active: str | None, words: str) -> None:
    found = verdict(TEACHER, rows, today=today, active=active)
    assert found.belongs is True
    assert found.reason.en.startswith(words)
    assert bool(found.reason.en) is bool(words)


@pytest.mark.parametrize(
    ("text", "rows", "words"),
    [
        (TEACHER, roles((OLD, "teacher"), hired="2026-03-01"), "Hired after this period"),
        (TEACHER, roles((OLD, "principal")), "Role or stage is not in the audience"),
        (
            *(TEACHER, roles(("2026-05-01", "principal"))),
            f"Role or stage is not in the audience ({GUESSED})",
        ),
        (
            *(TEACHER, roles(("2025-09-01", "principal"))),
            f"Role or stage is not in the audience ({GUESSED})",
        ),
        (
            *("school: [S1]", (*PLAIN, attribute(Attribute.SCHOOL, "S2"))),
            "School, role or stage is not in the audience",
        ),
        (
            *("school: [S1]", (*PLAIN, attribute(Attribute.SCHOOL, "S2", "2026-05-01"))),
            f"School, role or stage is not in the audience ({GUESSED})",
        ),
        ("years_of_service: {at_least: 20}", PLAIN, "Fewer than 20 years of service"),
        (
            *("years_of_service: {at_least: 20, at_most: 30}", PLAIN),
            "Years of service are not in the audience",
        ),
        ("years_of_service: {at_most: 3}", PLAIN, "Years of service are not in the audience"),
        (
            *("age: {at_most: 45}", (*PLAIN, attribute(BORN, "1970-01-01"))),
            "Age is not in the audience",
        ),
        # Years of service go before age, age before the role.
        (
            *("years_of_service: {at_least: 20}, age: {at_most: 45}, role: [x]",),
            (*PLAIN, attribute(BORN, "1970-01-01")),
            "Fewer than 20 years of service",
        ),
    ],
)
def test_why_not(text: str, rows: Rows, words: str) -> None:
    found = verdict(text, rows)
    assert (found.belongs, found.reason.en) == (False, words)


def test_of_several_stretches_one_that_is_assumed_is_enough_to_say_so() -> None:
    change = (attribute(Attribute.STAGE, "primary", "2025-09-01"), attribute(HIRED, "2010-09-01"))
    rows = (attribute(ROLE, "teacher", "2025-12-01"), *change)
    both = "role: [teacher], stage: [primary]"
    prorated = f"{both}, midway: {{value: prorated, months: started}}"
    for text in (both, f"{both}, midway: next_period", prorated):
        found = verdict(text, rows)
        assert found.belongs is True
        # Who is known to be in the audience on some days belongs anyway, but not throughout.
        assert (found.reason.en == ASSUMED) is ("next_period" in text)
    away = (*rows, attribute(ROLE, "principal", "2026-01-01"))
    assert verdict(both, away).reason.en == ""
    guessed = roles(("2026-05-01", "principal"))
    assert "assumed" in verdict(f"{TEACHER}, midway: next_period", guessed).reason.en


def test_one_stretch_that_is_assumed_is_one_in_which_they_belong() -> None:
    rows = (
        attribute(ROLE, "teacher", "2026-05-01"),
        attribute(Attribute.STAGE, "primary", OLD),
        attribute(Attribute.STAGE, "vocational", "2025-09-01"),
        attribute(HIRED, "2010-09-01"),
    )
    found = verdict("role: [teacher], stage: [primary]", rows)
    assert (found.belongs, found.reason.en) == (True, ASSUMED)


@pytest.mark.parametrize(
    ("rows", "today", "share", "settled", "assumed"),
    [
        # From September: six of twelve months.
        (roles((OLD, "x"), ("2025-09-01", "teacher")), "2025-12-01", Share(6, 12), True, False),
        # Who is out today may come back.
        (roles((OLD, "teacher"), ("2025-09-01", "x")), "2026-02-27", Share(6, 12), False, False),
        (roles((OLD, "teacher"), ("2025-09-01", "x")), "2026-02-28", Share(6, 12), False, False),
        (roles((OLD, "teacher"), ("2025-09-01", "x")), "2026-03-01", Share(6, 12), True, False),
        (roles((OLD, "teacher"), ("2025-09-01", "x")), "2026-06-01", Share(6, 12), True, False),
        (
            roles((OLD, "teacher"), ("2025-06-01", "x"), ("2025-12-01", "teacher")),
            *("2025-12-15", Share(6, 12), True, False),
        ),
        (
            roles((OLD, "x"), ("2025-06-01", "teacher"), ("2025-12-01", "x")),
            *("2025-12-15", Share(6, 12), False, False),
        ),
        # Until June only assumed.
        (
            roles(("2025-06-01", "teacher"), ("2025-09-01", "x")),
            *("2026-06-01", Share(6, 12), True, True),
        ),
        (PLAIN, "2025-06-01", None, True, False),
        (roles((OLD, "teacher"), hired="2025-09-01"), "2025-12-01", Share(6, 12), True, False),
    ],
)
def test_a_part_of_the_period(
    rows: Rows, today: str, share: Share | None, settled: bool, assumed: bool
) -> None:
    found = verdict(
        "role: [teacher], midway: {value: prorated, months: started}", rows, today=today
    )
    assert (found.belongs, found.share, found.settled) == (True, share, settled)
    words = "" if share is None else "In the audience for 6 of the period's 12 months"
    assert found.reason.en == words + (f"; {ASSUMED}" if assumed else "")


@pytest.mark.parametrize(
    ("hired", "today", "belongs", "settled"),
    [
        ("2025-11-04", "2026-06-01", True, True),
        ("2025-11-05", "2026-06-01", True, True),
        ("2025-11-06", "2026-06-01", False, True),
        ("2020-01-01", "2025-11-05", True, True),
        ("2020-01-01", "2025-11-04", True, False),
    ],
)
def test_on_one_day_alone(hired: str, today: str, belongs: bool, settled: bool) -> None:
    rows = roles((OLD, "teacher"), hired=hired)
    found = verdict("role: [teacher], judged_on: 2025-11-05", rows, today=today)
    assert (found.belongs, found.settled) == (belongs, settled)
    if not belongs:
        assert found.reason.en == "Not hired yet on 2025-11-05"
    other = verdict("role: [x], judged_on: 2025-11-05", rows, today=today)
    assert (other.belongs, other.settled) == (False, settled)
    seen = verdict("role: [teacher], judged_on: 2025-11-05", rows[:1], active="2025-04-01")
    assert (seen.belongs, seen.reason.en) == (True, "")


@pytest.mark.parametrize("day", ["period_start", "period_end"])
def test_what_was_before_the_day_of_hire_is_not_looked_at_whenever_years_are_counted(
    day: str,
) -> None:
    rows = roles((OLD, "teacher"), ("2025-06-01", "x"), hired="2025-09-01")
    assert verdict(f"role: [teacher], judged_on: {day}", rows).belongs is False
    stayed = roles((OLD, "teacher"), ("2025-10-01", "x"), hired="2025-09-01")
    assert verdict(f"role: [teacher], judged_on: {day}", stayed).belongs is True
