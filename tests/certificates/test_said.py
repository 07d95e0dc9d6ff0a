from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from moodle_cpd.certificates import Transcript, content_kept, paper_of
from moodle_cpd.certificates.said import content_said, said_text
from moodle_cpd.certificates.transcript import TranscriptLine
from moodle_cpd.errors import InputError
from moodle_cpd.model.decision import Text
from tests.certificates.conftest import CONTENT

TRANSCRIPT = Transcript(
    lines=(
        TranscriptLine(None, "师德研修", Text("必修", ""), Decimal(10), Decimal(10)),
        TranscriptLine(
            date(2025, 3, 1),
            "课堂观察",
            Text("研修", "Research"),
            Decimal("12.5"),
            Decimal(10),
            Text("最多计10学时", "10 hours at most"),
        ),
    ),
    sums=((Text("必修", ""), Decimal(10)), (Text("研修", "Research"), Decimal(10))),
    earned=Decimal(20),
    recognised=Decimal(20),
)
FULL = replace(
    CONTENT,
    teacher=0,
    period_label_en="the year 2025",
    signatory="局长 王小明",
    valid_until=date(2028, 12, 31),
    replaces="CPD-2025-000100",
    transcript=TRANSCRIPT,
    template="portrait-zh",
    drawn_with={"template": "abc", "setter": "typst 0"},
)


@pytest.mark.parametrize("content", [FULL, replace(CONTENT, teacher=0)])
def test_what_a_certificate_says_comes_back_whole(content: Any) -> None:
    assert content_said(said_text(content), "file") == content


def test_what_the_register_keeps_comes_back_with_the_name_kept_apart() -> None:
    paper = paper_of(FULL)
    assert FULL.full_name not in paper.content
    assert paper.template == "portrait-zh"
    kept = content_kept(
        paper,
        serial=FULL.serial,
        verification_id=FULL.verification_id,
        issued_on=FULL.issued_on,
        where="register",
    )
    assert kept == FULL


def test_a_moment_is_kept_to_the_second() -> None:
    content = replace(FULL, issued_on=datetime(2025, 12, 31, 17, 5, 1, tzinfo=UTC))
    assert content_said(said_text(content), "file").issued_on == content.issued_on


@pytest.mark.parametrize(
    "change",
    [
        {"hours": "many"},
        {"award": 3},
        {"transcript": {"lines": [["2025-03-01"]]}},
        {"transcript": [1]},
        {"valid_until": "soon"},
        {"drawn_with": ["a"]},
        {"time_zone": "Mars"},
    ],
)
def test_what_is_no_such_text_is_bad_input(change: dict[str, Any]) -> None:
    text = json.dumps(json.loads(said_text(FULL)) | change)
    with pytest.raises(InputError, match=r"file: what the certificate says can't be read"):
        content_said(text, "file")
