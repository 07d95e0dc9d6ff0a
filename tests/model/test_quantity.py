from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.model.quantity import show, show_lacking

QUANTITIES = st.decimals(
    min_value=-(10**40), max_value=10**40, allow_nan=False, allow_infinity=False, places=6
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("59.995", "59.99"),
        ("59.999999999999999999999999999999999", "59.99"),
        ("60", "60"),
        ("60.00", "60"),
        ("12.50", "12.5"),
        ("1E+3", "1000"),
        ("0.004", "0"),
        ("-0.004", "0"),
        ("-0", "0"),
        ("-2.996", "-2.99"),
        ("0E-7", "0"),
        ("100", "100"),
    ],
)
def test_cuts_and_never_rounds(value: str, shown: str) -> None:
    assert show(Decimal(value)) == shown


@given(QUANTITIES)
def test_never_crosses_a_threshold(value: Decimal) -> None:
    shown = Decimal(show(value))
    assert abs(shown) <= abs(value)
    assert abs(value - shown) < Decimal("0.01")


@given(QUANTITIES)
def test_equal_numbers_read_alike(value: Decimal) -> None:
    assert show(value) == show(Decimal(format(value, "f") + "000"))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        show(Decimal(value))


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.005", "0.01"), ("0.01", "0.01"), ("4", "4"), ("4.0000", "4"), ("3.991", "4"), ("0", "0")],
)
def test_what_lacks_is_never_shown_as_less(value: str, shown: str) -> None:
    assert show_lacking(Decimal(value)) == shown


@given(QUANTITIES)
def test_what_lacks_reads_as_enough_to_fill_the_gap(value: Decimal) -> None:
    lacking = value.copy_abs()  # abs() would round it to the context's 28 digits
    assert 0 <= Fraction(show_lacking(lacking)) - Fraction(lacking) < Fraction(1, 100)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1"])
def test_what_lacks_must_be_a_number_and_not_negative(value: str) -> None:
    with pytest.raises(ValueError, match="what lacks"):
        show_lacking(Decimal(value))
