"""The courses of a site and what is graded in them: what course maps select from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

COURSE_TOTAL: Final = "course_total"
"""The type under which the total of a course in the gradebook stands beside its activities."""


@dataclass(frozen=True, slots=True)
class Activity:
    """An assignment, or something else that is graded, in a course.

    Attributes:
        id: course module id, by which facts name it; below 0 for the total of a course.
        instance: the assignment's or quiz's own id, unique within its type.
        idnumber: free text, may be empty; not unique across a site.
        name: as displayed.
        type: Moodle's module name (``assign``, ``quiz``), or ``course_total``.
    """

    id: int
    instance: int
    idnumber: str
    name: str
    type: str = "assign"


@dataclass(frozen=True, slots=True)
class Course:
    """A Moodle course and what is graded in it.

    Attributes:
        site: the site's name in the configuration.
        id: Moodle's course id.
        idnumber: free text, unique where it is not empty.
        short_name: unique.
        full_name: as displayed.
        course_categories: idnumbers or ids of the course categories above it, nearest first.
        custom_fields: short name to value.
        activities: its assignments and what else is graded in it, by id.
    """

    site: str
    id: int
    idnumber: str
    short_name: str
    full_name: str
    course_categories: tuple[str, ...] = ()
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    activities: tuple[Activity, ...] = ()
