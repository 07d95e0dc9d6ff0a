"""Values with days: what holds when, and that no day is without a value or has two."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.problems import Problem
from moodle_cpd.rules.effective import as_of, change_days
from moodle_cpd.rules.yaml_source import YamlSource

ITEMS = """\
all:
  - hours: 72
    until: 2027-02-28
  - hours: 80
    from: 2027-03-01
  - always: yes
"""

SEQUENCE = """\
grace_days:
  by_period:
    - value: 30
      until: 2025-02-28
    - value: 45
      from: 2025-03-01
      until: 2027-02-28
    - {percent: 60, reference: x, from: 2027-03-01}
"""


def source(text: str) -> YamlSource:
    return YamlSource("schemes/s.yaml", text.encode())


def problems(text: str) -> list[str]:
    found: list[Problem] = []
    change_days(source(text), found)
    return [str(each) for each in found]


def test_items_hold_in_their_days_and_the_others_always() -> None:
    file = source(ITEMS)
    assert change_days(file, []) == [date.min, date(2027, 3, 1)]
    before, after = (as_of(file, day).root["all"] for day in change_days(file, []))
    assert before == [{"hours": 72}, {"always": "yes"}]
    assert after == [{"hours": 80}, {"always": "yes"}]
    assert file.root["all"][0]["until"] == "2027-02-28"


def test_a_value_by_period() -> None:
    file = source(SEQUENCE)
    days = change_days(file, [])
    assert days == [date.min, date(2025, 3, 1), date(2027, 3, 1)]
    found = [as_of(file, day).root["grace_days"] for day in days]
    assert found == [30, 45, {"percent": 60, "reference": "x"}]


def test_places_stay_where_they_are_in_the_file() -> None:
    root = as_of(source(ITEMS), date(2027, 3, 1)).root
    assert root["all"].marks[0].line == 4
    assert as_of(source(SEQUENCE), date(2026, 1, 1)).root.value_marks["grace_days"].line == 5


@pytest.mark.parametrize(
    ("items", "at", "words"),
    [
        ("[{value: 1, from: 2025-01-01}]", "2025-01-01", "nothing holds between the beginning"),
        ("[{value: 1, until: 2025-01-01}]", "{value: 1", "nothing holds from 2025-01-02 on"),
        (
            "[{value: 1, until: 2025-01-01}, {value: 2, from: 2025-01-03}]",
            "2025-01-03",
            "expected from: 2025-01-02",
        ),
        (
            "[{value: 1, until: 2025-02-01}, {value: 2, from: 2025-01-01}]",
            "2025-01-01",
            "when the item before it still holds",
        ),
        ("[{value: 1}, {value: 2, from: 2025-01-01}]", "2025-01-01", "still holds"),
        ("[{value: 1, until: 2025-01-01}, {value: 2}]", "{value: 2", "no from:"),
        ("[{value: 1, until: 2025-02-30}]", "2025-02-30", "a day like"),
        ("[{value: 1, until: soon}]", "soon", "a day like"),
        ("[{value: 1, from: 2025-01-02, until: 2025-01-01}]", "2025-01-01", "before it begins"),
        ("[{until: 2025-01-01}, {value: 2, from: 2025-01-02}]", "{until", "no value"),
        ("[7]", "7", "7 without a day"),
        ("7", "7", "no list"),
        ("[]", "[", "no list"),
    ],
)
def test_gaps_overlaps_and_days_that_are_none(items: str, at: str, words: str) -> None:
    text = f"v: {{by_period: {items}}}"
    where = f"schemes/s.yaml:1:{text.index(at) + 1}: "
    found = problems(text)
    assert any(each.startswith(where) and words in each for each in found), found


def test_nothing_stands_beside_by_period() -> None:
    text = "v: {by_period: [{value: 1}], reference: x}"
    assert "'reference' beside by_period" in problems(text)[0]


DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))


@given(st.lists(DAYS, unique=True, max_size=6), DAYS)
def test_every_day_has_exactly_one_value(changes: list[date], day: date) -> None:
    changes.sort()
    lines = ["v:", "  by_period:"]
    for number, start in enumerate([None, *changes]):
        lines.append(f"    - value: {number}")
        if start is not None:
            lines.append(f"      from: {start}")
        if number < len(changes):
            lines.append(f"      until: {date.fromordinal(changes[number].toordinal() - 1)}")
    file = source("\n".join(lines))
    found: list[Problem] = []
    days = change_days(file, found)

    assert found == []
    assert days == [date.min, *changes]
    value = as_of(file, day).root["v"]
    assert Decimal(value) == sum(start <= day for start in changes)
