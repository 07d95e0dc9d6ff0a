"""The format of periods in a scheme file."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moodle_cpd.rules.schema_base import Hours, Id, Line, Number, Part, Text, Whole, misfit, refuse


def month_and_day(value: str) -> str:
    """A day that every year has, such as ``03-01``."""
    match = re.fullmatch(r"(\d\d)-(\d\d)", value)
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if match is None or not (1 <= int(match[1]) <= 12):
        raise refuse("month and day such as 03-01")
    if not (1 <= int(match[2]) <= days[int(match[1]) - 1]):
        raise refuse("a day that every year has, such as 03-01")
    return value


def iso_date(value: str) -> str:
    """A date such as ``2023-09-01``."""
    try:
        if (
            re.fullmatch(r"\d{4}-\d\d-\d\d", value)
            and 1990 <= date.fromisoformat(value).year <= 2100
        ):
            return value
    except ValueError:
        pass
    raise refuse("a date such as 2023-09-01")


class TermPart(Part):
    """A term: its first and its last day, both belong to it."""

    title: Text
    first_day: Annotated[Line, AfterValidator(iso_date)]
    last_day: Annotated[Line, AfterValidator(iso_date)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise misfit("a last day before the first", "the days in order", key="last_day")
        return self


_PERIOD_KEYS: Final = {
    "year": (("starts",), ("first",)),
    "frame": (("starts", "first", "years"), ()),
    "term": (("terms",), ()),
    "programme": (("title", "first_day", "last_day"), ()),
    "before_post": (("years", "first_day"), ()),
}
"""The keys beside each kind of period: needed ones, and those that may be there."""


class PeriodPart(Part):
    """Spans in which the scheme counts: years, frames, terms, a programme, or before the post.

    A programme is one span with dates. ``before_post`` is the ``years`` before a teacher's date
    of hire, for each teacher another span; posts taken before ``first_day`` are not looked at.
    """

    every: Literal["year", "frame", "term", "programme", "before_post"]
    starts: Annotated[Line, AfterValidator(month_and_day)] | None = None
    first: Annotated[Whole, Field(ge=1990, le=2100)] | None = None
    years: Annotated[Whole, Field(ge=1, le=20)] | None = None
    terms: Annotated[list[TermPart], Field(min_length=1)] | None = None
    title: Text | None = None
    first_day: Annotated[Line, AfterValidator(iso_date)] | None = None
    last_day: Annotated[Line, AfterValidator(iso_date)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed, also = _PERIOD_KEYS[self.every]
        for key in needed:
            if getattr(self, key) is None:
                raise misfit(f"'{key}' is missing", f"the key '{key}' beside every: {self.every}")
        for key in ("starts", "first", "years", "terms", "title", "first_day", "last_day"):
            if getattr(self, key) is not None and key not in (*needed, *also):
                expected = ", ".join((*needed, *also))
                raise misfit(f"'{key}' beside every: {self.every}", f"only {expected}", key=key)
        if self.every == "frame" and self.years == 1:
            raise misfit("a frame of one year", "every: year, or more years", key="years")
        if self.last_day is not None and self.last_day < (self.first_day or ""):
            raise misfit("a last day before the first", "the days in order", key="last_day")
        for one, other in pairwise(self.terms or ()):
            if other.first_day <= one.last_day:
                raise misfit(
                    f"a term that begins on {other.first_day}, when the one before it lasts "
                    f"until {one.last_day}",
                    "terms in order, no day in two of them",
                    key="terms",
                )
            if other.first_day[:7] == one.first_day[:7]:
                raise misfit(
                    "two terms that begin in one month", "one term in a month", key="terms"
                )
        return self


class CarryOverPart(Part):
    """Hours of a category beyond a number that go into the next period, as its first ones."""

    category: Id
    beyond: Annotated[Number, Field(ge=0)]
    hours_at_most: Hours
