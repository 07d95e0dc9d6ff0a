"""Which courses there are, which of them are read, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from moodle_cpd.model.catalogue import Course
from moodle_cpd.moodle.replies import CourseCategory, CourseReply, UserCourse
from moodle_cpd.problems import Problem
from moodle_cpd.pull.reading import Reading

_SOME: Final = 100


class Catalogue:
    """The courses of a site, without those in which we write.

    Moodle tells an account that may not edit a course its idnumber only in the list of a
    teacher's courses. So what is known grows while these are read, and whether the rules use a
    course is asked when one of its teachers is seen.

    Args:
        reading: the pull.
        selected: whether the rules use a course.
    """

    def __init__(self, reading: Reading, selected: Callable[[Course], bool]) -> None:
        self._reading = reading
        self._uses = selected
        self._decided: dict[int, bool] = {}
        self._own_idnumbers = reading.settings.record_courses()
        self._own = self._record_courses()
        self._recorded = reading.ledger.courses(reading.site)
        self._courses = self._listed()
        self._all = frozenset(self._courses)

    def selected(self) -> list[Course]:
        """The courses that are read, by id; to be asked after the teachers' courses were seen."""
        for course in self._courses.values():
            if course.id not in self._decided:
                self._decided[course.id] = self._uses(course)
        return [self._courses[id_] for id_ in sorted(self._decided) if self._decided[id_]]

    def enrolled(self, course: int) -> list[int]:
        """Active teachers last seen to be enrolled in a course that is read, by id."""
        return self._active(self._reading.ledger.enrolled(self._reading.site, course))

    def some_enrolled(self, course: int, count: int) -> list[int]:
        """The first of them, ``count`` at most."""
        first = self._reading.ledger.enrolled(self._reading.site, course, _SOME)
        found = self._active(first)
        if len(found) < count and len(first) == _SOME:
            found = self.enrolled(course)
        return found[:count]

    def _active(self, teachers: Iterable[int]) -> list[int]:
        reading = self._reading
        return [t for t in teachers if t in reading.teachers and t not in reading.suspended]

    def see(self, listed: UserCourse) -> bool:
        """Learn from what a teacher's list of courses, or a report, says of a course.

        Returns:
            Whether the course is read.
        """
        if listed.id in self._own:
            return False
        if listed.id not in self._decided:
            self._decided[listed.id] = self._learn(listed)
        return self._decided[listed.id]

    def listed(self) -> frozenset[int]:
        """Ids of the courses that Moodle lists, whether they are read or not."""
        return self._all

    def is_own(self, course: int) -> bool:
        """Whether we write in a course; nothing in it is ever a fact."""
        return course in self._own

    def update(self, courses: Iterable[Course]) -> None:
        """Take over what else became known of courses."""
        self._courses |= {course.id: course for course in courses}

    def record(self) -> None:
        """Write down what became known of courses; to be done before facts that name them."""
        new = {id_: c for id_, c in self._courses.items() if self._recorded.get(id_) != c}
        self._reading.ledger.record_courses(self._reading.site, new.values())
        self._recorded |= new

    def _learn(self, listed: UserCourse) -> bool:
        if listed.idnumber in self._own_idnumbers:
            self._own = self._remember([listed.id])
            return False
        known = self._courses.get(listed.id) or self._recorded.get(listed.id)
        course = known or Course(
            self._reading.site, listed.id, listed.idnumber, listed.shortname, listed.fullname
        )
        course = replace(course, idnumber=listed.idnumber)
        self.update([course])
        return self._uses(course)

    def _record_courses(self) -> frozenset[int]:
        found = []
        for idnumber in sorted(self._own_idnumbers):
            course = self._reading.moodle.course(idnumber)
            if course is None:
                self._reading.tally.note(
                    Problem(
                        f"{self._reading.site}: course '{idnumber}'",
                        "the site shows no such record course",
                        "",
                        "Make it, or correct 'course' under [[awards]] in the settings",
                    )
                )
            else:
                found.append(course.id)
        return self._remember(found)

    def _remember(self, own: Iterable[int]) -> frozenset[int]:
        return self._reading.ledger.record_courses_seen(self._reading.site, own)

    def _listed(self) -> dict[int, Course]:
        reading = self._reading
        categories = {each.id: each for each in reading.moodle.course_categories()}
        courses = {}
        for reply in reading.moodle.courses():
            if reply.id not in self._own and reply.idnumber not in self._own_idnumbers:
                course = course_from(reading.site, reply, categories)
                known = self._recorded.get(reply.id)
                if known is not None:
                    course = replace(course, idnumber=course.idnumber or known.idnumber)
                    course = replace(course, activities=known.activities)
                courses[course.id] = course
        return courses


def course_from(site: str, reply: CourseReply, categories: dict[int, CourseCategory]) -> Course:
    """A course as the rules see it, its activities not yet read.

    Args:
        site: the site's name in the configuration.
        reply: the course; without its idnumber where the account may not edit it.
        categories: all course categories by id.
    """
    return Course(
        site=site,
        id=reply.id,
        idnumber=reply.idnumber,
        short_name=reply.shortname,
        full_name=reply.fullname,
        course_categories=_path(reply.categoryid, categories),
        custom_fields={field.shortname: field.value or "" for field in reply.customfields},
    )


def _path(category: int, categories: dict[int, CourseCategory]) -> tuple[str, ...]:
    """Names of the course categories above a course, nearest first.

    Each by idnumber, which Moodle tells only to accounts that may manage course categories, and
    by id, unless that is another one's idnumber.
    """
    idnumbers = {each.idnumber for each in categories.values() if each.idnumber}
    known = categories.get(category)
    path = [int(id_) for id_ in known.path.split("/") if id_] if known else [category]
    names = []
    for id_ in reversed(path):
        idnumber = categories[id_].idnumber if id_ in categories else None
        names += [idnumber] if idnumber else []
        names += [str(id_)] if str(id_) not in idnumbers else []
    return tuple(names)
