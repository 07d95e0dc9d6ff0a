"""The record activity: the assignment in which certificates are handed over, checked before use.

``mod_assign_save_grades`` answers nothing whatever happens, so everything that could go wrong is
looked at first (source: ``mod/assign/externallib.php``, ``mod/assign/locallib.php``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from moodle_cpd.apply.badges import of_teacher
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import Assignment, GradeItem, StoredFile
from moodle_cpd.problems import Problem

_ASKED = 5
"""Enrolled users whose gradebooks are looked at for the activity's ID number."""


@dataclass(frozen=True, slots=True)
class RecordActivity:
    """An assignment that fits for handing over certificates.

    Attributes:
        course: Moodle's course id.
        assignment: its settings.
        enrolled: ids of the users enrolled in the course.
    """

    course: int
    assignment: Assignment
    enrolled: frozenset[int]


@dataclass(frozen=True, slots=True)
class Holding:
    """What Moodle holds for one teacher in a record activity.

    Attributes:
        grade: in the gradebook; None where there is none.
        marked: the grade in the assignment itself; None where there is none.
        locked: nothing can be written into the gradebook.
        comment: the feedback comment's text, empty where there is none.
        files: feedback files.
        complete: whether the activity is completed; None where that can't be read.
    """

    grade: Decimal | None
    marked: Decimal | None
    locked: bool
    comment: str
    files: tuple[StoredFile, ...]
    complete: bool | None

    @property
    def is_empty(self) -> bool:
        """Whether nobody has written anything here yet."""
        return self.grade is None and self.marked is None and not self.comment and not self.files

    def file(self, name: str) -> StoredFile | None:
        """The feedback file of this name."""
        return next((file for file in self.files if file.filename == name), None)


def find_record_activity(
    moodle: Moodle, course_idnumber: str, activity_idnumber: str
) -> RecordActivity:
    """Find the record activity by idnumbers and check that it fits.

    Raises:
        SkipError: it is not there, or its settings would make a write go wrong; all reasons.
    """
    course = moodle.course(course_idnumber)
    place = f"{moodle.name}: record course '{course_idnumber}'"
    if course is None:
        raise SkipError(
            Problem(
                place,
                "not found",
                "a course with this idnumber, seen by the service account",
                "Make it, or allow moodle/course:view and, where it is hidden, "
                "moodle/course:viewhiddencourses",
            )
        )
    enrolled = moodle.enrolled(course.id)
    if not enrolled:
        raise SkipError(
            Problem(
                place,
                "nobody is enrolled, or the service account may not see who is",
                "",
                "Enrol the teachers, and allow moodle/course:viewparticipants, "
                "moodle/user:viewdetails and, where the course keeps its groups apart, "
                "moodle/site:accessallgroups",
            )
        )
    place = f"{place}, assignment '{activity_idnumber}'"
    instance = _instance(moodle, course.id, sorted(enrolled)[:_ASKED], activity_idnumber)
    listed = [item for found in moodle.assignments([course.id]) for item in found.assignments]
    assignment = next((item for item in listed if item.id == instance), None)
    if assignment is None:
        raise SkipError(
            Problem(
                place,
                "not found",
                "an assignment with this ID number",
                "Set the ID number under the assignment's settings > Common module settings, "
                "and allow gradereport/user:view, moodle/grade:viewall and mod/assign:view",
            )
        )
    problems = list(unfit(place, assignment))
    if problems:
        raise SkipError(*problems)
    return RecordActivity(course.id, assignment, enrolled)


def unfit(place: str, assignment: Assignment) -> Iterator[Problem]:
    """Settings of an assignment under which a write would be lost or go to others."""
    where = "Mend it under the assignment's settings"
    wrong = {
        "blind marking is on: nothing reaches the gradebook": assignment.blindmarking
        and not assignment.revealidentities,
        "marking workflow is on: nothing reaches the gradebook": assignment.markingworkflow,
        "teams hand in together: a grade would go to the whole team": assignment.teamsubmission,
        "attempts are reopened: an old grade would be forgotten": assignment.reopens,
        "its grade is not in points": assignment.grade <= 0,
        "feedback comments are off: the reason would be lost": not assignment.feedback_enabled(
            "comments"
        ),
        "feedback files are off: the certificate would be lost": not assignment.feedback_enabled(
            "file"
        ),
    }
    for found, is_wrong in wrong.items():
        if is_wrong:
            yield Problem(place, found, "", where)


def holdings(
    moodle: Moodle, activity: RecordActivity, teachers: Sequence[int]
) -> tuple[dict[int, Holding], list[Problem]]:
    """What Moodle holds for teachers, read in batches.

    Returns:
        By teacher; who could not be read is missing there and named in the problems.
    """
    problems: list[Problem] = []
    items = _grade_items(moodle, activity, teachers, problems)
    states = _completions(moodle, activity, teachers, problems)
    assignment = activity.assignment
    found: dict[int, Holding] = {}
    for (teacher, _), status in moodle.submission_statuses(
        [(teacher, assignment.id) for teacher in teachers]
    ):
        if isinstance(status, CpdError):
            problems += (of_teacher(teacher, each) for each in status.problems)
            continue
        grade_item = items.get(teacher)
        if grade_item is None:
            problems.append(
                Problem(
                    f"{moodle.name}: teacher {teacher}",
                    f"the gradebook does not show assignment {assignment.id}",
                    "",
                    "Allow gradereport/user:view and moodle/grade:viewall in the record course",
                )
            )
            continue
        if grade_item.gradeishidden and grade_item.graderaw is None:
            problems.append(
                Problem(
                    f"{moodle.name}: teacher {teacher}",
                    f"the grade of assignment {assignment.id} is hidden, so it can't be told "
                    "whether there is one",
                    "",
                    "Show it in the gradebook, or allow moodle/grade:viewhidden",
                )
            )
            continue
        feedback = status.feedback
        marked = feedback.grade.grade if feedback and feedback.grade else None
        found[teacher] = Holding(
            grade=grade_item.graderaw,
            marked=None if marked is not None and marked < 0 else marked,
            locked=bool(grade_item.locked or grade_item.gradeislocked),
            comment=feedback.comment() if feedback else "",
            files=feedback.files() if feedback else (),
            complete=states.get(teacher),
        )
    return found, problems


def _grade_items(
    moodle: Moodle, activity: RecordActivity, teachers: Sequence[int], problems: list[Problem]
) -> dict[int, GradeItem]:
    items = {}
    for (teacher, _), answer in moodle.grade_items([(each, activity.course) for each in teachers]):
        if isinstance(answer, CpdError):
            problems += (of_teacher(teacher, each) for each in answer.problems)
            continue
        for grades in answer.usergrades:
            for item in grades.gradeitems:
                if _is_of(item, activity.assignment.id):
                    items[teacher] = item
    return items


def _completions(
    moodle: Moodle, activity: RecordActivity, teachers: Sequence[int], problems: list[Problem]
) -> dict[int, bool]:
    states = {}
    for teacher, answer in moodle.activity_states(activity.course, teachers):
        if isinstance(answer, CpdError):
            problems += (of_teacher(teacher, each) for each in answer.problems)
            continue
        for state in answer.statuses:
            if state.cmid == activity.assignment.cmid:
                states[teacher] = state.state in {1, 2}
    return states


def _instance(moodle: Moodle, course: int, users: Sequence[int], idnumber: str) -> int | None:
    """The assignment's own id: only the gradebook shows an activity's ID number.

    Several are asked, since the first may be no learner and have no gradebook of their own.
    """
    refused: list[Problem] = []
    for _, answer in moodle.grade_items([(user, course) for user in users]):
        if isinstance(answer, CpdError):
            refused += answer.problems
            continue
        for grades in answer.usergrades:
            for item in grades.gradeitems:
                if item.itemmodule == "assign" and item.idnumber == idnumber:
                    return item.iteminstance
    if len(refused) == len(users):
        raise SkipError(*dict.fromkeys(refused))
    return None


def _is_of(item: GradeItem, assignment: int) -> bool:
    return item.itemmodule == "assign" and item.iteminstance == assignment
