"""The format of audiences and requirements in a scheme file."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from moodle_cpd.rules.levels import Level
from moodle_cpd.rules.schema_base import Id, Line, Part, PositiveNumber, Text, Whole, misfit


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
