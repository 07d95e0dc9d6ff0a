"""What is graded in the courses that are read, with the idnumbers that course maps name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from moodle_cpd.errors import CpdError
from moodle_cpd.menus import USER_REPORT
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.moodle.replies import Assignment, GradeItem
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.gradebook import graded_activities
from moodle_cpd.pull.reading import Reading

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Work:
    """An assignment that is read.

    Attributes:
        course: Moodle's course id.
        settings: the assignment as Moodle describes it.
    """

    course: int
    settings: Assignment

    @property
    def has_points(self) -> bool:
        """Whether it is marked with points: a scale has a negative number, no grade is 0."""
        return self.settings.grade > 0


@dataclass(frozen=True, slots=True)
class Graded:
    """What the rules use of the courses that are read.

    Attributes:
        works: assignments, by course and course module id.
        others: by course what else is graded: quizzes and the like, the total of the course.
    """

    works: list[Work]
    others: dict[int, list[Activity]]


def read_activities(
    reading: Reading, catalogue: Catalogue, wanted: Callable[[Course, Activity], bool]
) -> Graded:
    """Read what is graded in the selected courses, and record it.

    Args:
        reading: the pull.
        catalogue: the courses; learns their activities.
        wanted: whether the rules use an activity of a course.

    Returns:
        What the rules use.
    """
    courses = catalogue.selected()
    reading.tally.courses = len(courses)
    replies, refused = reading.moodle.assignments_and_refused([course.id for course in courses])
    reading.tally.missing(
        f"{reading.site}: mod_assign_get_assignments",
        f"no access to {len(refused)} activities; their course modules are",
        refused,
        "Allow mod/assign:view to the service account's role; for hidden activities also "
        "moodle/course:viewhiddenactivities, for those with 'Restrict access' "
        "moodle/course:ignoreavailabilityrestrictions",
    )
    reading.tally.missing(
        f"{reading.site}: mod_assign_get_assignments",
        "Moodle does not show the assignments of the courses",
        {course.id for course in courses} - {reply.id for reply in replies},
        "Allow moodle/course:view and mod/assign:view to the service account's role there",
    )
    works = sorted(
        (Work(reply.id, each) for reply in replies for each in reply.assignments),
        key=lambda work: (work.course, work.settings.cmid),
    )
    gradebooks = _gradebooks(reading, catalogue, [course.id for course in courses])
    known = [with_activities(course, works, gradebooks.get(course.id)) for course in courses]
    catalogue.update(known)
    catalogue.record()
    used = {
        activity.id: activity
        for course in known
        for activity in course.activities
        if wanted(course, activity)
    }
    others = {
        course: [each for each in graded_activities(items) if each.id in used]
        for course, items in gradebooks.items()
    }
    works = [work for work in works if work.settings.cmid in used]
    reading.tally.activities = len(works) + sum(map(len, others.values()))
    return Graded(works, others)


def with_activities(
    course: Course, works: Sequence[Work], items: Sequence[GradeItem] | None
) -> Course:
    """The course with what is known of its activities, those aside that were seen no more.

    Args:
        course: with its activities as they were known.
        works: assignments of any courses.
        items: of somebody's gradebook in it; None where Moodle shows none.
    """
    found = {activity.id: activity for activity in course.activities}
    idnumbers = None if items is None else _idnumbers(items)
    for work in works:
        if work.course == course.id:
            id_, instance = work.settings.cmid, work.settings.id
            known = found[id_].idnumber if id_ in found else ""
            idnumber = known if idnumbers is None else idnumbers.get(instance, known)
            found[id_] = Activity(id_, instance, idnumber, work.settings.name)
    found |= {activity.id: activity for activity in graded_activities(items or ())}
    return replace(course, activities=tuple(found[id_] for id_ in sorted(found)))


def _idnumbers(items: Sequence[GradeItem]) -> dict[int, str]:
    """Idnumbers by assignment."""
    return {
        item.iteminstance: item.idnumber or ""
        for item in items
        if item.itemmodule == "assign" and item.iteminstance is not None
    }


def _gradebooks(
    reading: Reading, catalogue: Catalogue, courses: Sequence[int]
) -> dict[int, list[GradeItem]]:
    """The lines of somebody's gradebook, by course; they tell an account that only reads the most.

    One enrolled teacher's gradebook is enough; another one is tried where Moodle refuses it.
    """
    found: dict[int, list[GradeItem]] = {}
    some = {course: catalogue.some_enrolled(course, _ATTEMPTS) for course in courses}
    for attempt in range(_ATTEMPTS):
        pairs = [
            (some[course][attempt], course)
            for course in courses
            if course not in found and len(some[course]) > attempt
        ]
        for (_, course), answer in reading.moodle.grade_items(pairs):
            if not isinstance(answer, CpdError) and answer.usergrades:
                found[course] = [item for user in answer.usergrades for item in user.gradeitems]
    reading.tally.missing(
        f"{reading.site}: gradereport_user_get_grade_items",
        "the gradebook shows no grades or no ranges in the courses",
        [course for course, items in found.items() if not all(each.shows_points for each in items)],
        f"Switch on 'Show grades' and 'Show ranges': {USER_REPORT}",
    )
    unknown = [course for course in courses if course not in found and some[course]]
    reading.tally.missing(
        f"{reading.site}: gradereport_user_get_grade_items",
        "Moodle does not show a gradebook, which tells the activities' idnumbers, in the courses",
        unknown,
        "Allow gradereport/user:view and moodle/grade:viewall to the service account's role there",
    )
    return found
