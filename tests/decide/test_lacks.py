"""A tree of requirements taken apart: what is left of it, and what one can choose from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from moodle_cpd.decide.lacks import Lacks, every, leaves, meaning
from moodle_cpd.decide.missing import Lack, Way
from moodle_cpd.decide.ways import WayKind
from moodle_cpd.model.decision import Place, RequirementResult, State, Text
from moodle_cpd.rules.rulebook_requirements import (
    Group,
    HoursAtLeast,
    OnlyFor,
    Passed,
    Pieces,
    Present,
    Requirement,
    ScoreAtLeast,
)
from tests.decide.making import BODY, rules

EVERYTHING = """
    - hours_at_least: 50
    - {hours_at_least: 50, of: a}
    - {hours_at_least: 50, of: a, from_level: county}
    - {hours_at_least: 50, of: a, within_years: 3}
    - {hours_at_least: 40, of: a}
    - present: a
    - present: b
    - {present: a, from_level: county}
    - {present: a, within_years: 3}
    - passed: exam
    - passed: other
    - {evidence: notes, pieces: 2}
    - {evidence: notes, pieces: 3}
    - score_at_least: 60
    - score_at_least: 80
"""
REST = """
assessments:
  - {id: exam, title: {en: E}, pass_at: {percent: 60}}
  - {id: other, title: {en: O}, pass_at: {percent: 60}}
evidence:
  - {id: notes, title: {en: N}, accepted_when: graded}
score:
  title: {en: Score}
  components:
    - {id: test, title: {en: T}, points: 100, in_proportion_to: exam}
"""


def tree(requirements: str) -> Requirement:
    body = BODY.replace("requirements: {hours_at_least: 10}\n", f"requirements:\n{requirements}")
    found = rules(body + REST).scheme("sample").requirement
    assert found is not None
    return found


def result(
    rule: Requirement, states: Mapping[int, tuple[State, str | None]], have: str | None = None
) -> RequirementResult:
    """What came of a tree.

    Args:
        rule: the tree.
        states: by the line of a single requirement its state and what there is.
        have: what there is of those that are not named, which are missing.
    """
    if isinstance(rule, Group):
        parts = tuple(result(part, states, have) for part in rule.parts)
        met = sum(part.state is State.MET for part in parts)
        state = State.MET if met >= rule.count else State.MISSING
        return RequirementResult(rule.title, state, None, None, "", rule.place, parts)
    state, there = states.get(rule.place.line, (State.MISSING, have))
    need = getattr(rule, "need", None)
    number = None if there is None else Decimal(there)
    unit = "" if need is None else "hours"
    return RequirementResult(rule.title, state, number, need, unit, rule.place)


def lacks(
    rule: Requirement,
    base: RequirementResult,
    best: RequirementResult | None = None,
    spent: Mapping[str | None, list[str]] | None = None,
    ways: Mapping[tuple[int, ...], list[Way]] | None = None,
    *,
    gated: bool = False,
) -> tuple[Lack, ...]:
    places = {each.place: each for each in every(rule)}
    finder = Lacks(places, ways or {}, spent or {}, gated=gated)
    return finder.find(base, base if best is None else best)


def lines(rule: Requirement) -> list[int]:
    return [each.place.line for each in every(rule) if not isinstance(each, Group)]


def test_only_the_same_demand_has_the_same_meaning() -> None:
    found = [meaning(each) for each in every(tree(f"  all:{EVERYTHING}"))]
    assert found[0] is None
    assert None not in found[1:]
    assert len(set(found)) == len(found) == 16
    assert meaning(None) is None
    again = tree(f"  all:{EVERYTHING}")
    assert [meaning(each) for each in every(again)] == found


def test_every_requirement_is_found_whomever_it_concerns() -> None:
    rule = tree(
        "  all:\n    - present: a\n    - only_for: {role: [teacher]}\n"
        "      any:\n        - present: b\n        - passed: exam\n"
    )
    kinds = [type(each) for each in every(rule)]
    assert kinds == [Group, Present, Group, Present, Passed]
    assert isinstance(rule, Group)
    assert isinstance(rule.parts[1], OnlyFor)


def test_leaves_are_found_by_their_place_in_the_tree() -> None:
    rule = tree("  all:\n    - present: a\n    - any: [{present: b}, {passed: exam}]\n")
    base = result(rule, {})
    assert list(leaves(base)) == [(0,), (1, 0), (1, 1)]
    assert leaves(base)[1, 1] is base.parts[1].parts[1]
    assert leaves(base.parts[0]) == {(): base.parts[0]}
    assert leaves(None) == {}


def test_what_is_met_lacks_nothing_and_a_demand_made_twice_is_told_once() -> None:
    rule = tree(
        "  all:\n    - present: a\n    - passed: exam\n    - {passed: exam, title: {en: Y}}\n"
    )
    first, second, third = lines(rule)
    met = (State.MET, None)
    assert lacks(rule, result(rule, {first: met, second: met, third: met})) == ()
    found = lacks(rule, result(rule, {first: met}))
    assert [(each.place.line, each.opens_hours) for each in found] == [(second, False)]


@pytest.mark.parametrize("gated", [True, False])
def test_what_opens_the_hours_is_the_second_part_where_they_are_gated(gated: bool) -> None:
    rule = tree("  all:\n    - present: a\n    - {hours_at_least: 5}\n    - passed: exam\n")
    found = lacks(rule, result(rule, {}, "1"), gated=gated)
    assert [each.opens_hours for each in found] == [False, gated, False]
    deep = tree("  all:\n    - present: a\n    - all: [{passed: exam}, {present: b}]\n")
    found = lacks(deep, result(deep, {}), gated=gated)
    assert [each.opens_hours for each in found] == [False, gated, gated]
    twice = tree("  all:\n    - passed: exam\n    - {passed: exam, title: {en: Y}}\n")
    (lack,) = lacks(twice, result(twice, {}), gated=gated)
    assert (lack.opens_hours, lack.place.line) == (gated, lines(twice)[0])


def test_a_choice_stays_together_and_what_is_needed_is_counted() -> None:
    rule = tree(
        "  all:\n    - at_least: 2\n      among:\n        - present: a\n        - present: b\n"
        "        - all:\n          - passed: exam\n          - passed: other\n"
        "          - score_at_least: 60\n"
    )
    at = lines(rule)
    (two,) = lacks(rule, result(rule, {}))
    assert (two.choose, len(two.parts), two.gap, two.reachable) == (2, 3, None, None)
    (one,) = lacks(rule, result(rule, {at[0]: (State.MET, None)}))
    assert (one.choose, [part.choose for part in one.parts]) == (1, [0, 3])
    (one,) = lacks(rule, result(rule, {at[0]: (State.MET, None), at[3]: (State.MET, None)}))
    assert [part.choose for part in one.parts] == [0, 2]
    rule = tree(
        "  any:\n    - present: a\n    - all:\n      - passed: exam\n      - all:\n"
        "        - passed: other\n        - present: b\n"
    )
    (one,) = lacks(rule, result(rule, {}))
    assert [(part.choose, len(part.parts)) for part in one.parts] == [(0, 0), (3, 3)]


def test_choices_side_by_side_are_told_apart() -> None:
    one, other = "[{present: a}, {passed: exam}]", "[{present: b}, {passed: exam}]"
    rule = tree(f"  all:\n    - any: {one}\n    - any: {other}\n")
    assert [each.choose for each in lacks(rule, result(rule, {}))] == [1, 1]


@pytest.mark.parametrize(
    ("part", "have", "best", "gap", "reachable"),
    [
        ("{hours_at_least: 5}", "2", "4", "3", "4"),
        ("{hours_at_least: 5}", "0", "0", "5", "0"),
        ("{hours_at_least: 5}", None, None, "5", "0"),
        ("{evidence: notes, pieces: 3}", "1", "3", "2", "3"),
        ("{score_at_least: 60}", "59.5", "70", "0.5", "70"),
        ("{present: a}", None, None, None, None),
    ],
)
def test_what_lacks_and_what_can_be_reached(
    part: str, have: str | None, best: str | None, gap: str | None, reachable: str | None
) -> None:
    rule = tree(f"  all:\n    - passed: exam\n    - {part}\n")
    _, lack = lacks(rule, result(rule, {}, have), result(rule, {}, best))
    assert (lack.gap, lack.reachable) == tuple(
        None if each is None else Decimal(each) for each in (gap, reachable)
    )
    assert not lack.closable
    first, second = lines(rule)
    good = result(rule, {first: (State.MET, None), second: (State.MET, best)})
    assert [each.closable for each in lacks(rule, result(rule, {}, have), good)] == [True, True]


def test_a_grade_that_is_missing_has_no_gap() -> None:
    rule = tree("  all:\n    - passed: exam\n")
    (line,) = lines(rule)
    place = Place("schemes/sample.yaml", line, 1)
    assert isinstance(rule, Group)
    exam = rule.parts[0]
    one = RequirementResult(Text("", "E"), State.MISSING, None, Decimal(60), "points", exam.place)
    base = RequirementResult(rule.title, State.MISSING, None, None, "", place, (one,))
    (lack,) = lacks(rule, base)
    assert (lack.gap, lack.reachable, lack.need) == (None, None, Decimal(60))


def test_what_counted_elsewhere_is_told_where_hours_lack() -> None:
    rule = tree(
        "  all:\n    - {hours_at_least: 5, of: a}\n    - present: b\n    - hours_at_least: 9\n"
        "    - passed: exam\n"
    )
    spent = {"a": ["A1", "A2"], "b": ["B1"], None: ["A1", "A2", "B1"]}
    found = lacks(rule, result(rule, {}, "1"), spent=spent)
    assert [each.spent for each in found] == [("A1", "A2"), ("B1",), ("A1", "A2", "B1"), ()]


def test_ways_stand_where_they_help() -> None:
    rule = tree("  all:\n    - present: a\n    - any: [{present: b}, {passed: exam}]\n")
    way = Way(
        WayKind.DO, 3, "C", "C3", None, "", None, True, 0, Text(), Text(), False, False, rule.place
    )
    first, choice = lacks(rule, result(rule, {}), ways={(1, 1): [way]})
    assert (first.ways, choice.ways) == ((), ())
    assert [part.ways for part in choice.parts] == [(), (way,)]


def test_meanings_are_those_of_single_requirements() -> None:
    found = {type(each) for each in every(tree(f"  all:{EVERYTHING}"))}
    assert found == {Group, HoursAtLeast, Present, Passed, Pieces, ScoreAtLeast}
