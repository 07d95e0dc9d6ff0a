"""The assignments of courses with their settings; never their idnumbers."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo.failures import MoodleError
from moodle_cpd.demo.formats import plain
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import BOOL, INT, Value, default, many
from moodle_cpd.demo.state import Assignment


@function(
    "mod_assign_get_assignments",
    courseids=default(many(INT), []),
    capabilities=default(many(Value("capability")), []),
    includenotenrolledcourses=default(BOOL, "0"),
)
def get_assignments(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """Assignments by course; without ``includenotenrolledcourses`` only of the account's own."""
    tables = call.world.tables
    own = [row.course for row in tables.enrolments_of.get(call.user.id, []) if not row.suspended]
    wanted = arguments["courseids"] or own
    shown = []
    warnings: list[dict[str, Any]] = []
    for number in wanted:
        if not arguments["includenotenrolledcourses"] and number not in own:
            warnings.append(
                _warning(
                    "course",
                    number,
                    "2",
                    "User is not enrolled or does not have requested capability",
                )
            )
            continue
        try:
            course = call.enter(number)
        except MoodleError as error:
            message = f"No access rights in course context {error.message}"
            warnings.append(_warning("course", number, "1", message))
            continue
        if not call.world.capabilities.issuperset(arguments["capabilities"]):
            continue
        rows = []
        for row in tables.course_assignments.get(number, []):
            if not call.sees_module(row):
                message = "No access rights in module context"
                warnings.append(_warning("module", row.cmid, "1", message))
                continue
            rows.append(_assignment(row))
        shown.append(
            {
                "id": course.id,
                "fullname": plain(course.fullname),
                "shortname": plain(course.shortname),
                "timemodified": course.timemodified,
                "assignments": rows,
            }
        )
    return {"courses": shown, "warnings": warnings}


def _warning(item: str, number: int, code: str, message: str) -> dict[str, Any]:
    return {"item": item, "itemid": number, "warningcode": code, "message": message}


def _assignment(row: Assignment) -> dict[str, Any]:
    return {
        "id": row.id,
        "cmid": row.cmid,
        "course": row.course,
        "name": plain(row.name),
        "nosubmissions": int(not (row.onlinetext or row.submission_files)),
        "submissiondrafts": 0,
        "sendnotifications": 0,
        "sendlatenotifications": 0,
        "sendstudentnotifications": int(row.sendstudentnotifications),
        "duedate": row.duedate,
        "allowsubmissionsfromdate": row.allowsubmissionsfromdate,
        "grade": row.grade,
        "gradepenalty": 0,
        "timemodified": row.timemodified,
        "completionsubmit": int(row.completionsubmit),
        "cutoffdate": row.cutoffdate,
        "gradingduedate": 0,
        "teamsubmission": int(row.teamsubmission),
        "requireallteammemberssubmit": 0,
        "teamsubmissiongroupingid": 0,
        "blindmarking": int(row.blindmarking),
        "hidegrader": 0,
        "revealidentities": int(row.revealidentities),
        "attemptreopenmethod": row.attemptreopenmethod,
        "maxattempts": row.maxattempts,
        "markingworkflow": int(row.markingworkflow),
        "markingallocation": 0,
        "markinganonymous": 0,
        "requiresubmissionstatement": 0,
        "preventsubmissionnotingroup": 0,
        "configs": _configs(row),
        "intro": row.intro,
        "introformat": 1,
        "introfiles": [],
        "introattachments": [],
        "timelimit": 0,
        "submissionattachments": 0,
    }


def _configs(row: Assignment) -> list[dict[str, str]]:
    """Settings of the plugins that are switched on; submission comments are on with the site's."""
    configs = []
    if row.onlinetext:
        configs.append(_config("onlinetext", "assignsubmission", "enabled", "1"))
        configs.append(_config("onlinetext", "assignsubmission", "wordlimit", "0"))
        configs.append(_config("onlinetext", "assignsubmission", "wordlimitenabled", "0"))
    if row.submission_files:
        configs.append(_config("file", "assignsubmission", "enabled", "1"))
        configs.append(_config("file", "assignsubmission", "maxfilesubmissions", "5"))
        configs.append(_config("file", "assignsubmission", "maxsubmissionsizebytes", "0"))
        configs.append(_config("file", "assignsubmission", "filetypeslist", ""))
    configs.append(_config("comments", "assignsubmission", "enabled", "0"))
    if row.feedback_comments:
        configs.append(_config("comments", "assignfeedback", "enabled", "1"))
        configs.append(_config("comments", "assignfeedback", "commentinline", "0"))
    if row.feedback_files:
        configs.append(_config("file", "assignfeedback", "enabled", "1"))
    return configs


def _config(plugin: str, subtype: str, name: str, value: str) -> dict[str, str]:
    return {"plugin": plugin, "subtype": subtype, "name": name, "value": value}
