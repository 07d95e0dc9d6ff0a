from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.certificates.wording import (
    date_en,
    date_zh,
    has_no_shape,
    one_line,
    shows_something,
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("张\r\n三", "张 三"),
        ("  张 \t 三\u3000 ", "张 三"),
        ("张\u2028三\u2029", "张 三"),
        ("张\x00三\x07", "张三"),
        ("\u202e三张\u202c\u200b\ufeff", "三张"),
        ("a \u200b b", "a b"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("é \u0301", "é \u0301"),
        ("樂", "樂"),
    ],
)
def test_one_line(text: str, printed: str) -> None:
    assert one_line(text) == printed


@given(st.text())
def test_one_line_is_one_line_and_settled(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


@pytest.mark.parametrize("text", ["", " ", "\u200d", "\u3164", "\u0301", "\u2800\ufe0f"])
def test_nothing_to_be_seen(text: str) -> None:
    assert not shows_something(text)


@pytest.mark.parametrize("text", ["张", "#", "\u3164a", "1", "\U00031350"])
def test_something_to_be_seen(text: str) -> None:
    assert shows_something(text)


def test_characters_without_an_agreed_shape() -> None:
    assert all(map(has_no_shape, "\ue000\uf8ff\U000f0000\U0010fffd\ud800\ufffd"))
    assert not any(map(has_no_shape, "张𠀀aé·\U00031350"))


def test_dates() -> None:
    assert date_zh(date(2026, 3, 1)) == "2026年3月1日"
    assert date_en(date(2026, 3, 1)) == "1 March 2026"
    assert date_en(date(2026, 12, 31)) == "31 December 2026"
