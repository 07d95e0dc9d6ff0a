from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from moodle_cpd.decide.caps import cut, totals
from moodle_cpd.decide.claim import Claim, Standing
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.model.decision import Outcome, State, Text
from moodle_cpd.model.fact import Fact
from moodle_cpd.rules import Rulebook
from moodle_cpd.rules.matching import Match, Target
from tests.decide.making import BODY, course, decide_one, done, local, rules

COURSES = [course(number) for number in range(1, 6)]
ON = local("2026-06-01 00:00")

CAPPED = BODY.replace(
    "categories:\n  - {id: a, title: {en: A}}\n  - {id: b, title: {en: B}}",
    """
categories:
  - id: top
    title: {en: Top}
    hours_at_most: 20
    categories:
      - {id: a, title: {en: A}, hours_at_most: 12}
      - {id: b, title: {en: B}}
  - {id: c, title: {en: C}}
""",
)
ENTRIES = """
  - {course: C1, category: a, hours: 8}
  - {course: C2, category: a, hours: 8}
  - {course: C3, category: b, hours: 10}
  - {course: {idnumber_like: "C?"}, category: c, hours: 5, hours_at_most: 7}
"""


def book(requirements: str = "{hours_at_least: 10}", extra: str = "") -> Rulebook:
    body = CAPPED.replace("{hours_at_least: 10}", requirements) + extra
    return rules(body, ENTRIES)


def facts(*numbers: int) -> list[Fact]:
    """Completions one day after the other, in this order."""
    days = enumerate(numbers, start=1)
    return [done(number, local(f"2025-05-{day:02} 10:00")) for day, number in days]


def test_entry_then_category_then_parent_the_earliest_first() -> None:
    decision = decide_one(book(), COURSES, facts(1, 2, 3, 4, 5), ON, "2025")
    counted = {line.course: line.counted for line in decision.credit_lines}
    assert counted == {1: 8, 2: 4, 3: 8, 4: 5, 5: 2}
    assert dict(decision.by_category) == {"top": 20, "a": 12, "b": 8, "c": 7}
    assert decision.recognised == 27
    reasons = {line.course: line.reason.en for line in decision.credit_lines}
    assert "A: at most 12 hours, 4 cut off" in reasons[2]
    assert "Top: at most 20 hours, 2 cut off" in reasons[3]
    assert "this line: at most 7 hours, 3 cut off" in reasons[5]
    assert "cut off" not in reasons[1]


def test_a_category_apart_is_counted_and_none_of_the_total() -> None:
    body = CAPPED.replace("title: {en: C}}", "title: {en: C}, apart: true}").replace(
        "{hours_at_least: 10}", "{hours_at_least: 21}"
    )
    found = decide_one(rules(body, ENTRIES), COURSES, facts(1, 2, 3, 4, 5), ON, "2025")
    assert dict(found.by_category) == {"top": 20, "a": 12, "b": 8, "c": 7}
    assert found.recognised == 20
    assert found.outcome is Outcome.NOT_MET
    asked = body.replace("{hours_at_least: 21}", "{hours_at_least: 7, of: c}")
    found = decide_one(rules(asked, ENTRIES), COURSES, facts(1, 2, 3, 4, 5), ON, "2025")
    assert found.outcome is Outcome.MET


def test_another_order_shares_the_same_sum_differently() -> None:
    decision = decide_one(book(), COURSES, facts(3, 2, 1, 5, 4), ON, "2025")
    counted = {line.course: line.counted for line in decision.credit_lines}
    assert counted == {3: 10, 2: 8, 1: 2, 5: 5, 4: 2}
    assert decision.recognised == 27


def test_facts_of_one_minute_are_ordered_by_their_keys() -> None:
    at = local("2025-05-01 10:00")
    same = [done(number, at) for number in (1, 2)]
    lines = [
        decide_one(book(), COURSES, order, ON, "2025").credit_lines
        for order in (same, list(reversed(same)))
    ]
    assert lines[0] == lines[1]
    assert sorted(line.counted for line in lines[0]) == [Decimal(4), Decimal(8)]


def test_one_piece_can_be_cut_by_several_caps() -> None:
    body = CAPPED.replace("hours_at_most: 20", "hours_at_most: 6")
    entries = "  - {course: C1, category: a, hours: 15, hours_at_most: 14}\n"
    decision = decide_one(rules(body, entries), COURSES, facts(1), ON, "2025")
    (line,) = decision.credit_lines
    assert (line.given, line.counted) == (Decimal(15), Decimal(6))
    assert [line.reason.en.count(f"{n} cut off") for n in ("1", "2", "6")] == [1, 1, 1]


@pytest.mark.parametrize(("cap", "state"), [("9", State.MISSING), ("10", State.MET)])
def test_the_scheme_cap_binds_the_total_but_not_the_categories(cap: str, state: State) -> None:
    requirements = "{all: [{hours_at_least: 10}, {hours_at_least: 7, of: c}]}"
    decision = decide_one(
        book(requirements, f"hours_at_most: {cap}\n"), COURSES, facts(1, 3, 4, 5), ON, "2025"
    )
    assert decision.earned == decision.recognised == Decimal(cap)
    assert decision.requirement is not None
    assert [part.state for part in decision.requirement.parts] == [state, State.MET]
    assert any(f"At most {cap} hours in all" in reason.en for reason in decision.reasons)
    assert sum((line.counted for line in decision.credit_lines), Decimal(0)) == 25


def test_a_category_reads_its_own_hours_though_its_parent_is_full() -> None:
    requirements = "{all: [{present: b}, {hours_at_least: 10, of: b}]}"
    body = CAPPED.replace("{hours_at_least: 10}", requirements)
    body = body.replace("hours_at_most: 20", "hours_at_most: 8")
    decision = decide_one(rules(body, ENTRIES), COURSES, facts(1, 3), ON, "2025")
    assert dict(decision.by_category)["b"] == 0
    assert decision.outcome is Outcome.MET


def test_at_least_some_of_several() -> None:
    requirements = "{at_least: 2, among: [{present: a}, {present: b}, {present: c}]}"
    one = decide_one(book(requirements), COURSES, facts(1, 2), ON, "2025")
    two = decide_one(book(requirements), COURSES, facts(1, 4), ON, "2025")
    assert one.requirement is not None
    assert two.requirement is not None
    assert (one.requirement.have, one.requirement.need) == (Decimal(1), Decimal(2))
    assert [one.outcome, two.outcome] == [Outcome.NOT_MET, Outcome.MET]


def test_any_of_several() -> None:
    requirements = "{any: [{present: b}, {hours_at_least: 5, of: c}]}"
    assert decide_one(book(requirements), COURSES, facts(1), ON, "2025").outcome is Outcome.NOT_MET
    assert decide_one(book(requirements), COURSES, facts(4), ON, "2025").outcome is Outcome.MET


def test_what_reaches_a_cap_exactly_is_not_cut() -> None:
    decision = decide_one(book(), COURSES, facts(1, 3), ON, "2025")
    reasons = [line.reason.en for line in decision.credit_lines]
    assert not any("cut off" in reason for reason in reasons)
    exact = rules(BODY, "  - {course: C1, category: a, hours: 7, hours_at_most: 7}\n")
    (line,) = decide_one(exact, COURSES, facts(1), ON, "2025").credit_lines
    assert (line.counted, line.reason.en) == (Decimal(7), "Course completed")


PROPORTION = """
  - course: C1
    activity: P
    category: a
    hours: {value: 10, in_proportion_to: grade}
    counts_when: graded
"""


def test_sums_of_thirds_are_exact() -> None:
    scheme = PreparedScheme(rules(BODY, PROPORTION).schemes[0], {})
    match = Match(scheme.scheme.entries[0], Decimal(10))
    third = [(match, Fraction(10, 3))] * 3
    assert totals(scheme, third).total == 10
    capped = rules(BODY, PROPORTION + "    hours_at_most: 10\n").schemes[0]
    scheme = PreparedScheme(capped, {})
    match = Match(capped.entries[0], Decimal(10))
    claim = Claim(
        *(Target(1), match, ON, (), Standing.COUNTS),
        *(Fraction(10, 3), Fraction(10, 3), True, Text()),
    )
    cuts = cut(scheme, [claim] * 3)
    assert [each.counted for each in cuts] == [Fraction(10, 3)] * 3
    assert sum(each.counted for each in cuts) == 10


def test_hours_of_a_level_are_summed_over_the_categories_at_the_top() -> None:
    body = CAPPED.replace(
        "  - {id: c, title: {en: C}}",
        "  - {id: c, title: {en: C}}\n  - {id: d, title: {en: D}, apart: true}",
    ).replace("{hours_at_least: 10}", "{hours_at_least: 10, from_level: county}")
    entries = "".join(
        f"  - {{course: C{number}, category: {category}, hours: {hours}, level: {level}}}\n"
        for number, category, hours, level in (
            *((1, "a", 8, "county"), (2, "b", 3, "nation")),
            *((3, "c", 5, "prefecture"), (4, "d", 7, "county"), (5, "c", 9, "school")),
        )
    )
    scheme = PreparedScheme(rules(body, entries).schemes[0], {})
    hours = [
        (Match(each, each.hours, None, each.level), each.hours) for each in scheme.scheme.entries
    ]
    found = totals(scheme, [(match, each) for match, each in hours if each is not None])
    assert dict(found.from_level) == {
        "county": {
            "top": 11,
            "a": 8,
            "b": 3,
            "c": 5,
            "d": 7,
            "": 16,
        }
    }
    assert (found.total, found.by_category["c"]) == (Decimal(25), Decimal(14))
