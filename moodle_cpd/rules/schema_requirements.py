"""The format of audiences and requirements in a scheme file."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from moodle_cpd.rules.levels import Level
from moodle_cpd.rules.rulebook_requirements import NAMED_DAYS
from moodle_cpd.rules.schema_base import (
    Id,
    Line,
    Part,
    PositiveNumber,
    Text,
    Whole,
    misfit,
    refuse,
)
from moodle_cpd.rules.schema_periods import iso_date, month_and_day


class _Years(Part):
    at_least: Annotated[Whole, Field(ge=0, le=120)] | None = None
    at_most: Annotated[Whole, Field(ge=0, le=120)] | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise misfit("no number of years", "at_least: or at_most:, or both")
        if None not in (self.at_least, self.at_most) and self.at_most < self.at_least:  # type: ignore[operator] # None was ruled out
            raise misfit("years that nobody has", "at_most no less than at_least", key="at_most")
        return self


class YearsOfService(_Years):
    """Completed years since the date of hire; the numbers belong."""


class Age(_Years):
    """Completed years since the date of birth; the numbers belong."""


class Midway(Part):
    """What somebody owes who enters or leaves the audience within a period.

    Prorated hours go by the months in the audience: those that have ``started``, or ``whole`` ones.
    """

    short_form = "value"

    value: Literal["full", "prorated", "next_period"]
    months: Literal["started", "whole"] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.value == "prorated") != (self.months is not None):
            raise misfit(
                "only one of midway: prorated and months",
                "midway: {value: prorated, months: started}, or months: whole",
                "Say which months count: all that have started, or whole ones alone",
            )
        return self


def _day(value: str) -> str:
    if value in NAMED_DAYS:
        return value
    for check in (month_and_day, iso_date):
        try:
            return check(value)
        except PydanticCustomError:
            continue
    words = ", ".join(f"'{each}'" for each in NAMED_DAYS)
    raise refuse(f"{words}, a day such as 09-01, or a date such as 2026-09-01")


class AudiencePart(Part):
    """Whom the scheme concerns; every condition that is given must hold."""

    role: Annotated[list[Line], Field(min_length=1)] | None = None
    stage: Annotated[list[Line], Field(min_length=1)] | None = None
    school: Annotated[list[Line], Field(min_length=1)] | None = None
    years_of_service: YearsOfService | None = None
    age: Age | None = None
    judged_on: Annotated[Line, AfterValidator(_day)] = "period_start"
    held_on: Literal["period_start", "period_end", "next_day"] | None = None
    midway: Midway = Field(default_factory=lambda: Midway(value="full"))

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        if self.judged_on not in NAMED_DAYS and self.midway.value != "full":
            raise misfit(
                f"midway: {self.midway.value} for an audience that is judged on one day",
                "midway: full, or judged_on: period_start, period_end or next_day",
                key="midway",
            )
        if self.held_on is not None:
            if self.judged_on not in NAMED_DAYS:
                raise misfit(
                    f"'held_on' beside judged_on: {self.judged_on}",
                    "it left out: on that day everything is looked at",
                    key="held_on",
                )
            if self.midway.value != "full":
                raise misfit(
                    f"midway: {self.midway.value} where one day decides",
                    "midway: full beside held_on",
                    key="midway",
                )
        return self


REQUIREMENT_KINDS = (
    *("all", "any", "at_least", "hours_at_least", "present", "passed"),
    *("evidence", "score_at_least", "band"),
)


class RequirementPart(Part):
    """One requirement: exactly one kind, and for two kinds what it is ``of`` or ``among``."""

    title: Text | None = None
    only_for: AudiencePart | None = None
    all: Annotated[list[RequirementPart], Field(min_length=1)] | None = None
    any: Annotated[list[RequirementPart], Field(min_length=1)] | None = None
    at_least: Annotated[Whole, Field(ge=1)] | None = None
    among: Annotated[list[RequirementPart], Field(min_length=1)] | None = None
    hours_at_least: PositiveNumber | None = None
    of: Id | None = None
    from_level: Level | None = None
    within_years: Annotated[Whole, Field(ge=2, le=20)] | None = None
    present: Id | None = None
    passed: Id | None = None
    evidence: Id | None = None
    pieces: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    score_at_least: Annotated[PositiveNumber, Field(le=100)] | None = None
    band: Id | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [name for name in REQUIREMENT_KINDS if getattr(self, name) is not None]
        if len(kinds) != 1:
            found = " and ".join(kinds) if kinds else "no kind of requirement"
            raise misfit(found, f"exactly one of {', '.join(REQUIREMENT_KINDS)}")
        if self.of is not None and self.hours_at_least is None:
            raise misfit("'of' beside " + kinds[0], "it only beside hours_at_least", key="of")
        for key in ("from_level", "within_years"):
            if getattr(self, key) is not None and kinds[0] not in {"hours_at_least", "present"}:
                raise misfit(
                    f"'{key}' beside {kinds[0]}",
                    "it only beside hours_at_least or present",
                    key=key,
                )
        if self.pieces is not None and self.evidence is None:
            raise misfit("'pieces' beside " + kinds[0], "it only beside evidence", key="pieces")
        for choice in ("any", "among"):
            for part in getattr(self, choice) or ():
                if part.only_for is not None:
                    raise misfit(
                        f"'only_for' in a choice ({choice}:)",
                        "it only on requirements that stand in all:",
                        "Put the choice into all: and only_for beside any: or at_least:",
                        key=choice,
                    )
        if (self.at_least is None) != (self.among is None):
            raise misfit("only one of at_least and among", "both together")
        if self.at_least is not None and self.at_least > len(self.among or ()):
            raise misfit(
                f"at least {self.at_least} of {len(self.among or ())}",
                "no more than there are",
                key="at_least",
            )
        return self
