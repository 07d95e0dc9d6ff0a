"""Awards and consequences: by outcome, from a band upwards, and only for some."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from moodle_cpd.decide import TeacherRecord, decide_teacher
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.people import Attribute, DatedAttribute
from tests.decide.making import BODY, SITE, TEACHER, course, local, rules, teacher
from tests.decide.test_dispensed import ENTRIES, paper
from tests.decide.test_score import decision_of, graded, sent

BANDS = """
awards:
  - {id: done, kind: badge, title: {en: Done}, issued_here: true}
  - {id: best, kind: certificate, title: {en: Best}, issued_here: true, from_band: excellent}
consequences:
  - {flag: is_named, title: {en: Named}, when: met, from_band: good}
  - {flag: must_repeat, title: {en: Repeat}, when: not_met}
  - {flag: must_repeat_all, title: {en: All}, when: not_met, from_band: pass}
"""
MATERIALS = [sent("E1"), graded("M1", "9"), graded("M2", "9")]


def due(decision: Decision) -> tuple[list[str], list[str]]:
    return [each.key for each in decision.awards], [each.flag for each in decision.consequences]


@pytest.mark.parametrize(
    ("points", "awards", "flags"),
    [
        # 30 of 60 points are sure, so 20% of the other 30 make 60 of 100.
        ("59.99", ["done"], []),
        ("60", ["done"], ["is_named"]),
        ("79.99", ["done"], ["is_named"]),
        ("80", ["done", "best"], ["is_named"]),
        ("19.99", [], ["must_repeat"]),
    ],
)
def test_from_a_band_upwards(points: str, awards: list[str], flags: list[str]) -> None:
    decision, _ = decision_of([graded("T1", points), *MATERIALS], more=BANDS)
    assert due(decision) == (awards, flags)


def test_the_band_of_who_failed_may_have_consequences_too() -> None:
    decision, _ = decision_of([graded("T1", "20"), *MATERIALS], asked="{band: good}", more=BANDS)
    assert decision.outcome is Outcome.NOT_MET
    assert due(decision) == ([], ["must_repeat", "must_repeat_all"])


def test_a_band_waits_for_the_final_score() -> None:
    facts = [graded("T1", "100"), *MATERIALS]
    lasting = "{any: [{passed: test}, {score_at_least: 60}]}"
    decision, score = decision_of(facts, asked=lasting, more=BANDS, final=False)
    assert (decision.outcome, score.total) == (Outcome.MET, Decimal(100))
    assert due(decision) == (["done"], [])
    assert due(decision_of(facts, asked=lasting, more=BANDS)[0]) == (["done", "best"], ["is_named"])


FOR_SOME = """
dispensations:
  - {kind: exempt, title: {en: About to retire}}
  - {kind: waived, title: {en: Signed a waiver}}
awards:
  - id: young
    kind: badge
    title: {en: Young}
    issued_here: true
    only_for: {age: {at_most: 35}}
consequences:
  - {flag: lost_title, title: {en: L}, when: not_met, only_for: {role: [backbone_teacher]}}
  - {flag: at_own_risk, title: {en: R}, when: waived}
  - {flag: at_rest, title: {en: E}, when: exempt, only_for: {role: [backbone_teacher]}}
"""


def known(
    attributes: Sequence[DatedAttribute], *papers: Dispensation
) -> tuple[list[Decision], list[str]]:
    record = TeacherRecord(SITE, TEACHER, (), attributes, papers)
    book = rules(BODY + FOR_SOME, ENTRIES)
    decisions, problems = decide_teacher(book, {1: course(1)}, record, local("2026-03-31 00:00"))
    return [each for each in decisions if each.period.key == "2025"], [p.found for p in problems]


def born(day: str) -> tuple[DatedAttribute, ...]:
    return (DatedAttribute(SITE, TEACHER, Attribute.BIRTH_DATE, day, date(2020, 1, 1)),)


def test_only_for_some() -> None:
    (plain,), _ = known((*teacher(), *born("1980-01-01")))
    assert due(plain) == ([], [])
    (backbone,), _ = known((*teacher("teacher", "backbone_teacher"), *born("1980-01-01")))
    assert due(backbone) == ([], ["lost_title"])


def test_what_an_award_hangs_on_must_be_known() -> None:
    decisions, problems = known(teacher())
    assert decisions == []
    assert problems == ["birth_date is unknown, so scheme 'sample' decides nothing"]


@pytest.mark.parametrize(
    ("kind", "flags"),
    [(DispensationKind.WAIVED, ["at_own_risk"]), (DispensationKind.EXEMPT, [])],
)
def test_a_dispensation_has_its_own_consequences(kind: DispensationKind, flags: list[str]) -> None:
    attributes = (*teacher(), *born("1980-01-01"))
    (decision,), _ = known(attributes, paper("2025-01-01", kind=kind.value))
    assert due(decision) == ([], flags)
