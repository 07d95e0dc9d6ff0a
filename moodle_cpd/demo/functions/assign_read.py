"""Grades and submissions of many people, read by assignment."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo import grading
from moodle_cpd.demo.functions.files import describe
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import ALPHA, INT, default, many
from moodle_cpd.demo.state import AssignGrade, Assignment, Submission, UserFlags

MARKER_CAPABILITIES = ("mod/assign:grade", "mod/assign:viewgrades")


@function("mod_assign_get_grades", assignmentids=many(INT), since=default(INT, "0"))
def get_grades(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """The assignment's own grades of the newest attempts, changed at ``since`` or after.

    They are shown whatever the gradebook holds: unreleased, blind, −1. Team assignments have
    none here, as their attempts belong to no user.
    """
    wanted = list(dict.fromkeys(arguments["assignmentids"]))
    warnings = []
    shown = []
    for number in sorted(wanted):
        if number in call.world.tables.assignments and not may_mark(call, number):
            warnings.append(_warning(number, "1", "No access rights in module context"))
            wanted.remove(number)
            continue
        rows = [
            row for row in _latest_grades(call, number) if row.timemodified >= arguments["since"]
        ]
        if rows:
            rows.sort(key=lambda row: row.id)
            shown.append({"assignmentid": number, "grades": [grade(row) for row in rows]})
            wanted.remove(number)
    warnings += [_warning(number, "3", "No grades found") for number in wanted]
    return {"assignments": shown, "warnings": warnings}


@function(
    "mod_assign_get_submissions",
    assignmentids=many(INT),
    status=default(ALPHA, ""),
    since=default(INT, "0"),
    before=default(INT, "0"),
)
def get_submissions(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """The newest attempts with what was handed in; ``new`` ones hold nothing yet."""
    warnings = []
    shown = []
    before = arguments["before"]
    for number in dict.fromkeys(arguments["assignmentids"]):
        row = call.world.tables.assignments.get(number)
        if row is None:
            continue
        if not may_mark(call, number):
            warnings.append(_warning(number, "1", "No access rights in module context"))
            continue
        found = [
            attempt
            for attempt in call.world.tables.latest_submissions(number)
            if arguments["status"] in {"", attempt.status}
            and attempt.timemodified >= arguments["since"]
            and (not before or attempt.timemodified <= before)
        ]
        if not found:
            warnings.append(
                {
                    "item": "module",
                    "itemid": number,
                    "warningcode": "3",
                    "message": "No submissions found",
                }
            )
        entries = []
        for attempt in found:
            # Who has left the course, or is suspended in it, is left out without a warning; grades
            # still show them.
            if attempt.user and not call.learns_in(attempt.user, row.course):
                continue
            entry = submission(call, row, attempt)
            entry["gradingstatus"] = grading_status(call, row, attempt.user)
            entries.append(entry)
        shown.append({"assignmentid": number, "submissions": entries})
    return {"assignments": shown, "warnings": warnings}


def may_mark(call: Call, assignment: int) -> bool:
    """Whether the account may see the grades of an assignment."""
    row = call.world.tables.assignments.get(assignment)
    if row is None or not call.can_enter(row.course):
        return False
    return call.sees_module(row) and any(call.can(name) for name in MARKER_CAPABILITIES)


def grade(row: AssignGrade, *, with_assignment: bool = False) -> dict[str, Any]:
    """A grade as read; points with five decimals, as the database keeps them."""
    return {
        "id": row.id,
        **({"assignment": row.assignment} if with_assignment else {}),
        "userid": row.user,
        "attemptnumber": row.attempt,
        "timecreated": row.timecreated,
        "timemodified": row.timemodified,
        "grader": row.grader,
        "grade": f"{row.grade:.5f}",
    }


def submission(
    call: Call, assignment: Assignment, row: Submission, *, with_assignment: bool = False
) -> dict[str, Any]:
    """An attempt with what its plugins hold."""
    more = {"assignment": assignment.id, "latest": int(row.latest)} if with_assignment else {}
    return {
        "id": row.id,
        "userid": row.user,
        "attemptnumber": row.attempt,
        "timecreated": row.timecreated,
        "timemodified": row.timemodified,
        "timestarted": row.timestarted,
        "status": row.status,
        "groupid": row.group,
        **more,
        "plugins": _plugins(call, assignment, row),
    }


def grading_status(call: Call, assignment: Assignment, user: int) -> str:
    """``graded``, ``notgraded``, or the state of the marking workflow."""
    flags = call.world.tables.flags.get((assignment.id, user), UserFlags())
    if assignment.markingworkflow:
        return flags.workflowstate or "notmarked"
    row = grading.current_grade(call.world.tables, assignment, user)
    graded = row is not None and row.grade >= 0
    return "graded" if graded else "notgraded"


def _latest_grades(call: Call, assignment: int) -> list[AssignGrade]:
    found = []
    for attempt in call.world.tables.latest_submissions(assignment):
        if not attempt.user:
            continue
        row = grading.grade_row(call.world.tables, assignment, attempt.user, attempt.attempt)
        if row is not None:
            found.append(row)
    return found


def _plugins(call: Call, assignment: Assignment, row: Submission) -> list[dict[str, Any]]:
    english = call.language != "zh_cn"
    plugins: list[dict[str, Any]] = []
    if assignment.onlinetext:
        plugins.append(
            {
                "type": "onlinetext",
                "name": "Online text" if english else "在线文本",
                "fileareas": [{"area": "submissions_onlinetext", "files": []}],
                "editorfields": [
                    {
                        "name": "onlinetext",
                        "description": "Online text submissions" if english else "在线文本提交",
                        "text": row.onlinetext or "",
                        "format": 0 if row.onlinetext is None else 1,
                    }
                ],
            }
        )
    if assignment.submission_files:
        files = call.world.tables.area(grading.submission_area(assignment, row))
        plugins.append(
            {
                "type": "file",
                "name": "File submissions" if english else "文件提交",
                "fileareas": [
                    {"area": "submission_files", "files": [describe(call, file) for file in files]}
                ],
            }
        )
    plugins.append({"type": "comments", "name": "Submission comments" if english else "提交评论"})
    return plugins


def _warning(number: int, code: str, message: str) -> dict[str, Any]:
    return {"item": "assignment", "itemid": number, "warningcode": code, "message": message}
