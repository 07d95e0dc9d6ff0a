"""Where running hours are shown."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from moodle_cpd.config.base import SettingsModel


class RunningHoursSettings(SettingsModel):
    """Where teachers see, all year long, their hours so far and what is missing.

    Attributes:
        scheme: the scheme's id; its present period is shown.
        course: idnumber of the course.
        activity: idnumber of an assignment in it that is for this alone.
        grade: what is written as grade: recognised hours, or the points of the scheme's
            assessment.
    """

    scheme: str
    course: Annotated[str, Field(min_length=1)]
    activity: Annotated[str, Field(min_length=1)]
    grade: Literal["hours", "points"] = "hours"

    @model_validator(mode="after")
    def _always_the_same(self) -> Self:
        if "{period}" in self.activity:
            raise ValueError(
                "activity must not have {period} in it: one assignment shows each period in turn"
            )
        return self
