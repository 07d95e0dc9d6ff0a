"""The record activity: the assignment in which certificates are handed over, checked before use.

``mod_assign_save_grades`` answers nothing whatever happens, so everything that could go wrong is
looked at first (source: ``mod/assign/externallib.php``, ``mod/assign/locallib.php``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from moodle_cpd.apply.badges import of_teacher
from moodle_cpd.apply.marks import Marks
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.menus import ASSIGNMENT, USER_REPORT
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import Assignment, Feedback, GradeItem, StoredFile
from moodle_cpd.problems import Problem

_SETTINGS = "Mend it under the assignment's settings"
_SHOWN = (
    "See that the course's grades are computed without an error, and switch on 'Show grades' and "
    f"'Show ranges': {USER_REPORT}"
)
_ASKED = 5
"""Enrolled users whose gradebooks are looked at for the activity's ID number."""


@dataclass(frozen=True, slots=True)
class RecordActivity:
    """An assignment that fits for handing over certificates.

    Attributes:
        course: Moodle's course id.
        assignment: its settings.
        some: ids of the first few users enrolled in the course, at least one; to tell all of them
            takes Moodle seconds in a large course.
    """

    course: int
    assignment: Assignment
    some: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """What Moodle holds for one teacher in a record activity.

    Attributes:
        grade: in the gradebook; None where there is none.
        marked: the grade in the assignment itself; None where there is none.
        locked: nothing can be written into the gradebook.
        overridden: a person set the grade in the gradebook, and what is saved won't reach it.
        comment: the feedback comment's text, empty where there is none.
        files: feedback files.
    """

    grade: Decimal | None
    marked: Decimal | None
    locked: bool
    overridden: bool
    comment: str
    files: tuple[StoredFile, ...]

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
    found = find_assignment(moodle, course_idnumber, activity_idnumber)
    place = place_of(moodle, course_idnumber, activity_idnumber)
    problems = list(unfit(place, found.assignment))
    if not found.assignment.feedback_enabled("file"):
        lost = "feedback files are off: the certificate would be lost"
        problems.append(Problem(place, lost, "", _SETTINGS))
    if problems:
        raise SkipError(*problems)
    return found


def find_assignment(moodle: Moodle, course_idnumber: str, activity_idnumber: str) -> RecordActivity:
    """Find an assignment by idnumbers, and some who are enrolled; its settings may be any.

    Raises:
        SkipError: it is not there, or nobody is enrolled.
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
    # Moodle counts to five before it leaves out whom the account may not see.
    some = tuple(sorted(moodle.enrolled(course.id, _ASKED) or moodle.enrolled(course.id)))
    if not some:
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
    place = place_of(moodle, course_idnumber, activity_idnumber)
    instance = _instance(moodle, course.id, some, activity_idnumber)
    listed = [item for found in moodle.assignments([course.id]) for item in found.assignments]
    assignment = next((item for item in listed if item.id == instance), None)
    if assignment is None:
        raise SkipError(
            Problem(
                place,
                "not found",
                "an assignment with this ID number",
                f"Set its 'ID number' (ID号): {ASSIGNMENT}; and allow gradereport/user:view, "
                "moodle/grade:viewall and mod/assign:view",
            )
        )
    return RecordActivity(course.id, assignment, some)


def place_of(moodle: Moodle, course_idnumber: str, activity_idnumber: str) -> str:
    """An assignment, for messages."""
    return f"{moodle.name}: record course '{course_idnumber}', assignment '{activity_idnumber}'"


def unfit(place: str, assignment: Assignment) -> Iterator[Problem]:
    """Settings of an assignment under which a grade or comment would be lost or go to others."""
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
    }
    for found, is_wrong in wrong.items():
        if is_wrong:
            yield Problem(place, found, "", _SETTINGS)


def holdings(
    moodle: Moodle, activity: RecordActivity, teachers: Sequence[int], marks: Marks | None = None
) -> tuple[dict[int, Holding], list[Problem]]:
    """What Moodle holds for teachers, read in batches.

    Args:
        moodle: the site.
        activity: the record activity.
        teachers: Moodle's user ids.
        marks: the activity's, just looked at; None: they are looked at now.

    Returns:
        By teacher; who could not be read is missing there and named in the problems.
    """
    problems: list[Problem] = []
    if marks is None:
        marks = Marks(moodle, activity.assignment.id)
        marks.look()
    items = grade_items(moodle, activity, teachers, problems)
    marked = [teacher for teacher in teachers if marks.of(teacher) is not None]
    feedback = _feedback(moodle, activity, marked, problems)
    found = {
        teacher: _holding(items[teacher], feedback.get(teacher))
        for teacher in teachers
        if teacher in items and (teacher in feedback or marks.of(teacher) is None)
    }
    for teacher in marked:
        if teacher in found:
            for file in found[teacher].files:
                marks.learn_place(teacher, file)
    return found, problems


def files_held(
    moodle: Moodle,
    activity: RecordActivity,
    teachers: Sequence[int],
    marks: Marks,
    problems: list[Problem],
) -> dict[int, tuple[StoredFile, ...]]:
    """The feedback files of each teacher; who can't be read is left out, and named."""
    marked = [teacher for teacher in teachers if marks.of(teacher) is not None]
    found = _feedback(moodle, activity, marked, problems)
    files = {teacher: each.files() if each else () for teacher, each in found.items()}
    return dict.fromkeys([each for each in teachers if each not in marked], ()) | files


def _holding(item: GradeItem, feedback: Feedback | None) -> Holding:
    marked = feedback.grade.grade if feedback and feedback.grade else None
    return Holding(
        grade=item.graderaw,
        marked=None if marked is not None and marked < 0 else marked,
        locked=bool(item.locked or item.gradeislocked),
        overridden=bool(item.gradeisoverridden),
        comment=feedback.comment() if feedback else "",
        files=feedback.files() if feedback else (),
    )


def _feedback(
    moodle: Moodle, activity: RecordActivity, teachers: Sequence[int], problems: list[Problem]
) -> dict[int, Feedback | None]:
    pairs = [(teacher, activity.assignment.id) for teacher in teachers]
    found = {}
    for (teacher, _), status in moodle.submission_statuses(pairs):
        if isinstance(status, CpdError):
            problems += (of_teacher(teacher, each) for each in status.problems)
        else:
            found[teacher] = status.feedback
    return found


def grade_items(
    moodle: Moodle, activity: RecordActivity, teachers: Sequence[int], problems: list[Problem]
) -> dict[int, GradeItem]:
    """The activity's line in each teacher's gradebook; who has none that can be read is named."""
    items = {}
    for (teacher, _), answer in moodle.grade_items([(each, activity.course) for each in teachers]):
        if isinstance(answer, CpdError):
            problems += (of_teacher(teacher, each) for each in answer.problems)
            continue
        item = next(
            (
                item
                for grades in answer.usergrades
                for item in grades.gradeitems
                if _is_of(item, activity.assignment.id)
            ),
            None,
        )
        unseen = _unseen(item, activity.assignment.id)
        if unseen is not None:
            where = f"{moodle.name}: teacher {teacher}"
            problems.append(Problem(where, unseen[0], "", unseen[1]))
        elif item is not None:
            items[teacher] = item
    return items


def _unseen(item: GradeItem | None, assignment: int) -> tuple[str, str] | None:
    """What can't be seen of a grade, and what would help."""
    if item is None:
        return (
            f"the gradebook does not show assignment {assignment}",
            "Allow gradereport/user:view and moodle/grade:viewall in the record course",
        )
    if item.gradeishidden and item.graderaw is None:
        return (
            f"the grade of assignment {assignment} is hidden, so nobody knows whether there is one",
            "Show it in the gradebook, or allow moodle/grade:viewhidden",
        )
    if not item.is_told:
        return f"the gradebook does not tell the grade of assignment {assignment}", _SHOWN
    return None


def completions(
    moodle: Moodle, activity: RecordActivity, teachers: Sequence[int], problems: list[Problem]
) -> dict[int, bool]:
    """Whether teachers have completed the activity; who can't be read is missing, and named."""
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
