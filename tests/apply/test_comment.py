"""The comment beside a certificate: the same languages as everywhere, and none reads otherwise."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from moodle_cpd.apply.comment import award_comment
from moodle_cpd.model.award import AwardState
from moodle_cpd.model.decision import Place, RequirementResult, State, Text
from tests.plan.test_plan import award, decision

PAPER = award(7, "certificate", AwardState.PLANNED)
HOURS = RequirementResult(
    Text("总学时", "All hours"),
    State.MET,
    Decimal(30),
    Decimal("24.5"),
    "hours",
    Place("x", 3, 1),
)
POINTS = replace(HOURS, title=Text("考核", "Exam"), unit="points")
TREE = replace(HOURS, have=None, need=None, place=Place("x", 2, 1, "二.2"), parts=(HOURS, POINTS))
DECISION = replace(decision(7), requirement=TREE, period_label=Text("2026年", "2026"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "zh_cn",
            (
                "<p>证书编号：CPD-2026-000001</p>"
                "<p>依据《规定》 二.2：2026年，认定 30 学时，各项要求均已达到。</p>"
                "<p>总学时：30 / 24.5 学时</p><p>考核：30 / 24.5 分</p>"
            ),
        ),
        (
            "zh_tw",
            (
                "<p>證書編號：CPD-2026-000001</p>"
                "<p>依據《规定》 二.2：2026年，認定 30 學時，各項要求均已達到。</p>"
                "<p>总学时：30 / 24.5 學時</p><p>考核：30 / 24.5 分</p>"
            ),
        ),
        (
            "en",
            (
                "<p>Certificate No. CPD-2026-000001</p>"
                "<p>Rule 二.2: 2026, 30 hours recognised, every requirement met.</p>"
                "<p>All hours: 30 / 24.5 hours</p><p>Exam: 30 / 24.5 points</p>"
            ),
        ),
    ],
)
def test_each_language_has_its_own(code: str, said: str) -> None:
    assert award_comment(PAPER, DECISION, code) == said


@pytest.mark.parametrize("text", ["<b>{0}</b>", "{hours", "}"])
def test_titles_are_text(text: str) -> None:
    said = award_comment(PAPER, replace(DECISION, title=Text(text, text)), "en")
    assert "<b>" not in said
    assert "30 hours recognised" in said
