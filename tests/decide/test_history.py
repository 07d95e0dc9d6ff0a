"""Attributes through time: what was known on a day, what is assumed before, what was ever known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from moodle_cpd.decide.history import History
from moodle_cpd.model.people import Attribute
from tests.decide.making import attribute

ROLE, HIRED = Attribute.ROLE, Attribute.HIRE_DATE
FIRST, SECOND = date(2024, 3, 1), date(2025, 3, 1)
DAY = timedelta(days=1)
ROWS = (
    attribute(ROLE, "principal", str(SECOND)),
    attribute(ROLE, "teacher", str(FIRST)),
    attribute(ROLE, "homeroom_teacher", str(FIRST)),
)
BOTH = frozenset({"teacher", "homeroom_teacher"})


@pytest.mark.parametrize(
    ("day", "values", "assumed"),
    [
        (FIRST - DAY, BOTH, True),
        (FIRST, BOTH, False),
        (SECOND - DAY, BOTH, False),
        (SECOND, {"principal"}, False),
    ],
)
def test_values_hold_from_their_day_on_and_the_first_before_it(
    day: date, values: frozenset[str], assumed: bool
) -> None:
    for rows in (ROWS, ROWS[::-1]):
        assert History(rows).on(ROLE, day) == (values, assumed)


def test_of_what_was_never_known_nothing_is_assumed() -> None:
    assert History(ROWS).on(Attribute.STAGE, SECOND) == (frozenset(), False)


@pytest.mark.parametrize(
    ("day", "known"), [(FIRST - DAY, False), (FIRST, True), (FIRST + DAY, True), (SECOND, True)]
)
def test_known_is_who_had_anything_by_a_day(day: date, known: bool) -> None:
    assert History(ROWS).known_by(day) is known
    assert History((*ROWS, attribute(HIRED, "2020-09-01", str(SECOND)))).known_by(day) is known


@pytest.mark.parametrize(
    ("day", "values"),
    [
        (FIRST - DAY, set()),
        (FIRST, BOTH),
        (SECOND - DAY, BOTH),
        (SECOND, BOTH | {"principal"}),
    ],
)
def test_ever_known_is_what_was_known_by_a_day(day: date, values: set[str]) -> None:
    assert History(ROWS).ever(ROLE, day) == values


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("2010-09-01",), date(2010, 9, 1)),
        (("",), None),
        (("yesterday",), None),
        (("2010-09-01", "2011-09-01"), None),
    ],
)
def test_a_date_is_one_that_can_be_read(values: tuple[str, ...], expected: date | None) -> None:
    history = History([attribute(HIRED, value) for value in values])
    assert history.date_of(HIRED, SECOND) == expected
    assert history.date_of(HIRED, SECOND) == expected


def test_what_many_teachers_have_in_common_is_one_where_it_is_the_same() -> None:
    one, same = History(ROWS).placed, History(ROWS[::-1]).placed
    other = History(ROWS[1:]).placed
    hired = History((*ROWS, attribute(HIRED, "2010-09-01"))).placed
    assert one is same
    assert one is hired
    assert one is not other
