"""Months in an audience: stretches without a change, months begun and months full."""

from __future__ import annotations

from datetime import date

import pytest

from moodle_cpd.decide.history import History
from moodle_cpd.decide.membership import Share, Stretch, both, share_of, stretches
from moodle_cpd.model.people import Attribute
from tests.decide.making import BODY, attribute, rules

AUDIENCE = (
    rules(BODY.replace("role: [teacher]", "role: [teacher], stage: [primary], school: [S1]"))
    .schemes[0]
    .audience
)
ROLE, STAGE, SCHOOL = Attribute.ROLE, Attribute.STAGE, Attribute.SCHOOL
HISTORY = History(
    [
        attribute(SCHOOL, "S2", "2026-05-01"),
        attribute(SCHOOL, "S1", "2026-01-01"),
        attribute(STAGE, "primary", "2026-03-01"),
        attribute(ROLE, "teacher", "2026-02-10"),
        attribute(ROLE, "principal", "2026-04-11"),
    ]
)


def found(first: str, last: str, today: str) -> list[tuple[str, str, object, bool]]:
    days = (date.fromisoformat(each) for each in (first, last, today))
    places = stretches(AUDIENCE, HISTORY.placed, *days)
    assert not any(each.lacking for each in places)
    return [(str(each.first), str(each.last), each.member, each.assumed) for each in places]


def test_every_change_begins_a_stretch_and_the_day_before_ends_one() -> None:
    assert found("2026-02-01", "2026-06-30", "2026-12-31") == [
        ("2026-02-01", "2026-02-09", True, True),
        ("2026-02-10", "2026-02-28", True, True),
        ("2026-03-01", "2026-04-10", True, False),
        ("2026-04-11", "2026-04-30", False, False),
        ("2026-05-01", "2026-06-30", False, False),
    ]


def test_what_is_so_today_is_taken_to_stay() -> None:
    assert found("2026-03-01", "2026-12-31", "2026-04-10") == [
        ("2026-03-01", "2026-12-31", True, False)
    ]
    assert found("2026-03-01", "2026-12-31", "2026-04-11")[-1] == (
        *("2026-04-11", "2026-12-31"),
        *(False, False),
    )
    # A change on the first day is no change within.
    assert found("2026-04-11", "2026-04-11", "2026-12-31") == [
        ("2026-04-11", "2026-04-11", False, False)
    ]


def test_what_is_unknown_lacks_only_where_it_matters() -> None:
    day = date(2026, 3, 1)
    (known,) = stretches(AUDIENCE, History([attribute(ROLE, "teacher")]).placed, day, day, day)
    assert (known.member, known.lacking) == (None, (STAGE, SCHOOL))
    (known,) = stretches(AUDIENCE, History([attribute(ROLE, "principal")]).placed, day, day, day)
    assert (known.member, known.lacking) == (False, ())
    (known,) = stretches(AUDIENCE, HISTORY.placed, date(2026, 1, 1), date(2026, 1, 1), day)
    assert known.assumed


def share(*days: str, whole: bool, first: str = "2026-01-31", last: str = "2026-05-30") -> Share:
    places = [
        Stretch(date.fromisoformat(a), date.fromisoformat(b), True, False, ())
        for a, b in zip(days[::2], days[1::2], strict=True)
    ]
    return share_of(places, date.fromisoformat(first), date.fromisoformat(last), whole=whole)


@pytest.mark.parametrize(
    ("days", "begun", "full"),
    [
        # Months from 31 January: to 27 February, 30 March, 29 April, 30 May.
        (("2026-01-31", "2026-05-30"), 4, 4),
        (("2026-01-31", "2026-02-27"), 1, 1),
        (("2026-01-31", "2026-02-26"), 1, 0),
        (("2026-01-31", "2026-02-28"), 2, 1),
        (("2026-02-01", "2026-02-27"), 1, 0),
        (("2026-02-28", "2026-03-30"), 1, 1),
        (("2026-03-30", "2026-03-31"), 2, 0),
        (("2026-05-30", "2026-05-30"), 1, 0),
        # Half a month and the other half are a month.
        (("2026-01-31", "2026-02-10", "2026-02-11", "2026-02-27"), 1, 1),
        (("2026-01-31", "2026-02-10", "2026-02-12", "2026-02-27"), 1, 0),
        # What lies outside a month takes nothing from it.
        (("2026-01-31", "2026-02-27", "2026-04-30", "2026-05-30"), 2, 2),
        ((), 0, 0),
    ],
)
def test_months_that_are_begun_and_months_that_are_full(
    days: tuple[str, ...], begun: int, full: int
) -> None:
    assert share(*days, whole=False) == Share(begun, 4)
    assert share(*days, whole=True) == Share(full, 4)


def test_the_last_month_may_be_a_single_day() -> None:
    assert share("2026-03-01", "2026-03-01", whole=True, first="2026-02-01", last="2026-03-01") == (
        1,
        2,
    )
    outside = [Stretch(date(2026, 2, 1), date(2026, 2, 28), None, False, (ROLE,))]
    assert share_of(outside, date(2026, 2, 1), date(2026, 2, 28), whole=False) == Share(0, 1)


def test_months_go_on_in_the_next_year() -> None:
    winter = ("2025-12-01", "2026-01-31")
    assert share(*winter, whole=True, first="2025-12-01", last="2026-11-30") == (2, 12)
    assert share(*winter, whole=True, first="2025-11-30", last="2026-02-27") == (1, 3)


def test_unknown_matters_only_where_the_other_holds() -> None:
    assert [both(True, None), both(None, True), both(None, None)] == [None, None, None]
    assert [both(False, None), both(None, False), both(True, False)] == [False, False, False]
    assert both(True, True) is True
