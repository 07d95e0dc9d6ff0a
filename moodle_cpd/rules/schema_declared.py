"""The format of what a regulation says of schools and offices: it decides nothing of a teacher."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moodle_cpd.model.quantity import show
from moodle_cpd.rules.levels import Level, reaches
from moodle_cpd.rules.schema_base import Id, Line, Part, PositiveNumber, Text, Whole, misfit
from moodle_cpd.rules.schema_periods import iso_date
from moodle_cpd.rules.schema_score import BandPart


class _Declared(Part):
    """Something that the regulation says, and where."""

    id: Id
    title: Text
    reference: Line


class DuePart(Part):
    """A day by which, or on which, something is to be done."""

    day: Annotated[Line, AfterValidator(iso_date)]
    title: Text


class OrgUnitComponentPart(_Declared):
    """Points that a school or office gets for one thing."""

    points: PositiveNumber
    due: list[DuePart] = Field(default_factory=list)


class OrgUnitAssessmentPart(_Declared):
    """How schools or offices are assessed, with points that add up to what is possible."""

    unit: Level
    possible: PositiveNumber
    components: Annotated[list[OrgUnitComponentPart], Field(min_length=1)]
    bands: list[BandPart] = Field(default_factory=list)
    converted_into: Text | None = None
    teachers_results_enter: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum((each.points for each in self.components), start=Decimal(0))
        if total != self.possible:
            raise misfit(
                f"components of {show(total)} points together, of {show(self.possible)} possible",
                "as many",
                "Correct a component's points, or possible:",
                key="possible",
            )
        for one, other in pairwise(self.bands):
            if other.from_points <= one.from_points:
                raise misfit(
                    "bands that don't rise", "each from_points above the one before", key="bands"
                )
        return self


class QuotaPart(_Declared):
    """How many people, or which share of them, an office is to train or to have."""

    number: Annotated[Whole, Field(ge=1)] | None = None
    percent: Annotated[PositiveNumber, Field(le=100)] | None = None
    in_each: Level | None = None
    trained_by: Level | None = None
    part_of: Id | None = None
    role: list[Line] = Field(default_factory=list)
    stage: list[Line] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.number is None) == (self.percent is None):
            raise misfit("not exactly one measure", "number: or percent:")
        return self


class ApprovalPart(_Declared):
    """What an office hands in: filed with one above it, or approved by it."""

    kind: Literal["filed", "approved"]
    of: Level
    by: Level

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if not reaches(self.by, self.of) or self.by == self.of:
            raise misfit(f"by: {self.by} of: {self.of}", f"a level above '{self.of}'", key="by")
        return self


class ArchivePart(_Declared):
    """What the training archive holds; perhaps what the scheme knows under an id."""

    kept_by: Level
    when: Literal["met", "not_met", "exempt", "waived"] | None = None
    category: Id | None = None
    assessment: Id | None = None
    evidence: Id | None = None
    award: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        kinds = ("category", "assessment", "evidence", "award")
        given = [name for name in kinds if getattr(self, name) is not None]
        if len(given) > 1:
            raise misfit(" and ".join(given), f"at most one of {', '.join(kinds)}", key=given[1])
        return self
