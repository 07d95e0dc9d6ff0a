"""The format of a course map: which course or activity of a site gives which credit."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from moodle_cpd.rules.levels import Level
from moodle_cpd.rules.schema_base import Hours, Id, Line, Part, PositiveNumber, Text, Whole, misfit
from moodle_cpd.rules.schema_work import Characters, PassAt

_MoodleId = Annotated[Whole, Field(ge=1)]


class CustomField(Part):
    """A course custom field (by its short name) and the value it must have."""

    name: Line
    value: Line


class _Selector(Part):
    """One key that says how something is found."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        names = [name for name in type(self).model_fields if name != "reference"]
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            raise misfit(" and ".join(given) or "nothing", f"exactly one of {', '.join(names)}")
        return self


class CoursePart(_Selector):
    """Which courses; short form: the course's idnumber."""

    short_form = "idnumber"

    id: _MoodleId | None = None
    idnumber: Line | None = None
    short_name: Line | None = None
    custom_field: CustomField | None = None
    idnumber_like: Line | None = None
    short_name_like: Line | None = None
    course_category: Line | None = None


class ActivityPart(_Selector):
    """Which activities of these courses; short form: the activity's idnumber."""

    short_form = "idnumber"

    id: _MoodleId | None = None
    idnumber: Line | None = None
    name: Line | None = None
    type: Line | None = None


class EntryHours(Part):
    """How many hours: a number, or the course custom field (by its short name) that has it.

    With ``in_proportion_to: grade`` these are the hours of a full grade.
    """

    short_form = "value"

    value: PositiveNumber | None = None
    custom_field: Line | None = None
    in_proportion_to: Literal["grade"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.value is None) == (self.custom_field is None):
            raise misfit("not exactly one source", "a number, or custom_field:")
        return self


_BESIDE_HOURS = (
    *("hours_at_most", "counts_when", "pass_at", "characters_at_least", "repeatable"),
    *("level", "certificate"),
)
"""Keys of an entry that say something of its hours."""


class EntryPart(Part):
    """One line of a course map."""

    course: CoursePart
    activity: ActivityPart | None = None
    category: Id | None = None
    hours: EntryHours | None = None
    hours_at_most: Hours | None = None
    counts_when: Literal["completed", "handed_in", "graded", "passed"] | None = None
    pass_at: PassAt | None = None
    characters_at_least: Characters | None = None
    attempt: Literal["best", "latest"] = "best"
    earned: Literal["handed_in", "graded"] | None = None
    repeatable: bool = False
    assessment: Id | None = None
    evidence: Id | None = None
    level: Level | None = None
    certificate: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.category is None and self.assessment is None and self.evidence is None:
            raise misfit(
                "an entry that gives nothing",
                "category: and hours:, or assessment:, or evidence:, or several of them",
            )
        if (self.category is None) != (self.hours is None):
            raise misfit("only one of category and hours", "both together")
        if self.category is None:
            for key in _BESIDE_HOURS:
                if key in self.model_fields_set:
                    raise misfit(f"'{key}' without hours", "it only beside hours", key=key)
        if self.activity is None:
            self._check_course()
        elif self.category is not None:
            self._check_activity()
        return self

    def _check_course(self) -> None:
        if self.counts_when not in {None, "completed"}:
            raise misfit(
                f"counts_when: {self.counts_when} for a whole course",
                "counts_when: completed",
                "Name the activity whose grade is meant with activity:",
                key="counts_when",
            )
        if self.hours is not None and self.hours.in_proportion_to is not None:
            raise misfit(
                "hours in proportion to the grade of a whole course",
                "in_proportion_to only beside activity",
                "Name the activity whose grade is meant with activity:",
                key="hours",
            )
        for key in ("pass_at", "characters_at_least", "attempt", "earned", "evidence"):
            if key in self.model_fields_set:
                raise misfit(f"'{key}' for a whole course", "it only beside activity", key=key)

    def _check_activity(self) -> None:
        if self.counts_when not in {"handed_in", "graded", "passed"}:
            raise misfit(
                "an activity without what makes it count",
                "counts_when: passed (with pass_at:), counts_when: graded (any grade) or "
                "counts_when: handed_in",
                key="counts_when",
            )
        if (self.counts_when == "passed") != (self.pass_at is not None):
            raise misfit("only one of counts_when: passed and pass_at", "both together")
        in_proportion = self.hours is not None and self.hours.in_proportion_to is not None
        if in_proportion and self.counts_when == "handed_in":
            raise misfit(
                "hours in proportion to a grade that is not asked",
                "counts_when: graded, or counts_when: passed (with pass_at:)",
                key="counts_when",
            )


class CourseMapFile(Part):
    """A file in ``courses/``: what one site's courses give in one scheme."""

    course_map: Id
    title: Text
    scheme: Id
    level: Level | None = None
    notes: list[Line] = Field(default_factory=list)
    entries: Annotated[list[EntryPart], Field(min_length=1)]
