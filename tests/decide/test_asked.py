"""What of a scheme is asked of whom, and what it looks at."""

from __future__ import annotations

import pytest

from moodle_cpd.decide.asked import asked, looks_back, read_by
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_requirements import Group
from tests.decide.making import BODY, rules

KINDS = """
assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}}
  - {id: test, title: {en: Test}, pass_at: {percent: 60}}
  - {id: gate, title: {en: Gate}, pass_at: {percent: 60}}
  - {id: unread, title: {en: Unread}, pass_at: {percent: 60}}
evidence:
  - {id: essay, title: {en: Essay}, accepted_when: handed_in}
  - {id: talk, title: {en: Talk}, accepted_when: handed_in}
  - {id: idle, title: {en: Idle}, accepted_when: handed_in}
"""
SCORE = """
score:
  title: {en: Score}
  components: [{id: one, title: {en: One}, points: 60, in_proportion_to: test}]
  deductions: [{id: two, title: {en: Two}, points_each: 1, hours_short_of: 9}]
  bonuses: [{id: three, title: {en: Three}, points_each: 5, for_each: talk}]
"""
GATE = "\nrecognised_when: {any: [{passed: gate}, {present: a}]}\n"
TREE = """
  all:
    - {hours_at_least: 1}
    - {passed: exam, only_for: {role: [x]}}
    - any: [{evidence: essay}, {present: b}]
"""


def scheme(requirement: str, more: str = "") -> Scheme:
    return rules(BODY.replace("{hours_at_least: 10}", requirement) + KINDS + more).schemes[0]


@pytest.mark.parametrize(
    ("requirement", "more", "expected"),
    [
        ("{hours_at_least: 10}", "", set()),
        ("{passed: exam}", "", {"exam"}),
        (TREE, "", {"exam", "essay"}),
        ("{hours_at_least: 10}", GATE, {"gate"}),
        ("{hours_at_least: 10}", SCORE, {"test", "talk"}),
        (TREE, GATE + SCORE, {"exam", "essay", "gate", "test", "talk"}),
    ],
)
def test_what_a_scheme_looks_at(requirement: str, more: str, expected: set[str]) -> None:
    assert set(read_by(scheme(requirement, more))) == expected


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("{hours_at_least: 10}", False),
        ("{hours_at_least: 10, within_years: 2}", True),
        ("{passed: exam}", False),
        (TREE, False),
        (
            "{all: [{hours_at_least: 1}, {present: b, within_years: 2, only_for: {role: [x]}}]}",
            True,
        ),
    ],
)
def test_whether_a_scheme_looks_at_periods_before(requirement: str, expected: bool) -> None:
    assert looks_back(scheme(requirement).requirement) is expected


def test_a_part_for_some_is_asked_of_them_alone() -> None:
    parts = "{present: a}, {present: b, only_for: {role: [x]}}, {any: [{passed: exam}]}"
    found = scheme(f"{{all: [{parts}]}}")
    tree = found.requirement
    assert isinstance(tree, Group)
    for belonging, places in (
        (frozenset(), (0, 2)),
        (frozenset(found.part_audiences()), (0, 1, 2)),
    ):
        left = asked(tree, belonging)
        assert isinstance(left, Group)
        assert (left.kind, left.count) == ("all", len(places))
        assert [each.title for each in left.parts] == [tree.parts[place].title for place in places]
    choice = scheme(
        "{at_least: 2, among: [{present: a}, {present: b}, {passed: exam}]}"
    ).requirement
    assert asked(choice, frozenset()) == choice
