"""Evidence: pieces of work with a length, and a length as a condition of hours."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.model.decision import Decision, Outcome, RequirementResult, State
from moodle_cpd.model.fact import Fact
from tests.decide.making import (
    BODY,
    activity,
    course,
    decide,
    handed_in,
    local,
    marked,
    rules,
)

EVIDENCE = """
evidence:
  - id: notes
    title: {en: Notes}
    accepted_when: passed
    pass_at: {percent: 60}
    characters_at_least: 1000
  - {id: letter, title: {en: Letter}, accepted_when: handed_in, characters_at_least: 1000}
  - {id: essay, title: {en: Essay}, accepted_when: graded}
"""
ENTRIES = """
  - {course: C1, activity: A1, evidence: notes}
  - {course: C1, activity: A2, evidence: notes}
  - {course: C1, activity: A3, evidence: letter}
  - {course: C1, activity: A4, evidence: essay}
"""
COURSES = [course(1, activities=[activity(number, f"A{number}") for number in range(1, 6)])]
AT, MARKED = local("2026-02-10 10:00"), local("2026-02-12 10:00")
IN_GRACE, AFTER = local("2026-03-30 23:59"), local("2026-03-31 00:00")


def requirement(asked: str, facts: list[Fact]) -> tuple[Decision, RequirementResult, list[str]]:
    book = rules(BODY.replace("{hours_at_least: 10}", asked) + EVIDENCE, ENTRIES)
    decisions, problems = decide(book, COURSES, facts, AFTER)
    decision = decisions["sample", "2025"]
    assert decision.requirement is not None
    return decision, decision.requirement, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("length", "points", "state", "outcome"),
    [
        (999, "60", State.MISSING, Outcome.NOT_MET),
        (1000, "60", State.MET, Outcome.MET),
        (1001, "60", State.MET, Outcome.MET),
        (1000, "59.99", State.MISSING, Outcome.NOT_MET),
        (1000, None, State.UNKNOWN, Outcome.IN_PROGRESS),
        (999, None, State.MISSING, Outcome.NOT_MET),
        (None, "60", State.UNKNOWN, Outcome.IN_PROGRESS),
        (None, "59.99", State.MISSING, Outcome.NOT_MET),
    ],
)
def test_a_piece_needs_its_length_and_its_grade(
    length: int | None, points: str | None, state: State, outcome: Outcome
) -> None:
    facts = [handed_in(1, 1, AT, length=length)]
    if points is not None:
        facts.append(marked(1, 1, points, MARKED))
    decision, found, problems = requirement("{evidence: notes}", facts)
    assert (found.state, decision.outcome) == (state, outcome)
    assert set(found.facts) == {fact.key for fact in facts}
    assert bool(problems) is (state is State.UNKNOWN)


def test_what_keeps_it_open_is_told() -> None:
    _, found, problems = requirement(
        "{evidence: notes}", [handed_in(1, 1, AT, length=None), marked(1, 1, "70", MARKED)]
    )
    assert "length can't be told" in found.reason.en
    assert "activity 1 in course 1" in problems[0]
    assert "no online text" in problems[0]
    _, found, problems = requirement("{evidence: notes}", [handed_in(1, 1, AT, length=1000)])
    assert "not marked" in found.reason.en
    assert "is not marked" in problems[0]


def test_too_short_says_by_how_much() -> None:
    _, found, _ = requirement("{evidence: letter}", [handed_in(1, 3, AT, length=980)])
    assert "980 characters, fewer than the 1000 needed" in found.reason.en
    assert "980字" in found.reason.zh


@pytest.mark.parametrize(("length", "state"), [(999, State.MISSING), (1000, State.MET)])
def test_handing_in_can_be_enough(length: int, state: State) -> None:
    assert requirement("{evidence: letter}", [handed_in(1, 3, AT, length=length)])[1].state is state


def test_marked_with_any_grade() -> None:
    facts = [handed_in(1, 4, AT, length=None), marked(1, 4, "0", MARKED)]
    assert requirement("{evidence: essay}", facts)[1].state is State.MET
    assert requirement("{evidence: essay}", facts[:1])[1].state is State.UNKNOWN


def test_each_activity_is_one_piece() -> None:
    first = [handed_in(1, 1, AT, length=1200), marked(1, 1, "80", MARKED)]
    again = [
        handed_in(1, 1, AT, 1, length=1200),
        marked(1, 1, "90", MARKED, attempt=1),
    ]
    second = [handed_in(1, 2, AT, length=1200), marked(1, 2, "80", MARKED)]
    asked = "{evidence: notes, pieces: 2}"
    _, found, _ = requirement(asked, [*first, *again])
    assert (found.state, found.have, found.need) == (State.MISSING, Decimal(1), Decimal(2))
    assert requirement(asked, [*first, *second])[1].state is State.MET


def test_work_of_another_period_is_not_there() -> None:
    facts = [handed_in(1, 3, local("2026-03-01 00:00"), length=1000)]
    _, found, _ = requirement("{evidence: letter}", facts)
    assert (found.state, found.facts) == (State.MISSING, ())
    facts = [handed_in(1, 3, local("2026-02-28 23:59"), length=1000)]
    assert requirement("{evidence: letter}", facts)[1].state is State.MET


@pytest.mark.parametrize(
    ("when", "length", "points", "hours"),
    [
        ("handed_in", 799, None, 0),
        ("handed_in", 800, None, 12),
        ("graded", 800, None, 0),
        ("graded", 800, "0", 12),
        ("graded", 799, "100", 0),
        ("handed_in", None, None, 0),
    ],
)
def test_a_length_as_a_condition_of_hours(
    when: str, length: int | None, points: str | None, hours: int
) -> None:
    entries = f"""
  - course: C1
    activity: A1
    category: a
    hours: 12
    counts_when: {when}
    characters_at_least: 800
"""
    facts = [handed_in(1, 1, AT, length=length)]
    if points is not None:
        facts.append(marked(1, 1, points, MARKED))
    decisions, _ = decide(rules(BODY, entries), COURSES, facts, AFTER)
    assert decisions["sample", "2025"].recognised == hours


@given(
    st.lists(
        st.tuples(
            st.integers(1, 2),
            st.sampled_from([None, 999, 1000, 5000]),
            st.sampled_from([None, "0", "59.99", "60", "100"]),
        ),
        max_size=4,
        unique_by=lambda work: work[0],
    )
)
def test_one_more_accepted_piece_never_makes_it_worse(
    works: list[tuple[int, int | None, str | None]],
) -> None:
    facts = []
    for number, length, points in works:
        facts.append(handed_in(1, number, AT, length=length))
        if points is not None:
            facts.append(marked(1, number, points, MARKED))
    order = {State.MISSING: 0, State.UNKNOWN: 1, State.MET: 2}
    for asked in ("{evidence: notes}", "{evidence: notes, pieces: 2}"):
        before = requirement(asked, facts)[1]
        more = [handed_in(1, 2, AT, 5, length=1000), marked(1, 2, "60", MARKED, attempt=5)]
        after = requirement(asked, [*facts, *more])[1]
        assert order[after.state] >= order[before.state]
        assert (after.have or 0) >= (before.have or 0)
