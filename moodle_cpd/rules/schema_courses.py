"""The format of a course map: which course or activity of a site gives which credit."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from moodle_cpd.rules.levels import Level
from moodle_cpd.rules.schema_base import (
    Hours,
    Id,
    Line,
    Part,
    Text,
    Whole,
    misfit,
    number,
    refuse,
)
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


RECORDED: Final = "recorded"
"""Stands for the hours that a record itself says."""


def _hours(value: object) -> object:
    if value == RECORDED:
        return value
    hours = number(value)
    if hours <= 0:
        raise refuse("more than 0")
    return hours


class EntryHours(Part):
    """How many hours: a number, the course custom field that has it, or what a record says.

    With ``in_proportion_to: grade`` these are the hours of a full grade.
    """

    short_form = "value"

    value: Annotated[Decimal | Literal["recorded"], BeforeValidator(_hours)] | None = None
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

_SELECTORS = ("course", "record", "record_like")
"""Keys of an entry that say what it looks at."""


_OF_MOODLE = ("activity", "counts_when", "attempt", "earned", "repeatable")
"""Keys of an entry that only work in Moodle can have."""


class EntryPart(Part):
    """One line of a course map."""

    course: CoursePart | None = None
    record: Line | None = None
    record_like: Line | None = None
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
        self._check_selector()
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
        if self.course is None:
            self._check_record()
        elif self.activity is None:
            self._check_course()
        elif self.category is not None:
            self._check_activity()
        return self

    def _check_selector(self) -> None:
        given = [key for key in _SELECTORS if getattr(self, key) is not None]
        if len(given) != 1:
            raise misfit(
                " and ".join(given) or "nothing that is selected",
                "exactly one of course, record and record_like",
                key=given[-1] if given else "",
            )

    def _check_record(self) -> None:
        for key in _OF_MOODLE:
            if key in self.model_fields_set:
                raise misfit(f"'{key}' for a record", "it only beside course", key=key)
        if self.hours is not None and self.hours.custom_field is not None:
            raise misfit("a custom field for a record", "a number, or recorded", key="hours")

    def _check_course(self) -> None:
        self._check_hours()
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

    def _check_hours(self) -> None:
        if self.hours is not None and self.hours.value == RECORDED:
            raise misfit(
                "hours: recorded for a course", "it only beside record or record_like", key="hours"
            )

    def _check_activity(self) -> None:
        self._check_hours()
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
