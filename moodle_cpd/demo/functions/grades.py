"""The gradebook: reading a person's items, writing an activity's grades."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo import completing
from moodle_cpd.demo.failures import moodle_exception, not_found
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
    if arguments["courseid"] not in tables.courses:
        raise not_found()
    course = call.enter(arguments["courseid"])
    call.require("gradereport/user:view")
    number = arguments["userid"]
    if number and number not in tables.users:
        raise not_found()
    if not number:
        call.require("moodle/grade:viewall")
    elif number != call.user.id and not call.can("moodle/grade:viewall"):
        raise moodle_exception("nopermissiontoviewgrades", "Cannot view grades.")
    if number:
        users = [call.active_user(number)]
    else:
        ids = {row.user for row in tables.enrolments.get(course.id, []) if not row.suspended}
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
        completing.review_activity(call.world, assignment, row["studentid"], now)
    return _UPDATED


def _usergrade(call: Call, course: Course, user: User) -> dict[str, Any]:
    rows = call.world.tables.course_assignments.get(course.id, [])
    hidden_too = call.can("moodle/grade:viewhidden")
    items = [_item(call, row, user.id, hidden_too=hidden_too) for row in rows]
    return {
        "courseid": course.id,
        "courseidnumber": course.idnumber,
        "userid": user.id,
        "userfullname": call.full_name(user),
        "useridnumber": user.idnumber,
        "maxdepth": 2,
        "gradeitems": [*items, _course_item(call, course, rows, user.id)],
    }


def _item(call: Call, row: Assignment, user: int, *, hidden_too: bool) -> dict[str, Any]:
    entry = call.world.tables.gradebook.get((row.id, user), GradebookGrade(row.id, user))
    value = None if entry.hidden and not hidden_too else entry.final
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
        "locked": False,
        "cmid": row.cmid,
        **({} if value is None else {"weightraw": 1, "weightformatted": "100.00 %"}),
        **_marks(entry, value, row.grade, row.gradepass),
    }


def _course_item(call: Call, course: Course, rows: list[Assignment], user: int) -> dict[str, Any]:
    grades = [call.world.tables.gradebook.get((row.id, user)) for row in rows]
    pairs = [
        (entry.final, row.grade)
        for entry, row in zip(grades, rows, strict=True)
        if entry is not None and entry.final is not None
    ]
    total = sum(value for value, _ in pairs) if pairs else None
    times = [entry.dategraded for entry in grades if entry is not None and entry.dategraded]
    empty = GradebookGrade(0, user, datesubmitted=min(times, default=None))
    empty.dategraded = max(times, default=None)
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
        **_marks(empty, total, sum(row.grade for row in rows)),
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
        word, look = ("Fail", "times text-danger")
    return (
        f'<i class="icon fa fa-{look} fa-fw inline"  title="{word}" role="img" '
        f'aria-label="{word}"></i>{value:.2f}'
    )
