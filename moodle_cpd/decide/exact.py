"""Hours without rounding: decimals, and fractions where a proportion is no decimal.

Three thirds are one. So sums are made of fractions where a scheme gives hours in proportion, and
become decimals once at the end, cut and never rounded up: a threshold is reached where it is
reached exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias, TypeVar

Exact: TypeAlias = Decimal | Fraction
"""Hours as exact as they are; the two can be compared, but not added to each other."""

N = TypeVar("N", Decimal, Fraction)
"""One of the two, the same throughout a sum."""

NO_FRACTION = Fraction(0)

_FLOOR = Context(prec=28, rounding=ROUND_FLOOR)


def same(value: Decimal) -> Decimal:
    """A decimal as it is: what ``Fraction`` is to fractions."""
    return value


@lru_cache(4096)
def fraction(value: Decimal) -> Fraction:
    """A number of the rules as a fraction; there are few of them, and making one takes time."""
    return Fraction(value)


def lesser(one: Fraction, other: Fraction) -> Fraction:
    """The smaller of two; ``min`` first asks of what kind they are, which takes far longer."""
    left, right = one.numerator * other.denominator, other.numerator * one.denominator
    return one if left <= right else other


def decimal(value: Exact) -> Decimal:
    """The number itself where it is a decimal, else the nearest one below."""
    if isinstance(value, Decimal):
        return value
    return _quotient(value.numerator, value.denominator)


@lru_cache(4096)
def _quotient(numerator: int, denominator: int) -> Decimal:
    result = _FLOOR.divide(Decimal(numerator), Decimal(denominator))
    return Decimal(format(result.normalize(), "f"))


def added(parts: Iterable[Exact]) -> Exact:
    """The sum; a fraction as soon as one part is."""
    decimals, fractions = Decimal(0), NO_FRACTION
    for part in parts:
        if isinstance(part, Decimal):
            decimals += part
        else:
            fractions += part
    return decimals if fractions is NO_FRACTION else Fraction(decimals) + fractions
