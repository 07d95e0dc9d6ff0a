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
from moodle_cpd.rules.schema_declared import (
    ApprovalPart,
    ArchivePart,
    OrgUnitAssessmentPart,
    QuotaPart,
)
from moodle_cpd.rules.schema_outcomes import AwardPart, ConsequencePart, DispensationPart
from moodle_cpd.rules.schema_periods import CarryOverPart, PeriodPart
from moodle_cpd.rules.schema_qualification import QualificationPart
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
    """A kind of credit, with the kinds below it; ``apart`` it stands outside the total."""

    id: Id
    title: Text
    hours_at_most: Hours | None = None
    apart: bool = False
    categories: list[CategoryPart] = Field(default_factory=list)

    @model_validator(mode="after")
    def _at_the_top(self) -> Self:
        if any(each.apart for each in self.categories):
            raise misfit("'apart' below another category", "it only at the top", key="categories")
        return self


class AssessmentPart(Part):
    """An examination or other assessment; course maps say which activities it is.

    Without ``pass_at`` its grade gives points, and nothing can ask for it to be passed.
    """

    id: Id
    title: Text
    pass_at: PassAt | None = None


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


class FramePart(Part):
    """A further span of the scheme with requirements of its own: longer, once, or for some only.

    It has the scheme's categories, assessments, evidence and course maps, and its audience and
    grace days where it names none. It counts hours as they are earned, or only those that the
    scheme itself ``recognised``.
    """

    id: Id
    title: Text
    counts: Literal["earned", "recognised"] = "earned"
    period: PeriodPart
    grace_days: GraceDays | None = None
    duty: Duty
    hours_at_most: Hours | None = None
    audience: AudiencePart | None = None
    dispensations: list[DispensationPart] = Field(default_factory=list)
    score: ScorePart | None = None
    requirements: RequirementPart
    recognised_when: RequirementPart | None = None
    qualification: QualificationPart | None = None
    awards: list[AwardPart] = Field(default_factory=list)
    consequences: list[ConsequencePart] = Field(default_factory=list)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        _check_years(self)
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
    qualification: QualificationPart | None = None
    awards: list[AwardPart] = Field(default_factory=list)
    consequences: list[ConsequencePart] = Field(default_factory=list)
    frames: list[FramePart] = Field(default_factory=list)
    org_unit_assessments: list[OrgUnitAssessmentPart] = Field(default_factory=list)
    quotas: list[QuotaPart] = Field(default_factory=list)
    approvals: list[ApprovalPart] = Field(default_factory=list)
    archive: list[ArchivePart] = Field(default_factory=list)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        _check_years(self)
        if any(each.apart for each in self.categories):
            for frame in self.frames:
                if frame.counts == "recognised":
                    raise misfit(
                        "a frame of recognised hours beside a category apart",
                        "counts: earned, or no category apart",
                        key="frames",
                    )
        return self

    def framed(self, frame: FramePart) -> SchemeFile:
        """The scheme as it is in one of its frames."""
        framed = self.model_copy(
            update={
                "scheme": frame.id,
                "title": frame.title,
                "reference": frame.reference or self.reference,
                "period": frame.period,
                "grace_days": frame.grace_days or self.grace_days,
                "duty": frame.duty,
                "hours_at_most": frame.hours_at_most,
                "carry_over": [],
                "audience": frame.audience or self.audience,
                "dispensations": frame.dispensations,
                "score": frame.score,
                "requirements": frame.requirements,
                "recognised_when": frame.recognised_when,
                "qualification": frame.qualification,
                "awards": frame.awards,
                "consequences": frame.consequences,
                "frames": [],
                "org_unit_assessments": [],
                "quotas": [],
                "approvals": [],
                "archive": [],
            }
        )
        framed._mark = frame._mark  # noqa: SLF001 - the frame's own place is the scheme's here
        return framed


def _check_years(part: SchemeFile | FramePart) -> None:
    """What reaches over several years needs periods of a year, one after the other."""
    if part.qualification is not None and part.duty.value != "once":
        expected = "duty: once beside qualification"
        raise misfit(f"duty: {part.duty.value}", expected, key="duty")
    if part.period.every == "year":
        return
    for key in ("qualification", "requirements", "recognised_when"):
        value = getattr(part, key)
        reaches = key == "qualification" and value is not None
        if reaches or (isinstance(value, RequirementPart) and _within_years(value)):
            raise misfit(
                f"years are counted beside every: {part.period.every}", "every: year", key=key
            )


def _within_years(part: RequirementPart) -> bool:
    parts = (*(part.all or ()), *(part.any or ()), *(part.among or ()))
    return part.within_years is not None or any(map(_within_years, parts))
