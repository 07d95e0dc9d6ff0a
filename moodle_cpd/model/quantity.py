"""How hours, credits and points are shown: never across a threshold."""

from __future__ import annotations

from decimal import Decimal


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
