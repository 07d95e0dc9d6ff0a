"""The assignments of the courses that are read, with the idnumbers that course maps name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from moodle_cpd.errors import CpdError
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.moodle.replies import Assignment
from moodle_cpd.pull.catalogue import Catalogue
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


def read_activities(
    reading: Reading, catalogue: Catalogue, wanted: Callable[[Course, Activity], bool]
) -> list[Work]:
    """Read the assignments of the selected courses, and record them.

    Args:
        reading: the pull.
        catalogue: the courses; learns their assignments.
        wanted: whether the rules use an assignment of a course.

    Returns:
        Those that the rules use, by course and course module id.
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
    idnumbers = _idnumbers(reading, catalogue, sorted({work.course for work in works}))
    known = {course.id: _with_activities(course, works, idnumbers) for course in courses}
    catalogue.update(known.values())
    catalogue.record()
    used = {
        (course.id, activity.instance)
        for course in known.values()
        for activity in course.activities
        if wanted(course, activity)
    }
    works = [work for work in works if (work.course, work.settings.id) in used]
    reading.tally.activities = len(works)
    return works


def _with_activities(
    course: Course, works: Sequence[Work], idnumbers: dict[int, dict[int, str]]
) -> Course:
    before = {activity.instance: activity for activity in course.activities}
    read = idnumbers.get(course.id)
    for work in works:
        if work.course == course.id:
            instance = work.settings.id
            known = before[instance].idnumber if instance in before else ""
            idnumber = known if read is None else read.get(instance, known)
            before[instance] = Activity(work.settings.cmid, instance, idnumber, work.settings.name)
    activities = sorted(before.values(), key=lambda activity: activity.id)
    return replace(course, activities=tuple(activities))


def _idnumbers(
    reading: Reading, catalogue: Catalogue, courses: Sequence[int]
) -> dict[int, dict[int, str]]:
    """Idnumbers by course and assignment; a gradebook tells them to an account that only reads.

    One enrolled teacher's gradebook is enough; another one is tried where Moodle refuses it.
    """
    found: dict[int, dict[int, str]] = {}
    some = {course: catalogue.some_enrolled(course, _ATTEMPTS) for course in courses}
    for attempt in range(_ATTEMPTS):
        pairs = [
            (some[course][attempt], course)
            for course in courses
            if course not in found and len(some[course]) > attempt
        ]
        for (_, course), answer in reading.moodle.grade_items(pairs):
            if not isinstance(answer, CpdError) and answer.usergrades:
                found[course] = {
                    item.iteminstance: item.idnumber or ""
                    for user in answer.usergrades
                    for item in user.gradeitems
                    if item.itemmodule == "assign" and item.iteminstance is not None
                }
    unknown = [course for course in courses if course not in found and some[course]]
    reading.tally.missing(
        f"{reading.site}: gradereport_user_get_grade_items",
        "Moodle does not show a gradebook, which tells the activities' idnumbers, in the courses",
        unknown,
        "Allow gradereport/user:view and moodle/grade:viewall to the service account's role there",
    )
    return found
