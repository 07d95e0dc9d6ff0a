"""Periods of a scheme as the program uses them, checked and immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from moodle_cpd.model.decision import Place, Text


@dataclass(frozen=True, slots=True)
class YearPeriods:
    """Periods of one or more years that begin at local midnight of a day of the year.

    Attributes:
        month: of the day.
        day: of the month.
        first: the year in which the first period begins, None where there is no first.
        length: years of a period.
    """

    month: int
    day: int
    first: int | None
    length: int = 1


@dataclass(frozen=True, slots=True)
class Term:
    """A term from its first local day to its last, both included.

    Its ``key`` is the month in which it begins where it has none of its own.
    """

    title: Text
    first: date
    last: date
    key: str = ""


@dataclass(frozen=True, slots=True)
class TermPeriods:
    """Periods with dates, in the order of time; between them nothing is decided."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class CarryOver:
    """Surplus hours that go into the next period.

    Attributes:
        category: whose hours, those of the categories below it included.
        beyond: hours that stay in the period in which they were earned.
        at_most: hours that go into the next one at most.
        place: where the scheme says so.
    """

    category: str
    beyond: Decimal
    at_most: Decimal
    place: Place


@dataclass(frozen=True, slots=True)
class PostPeriods:
    """One period for each teacher: some years up to the midnight on which the post is taken.

    Attributes:
        years: before the date of hire.
        first: posts taken before this day are not looked at.
    """

    years: int
    first: date


Periods: TypeAlias = YearPeriods | TermPeriods | PostPeriods
