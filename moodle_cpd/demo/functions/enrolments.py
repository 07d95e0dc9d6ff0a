"""Who is in a course, a person's courses, and enrolling by hand."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo.failures import MoodleError, moodle_exception, no_permission, not_found
from moodle_cpd.demo.formats import plain
from moodle_cpd.demo.functions.completion import is_complete
from moodle_cpd.demo.functions.courses import course_image
from moodle_cpd.demo.functions.users import details
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import ALPHANUMEXT, BOOL, INT, RAW, default, many, optional, struct
from moodle_cpd.demo.state import Course

ROLES = {3: "editingteacher", 4: "teacher", 5: "student"}
"""Role ids of a fresh site."""


@function("core_enrol_get_users_courses", userid=INT, returnusercount=default(BOOL, "1"))
def get_users_courses(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """A person's courses; nothing at all where the account may not see participants."""
    user = arguments["userid"]
    own = user == call.user.id
    visible = _sees_participants(call) and call.can("moodle/user:viewdetails")
    shown = []
    tables = call.world.tables
    for number in sorted(_active_courses(call, user), reverse=True):
        course = tables.courses[number]
        if not call.can_enter(number) or not (own or visible):
            continue
        shown.append(_course(call, course, user, count=arguments["returnusercount"]))
    return shown


@function(
    "core_enrol_get_enrolled_users",
    courseid=INT,
    options=default(many(struct(name=ALPHANUMEXT, value=RAW)), []),
)
def get_enrolled_users(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """The participants of a course, by id, each once."""
    tables = call.world.tables
    number = arguments["courseid"]
    if number not in tables.courses:
        raise not_found()
    try:
        call.enter(number)
    except MoodleError as error:
        raise moodle_exception(
            "errorcoursecontextnotvalid",
            "You cannot execute functions in the course context "
            f"(course id:{number}). The context error message was: {error.message}",
        ) from None
    if not _sees_participants(call):
        raise no_permission("moodle/course:viewparticipants")
    options = {option["name"]: option["value"] for option in arguments["options"]}
    active_only = options.get("onlyactive", "0") not in {"", "0"}
    if active_only:
        call.require("moodle/course:enrolreview")
    ids = sorted(
        {
            row.user
            for row in tables.enrolments.get(number, [])
            if row.user in tables.users and not (active_only and row.suspended)
        }
    )
    start = int(options.get("limitfrom", "0") or 0)
    length = int(options.get("limitnumber", "0") or 0)
    ids = ids[start : start + length] if length else ids[start:]
    fields = {field for field in options.get("userfields", "").split(",") if field}
    shown = []
    for user in ids:
        entry = _participant(call, user, number, fields)
        if entry is not None:
            shown.append(_only(entry, fields))
    return shown


@function(
    "enrol_manual_enrol_users",
    enrolments=many(
        struct(
            roleid=INT,
            userid=INT,
            courseid=INT,
            timestart=optional(INT),
            timeend=optional(INT),
            suspend=optional(INT),
        )
    ),
)
def enrol_users(call: Call, arguments: dict[str, Any]) -> None:
    """Enrol people by hand; all of them or, after an error, none."""
    rows = arguments["enrolments"]
    for row in rows:
        call.enter(row["courseid"])
        call.require("enrol/manual:enrol")
        call.active_user(row["userid"])
        if row["roleid"] not in ROLES or not call.can("moodle/role:assign"):
            raise moodle_exception(
                "wsusercannotassign",
                f"You don't have the permission to assign this role ({row['roleid']}) to this user "
                f"({row['userid']}) in this course ({row['courseid']}).",
            )
    for row in rows:
        enrolment = call.world.enrol(
            row["userid"],
            row["courseid"],
            role=ROLES[row["roleid"]],
            suspended=bool(row.get("suspend")),
        )
        enrolment.timestart = row.get("timestart", 0)
        enrolment.timeend = row.get("timeend", 0)


def _sees_participants(call: Call) -> bool:
    return call.can("moodle/course:viewparticipants") or call.can("moodle/course:enrolreview")


def _active_courses(call: Call, user: int) -> set[int]:
    now = call.world.now()
    # A hidden course is hidden from the person who learns in it, whoever asks.
    return {
        row.course
        for row in call.world.tables.enrolments_of.get(user, [])
        if row.is_active(now) and call.world.tables.courses[row.course].visible
    }


def _course(call: Call, course: Course, user: int, *, count: bool) -> dict[str, Any]:
    sees_completion = call.can("report/completion:view") or user == call.user.id
    shown: dict[str, Any] = {
        "id": course.id,
        "shortname": plain(course.shortname),
        "fullname": plain(course.fullname),
        "displayname": plain(course.fullname),
    }
    if count:
        rows = call.world.tables.enrolments.get(course.id, ())
        shown["enrolledusercount"] = len({row.user for row in rows})
    shown |= {
        "idnumber": course.idnumber,
        "visible": int(course.visible),
        "summary": course.summary,
        "summaryformat": 1,
        "format": "topics",
        "courseimage": course_image(call, course.id),
        "showgrades": True,
        "lang": "",
        "enablecompletion": course.enablecompletion,
        "completionhascriteria": bool(course.criteria) and sees_completion,
        "completionusertracked": sees_completion,
        "category": course.category,
        "progress": None,
        "completed": None,
    }
    if sees_completion:
        shown["completed"] = is_complete(call, course, user)
        shown["progress"] = _progress(call, course, user)
    return shown | {
        "startdate": course.startdate,
        "enddate": course.enddate,
        "marker": 0,
        "lastaccess": None,
        "isfavourite": False,
        "hidden": False,
        "overviewfiles": [],
        "showactivitydates": False,
        "showcompletionconditions": True,
        "timemodified": course.timemodified,
    }


def _progress(call: Call, course: Course, user: int) -> float | None:
    tables = call.world.tables
    tracked = [row for row in tables.course_assignments.get(course.id, []) if row.has_completion]
    if not tracked:
        return None
    if is_complete(call, course, user):
        return 100
    done = [
        row
        for row in tracked
        if (state := tables.activity_completions.get((user, row.cmid))) and state.state in {1, 2}
    ]
    return 100 * len(done) / len(tracked)


def _participant(call: Call, user: int, course: int, fields: set[str]) -> dict[str, Any] | None:
    tables = call.world.tables
    entry = details(call, tables.users[user], course)
    if entry is None:
        return None
    for field in entry.get("customfields", []):
        field.pop("displayvalue")
    if fields and not fields & {"roles", "enrolledcourses"}:
        return entry
    roles = {row.role for row in tables.enrolments_of.get(user, ()) if row.course == course}
    entry["roles"] = [
        {"roleid": number, "name": "", "shortname": name, "sortorder": 0}
        for number, name in ROLES.items()
        if name in roles
    ]
    courses = (
        tables.courses[number] for number in sorted(_active_courses(call, user), reverse=True)
    )
    entry["enrolledcourses"] = [
        {"id": row.id, "fullname": plain(row.fullname), "shortname": plain(row.shortname)}
        for row in courses
    ]
    return entry


def _only(entry: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    if not fields:
        return entry
    return {name: value for name, value in entry.items() if name in fields | {"id", "fullname"}}
