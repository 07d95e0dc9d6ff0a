"""The course checks, each building on what the one before has read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from moodle_cpd.config import Settings
from moodle_cpd.doctor import reads
from moodle_cpd.doctor.courses import (
    Lists,
    mapped_checks,
    read_courses,
    read_lists,
)
from moodle_cpd.doctor.finding import Finding, lack, ok
from moodle_cpd.doctor.refused import ENTER, GROUPS
from moodle_cpd.doctor.report import visits_check
from moodle_cpd.doctor.trying import guarded
from moodle_cpd.model.catalogue import Course
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import Assignment, GradeItem
from moodle_cpd.pull.activities import Work, with_activities
from moodle_cpd.rules import EntryIndex, Rulebook

_SAMPLE: Final = 50
"""How many teachers are asked about to see whether reading works."""


class CourseChecks:
    """What can be seen of the courses that the rules name.

    Args:
        moodle: the site, which answers.
        settings: which courses we write in.
        rulebook: which courses count; None: all.
        teachers: ids of teachers that are seen.
        now: UTC.
    """

    def __init__(
        self,
        moodle: Moodle,
        settings: Settings,
        rulebook: Rulebook | None,
        teachers: Sequence[int],
        now: datetime,
    ) -> None:
        self._moodle = moodle
        self._settings = settings
        self._rulebook = rulebook
        # Spread over all, since those who came together often have the same courses.
        step = max(1, len(teachers) // _SAMPLE)
        self._teachers = list(teachers)[::step][:_SAMPLE]
        self._now = now
        self._lists = Lists(0, {}, ())
        self._courses: dict[int, Course] = {}
        self._mapped: list[int] = []
        self._assignments: list[Assignment] = []
        self._open: set[int] = set()
        self._items: dict[int, list[GradeItem]] = {}

    def run(self) -> Iterator[Finding]:
        """All of them, in order."""
        lists = "core_enrol_get_users_courses"
        moodle = self._moodle
        if moodle.allows(lists):
            self._lists = read_lists(moodle, self._teachers)
        yield from guarded(
            moodle,
            "read:courses",
            ("core_course_get_courses_by_field", "core_course_get_categories"),
            self._read_courses,
        )
        if self._teachers:
            yield from guarded(
                moodle,
                "read:users-courses",
                (lists,),
                lambda: reads.list_checks(moodle, self._lists, self._mapped),
            )
        if self._mapped:
            yield from self._read_mapped()
        if self._rulebook is not None:
            courses = self._with_activities()
            yield from mapped_checks(self._rulebook, courses, self._unread())
            if _uses_gradebook(self._rulebook, courses):
                yield visits_check(moodle, self._settings.site.people_report, self._now)

    def _read_courses(self) -> Iterator[Finding]:
        self._courses, apart = read_courses(
            self._moodle, self._settings, self._rulebook, self._lists
        )
        named = None if self._rulebook is None else EntryIndex(self._rulebook.entries())
        uses = named.uses if named is not None else lambda _: True
        self._mapped = sorted(id_ for id_, course in self._courses.items() if uses(course))
        if not self._courses:
            yield lack("read:courses", "the account sees no course at all", ENTER)
        else:
            yield ok(
                "read:courses",
                f"{len(self._courses)} courses are seen, the rules name {len(self._mapped)}",
            )
        silent = [id_ for id_ in self._mapped if id_ in apart and not self._lists.enrolled(id_)]
        if silent:
            yield lack(
                "read:separate-groups",
                f"the courses {', '.join(map(str, silent))} keep their groups apart, and show the "
                "account nobody",
                GROUPS,
            )

    def _read_mapped(self) -> Iterator[Finding]:
        moodle, mapped = self._moodle, self._mapped
        yield from guarded(
            moodle,
            "read:completion",
            ("core_completion_get_course_completion_status",),
            lambda: reads.completion_checks(moodle, self._lists, mapped),
        )
        yield from guarded(
            moodle,
            "read:gradebook",
            ("gradereport_user_get_grade_items",),
            self._read_gradebook,
        )
        yield from guarded(
            moodle, "read:assignments", ("mod_assign_get_assignments",), self._read_assignments
        )
        ids = sorted(each.id for each in self._assignments)
        if ids:
            yield from guarded(
                moodle,
                "read:grades",
                ("mod_assign_get_grades", "mod_assign_get_submissions"),
                lambda: reads.work_checks(moodle, ids, self._now),
            )

    def _read_gradebook(self) -> Iterator[Finding]:
        self._items, findings = reads.gradebook(self._moodle, self._lists, self._mapped)
        yield from findings

    def _read_assignments(self) -> Iterator[Finding]:
        reply, findings = reads.assignments(self._moodle, self._mapped)
        self._assignments = [each for course in reply.courses for each in course.assignments]
        self._open = {course.id for course in reply.courses}
        if reply.warnings:
            # An assignment that is kept back is named by its course module alone.
            self._open = set()
        yield from findings

    def _with_activities(self) -> list[Course]:
        works = [Work(each.course, each) for each in self._assignments]
        return [
            with_activities(course, works, self._items.get(id_))
            for id_, course in sorted(self._courses.items())
        ]

    def _unread(self) -> list[int]:
        """Mapped courses whose assignments, with their ID numbers, could not all be read."""
        return sorted(set(self._mapped) - (self._open & set(self._items)))


def _uses_gradebook(rulebook: Rulebook, courses: Sequence[Course]) -> bool:
    """Whether the rules use anything that is graded and no assignment."""
    named = EntryIndex(rulebook.entries())
    return any(
        each.type != "assign" and named.uses_work(course, each)
        for course in courses
        for each in course.activities
    )
