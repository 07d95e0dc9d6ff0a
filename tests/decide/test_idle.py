"""Periods without any work: decided once for many teachers, with what each would get alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from moodle_cpd.decide import TeacherRecord, decide_prepared, decision_to_json, prepare, scheme_run
from moodle_cpd.decide.credit import PeriodWork
from moodle_cpd.decide.idle import decide_idle
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.outcome import Subject, decide_period
from moodle_cpd.decide.requirements import PastTotals
from moodle_cpd.model.decision import Decision, Text
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.shipped import shipped_mappings
from tests.benchmarks import county

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SCHOOLS = ("射县实验小学", "榆林镇中心小学")
SINCE = date(2020, 1, 1)


def one_by_one(
    scheme: PreparedScheme, subject: Subject, *, final: bool, reasons: tuple[Text, ...]
) -> tuple[Decision, PastTotals]:
    requirement = scheme.asked(subject.belonging)
    assert requirement is not None
    return decide_period(
        *(scheme, subject, PeriodWork(), []),
        requirement=requirement,
        uncertain=(),
        final=final,
        reasons=reasons,
    )


def everything(monkeypatch: pytest.MonkeyPatch, way: Callable[..., object]) -> list[str]:
    """Decisions by all shipped rules of teachers who did hardly anything."""
    monkeypatch.setattr(scheme_run, "decide_idle", way)
    courses = county.courses()
    prepared = prepare(load_rulebook(shipped_mappings()), {each.id: each for each in courses})
    found = []
    for number in range(1, 9):
        facts = list(county.five_years(number, courses, NOW))[: number - 1]
        values = {
            Attribute.SCHOOL: SCHOOLS[number % 2],
            Attribute.ROLE: ("teacher", "homeroom_teacher")[number % 3 == 0],
            Attribute.STAGE: "primary",
            Attribute.HIRE_DATE: f"{1990 + 4 * number}-09-01",
            Attribute.BIRTH_DATE: f"{1968 + 4 * number}-05-01",
        }
        rows = [
            DatedAttribute(county.SITE, number, name, value, SINCE)
            for name, value in values.items()
        ]
        known = TeacherRecord(county.SITE, number, facts, rows)
        decisions, _ = decide_prepared(prepared, known, NOW)
        found += [decision_to_json(each) for each in decisions]
    return found


def test_each_gets_what_they_would_get_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def noticed(*args: object, **kwargs: object) -> object:
        asked.append(1)
        return decide_idle(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came

    shared = everything(monkeypatch, noticed)
    assert len(asked) > 20
    assert shared == everything(monkeypatch, one_by_one)
