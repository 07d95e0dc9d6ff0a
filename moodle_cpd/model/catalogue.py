"""The courses and assignments of a site: what course maps select from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Activity:
    """An assignment in a course.

    Attributes:
        id: course module id, by which facts name it.
        instance: the assignment's own id, by which ``mod_assign_*`` functions name it.
        idnumber: free text, may be empty; not unique across a site.
        name: as displayed.
        type: Moodle's module name, ``assign``.
    """

    id: int
    instance: int
    idnumber: str
    name: str
    type: str = "assign"


@dataclass(frozen=True, slots=True)
class Course:
    """A Moodle course and its assignments.

    Attributes:
        site: the site's name in the configuration.
        id: Moodle's course id.
        idnumber: free text, unique where it is not empty.
        short_name: unique.
        full_name: as displayed.
        course_categories: idnumbers or ids of the course categories above it, nearest first.
        custom_fields: short name to value.
        activities: its assignments, by course module id.
    """

    site: str
    id: int
    idnumber: str
    short_name: str
    full_name: str
    course_categories: tuple[str, ...] = ()
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    activities: tuple[Activity, ...] = ()
