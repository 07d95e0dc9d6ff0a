"""How hours, credits and points are shown: never across a threshold."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

_STEP: Final = Decimal("0.01")


def show(value: Decimal) -> str:
    """A quantity for people: at most two decimals, cut and not rounded, no trailing zeros.

    Cut toward zero because what is shown must never cross a threshold: 59.995 points are no pass
    at 60 and read ``59.99``. The cut is made on the digits, so that no decimal context can round.

    Args:
        value: hours, credits or points; finite.

    Raises:
        ValueError: the value is infinite or not a number, which no quantity ever is.
    """
    if not value.is_finite():
        raise ValueError("a quantity must be a finite number")
    whole, _, decimals = format(value, "f").partition(".")
    decimals = decimals[:2].rstrip("0")
    text = f"{whole}.{decimals}" if decimals else whole
    return "0" if text == "-0" else text


def show_lacking(value: Decimal) -> str:
    """A quantity that lacks: as ``show``, but what the cut would take away makes it one more.

    0.005 points to go are not nothing: they read ``0.01``, so that what is there and what lacks
    never look like enough when they are not.

    Args:
        value: hours, credits or points that lack; finite and not negative.

    Raises:
        ValueError: the value is infinite, not a number, or negative.
    """
    if not value.is_finite() or value < 0:
        raise ValueError("what lacks must be a finite number and not negative")
    shown = show(value)
    if Fraction(shown) == Fraction(value):
        return shown
    # The default context could round the very difference that matters.
    return show(Context(prec=len(shown) + 3).add(Decimal(shown), _STEP))
