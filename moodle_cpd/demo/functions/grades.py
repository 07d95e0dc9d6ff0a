"""The gradebook: reading a person's items, writing an activity's grades."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moodle_cpd.demo import completing
from moodle_cpd.demo.failures import moodle_exception
from moodle_cpd.demo.formats import plain
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import (
    ALPHANUMEXT,
    BOOL,
    FLOAT,
    INT,
    TEXT,
    Value,
    default,
    many,
    optional,
    struct,
)
from moodle_cpd.demo.state import Assignment, Course, GradebookGrade, User

_UPDATED, _FAILED = 0, 1


@function(
    "gradereport_user_get_grade_items",
    courseid=INT,
    userid=default(INT, "0"),
    groupid=default(INT, "0"),
)
def get_grade_items(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """A person's gradebook in a course, everybody's without one; activities with idnumbers."""
    tables = call.world.tables
    course = call.enter(arguments["courseid"])
    call.require("gradereport/user:view")
    number = arguments["userid"]
    if not number:
        call.require("moodle/grade:viewall")
    elif number != call.user.id and not call.can("moodle/grade:viewall"):
        raise moodle_exception("nopermissiontoviewgrades", "Cannot view grades.")
    if number:
        users = [call.active_user(number)]
    else:
        now = call.world.now()
        ids = {row.user for row in tables.enrolments.get(course.id, []) if row.is_active(now)}
        users = [tables.users[user] for user in ids if user in tables.users]
        users.sort(key=lambda user: (user.lastname, user.firstname, user.id))
    return {"usergrades": [_usergrade(call, course, user) for user in users], "warnings": []}


@function(
    "core_grades_update_grades",
    source=TEXT,
    courseid=INT,
    component=Value("component"),
    activityid=INT,
    itemnumber=INT,
    grades=default(many(struct(studentid=INT, grade=FLOAT, str_feedback=optional(TEXT))), []),
    itemdetails=default(
        struct(
            itemname=optional(ALPHANUMEXT),
            idnumber=optional(INT),
            gradetype=optional(INT),
            grademax=optional(FLOAT),
            grademin=optional(FLOAT),
            scaleid=optional(INT),
            multfactor=optional(FLOAT),
            plusfactor=optional(FLOAT),
            deleted=optional(BOOL),
            hidden=optional(BOOL),
        ),
        {},
    ),
)
def update_grades(call: Call, arguments: dict[str, Any]) -> int:
    """Write an activity's grades into the gradebook: 0 done, 1 failed. No message is sent."""
    assignment = call.world.tables.modules.get(arguments["activityid"])
    if assignment is None or arguments["component"] != "mod_assign":
        raise moodle_exception("invalidcoursemodule", "Invalid course module ID")
    call.enter(arguments["courseid"])
    if arguments["grades"] and not call.can("moodle/grade:edit"):
        raise moodle_exception("nopermissiontoviewgrades", "Cannot view grades.")
    if assignment.course != arguments["courseid"]:
        return _FAILED
    now = call.world.now()
    for row in arguments["grades"]:
        entry = call.world.tables.gradebook.setdefault(
            (assignment.id, row["studentid"]), GradebookGrade(assignment.id, row["studentid"])
        )
        if entry.locked or entry.overridden:
            continue
        entry.final = min(max(row["grade"], 0.0), float(assignment.grade))
        entry.dategraded = now
        completing.review_activity(call.world.tables, assignment, row["studentid"], now)
    return _UPDATED


def _usergrade(call: Call, course: Course, user: User) -> dict[str, Any]:
    gradebook = call.world.tables.gradebook
    see_hidden = call.can("moodle/grade:viewhidden")
    marks = []
    for row in call.world.tables.course_assignments.get(course.id, []):
        entry = gradebook.get((row.id, user.id), GradebookGrade(row.id, user.id))
        marks.append((row, entry, entry.final))
    # As Moodle is set by default: lines with a hidden grade are left out, and a total in which
    # there are such is not told.
    blank = not see_hidden and any(e.hidden and value is not None for _, e, value in marks)
    graded = sum(row.grade for row, _, value in marks if value is not None)
    return {
        "courseid": course.id,
        "courseidnumber": course.idnumber,
        "userid": user.id,
        "userfullname": call.full_name(user),
        "useridnumber": user.idnumber,
        "maxdepth": 2,
        "gradeitems": [
            *(
                _item(row, entry, value, graded)
                for row, entry, value in marks
                if see_hidden or not entry.hidden
            ),
            *_quizzes(call, course, user),
            _course_item(course, marks, blank=blank),
        ],
    }


def _item(
    row: Assignment, entry: GradebookGrade, value: float | None, graded: int
) -> dict[str, Any]:
    return {
        "id": row.id + 1000,
        "itemname": plain(row.name),
        "itemtype": "mod",
        "itemmodule": "assign",
        "iteminstance": row.id,
        "itemnumber": 0,
        "idnumber": row.idnumber,
        "categoryid": row.course,
        "outcomeid": None,
        "scaleid": None,
        "locked": row.locked,
        "cmid": row.cmid,
        **_weight(row, value, graded),
        **_marks(entry, value, row.grade, row.gradepass),
        "gradeislocked": row.locked or entry.locked,
    }


def _quizzes(call: Call, course: Course, user: User) -> Iterator[dict[str, Any]]:
    """The lines of quizzes, which stand beside the total: it is made of assignments alone here.

    Who may not open a quiz is not shown its line.
    """
    tables = call.world.tables
    if not call.can("mod/quiz:view"):
        return
    for row in tables.quizzes.values():
        if row.course == course.id:
            entry = tables.quiz_grades.get((row.id, user.id), GradebookGrade(row.id, user.id))
            yield {
                "id": row.id + 2000,
                "itemname": plain(row.name),
                "itemtype": "mod",
                "itemmodule": "quiz",
                "iteminstance": row.id,
                "itemnumber": 0,
                "idnumber": row.idnumber,
                "categoryid": row.course,
                "outcomeid": None,
                "scaleid": None,
                "locked": False,
                "cmid": row.cmid,
                **_marks(entry, entry.final, len(row.scale) or row.grade),
                **(_words(row.scale, entry.final) if row.scale else {}),
            }


def _words(scale: tuple[str, ...], value: float | None) -> dict[str, Any]:
    return {
        "gradeformatted": "-" if value is None else scale[int(value) - 1],
        "grademin": 1,
        "rangeformatted": f"{scale[0]}&ndash;{scale[-1]}",
    }


def _weight(row: Assignment, value: float | None, graded: int) -> dict[str, Any]:
    """The share of the course's total; said only of people who have any grade."""
    if not graded:
        return {}
    if value is None:
        return {"weightraw": 0, "weightformatted": "0.00 %", "status": "novalue"}
    share = row.grade / graded
    return {"weightraw": share, "weightformatted": f"{100 * share:.2f} %"}


def _course_item(
    course: Course,
    marks: list[tuple[Assignment, GradebookGrade, float | None]],
    *,
    blank: bool,
) -> dict[str, Any]:
    """The course's total, out of what is graded, of all where nothing is; ``blank``: its date."""
    graded = [(row, entry, value) for row, entry, value in marks if value is not None]
    total = sum(value for _, _, value in graded) if graded and not blank else None
    maximum = sum(row.grade for row, _, _ in graded or marks)
    entry = GradebookGrade(0, 0)
    entry.dategraded = max((entry.dategraded or 0 for _, entry, _ in graded), default=None)
    return {
        "id": course.id + 500,
        "itemname": None,
        "itemtype": "course",
        "itemmodule": None,
        "iteminstance": course.id,
        "itemnumber": None,
        "idnumber": None,
        "categoryid": None,
        "outcomeid": None,
        "scaleid": None,
        "locked": False,
        **_marks(entry, total, maximum),
        "gradedategraded": entry.dategraded,
    }


def _marks(
    entry: GradebookGrade, value: float | None, maximum: int, gradepass: float = 0.0
) -> dict[str, Any]:
    share = "-" if value is None or not maximum else f"{100 * value / maximum:.2f} %"
    return {
        "graderaw": value,
        "gradedatesubmitted": entry.datesubmitted,
        "gradedategraded": None if value is None else entry.dategraded,
        "gradehiddenbydate": False,
        "gradeneedsupdate": False,
        "gradeishidden": entry.hidden,
        "gradeislocked": entry.locked,
        "gradeisoverridden": entry.overridden,
        "gradeformatted": _formatted(value, gradepass),
        "grademin": 0,
        "grademax": maximum,
        "rangeformatted": f"0&ndash;{maximum}",
        "percentageformatted": share,
        "feedback": entry.feedback or "",
        "feedbackformat": entry.feedbackformat if entry.feedback else 0,
    }


def _formatted(value: float | None, gradepass: float) -> str:
    """Points as displayed, with an icon where there is a pass mark."""
    if value is None:
        return "-"
    if gradepass <= 0:
        return f"{value:.2f}"
    word, look = ("Pass", "check text-success")
    if value < gradepass:
        word, look = ("Fail", "xmark text-danger")
    return (
        f'<i class="icon fa fa-{look} fa-fw inline"  title="{word}" role="img" '
        f'aria-label="{word}"></i>{value:.2f}'
    )
