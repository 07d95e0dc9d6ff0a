"""Frames of recognised hours: what each period's decision claims in them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from moodle_cpd.decide.claim import Claim, Standing
from moodle_cpd.decide.credit import ANY_NUMBER
from moodle_cpd.decide.recognised import recognised_claims
from moodle_cpd.model.decision import Decision, Outcome
from tests.decide.making import (
    BODY,
    adjusted,
    course,
    decide,
    decide_one,
    done,
    local,
    rules,
)

FRAME = """
frames:
  - id: sample-three-years
    title: {en: Three years}
    counts: recognised
    period: {every: frame, starts: 03-01, first: 2024, years: 3}
    duty: every_period
    requirements: {hours_at_least: 20}
"""
ENTRIES = """
  - {course: C1, category: a, hours: 6, hours_at_most: 6, level: county}
  - {course: C2, category: a, hours: 5}
  - {course: C3, category: b, hours: 4}
"""
CAPPED = BODY + "hours_at_most: 9\n"
ON = local("2026-01-01 12:00")
ADDED = adjusted("add", "2025-09-01", category="b", hours="1")
DONE = [done(number, local(f"2025-0{number + 3}-01 10:00")) for number in (1, 2, 3)]
BOOK = rules(CAPPED + FRAME, ENTRIES)
SCHEME = BOOK.scheme("sample-three-years")


def decided(body: str = CAPPED) -> Decision:
    return decide_one(
        rules(body + FRAME, ENTRIES),
        [course(1), course(2), course(3)],
        [*DONE, done(1, None)],
        ON,
        "2025",
        adjustments=[ADDED],
    )


def claims(decision: Decision) -> list[Claim]:
    return list(recognised_claims(SCHEME, [decision]))


def test_hours_under_the_cap_of_the_scheme_the_earliest_first() -> None:
    found = claims(decided())
    assert [(each.target.course, each.hours) for each in found] == [
        (1, Decimal(6)),
        (2, Decimal(3)),
    ]
    assert [each.possible for each in found] == [Decimal(6), Decimal(3)]
    assert all(each.standing is Standing.COUNTS and each.certain for each in found)
    assert [each.reason.en for each in found] == ["recognised in March 2025 to February 2026"] * 2
    assert [each.at for each in found] == [DONE[0].at, DONE[1].at]


def test_without_the_cap_everything_counts_and_what_was_added_by_hand_too() -> None:
    found = claims(decided(BODY))
    assert [each.hours for each in found] == [Decimal(6), Decimal(5), Decimal(4), Decimal(1)]
    assert [each.by_hand for each in found] == [False, False, False, True]
    first, *_, added = found
    assert first.match is not None
    # The cap of the line held in the period already.
    assert (first.match.entry.at_most, first.match.entry.category) == (None, "a")
    assert (first.match.hours, first.match.level) == (Decimal(6), "county")
    assert added.match is not None
    assert (added.match.entry.category, added.match.level) == ("b", None)
    assert added.match.entry.place == SCHEME.place


@pytest.mark.parametrize(
    ("outcome", "standing", "possible", "words"),
    [
        (Outcome.NOT_MET, Standing.NOTHING, 0, "not recognised in"),
        (Outcome.IN_PROGRESS, Standing.PENDING, ANY_NUMBER, "not recognised yet in"),
    ],
)
def test_what_is_not_recognised(
    outcome: Outcome, standing: Standing, possible: Decimal, words: str
) -> None:
    decision = replace(decided(), recognised=Decimal(0), outcome=outcome)
    found = claims(decision)
    assert len(found) == 2
    for each in found:
        assert (each.standing, each.hours, each.possible) == (standing, Decimal(0), possible)
        assert each.reason.en.startswith(words)


def test_hours_stay_in_the_category_in_which_they_were_recognised() -> None:
    moved = "{by_period: [{value: a, until: 2025-02-28}, {value: b, from: 2025-03-01}]}"
    entries = f"  - {{course: C1, category: {moved}, hours: 6, repeatable: true}}\n"
    book = rules(BODY + FRAME, entries)
    facts = [done(1, local("2024-06-01 10:00")), done(1, local("2025-06-01 10:00"))]
    decisions, _ = decide(book, [course(1)], facts, ON)
    assert dict(decisions["sample-three-years", "2024"].by_category) == {
        "a": Decimal(6),
        "b": Decimal(6),
    }


def test_what_two_lines_fit_is_in_no_category_and_none_is_lost() -> None:
    tie = "  - {course: {short_name: short 1}, category: b, hours: 9}\n"
    book = rules(BODY + FRAME, ENTRIES + tie)
    _, (problem,) = decide(book, [course(1)], [done(1, local("2025-06-01 10:00"))], ON)
    assert problem.found.startswith("course 1 (C1)")


def test_a_frame_that_came_later_has_no_spans_before() -> None:
    frame = FRAME.replace("first: 2024", "first: 2018") + "    from: 2021-03-01\n"
    facts = [done(number, local(f"{year}-06-01 10:00")) for number, year in ((1, 2019), (2, 2025))]
    decisions, problems = decide(rules(BODY + frame, ENTRIES), [course(1), course(2)], facts, ON)
    found = [period for scheme, period in decisions if scheme == "sample-three-years"]
    assert (found, problems) == (["2021", "2024"], [])
