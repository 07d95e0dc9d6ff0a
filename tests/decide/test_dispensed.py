"""Exempt and waived: with a document and dates, apart from met and not met."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from moodle_cpd.decide import TeacherRecord, decide_teacher, decision_from_json, decision_to_json
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.fact import Fact
from tests.decide.making import BODY, SITE, TEACHER, course, done, local, rules, teacher

PROVIDED = """
dispensations:
  - {kind: exempt, title: {zh: 因要退休, en: About to retire}, reference: four}
  - {kind: waived, title: {en: Signed a waiver}}
consequences:
  - {flag: must_repeat, title: {en: Must repeat}, when: not_met}
"""
ENTRIES = "  - {course: C1, category: a, hours: 10}\n"
AFTER, DURING = local("2026-03-31 00:00"), local("2025-10-01 00:00")


def paper(
    first: str, last: str | None = None, kind: str = "exempt", scheme: str = "sample"
) -> Dispensation:
    until = None if last is None else date.fromisoformat(last)
    return Dispensation(
        SITE,
        TEACHER,
        scheme,
        DispensationKind(kind),
        date.fromisoformat(first),
        until,
        "D-17",
    )


def decided(
    *papers: Dispensation,
    facts: tuple[Fact, ...] = (),
    on: datetime = AFTER,
    provided: str = PROVIDED,
    role: str = "teacher",
) -> tuple[Decision, list[str]]:
    known = TeacherRecord(SITE, TEACHER, facts, teacher(role), papers)
    book = rules(BODY + provided, ENTRIES)
    decisions, problems = decide_teacher(book, {1: course(1)}, known, on)
    found = {each.period.key: each for each in decisions}["2025"]
    return found, [each.found for each in problems]


@pytest.mark.parametrize(
    ("first", "last", "outcome"),
    [
        ("2020-01-01", None, Outcome.EXEMPT),
        ("2026-02-28", None, Outcome.EXEMPT),
        ("2026-03-01", None, Outcome.NOT_MET),
        ("2025-01-01", "2026-02-28", Outcome.EXEMPT),
        ("2025-01-01", "2026-02-27", Outcome.NOT_MET),
    ],
)
def test_it_holds_on_the_last_day_of_the_period(
    first: str, last: str | None, outcome: Outcome
) -> None:
    decision, problems = decided(paper(first, last))
    assert decision.outcome is outcome
    assert bool(decision.consequences) is (outcome is Outcome.NOT_MET)
    assert problems == []


def test_a_document_of_somebody_whom_the_scheme_does_not_concern_is_told() -> None:
    plain, _ = decided(role="principal")
    decision, _ = decided(paper("2020-01-01"), role="principal")
    assert decision.outcome is plain.outcome is Outcome.NOT_APPLICABLE
    assert decision.reasons[0].en == f"{plain.reasons[0].en}; document D-17 changes nothing here"
    assert "文件D-17在此不起作用" in decision.reasons[0].zh
    gone, _ = decided(paper("2020-01-01", "2024-12-31"), role="principal")
    assert gone == plain


def test_document_and_dates_are_told() -> None:
    decision, _ = decided(paper("2025-05-01", "2027-01-31"))
    assert decision.reasons[0].zh == "因要退休：文件D-17，2025-05-01起至2027-01-31"
    assert decision.reasons[0].en == (
        "About to retire: document D-17, from 2025-05-01 until 2027-01-31"
    )
    assert decision_from_json(decision_to_json(decision)) == decision


def test_waived_is_told_apart_and_exempt_goes_first() -> None:
    waived = paper("2025-05-01", kind="waived")
    assert decided(waived)[0].outcome is Outcome.WAIVED
    assert decided(waived, on=DURING)[0].outcome is Outcome.WAIVED
    assert decided(waived, paper("2025-06-01"))[0].outcome is Outcome.EXEMPT
    assert decided(paper("2025-06-01"), waived)[0].outcome is Outcome.EXEMPT


def test_who_meets_it_nevertheless_has_met_it() -> None:
    decision, _ = decided(paper("2025-05-01"), facts=(done(1, local("2025-06-01 10:00")),))
    assert (decision.outcome, decision.recognised) == (Outcome.MET, Decimal(10))


def test_another_scheme_is_not_touched() -> None:
    assert decided(paper("2020-01-01", scheme="other"))[0].outcome is Outcome.NOT_MET


def test_what_the_scheme_does_not_provide_changes_nothing_and_is_reported() -> None:
    decision, problems = decided(paper("2020-01-01"), provided="")
    assert decision.outcome is Outcome.NOT_MET
    assert problems == ["document D-17 says 'exempt', which scheme 'sample' does not provide for"]
