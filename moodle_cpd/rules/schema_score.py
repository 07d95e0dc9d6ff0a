"""The format of a scheme's score: components, deductions, bonuses and bands."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from moodle_cpd.rules.schema_base import Id, Number, Part, PositiveNumber, Text, Whole, misfit
from moodle_cpd.rules.schema_requirements import AudiencePart

Count = Annotated[Whole, Field(ge=1, le=1000)]
Points = Annotated[Number, Field(ge=0)]

COMPONENT_KINDS = ("in_proportion_to", "all_for", "for_each")
DEDUCTION_KINDS = ("missing", "hours_short_of", "failed", "for_each")


class ComponentPart(Part):
    """Points for one thing: in proportion to a grade, all or nothing, or for each piece.

    Where it is ``only_for`` some, the points that the others can reach are fewer.
    """

    id: Id
    title: Text
    points: PositiveNumber
    in_proportion_to: Id | None = None
    all_for: Id | None = None
    pieces: Count | None = None
    for_each: Id | None = None
    points_each: PositiveNumber | None = None
    only_for: AudiencePart | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        _exactly_one(self, COMPONENT_KINDS)
        if self.pieces is not None and self.all_for is None:
            raise misfit("'pieces' without all_for", "it only beside all_for", key="pieces")
        if (self.for_each is None) != (self.points_each is None):
            raise misfit("only one of for_each and points_each", "both together")
        return self


class _Change(Part):
    id: Id
    title: Text
    points_each: PositiveNumber
    for_each: Id | None = None
    at_most: PositiveNumber | None = None
    component: Id | None = None


class BonusPart(_Change):
    """Points on top, for each accepted piece of a kind of evidence."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _exactly_one(self, ("for_each",))
        return self


class DeductionPart(_Change):
    """Points taken off for each piece, failure, missing piece, or hour that is lacking."""

    missing: Id | None = None
    expected: Count | None = None
    hours_short_of: PositiveNumber | None = None
    of: Id | None = None
    failed: Id | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        _exactly_one(self, DEDUCTION_KINDS)
        if (self.missing is None) != (self.expected is None):
            raise misfit("only one of missing and expected", "both together")
        if self.of is not None and self.hours_short_of is None:
            raise misfit("'of' without hours_short_of", "it only beside hours_short_of", key="of")
        return self


class BandPart(Part):
    """A named range of totals, from its threshold up to the next one; the threshold belongs."""

    id: Id
    title: Text
    from_points: Annotated[Points, Field(le=100)]


class ScorePart(Part):
    """How the points of an assessment come about; the total is converted to 100."""

    title: Text
    starts_at: Points | None = None
    possible: PositiveNumber | None = None
    components: list[ComponentPart] = Field(default_factory=list)
    deductions: list[DeductionPart] = Field(default_factory=list)
    bonuses: list[BonusPart] = Field(default_factory=list)
    bands: list[BandPart] = Field(default_factory=list)

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.components and not self.starts_at:
            raise misfit("a score without points", "components:, or starts_at:, or both")
        some = [each for each in self.components if each.only_for is not None]
        if some and self.possible is not None:
            raise misfit(
                "'possible' beside a component with only_for",
                "it left out: the points of the components that are asked add up",
                key="possible",
            )
        if some and len(some) == len(self.components) and not self.starts_at:
            raise misfit(
                "'only_for' on every component", "one component for everybody", key="components"
            )
        thresholds = [band.from_points for band in self.bands]
        if thresholds != sorted(set(thresholds)):
            raise misfit(
                "bands that don't rise", "each from_points above the one before", key="bands"
            )
        return self


def _exactly_one(part: Part, kinds: tuple[str, ...]) -> None:
    given = [name for name in kinds if getattr(part, name) is not None]
    if len(given) != 1:
        found = " and ".join(given) or "nothing that points hang on"
        raise misfit(found, f"exactly one of {', '.join(kinds)}")
