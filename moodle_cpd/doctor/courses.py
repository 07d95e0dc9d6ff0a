"""The courses that the rules name: whether they are there, and what of them can be read.

What a course map names by idnumber has to be asked for by idnumber, or seen in the list of a
teacher who is enrolled: Moodle tells it nowhere else to an account that may not edit the course.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from moodle_cpd.config import Settings
from moodle_cpd.doctor.finding import Finding, lack, ok, untested
from moodle_cpd.doctor.trying import refusals
from moodle_cpd.errors import CpdError
from moodle_cpd.menus import COURSE
from moodle_cpd.model.catalogue import Course
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import UserCourse
from moodle_cpd.pull.catalogue import course_from
from moodle_cpd.rules import Rulebook, check_against_site

_SEPARATE_GROUPS: Final = 1


@dataclass(frozen=True, slots=True)
class Lists:
    """The courses of some teachers, as ``core_enrol_get_users_courses`` lists them.

    Attributes:
        asked: how many teachers were asked for.
        courses: by teacher.
        errors: for teachers who were refused.
    """

    asked: int
    courses: dict[int, tuple[UserCourse, ...]]
    errors: tuple[CpdError, ...]

    def enrolled(self, course: int) -> list[int]:
        """Teachers who are seen to be enrolled in a course, by id."""
        return sorted(
            teacher
            for teacher, listed in self.courses.items()
            if any(each.id == course for each in listed)
        )

    def idnumbers(self) -> dict[int, str]:
        """Idnumber by course, of the courses that are listed."""
        return {each.id: each.idnumber for listed in self.courses.values() for each in listed}

    def states(self) -> list[bool]:
        """For each line whether it tells if the course is completed."""
        return [each.completed is not None for listed in self.courses.values() for each in listed]


def read_lists(moodle: Moodle, teachers: Sequence[int]) -> Lists:
    """Read the lists of courses of some teachers."""
    answers = dict(moodle.users_courses(teachers))
    _, errors = refusals(answers.values())
    found = {t: each for t, each in answers.items() if not isinstance(each, CpdError)}
    return Lists(len(teachers), found, tuple(errors))


def read_courses(
    moodle: Moodle, settings: Settings, rulebook: Rulebook | None, lists: Lists
) -> tuple[dict[int, Course], frozenset[int]]:
    """All courses that the account sees, without those in which we write.

    Returns:
        Courses by id; and the ids of those that keep their groups apart.

    Raises:
        CpdError: the site failed or refused.
    """
    categories = {each.id: each for each in moodle.course_categories()}
    idnumbers = lists.idnumbers()
    written = settings.record_courses()
    wanted = set(written)
    if rulebook is not None:
        selectors = (selector.course for selector in rulebook.selectors())
        wanted |= {each.value for each in selectors if each.kind == "idnumber"}
    for idnumber in sorted(wanted - set(idnumbers.values())):
        reply = moodle.course(idnumber)
        if reply is not None:
            idnumbers[reply.id] = idnumber
    courses = {}
    listed = moodle.courses()
    for reply in listed:
        course = course_from(moodle.name, reply, categories)
        course = replace(course, idnumber=course.idnumber or idnumbers.get(course.id, ""))
        if course.idnumber not in written:
            courses[course.id] = course
    apart = frozenset(reply.id for reply in listed if reply.groupmode == _SEPARATE_GROUPS)
    return courses, apart & set(courses)


def mapped_checks(
    rulebook: Rulebook, courses: Sequence[Course], unread: Sequence[int]
) -> Iterator[Finding]:
    """Whether each line of the course maps finds what it names.

    Args:
        rulebook: the rules.
        courses: all courses that the account sees, with activities.
        unread: ids of mapped courses whose activities could not all be read.
    """
    problems = check_against_site(rulebook, courses)
    for problem in problems:
        if unread and "no activity fits" in problem.found:
            yield untested(
                "course-map",
                f"{problem.where}: {problem.found}; but the activities in courses "
                f"{', '.join(map(str, unread))} could not all be read",
            )
        else:
            yield lack(
                "course-map",
                f"{problem.where}: {problem.found}",
                problem.hint or f"Course ID number: {COURSE}",
            )
    if not problems:
        count = sum(1 for _ in rulebook.entries())
        yield ok("course-map", f"each of {count} lines finds its courses and activities")
