"""What holds for any facts: order, sums, caps, monotonicity, periods, the round trip as JSON."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide import (
    decision_digest,
    decision_from_json,
    decision_to_json,
    explain,
)
from moodle_cpd.model.decision import Decision, Outcome, State
from moodle_cpd.model.fact import Fact, FactKind
from tests.decide.making import (
    BODY,
    activity,
    course,
    decide,
    done,
    handed_in,
    local,
    marked,
    rules,
)

BOOK = rules(
    BODY.replace(
        "categories:\n  - {id: a, title: {en: A}}\n  - {id: b, title: {en: B}}",
        """
hours_at_most: 40
hours_per_credit: 7
categories:
  - id: top
    title: {en: Top}
    hours_at_most: 21.5
    categories:
      - {id: a, title: {en: A}, hours_at_most: 12}
      - {id: b, title: {en: B}}
  - {id: c, title: {en: C}, hours_at_most: 15}
assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}}
""",
    ).replace(
        "{hours_at_least: 10}",
        """
  all:
    - hours_at_least: 20
    - at_least: 2
      among: [{present: a}, {present: b}, {hours_at_least: 9, of: c}]
    - any: [{passed: exam}, {hours_at_least: 30}]
""",
    ),
    """
  - {course: C1, category: a, hours: 8.25}
  - {course: C2, category: a, hours: 7, repeatable: true}
  - {course: C3, category: b, hours: 10}
  - {course: {idnumber_like: "C?"}, category: c, hours: 5, hours_at_most: 12}
  - course: C1
    activity: P
    category: b
    hours: 6
    counts_when: passed
    pass_at: {percent: 60}
  - {course: C2, activity: G, category: c, hours: 4, counts_when: graded, repeatable: true}
  - {course: C5, activity: E, assessment: exam}
""",
)
COURSES = [
    course(1, activities=[activity(10, "P")]),
    course(2, activities=[activity(20, "G")]),
    course(3),
    course(4),
    course(5, activities=[activity(50, "E")]),
]
ON = local("2026-04-20 12:00")
START = local("2025-03-01 00:00")
CAPS = {"top": Decimal("21.5"), "a": Decimal(12), "c": Decimal(15)}

moments = st.integers(0, 800).map(lambda days: local("2024-02-20 08:30") + timedelta(days=days))
in_period = st.integers(0, 364).map(lambda days: START + timedelta(days=days))
points = st.sampled_from(["0", "30", "59.99", "60", "75.5", "100"])
activities = st.sampled_from([(1, 10), (2, 20), (5, 50)])


def completions(at: st.SearchStrategy[datetime | None]) -> st.SearchStrategy[Fact]:
    return st.builds(done, st.integers(1, 5), at)


def work(at: st.SearchStrategy[datetime]) -> st.SearchStrategy[Fact]:
    grades = st.builds(
        lambda target, p, when, attempt: marked(target[0], target[1], p, when, attempt=attempt),
        activities,
        st.one_of(st.none(), points),
        at,
        st.integers(0, 2),
    )
    submissions = st.builds(
        lambda target, when, attempt: handed_in(target[0], target[1], when, attempt),
        activities,
        at,
        st.integers(0, 2),
    )
    return st.one_of(grades, submissions)


def facts(at: st.SearchStrategy[datetime]) -> st.SearchStrategy[list[Fact]]:
    some = st.one_of(completions(at), work(at), completions(st.none()))
    return st.lists(some, max_size=14, unique_by=lambda fact: fact.subject)


def decisions_of(some: list[Fact]) -> list[Decision]:
    decisions, _ = decide(BOOK, COURSES, some, ON)
    return list(decisions.values())


def of_2025(some: list[Fact]) -> Decision:
    decisions, _ = decide(BOOK, COURSES, some, ON)
    return decisions["sample", "2025"]


@given(facts(moments), st.randoms())
def test_the_order_of_facts_does_not_matter(some: list[Fact], random: object) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = decide(BOOK, COURSES, some, ON), decide(BOOK, COURSES, shuffled, ON)
    assert [decision_to_json(each) for each in one[0].values()] == [
        decision_to_json(each) for each in other[0].values()
    ]
    assert sorted(one[1]) == sorted(other[1])


@given(facts(moments))
def test_sums_and_caps(some: list[Fact]) -> None:
    for decision in decisions_of(some):
        by_category = dict(decision.by_category)
        for category, cap in CAPS.items():
            assert by_category[category] <= cap
        assert by_category["top"] == by_category["a"] + by_category["b"]
        total = by_category["top"] + by_category["c"]
        assert decision.earned == min(total, Decimal(40))
        assert decision.credits == decision.recognised / 7
        lines = decision.credit_lines
        assert sum((line.counted for line in lines), Decimal(0)) == total
        for line in lines:
            assert 0 <= line.counted <= line.given
        general = [line for line in lines if line.entry and line.entry.line == 8]
        assert sum((line.counted for line in general), Decimal(0)) <= 12


@given(facts(moments))
def test_hours_of_the_total_requirement_are_the_recognised_ones(some: list[Fact]) -> None:
    for decision in decisions_of(some):
        assert decision.requirement is not None
        assert decision.requirement.parts[0].have == decision.recognised


@given(facts(moments))
def test_each_dated_line_lies_in_its_period_and_each_target_counts_once(some: list[Fact]) -> None:
    counted: Counter[tuple[int, int | None]] = Counter()
    by_key = {fact.key: fact for fact in some}
    for decision in decisions_of(some):
        in_this: set[tuple[int, int | None]] = set()
        for line in decision.credit_lines:
            assert line.at is None or line.at in decision.period
            if line.given and line.counted:
                target = (by_key[line.facts[0]].course, by_key[line.facts[0]].activity)
                assert target not in in_this
                in_this.add(target)
        for target in in_this:
            counted[target] += 1
    for (number, _), times in counted.items():
        # Course 2 and its activity are repeatable, the others count in one period only.
        assert times == 1 or number == 2


RANK = {Outcome.NOT_MET: 0, Outcome.IN_PROGRESS: 1, Outcome.MET: 2}
STATE = {State.MISSING: 0, State.UNKNOWN: 1, State.MET: 2}


@given(facts(in_period), completions(in_period))
def test_one_more_completion_never_makes_it_worse(some: list[Fact], more: Fact) -> None:
    no_worse(of_2025(some), of_2025([*some, more]))


@given(facts(in_period), activities, in_period)
def test_one_more_passing_attempt_never_makes_it_worse(
    some: list[Fact], target: tuple[int, int], at: datetime
) -> None:
    more = marked(*target, "90", at, attempt=9)
    no_worse(of_2025(some), of_2025([*some, more]))


def no_worse(before: Decision, after: Decision) -> None:
    assert after.recognised >= before.recognised
    assert RANK[after.outcome] >= RANK[before.outcome]
    assert before.requirement is not None
    assert after.requirement is not None
    for one, other in zip(before.requirement.parts, after.requirement.parts, strict=True):
        assert STATE[other.state] >= STATE[one.state]


@given(facts(in_period), st.integers(0, 420), st.integers(0, 420))
def test_met_stays_met_as_time_goes_by(some: list[Fact], first: int, later: int) -> None:
    one, other = (
        decide(BOOK, COURSES, some, START + timedelta(days=day))[0]["sample", "2025"]
        for day in sorted((first, later))
    )
    assert other.recognised >= one.recognised
    if one.outcome is Outcome.MET:
        assert other.outcome is Outcome.MET


@given(facts(moments))
def test_a_decision_survives_json_byte_for_byte(some: list[Fact]) -> None:
    for decision in decisions_of(some):
        text = decision_to_json(decision)
        again = decision_from_json(text)
        assert again == decision
        assert decision_to_json(again) == text
        canonical = json.dumps(
            json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        assert text == canonical
        assert decision_digest(again) == decision_digest(decision)


@given(facts(moments))
def test_an_explanation_tells_the_numbers_of_the_decision(some: list[Fact]) -> None:
    scheme = BOOK.schemes[0]
    for decision in decisions_of(some):
        explanation = explain(decision, scheme, some)
        data = explanation.json()
        assert data["digest"] == decision_digest(decision)
        told = data["decision"]
        assert Decimal(told["recognised"]) == decision.recognised
        named = {key for line in told["credit_lines"] for key in line["facts"]}
        assert named <= set(data["facts"])
        assert not set(data["facts"]) & set(data["unused_facts"])
        for key, fact in data["facts"].items():
            assert fact["reply"]
            assert any(each.key == key and each.kind == FactKind(fact["kind"]) for each in some)
