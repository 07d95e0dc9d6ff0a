"""Hours by the level that gave them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide import decision_from_json, decision_to_json, explain
from moodle_cpd.model.decision import Decision, Outcome, State
from moodle_cpd.model.fact import Fact
from moodle_cpd.rules import Rulebook
from moodle_cpd.rules.levels import LEVELS, reaches
from tests.decide.making import BODY, activity, course, decide, done, handed_in, local, rules

NAMES = list(LEVELS)
ENTRIES = (
    "".join(
        f"  - {{course: C{place}, category: a, hours: 10, level: {level}}}\n"
        for place, level in enumerate(NAMES, start=1)
    )
    + """\
  - {course: C7, category: b, hours: 10}
  - {course: C8, category: b, hours: 10, level: nation}
  - course: C9
    activity: W
    category: b
    hours: 5
    counts_when: graded
    level: nation
"""
)
COURSES = [*(course(place) for place in range(1, 9)), course(9, activities=[activity(90, "W")])]
AT, AFTER = local("2025-06-10 10:00"), local("2026-03-31 00:00")


def book(asked: str, caps: str = "") -> Rulebook:
    body = BODY.replace("{hours_at_least: 10}", asked)
    return rules(
        body.replace("{id: a, title: {en: A}}", f"{{id: a, title: {{en: A}}{caps}}}"), ENTRIES
    )


def decided(asked: str, facts: list[Fact], caps: str = "") -> Decision:
    return decide(book(asked, caps), COURSES, facts, AFTER)[0]["sample", "2025"]


ALL = [done(place, AT) for place in range(1, 8)]


@pytest.mark.parametrize(("place", "level"), list(enumerate(NAMES)))
def test_a_level_and_those_above_it_count(place: int, level: str) -> None:
    decision = decided(f"{{hours_at_least: 10, from_level: {level}}}", ALL)
    assert decision.requirement is not None
    assert decision.requirement.have == 10 * (len(NAMES) - place)
    assert decision.earned == 70
    assert decision.by_level == tuple((name, Decimal(10)) for name in NAMES)


@pytest.mark.parametrize(
    ("need", "outcome"), [("20", Outcome.MET), ("20.01", Outcome.NOT_MET), ("19.99", Outcome.MET)]
)
def test_the_boundary_belongs(need: str, outcome: Outcome) -> None:
    asked = f"{{hours_at_least: {need}, from_level: province}}"
    assert decided(asked, ALL).outcome is outcome


def test_a_level_within_a_category() -> None:
    asked = "{hours_at_least: 10, of: a, from_level: nation}"
    assert decided(asked, [done(8, AT)]).outcome is Outcome.NOT_MET
    assert decided(asked, [done(6, AT)]).outcome is Outcome.MET


def test_caps_hold_for_the_hours_of_a_level_by_themselves() -> None:
    asked = "{hours_at_least: 20, from_level: province}"
    decision = decided(asked, ALL, ", hours_at_most: 25")
    assert decision.outcome is Outcome.MET
    assert decision.earned == 35
    assert sum(hours for _, hours in decision.by_level) == 25
    assert decided(asked, ALL, ", hours_at_most: 19").outcome is Outcome.NOT_MET


def test_before_the_cap_of_the_scheme() -> None:
    found = rules(
        BODY.replace("{hours_at_least: 10}", "{hours_at_least: 60, from_level: school}")
        + "\nhours_at_most: 30\n",
        ENTRIES,
    )
    decision = decide(found, COURSES, ALL, AFTER)[0]["sample", "2025"]
    assert (decision.outcome, decision.earned) == (Outcome.MET, Decimal(30))


def test_unmarked_work_of_a_level_is_unknown() -> None:
    decision = decided("{hours_at_least: 5, from_level: nation}", [handed_in(9, 90, AT)])
    assert decision.requirement is not None
    assert decision.requirement.state is State.UNKNOWN
    assert decision.outcome is Outcome.IN_PROGRESS


def test_levels_are_shown_and_stored() -> None:
    rulebook = book("{hours_at_least: 5, from_level: nation}")
    decision = decide(rulebook, COURSES, ALL, AFTER)[0]["sample", "2025"]
    assert decision_from_json(decision_to_json(decision)) == decision
    explanation = explain(decision, rulebook.schemes[0], ALL)
    assert "county: 10" in explanation.text("en")
    assert "国家级：10" in explanation.text("zh")
    assert "from nation upwards" in explanation.text("en")


@given(st.lists(st.integers(1, 8), unique=True), st.integers(1, 8), st.sampled_from(NAMES))
def test_one_more_completion_never_lowers_the_hours_of_a_level(
    places: list[int], more: int, level: str
) -> None:
    asked = f"{{hours_at_least: 20, from_level: {level}}}"
    facts = [done(place, AT) for place in places if place != more]
    before = decided(asked, facts, ", hours_at_most: 15").requirement
    after = decided(asked, [*facts, done(more, AT)], ", hours_at_most: 15").requirement
    assert before is not None
    assert after is not None
    assert (after.have or 0) >= (before.have or 0)


def test_what_has_no_level_reaches_none() -> None:
    assert not reaches(None, "school")
    assert reaches("nation", "nation")
    assert not reaches("province", "nation")
