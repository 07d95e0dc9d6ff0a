"""Which edition governs a period, and the same rules without a gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.decide.governing import days_of, edition_of, rests_on_another, without_gate
from moodle_cpd.rules.rulebook_requirements import Group, HoursAtLeast
from tests.decide.making import BODY, local, rules

CHANGING = BODY.replace(
    "{hours_at_least: 10}",
    """
  all:
    - {hours_at_least: 10, until: 2024-02-29}
    - {hours_at_least: 20, from: 2024-03-01, until: 2025-02-28}
    - {hours_at_least: 30, from: 2025-03-01}
""",
)
GATE = """
assessments: [{id: exam, title: {en: E}, pass_at: {percent: 60}}]
recognised_when: {passed: exam}
"""
SCHEME = rules(CHANGING + GATE).schemes[0]
CALENDAR = Calendar(SCHEME)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("1999-06-01", 10),
        ("2024-02-29", 10),
        ("2024-03-01", 20),
        ("2025-02-28", 20),
        ("2025-03-01", 30),
        ("2030-01-01", 30),
    ],
)
def test_a_period_begins_under_one_edition(day: str, hours: int) -> None:
    found = edition_of(SCHEME, CALENDAR.containing(local(f"{day} 12:00")).period)
    parts = found.requirement.parts if isinstance(found.requirement, Group) else ()
    (part,) = parts or (found.requirement,)
    assert isinstance(part, HoursAtLeast)
    assert part.need == hours


def test_before_its_first_edition_that_one_is_told() -> None:
    first = replace(SCHEME.editions[0], since=date(2020, 1, 1))
    later = replace(SCHEME, earlier=(first, *SCHEME.earlier[1:]))
    period = CALENDAR.containing(local("2015-06-01 12:00")).period
    assert edition_of(later, period) is first


def test_days_of_a_period() -> None:
    days = days_of(SCHEME, CALENDAR.containing(local("2023-06-01 12:00")).period)
    assert (days.first, days.last) == (date(2023, 3, 1), date(2024, 2, 29))
    assert (days.marked_by, days.final_from) == (date(2024, 3, 30), local("2024-03-31 00:00"))


def test_a_gate_becomes_one_more_requirement_in_every_edition() -> None:
    found = without_gate(SCHEME)
    assert len(found.editions) == len(SCHEME.editions) > 2
    for before, each in zip(SCHEME.editions, found.editions, strict=True):
        assert each.recognised_when is None
        assert isinstance(each.requirement, Group)
        assert (each.requirement.kind, each.requirement.count) == ("all", 2)
        assert each.requirement.parts == (before.requirement, before.recognised_when)
    late = replace(SCHEME, recognised_when=None)
    assert [each.recognised_when for each in without_gate(late).editions] == [None] * len(
        late.editions
    )
    assert without_gate(late).requirement == late.requirement


def test_a_frame_rests_on_another_scheme_if_any_edition_does() -> None:
    assert not rests_on_another(SCHEME)
    assert rests_on_another(replace(SCHEME, recognised_only=True))
    old = (replace(SCHEME.earlier[0], recognised_only=True), *SCHEME.earlier[1:])
    assert rests_on_another(replace(SCHEME, earlier=old))
