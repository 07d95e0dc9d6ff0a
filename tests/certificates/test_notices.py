"""The notice that takes a withdrawn certificate's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from moodle_cpd.certificates import NoticeRenderer
from moodle_cpd.errors import SkipError
from moodle_cpd.model.decision import Text
from tests.certificates.conftest import CONTENT
from tests.certificates.reading import text_of

AT = datetime(2026, 5, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def notices() -> NoticeRenderer:
    return NoticeRenderer()


def test_it_names_number_and_reason_and_nobody(notices: NoticeRenderer) -> None:
    pdf = notices.render(CONTENT, "未达到：总学时（64 / 72）", AT)
    assert pdf == notices.render(CONTENT, "未达到：总学时（64 / 72）", AT)
    text = text_of(pdf)
    assert "总学时（64/72）" in text
    assert CONTENT.serial in text
    assert CONTENT.full_name not in text


def test_what_no_font_can_show_of_a_reason_holds_up_no_withdrawal(notices: NoticeRenderer) -> None:
    text = text_of(notices.render(CONTENT, "课程 \U0001f600 班级 \U00013000 6 → 0", AT))
    assert "课程〓班级〓6→0" in text


def test_what_no_font_can_show_elsewhere_is_told(notices: NoticeRenderer) -> None:
    content = replace(CONTENT, award_title=Text("证书 \U00013000", ""))
    with pytest.raises(SkipError):
        notices.render(content, "原因", AT)
