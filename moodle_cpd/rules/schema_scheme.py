"""The format of a scheme file: a regulation as data. ``docs/administrators/rules.md`` explains it.

A key may gain forms and neighbours, but never another meaning: files that load today go on
loading.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from moodle_cpd.rules.levels import Level
from moodle_cpd.rules.schema_base import (
    Flag,
    Hours,
    Id,
    Line,
    Part,
    PositiveNumber,
    Text,
    Whole,
    misfit,
    refuse,
)
from moodle_cpd.rules.schema_score import ScorePart


def _month_and_day(value: str) -> str:
    match = re.fullmatch(r"(\d\d)-(\d\d)", value)
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if match is None or not (1 <= int(match[1]) <= 12):
        raise refuse("month and day such as 03-01")
    if not (1 <= int(match[2]) <= days[int(match[1]) - 1]):
        raise refuse("a day that every year has, such as 03-01")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise refuse("a time zone's name such as Asia/Shanghai") from None
    return value


def _date(value: str) -> str:
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
    first_day: Annotated[Line, AfterValidator(_date)]
    last_day: Annotated[Line, AfterValidator(_date)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise misfit("a last day before the first", "the days in order", key="last_day")
        return self


class PeriodPart(Part):
    """Spans in which the scheme counts: years, frames of several years, or terms with dates."""

    every: Literal["year", "frame", "term"]
    starts: Annotated[Line, AfterValidator(_month_and_day)] | None = None
    first: Annotated[Whole, Field(ge=1990, le=2100)] | None = None
    years: Annotated[Whole, Field(ge=2, le=20)] | None = None
    terms: Annotated[list[TermPart], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"year": ("starts",), "frame": ("starts", "first", "years"), "term": ("terms",)}
        allowed = {"year": ("starts", "first"), **{k: needed[k] for k in ("frame", "term")}}
        for key in needed[self.every]:
            if getattr(self, key) is None:
                raise misfit(f"'{key}' is missing", f"the key '{key}' beside every: {self.every}")
        for key in ("starts", "first", "years", "terms"):
            if getattr(self, key) is not None and key not in allowed[self.every]:
                expected = ", ".join(allowed[self.every])
                raise misfit(f"'{key}' beside every: {self.every}", f"only {expected}", key=key)
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


class GraceDays(Part):
    """Days after a period's end in which work that was handed in can still be marked."""

    short_form = "value"

    value: Annotated[Whole, Field(ge=0, le=366)]


class HoursPerCredit(Part):
    """How many hours make one credit."""

    short_form = "value"

    value: PositiveNumber


class Duty(Part):
    """Whether the requirements are asked for anew in every period, or once and for all."""

    short_form = "value"

    value: Literal["every_period", "once"]


class YearsOfService(Part):
    """Completed years since the date of hire."""

    at_least: Annotated[Whole, Field(ge=0, le=60)]


class Age(Part):
    """Completed years since the date of birth; the numbers belong."""

    at_least: Annotated[Whole, Field(ge=0, le=120)] | None = None
    at_most: Annotated[Whole, Field(ge=0, le=120)] | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise misfit("no number of years", "at_least: or at_most:, or both")
        if None not in (self.at_least, self.at_most) and self.at_most < self.at_least:  # type: ignore[operator] # None was ruled out
            raise misfit("an age that nobody has", "at_most no less than at_least", key="at_most")
        return self


class AudiencePart(Part):
    """Whom the scheme concerns; every condition that is given must hold."""

    role: Annotated[list[Line], Field(min_length=1)] | None = None
    stage: Annotated[list[Line], Field(min_length=1)] | None = None
    school: Annotated[list[Line], Field(min_length=1)] | None = None
    years_of_service: YearsOfService | None = None
    age: Age | None = None
    judged_on: Literal["period_start", "period_end"] = "period_start"
    midway: Literal["full"] = "full"


class CategoryPart(Part):
    """A kind of credit, with the kinds below it."""

    id: Id
    title: Text
    hours_at_most: Hours | None = None
    categories: list[CategoryPart] = Field(default_factory=list)


class PassAt(Part):
    """What a grade must reach, that number included."""

    percent: Annotated[PositiveNumber, Field(le=100)] | None = None
    points: PositiveNumber | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.percent is None) == (self.points is None):
            raise misfit("not exactly one measure", "either percent: or points:")
        return self


class Characters(Part):
    """Characters of an online text, white space not counted; short form: the number alone."""

    short_form = "value"

    value: Annotated[Whole, Field(ge=1, le=1_000_000)]


class AssessmentPart(Part):
    """An examination or other assessment; course maps say which activities it is."""

    id: Id
    title: Text
    pass_at: PassAt


class EvidencePart(Part):
    """A kind of work that must be there; course maps say in which activities it is handed in."""

    id: Id
    title: Text
    accepted_when: Literal["handed_in", "graded", "passed"]
    pass_at: PassAt | None = None
    characters_at_least: Characters | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.accepted_when == "passed") != (self.pass_at is not None):
            raise misfit("only one of accepted_when: passed and pass_at", "both together")
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
        if self.from_level is not None and self.hours_at_least is None:
            raise misfit(
                "'from_level' beside " + kinds[0], "it only beside hours_at_least", key="from_level"
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


class AwardPart(Part):
    """A badge or certificate for those who meet the scheme."""

    id: Id
    kind: Literal["badge", "certificate"]
    title: Text
    issued_here: bool
    when: Literal["met"] = "met"


class ConsequencePart(Part):
    """What follows from an outcome, as a flag."""

    flag: Flag
    title: Text
    when: Literal["met", "not_met"]


class DispensationPart(Part):
    """That a document can free a teacher of the scheme, and why."""

    kind: Literal["exempt", "waived"]
    title: Text


class SchemeFile(Part):
    """A file in ``schemes/``."""

    scheme: Id
    title: Text
    authority: Text
    regulation: Text
    reference: Line
    notes: list[Line] = Field(default_factory=list)
    time_zone: Annotated[Line, AfterValidator(_zone)]
    period: PeriodPart
    grace_days: GraceDays
    duty: Duty
    hours_per_credit: HoursPerCredit | None = None
    hours_at_most: Hours | None = None
    audience: AudiencePart
    dispensations: list[DispensationPart] = Field(default_factory=list)
    categories: Annotated[list[CategoryPart], Field(min_length=1)]
    assessments: list[AssessmentPart] = Field(default_factory=list)
    evidence: list[EvidencePart] = Field(default_factory=list)
    score: ScorePart | None = None
    requirements: RequirementPart
    recognised_when: RequirementPart | None = None
    awards: list[AwardPart] = Field(default_factory=list)
    consequences: list[ConsequencePart] = Field(default_factory=list)
