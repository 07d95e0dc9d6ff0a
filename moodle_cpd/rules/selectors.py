"""How a course map's line finds courses, activities and records, and which line comes first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.text import one_line

COURSE_KINDS: Final = {
    "id": 0,
    "idnumber": 1,
    "short_name": 1,
    "custom_field": 2,
    "idnumber_like": 3,
    "short_name_like": 3,
    "course_category": 4,
}
"""Ways to select courses and their rank, the most specific first."""

EXACT_KINDS: Final = ("id", "idnumber", "short_name")
"""The ways that name one course."""

ACTIVITY_KINDS: Final = {"id": 0, "idnumber": 1, "name": 2, "type": 3}
"""Ways to select activities and their rank, the most specific first."""


@dataclass(frozen=True)
class CourseSelector:
    """Which courses a line of a course map is about.

    Attributes:
        kind: one of ``COURSE_KINDS``.
        value: what is looked for; with ``custom_field`` the value that the field must have.
        field: short name of the custom field, else empty.
    """

    kind: str
    value: str
    field: str = ""

    def __str__(self) -> str:
        name = f"{self.kind} {self.field}" if self.field else self.kind
        return one_line(f"{name} '{self.value}'")

    def rank(self, course: Course) -> tuple[int, int] | None:
        """How specifically it fits a course, the smaller the more; None where it doesn't fit.

        The second number is the distance to the course category, 0 for the nearest.
        """
        distance = 0
        match self.kind:
            case "id":
                fits = str(course.id) == self.value
            case "idnumber":
                fits = course.idnumber == self.value
            case "short_name":
                fits = course.short_name == self.value
            case "custom_field":
                fits = course.custom_fields.get(self.field) == self.value
            case "idnumber_like":
                fits = self._pattern.fullmatch(course.idnumber) is not None
            case "short_name_like":
                fits = self._pattern.fullmatch(course.short_name) is not None
            case _:
                fits = self.value in course.course_categories
                distance = course.course_categories.index(self.value) if fits else 0
        return (COURSE_KINDS[self.kind], distance) if fits else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return _wildcards(self.value)


@dataclass(frozen=True, slots=True)
class ActivitySelector:
    """Which activities of the selected courses a line is about.

    Attributes:
        kind: one of ``ACTIVITY_KINDS``.
        value: what is looked for.
    """

    kind: str
    value: str

    def __str__(self) -> str:
        return one_line(f"{self.kind} '{self.value}'")

    def rank(self, activity: Activity) -> int | None:
        """How specifically it fits an activity, the smaller the more; None where it doesn't."""
        match self.kind:
            case "id":
                fits = str(activity.id) == self.value
            case "idnumber":
                fits = activity.idnumber == self.value
            case "name":
                fits = activity.name == self.value
            case _:
                fits = activity.type == self.value
        return ACTIVITY_KINDS[self.kind] if fits else None


@dataclass(frozen=True, slots=True)
class Selector:
    """What one line of a course map looks at.

    Attributes:
        course: which courses.
        activity: which of their activities; None: the course as a whole.
    """

    course: CourseSelector
    activity: ActivitySelector | None

    def __str__(self) -> str:
        text = f"course {self.course}"
        return text if self.activity is None else f"{text}, activity {self.activity}"


RECORD_KINDS: Final = {"record": 0, "record_like": 1}
"""Ways to select records and their rank, the most specific first."""


@dataclass(frozen=True)
class RecordSelector:
    """Which records a line of a course map is about: those that a person brings in.

    Attributes:
        kind: one of ``RECORD_KINDS``.
        value: what the record must be, or the pattern that this must fit.
    """

    kind: str
    value: str

    def __str__(self) -> str:
        return one_line(f"{self.kind} '{self.value}'")

    def rank(self, what: str) -> int | None:
        """How specifically it fits a record, the smaller the more; None where it doesn't fit."""
        fits = what == self.value
        if self.kind == "record_like":
            fits = self._pattern.fullmatch(what) is not None
        return RECORD_KINDS[self.kind] if fits else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return _wildcards(self.value)


def _wildcards(value: str) -> re.Pattern[str]:
    """Only ``*`` and ``?`` are special; a run of stars means one star, which matches faster."""
    wildcards = {"*": ".*", "?": "."}
    parts = re.split(r"([*?])", re.sub(r"\*+", "*", value))
    return re.compile("".join(wildcards.get(p, re.escape(p)) for p in parts), re.DOTALL)
