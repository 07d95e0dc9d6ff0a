"""The format of a scheme file: a regulation as data. ``docs/administrators/rules.md`` explains it.

A key may gain forms and neighbours, but never another meaning: files that load today go on
loading.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from moodle_cpd.rules.schema_base import (
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
from moodle_cpd.rules.schema_outcomes import AwardPart, ConsequencePart, DispensationPart
from moodle_cpd.rules.schema_periods import CarryOverPart, PeriodPart
from moodle_cpd.rules.schema_requirements import AudiencePart, RequirementPart
from moodle_cpd.rules.schema_score import ScorePart
from moodle_cpd.rules.schema_work import Characters, PassAt


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise refuse("a time zone's name such as Asia/Shanghai") from None
    return value


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


class CategoryPart(Part):
    """A kind of credit, with the kinds below it."""

    id: Id
    title: Text
    hours_at_most: Hours | None = None
    categories: list[CategoryPart] = Field(default_factory=list)


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
    carry_over: list[CarryOverPart] = Field(default_factory=list)
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
