"""What another version of the rules changes, and the words for why."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from moodle_cpd.cases import Change, compare
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.people import DatedAttribute
from tests.decide.making import BODY, course, decide, done, local, rules

ENTRIES = "  - {course: C1, category: a, hours: 8}\n  - {course: C2, category: b, hours: 4}\n"
AWARD = "awards: [{id: badge, kind: badge, title: {zh: 徽章, en: Badge}, issued_here: true}]\n"
FACTS = [done(1, local("2026-04-01 10:00")), done(2, local("2026-05-01 10:00"))]


def decisions(
    body: str = BODY + AWARD,
    entries: str = ENTRIES,
    attributes: Sequence[DatedAttribute] | None = None,
) -> list[Decision]:
    book = rules(body, entries)
    found, _ = decide(book, [course(1), course(2)], FACTS, local("2026-06-01 10:00"), attributes)
    return list(found.values())


def changes(body: str = BODY + AWARD, entries: str = ENTRIES) -> list[Change]:
    return compare(decisions(), decisions(body, entries))


def words(change: Change) -> list[str]:
    return [reason.en for reason in change.reasons]


def test_the_same_rules_change_nothing() -> None:
    assert changes() == []


def test_a_higher_threshold() -> None:
    (change,) = changes(BODY.replace("hours_at_least: 10", "hours_at_least: 13") + AWARD)
    assert (change.scheme, change.period, change.of_outcome) == ("sample", "2026", True)
    assert change.before is not None
    assert change.after is not None
    assert (change.before.outcome, change.after.outcome) == ("met", "in_progress")
    (first,) = words(change)
    assert first.startswith("New or changed: At least 13 hours in all · 12 / 13 ← schemes/sample")
    assert ([each.en for each in change.lost], change.gained) == (["Badge"], ())


def test_fewer_hours_that_change_no_outcome() -> None:
    (change,) = changes(entries=ENTRIES.replace("hours: 8", "hours: 7.5"))
    assert not change.of_outcome
    assert words(change) == ["a: 8 → 7.5 hours", "In all: 12 → 11.5 hours"]


def test_fewer_hours_that_do() -> None:
    (change,) = changes(entries=ENTRIES.replace("hours: 8", "hours: 5"))
    assert change.of_outcome
    assert words(change)[0].startswith("Turns out otherwise: At least 10 hours in all · 9 / 10")


def test_a_new_requirement_that_is_met_is_no_reason() -> None:
    body = BODY.replace("hours_at_least: 10", "hours_at_least: 11") + AWARD
    (change,) = changes(body, ENTRIES.replace("hours: 8", "hours: 7.5"))
    assert words(change) == ["a: 8 → 7.5 hours", "In all: 12 → 11.5 hours"]


def test_another_audience() -> None:
    (one, other) = changes(BODY.replace("[teacher]", "[principal]") + AWARD)
    assert {one.period, other.period} == {"2025", "2026"}
    assert words(other) == ["By the other rules: Role or stage is not in the audience"]


def test_another_award_alone() -> None:
    (change,) = changes(BODY + AWARD.replace("id: badge", "id: medal"))
    assert change.of_outcome
    assert ([each.en for each in change.lost], [each.en for each in change.gained]) == (
        ["Badge"],
        ["Badge"],
    )
    assert words(change) == ["What awards, consequences or credits hang on"]


def test_an_award_issued_elsewhere() -> None:
    (change,) = changes(BODY + AWARD.replace("issued_here: true", "issued_here: false"))
    assert change.of_outcome
    assert len(change.reasons) == 1


@pytest.mark.parametrize("gone", [True, False])
def test_a_period_that_only_one_of_them_decides(gone: bool) -> None:
    whole, later = decisions(), decisions(BODY.replace("03-01}", "03-01, first: 2026}") + AWARD)
    (change,) = compare(whole, later) if gone else compare(later, whole)
    assert (change.after is None) is gone
    assert (change.before is None) is not gone
    assert "decide nothing here" in words(change)[0]


def test_order_does_not_matter() -> None:
    harder = decisions(BODY.replace("hours_at_least: 10", "hours_at_least: 13") + AWARD)
    assert compare(decisions()[::-1], harder[::-1]) == compare(decisions(), harder)


def test_reasons_are_told_in_chinese_too() -> None:
    (change,) = changes(BODY.replace("hours_at_least: 10", "hours_at_least: 13") + AWARD)
    assert [reason.zh.split("：")[0] for reason in change.reasons] == ["新增或改变的要求"]
