"""One person's state in one assignment: submission, and feedback with its files."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo import grading
from moodle_cpd.demo.failures import MoodleError, not_found
from moodle_cpd.demo.functions.assign_read import grade, grading_status, may_mark, submission
from moodle_cpd.demo.functions.files import describe
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import INT, default
from moodle_cpd.demo.state import AssignGrade, Assignment, Submission, UserFlags


@function(
    "mod_assign_get_submission_status",
    assignid=INT,
    userid=default(INT, "0"),
    groupid=default(INT, "0"),
)
def get_submission_status(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """The newest attempt of a person, the released feedback, and a summary for markers."""
    tables = call.world.tables
    assignment = tables.assignments.get(arguments["assignid"])
    if assignment is None:
        raise not_found()
    call.enter_module(assignment)
    user = call.active_user(arguments["userid"] or call.user.id)
    enrolled = call.learns_in(user.id, assignment.course)
    if user.id != call.user.id and not (enrolled and may_mark(call, assignment.id)):
        raise MoodleError(
            "core\\exception\\required_capability_exception", "nopermission", "error/nopermission"
        )
    result: dict[str, Any] = {}
    if may_mark(call, assignment.id):
        result["gradingsummary"] = _summary(call, assignment)
    attempts = grading.attempts_of(call.world.tables, assignment, user.id)
    if enrolled:
        result["lastattempt"] = _last_attempt(call, assignment, user.id, attempts)
    feedback = _feedback(call, assignment, user.id)
    if feedback is not None:
        result["feedback"] = feedback
    if len(attempts) > 1:
        result["previousattempts"] = [
            _previous(call, assignment, user.id, row) for row in reversed(attempts[:-1])
        ]
    return result | {"assignmentdata": {"attachments": {"intro": []}}, "warnings": []}


def _summary(call: Call, assignment: Assignment) -> dict[str, Any]:
    tables = call.world.tables
    handed_in = [
        row for row in tables.latest_submissions(assignment.id) if row.status == "submitted"
    ]
    unmarked = [
        row
        for row in handed_in
        if row.user
        and (
            (mark := grading.grade_row(call.world.tables, assignment.id, row.user)) is None
            or mark.grade < 0
        )
    ]
    number, warning = _participants(call, assignment)
    return {
        "participantcount": number,
        "submissiondraftscount": 0,
        "submissionsenabled": assignment.onlinetext or assignment.submission_files,
        "submissionssubmittedcount": len(handed_in),
        "submissionsneedgradingcount": len(unmarked),
        "warnofungroupedusers": warning,
    }


def _participants(call: Call, assignment: Assignment) -> tuple[int, str]:
    """How many take part, and a warning; teams are counted as one, and so are those without."""
    tables = call.world.tables
    people = {row.user for row in tables.enrolments.get(assignment.course, ())}
    if not assignment.teamsubmission:
        return len(people), ""
    groups = [tables.group_of(assignment.course, user) for user in people]
    teams = {group.id for group in groups if group is not None}
    alone = None in groups
    return len(teams) + int(alone), "warnoptional" if alone else ""


def _last_attempt(
    call: Call, assignment: Assignment, user: int, attempts: list[Submission]
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    enabled = assignment.onlinetext or assignment.submission_files
    if attempts:
        entry = submission(call, assignment, attempts[-1], with_assignment=True)
        shown["teamsubmission" if assignment.teamsubmission else "submission"] = entry
    group = call.world.tables.group_of(assignment.course, user)
    if assignment.teamsubmission and group is not None:
        shown["submissiongroup"] = group.id
    row = grading.current_grade(call.world.tables, assignment, user)
    return shown | {
        "submissiongroupmemberswhoneedtosubmit": [],
        "submissionsenabled": enabled,
        "locked": False,
        "graded": row is not None and row.grade >= 0,
        "canedit": False,
        "caneditowner": enabled,
        "cansubmit": False,
        "extensionduedate": 0 if (assignment.id, user) in call.world.tables.flags else None,
        "timelimit": 0,
        "blindmarking": assignment.blindmarking and not assignment.revealidentities,
        "gradingstatus": grading_status(call, assignment, user),
        "usergroups": [] if group is None else [group.id],
    }


def _feedback(call: Call, assignment: Assignment, user: int) -> dict[str, Any] | None:
    """What the person would see: the gradebook's grade, and what the marker wrote.

    A grade that has not reached the gradebook shows here too where there is feedback with it; an
    unreleased workflow shows nothing.
    """
    entry = call.world.tables.gradebook.get((assignment.id, user))
    row = grading.current_grade(call.world.tables, assignment, user)
    graded = entry is not None and entry.final is not None
    if not graded and not _has_feedback(call, assignment, row):
        return None
    shown: dict[str, Any] = {}
    if row is not None:
        shown["grade"] = grade(row, with_assignment=True)
    shown["gradefordisplay"] = None
    shown["gradeddate"] = None
    if entry is not None and entry.final is not None:
        shown["gradefordisplay"] = _display(assignment, entry.final)
        shown["gradeddate"] = entry.dategraded
    if row is not None:
        shown["plugins"] = _feedback_plugins(call, assignment, row)
    return shown


def _has_feedback(call: Call, assignment: Assignment, row: AssignGrade | None) -> bool:
    if row is None:
        return False
    flags = call.world.tables.flags.get((assignment.id, row.user), UserFlags())
    if assignment.markingworkflow and flags.workflowstate != grading.RELEASED:
        return False
    files = call.world.tables.area(grading.feedback_area(assignment, row))
    return bool(row.comment) or bool(files)


def _previous(call: Call, assignment: Assignment, user: int, row: Submission) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "attemptnumber": row.attempt,
        "submission": submission(call, assignment, row, with_assignment=True),
    }
    mark = grading.grade_row(call.world.tables, assignment.id, user, row.attempt)
    if mark is not None:
        shown["grade"] = grade(mark, with_assignment=True)
        shown["grade"]["gradefordisplay"] = _display(assignment, mark.grade)
        shown["feedbackplugins"] = _feedback_plugins(call, assignment, mark)
    return shown


def _feedback_plugins(call: Call, assignment: Assignment, row: AssignGrade) -> list[dict[str, Any]]:
    english = call.language != "zh_cn"
    plugins: list[dict[str, Any]] = []
    if assignment.feedback_comments:
        plugins.append(
            {
                "type": "comments",
                "name": "Feedback comments" if english else "反馈评语",
                "fileareas": [{"area": "feedback", "files": []}],
                "editorfields": [
                    {
                        "name": "comments",
                        "description": "Feedback comments" if english else "反馈评语",
                        "text": row.comment or "",
                        "format": row.comment_format,
                    }
                ],
            }
        )
    if assignment.feedback_files:
        files = call.world.tables.area(grading.feedback_area(assignment, row))
        plugins.append(
            {
                "type": "file",
                "name": "Feedback files" if english else "反馈文件",
                "fileareas": [
                    {"area": "feedback_files", "files": [describe(call, file) for file in files]}
                ],
            }
        )
    return plugins


def _display(assignment: Assignment, points: float) -> str:
    return "-" if points < 0 else f"{points:.2f}&nbsp;/&nbsp;{assignment.grade:.2f}"
