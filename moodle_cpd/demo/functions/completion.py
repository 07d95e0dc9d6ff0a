"""Completion of a course and of its activities, one person a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moodle_cpd.demo.failures import moodle_exception, not_found
from moodle_cpd.demo.formats import plain
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import INT
from moodle_cpd.demo.state import (
    BY_ACTIVITY,
    COMPLETE,
    COMPLETE_FAIL,
    COMPLETE_PASS,
    Assignment,
    Course,
    Criterion,
)


@function("core_completion_get_course_completion_status", courseid=INT, userid=INT)
def get_course_completion_status(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """Whether a course is completed, and when each criterion was; not when the course was."""
    course, user = _course_and_user(call, arguments)
    if user != call.user.id and not call.can("report/completion:view"):
        raise moodle_exception("cannotviewreport", "You cannot view this report")
    if not call.learns_in(user, course.id):
        if user == call.user.id:
            raise moodle_exception("notenroled", "You are not enrolled in this course")
        raise moodle_exception("usernotenroled", "User is not enrolled in this course")
    if not course.criteria:
        raise moodle_exception("nocriteriaset", "No completion criteria set for this course")
    return {
        "completionstatus": {
            "completed": is_complete(call, course, user),
            "aggregation": course.aggregation,
            "completions": [_criterion(call, course, row, user) for row in course.criteria],
        },
        "warnings": [],
    }


@function("core_completion_get_activities_completion_status", courseid=INT, userid=INT)
def get_activities_completion_status(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """The completion of every tracked activity of a course."""
    course, user = _course_and_user(call, arguments)
    if user != call.user.id:
        call.require("report/progress:view")
    statuses = [
        {
            "cmid": row.cmid,
            "modname": "assign",
            "instance": row.id,
            **activity_status(call, course, row, user, tracking={"tracking": 2}),
        }
        for row in call.world.tables.course_assignments.get(course.id, [])
        if row.has_completion and call.sees_module(row)
    ]
    return {"statuses": statuses, "warnings": []}


def is_complete(call: Call, course: Course, user: int) -> bool:
    """Whether Moodle holds the course to be completed by an enrolled person."""
    row = call.world.tables.completions.get((user, course.id))
    return row is not None and row.timecompleted is not None


def activity_status(
    call: Call,
    course: Course,
    row: Assignment,
    user: int,
    *,
    tracking: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The completion of one activity as Moodle's exporter writes it.

    Args:
        call: whose eyes it is for.
        course: the activity's course.
        row: the activity.
        user: whose completion.
        tracking: a field that one of the functions has and the other lacks.
    """
    done = call.world.tables.activity_completions.get((user, row.cmid))
    state = 0 if done is None else done.state
    english = call.language != "zh_cn"
    details = []
    if row.completionsubmit:
        details.append(
            _rule("completionsubmit", state, "Make a submission" if english else "提交作业")
        )
    if row.completionusegrade:
        # Any grade is enough for this rule, even one that fails the other.
        usegrade = COMPLETE if state == COMPLETE_FAIL else state
        details.append(
            _rule(
                "completionusegrade",
                usegrade,
                "Receive a grade" if english else "获得成绩",
            )
        )
    if row.completionpassgrade:
        details.append(
            _rule(
                "completionpassgrade",
                state,
                "Receive a passing grade" if english else "获得及格成绩",
            )
        )
    return {
        "state": state,
        "timecompleted": 0 if done is None else done.timemodified,
        **(tracking or {}),
        "overrideby": None,
        "valueused": False,
        "hascompletion": row.has_completion,
        "isautomatic": row.has_completion,
        "istrackeduser": call.learns_in(user, course.id),
        "uservisible": True,
        "details": details,
        "isoverallcomplete": state in {COMPLETE, COMPLETE_PASS},
    }


def _rule(name: str, status: int, description: str) -> dict[str, Any]:
    return {"rulename": name, "rulevalue": {"status": status, "description": description}}


def _course_and_user(call: Call, arguments: dict[str, Any]) -> tuple[Course, int]:
    if arguments["courseid"] not in call.world.tables.courses:
        raise not_found()
    user = call.active_user(arguments["userid"])
    return call.enter(arguments["courseid"]), user.id


def _criterion(call: Call, course: Course, row: Criterion, user: int) -> dict[str, Any]:
    english = call.language != "zh_cn"
    completion = call.world.tables.completions.get((user, course.id))
    met = completion is not None and row.id in completion.criteria
    time = completion.criteria[row.id] if completion is not None and met else None
    title = "Activity completion" if english else "活动完成"
    requirement = ""
    criteria = ""
    if row.type == BY_ACTIVITY:
        activity = call.world.tables.modules[row.cmid or 0]
        address = f"{call.world.wwwroot}/mod/assign/view.php?id={activity.cmid}"
        criteria = f'<a href="{address}">{plain(activity.name)}</a>'
        requirement = "Achieving grade" if english else "获得成绩"
        if activity.completionpassgrade:
            requirement += ", Achieving passing grade" if english else "，获得及格成绩"
    else:
        title = criteria = "Self completion" if english else "自我完成"
        requirement = "Marking yourself as complete" if english else "标记自己已完成"
    return {
        "type": row.type,
        "title": title,
        "status": ("Yes" if english else "是") if met else ("No" if english else "否"),
        "complete": met,
        "timecompleted": time,
        "details": {
            "type": title,
            "criteria": criteria,
            "requirement": requirement,
            "status": "",
        },
    }
