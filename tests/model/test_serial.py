"""Serial numbers are written as their pattern says, and no two patterns give the same one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.certificates import file_name
from moodle_cpd.model.serial import SerialPattern

LITERALS = st.text("A1-第号[]", max_size=4)
PATTERNS = st.builds(
    lambda a, b, c, year, width: SerialPattern(f"{a}{year}{b}{{number:0{width}}}{c}"),
    *(LITERALS, LITERALS, LITERALS),
    st.sampled_from(["", "{year}"]),
    st.integers(1, 6),
)


@pytest.mark.parametrize(
    ("pattern", "serial"),
    [
        ("CPD-{year}-{number:06}", "CPD-2026-000123"),
        ("千继教字[{year}]第{number:05}号", "千继教字[2026]第00123号"),
        ("{number}", "123"),
        ("{number:2}/{year}", "123/2026"),
    ],
)
def test_numbers_are_written_by_their_pattern(pattern: str, serial: str) -> None:
    assert SerialPattern(pattern).number(2026, 123) == serial


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "CPD", "CPD-{year}", "{number}{number}", "{year}{year}{number}", "{year:02}{number}"),
        *("{number:099}", "{number} ", " {number}", "a  b{number}", "a\n{number}", "{{number}}"),
        *(
            "{serial}{number}",
            "{number!r}",
            "{number.real}",
            "x" * 80 + "{number}",
            "\u202e{number}",
        ),
    ],
)
def test_what_gives_no_number_or_not_one_line_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="must"):
        SerialPattern(pattern)


@given(PATTERNS, PATTERNS, st.integers(2020, 2120), st.integers(2020, 2120), st.data())
def test_two_patterns_that_may_not_meet_never_give_the_same_number(
    one: SerialPattern, other: SerialPattern, year: int, later: int, data: st.DataObject
) -> None:
    first, second = data.draw(st.integers(1, 9999)), data.draw(st.integers(1, 9999))
    if one.series != other.series and one.number(year, first) == other.number(later, second):
        assert one.may_meet(other)
        assert other.may_meet(one)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("CPD-{year}-{number:06}", "CPDB-{year}-{number:06}", False),
        ("CPD-{year}-{number:06}", "CPD-{year}-{number:05}", False),
        ("CPD-{year}-{number:06}", "CPD-{year}-0{number:05}", True),
        ("A{year}{number}", "A{number}", True),
        ("千{number}号", "万{number}号", False),
    ],
)
def test_patterns_that_can_give_the_same_number_are_told(one: str, other: str, meet: bool) -> None:
    assert SerialPattern(one).may_meet(SerialPattern(other)) is meet


@given(PATTERNS, st.integers(2020, 2120), st.integers(1, 10**7), st.integers(1, 10**7))
def test_files_of_different_numbers_are_called_differently_and_safely(
    pattern: SerialPattern, year: int, one: int, other: int
) -> None:
    names = {file_name(pattern.number(year, number)) for number in (one, other)}
    assert len(names) == len({one, other})
    for name in names:
        assert name.isascii()
        assert not set(name) & set('/\\:*?"<>|\x00 ')
        assert name.removesuffix(".pdf").replace(".", "") == name.removesuffix(".pdf")
