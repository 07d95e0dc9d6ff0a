"""The format of what makes work count, in scheme files and course maps."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from moodle_cpd.rules.schema_base import Part, PositiveNumber, Whole, misfit


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
