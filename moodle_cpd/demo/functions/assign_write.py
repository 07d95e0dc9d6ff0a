"""Giving grades: the function that answers ``null`` whatever happened."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo import grading
from moodle_cpd.demo.failures import invalid_parameter, not_found
from moodle_cpd.demo.grading import Marking
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import (
    ALPHA,
    BOOL,
    FLOAT,
    INT,
    RAW,
    Spec,
    Struct,
    default,
    many,
    optional,
    struct,
)
from moodle_cpd.demo.state import UserFlags

_FILLING: dict[str, Spec] = {
    "criterionid": INT,
    "levelid": optional(INT),
    "remark": optional(RAW),
    "remarkformat": optional(INT),
}


def _criteria(**more: Spec) -> Struct:
    """What a marking guide or a rubric takes; nothing is done with either here."""
    fillings = many(struct(**_FILLING, **more))
    return struct(criteria=many(struct(criterionid=INT, fillings=optional(fillings))))


_GRADE = struct(
    userid=INT,
    grade=FLOAT,
    attemptnumber=INT,
    addattempt=BOOL,
    workflowstate=ALPHA,
    plugindata=default(
        struct(
            assignfeedbackcomments_editor=optional(struct(text=RAW, format=INT)),
            files_filemanager=optional(INT),
        ),
        {},
    ),
    advancedgradingdata=default(
        struct(guide=optional(_criteria(score=FLOAT)), rubric=optional(_criteria())), {}
    ),
)


@function("mod_assign_save_grades", assignmentid=INT, applytoall=BOOL, grades=many(_GRADE))
def save_grades(call: Call, arguments: dict[str, Any]) -> None:
    """Grade people one after the other; an error leaves those before it graded."""
    assignment = call.world.tables.assignments.get(arguments["assignmentid"])
    if assignment is None:
        raise not_found()
    call.enter_module(assignment)
    apply_to_all = arguments["applytoall"]
    if assignment.teamsubmission and apply_to_all:
        groups = [
            call.world.tables.group_of(assignment.course, row["userid"])
            for row in arguments["grades"]
        ]
        numbers = [0 if group is None else group.id for group in groups]
        if len(set(numbers)) < len(numbers):
            raise invalid_parameter("Multiple grades for the same team have been supplied")
    for row in arguments["grades"]:
        call.require("mod/assign:grade")
        editor = row["plugindata"].get("assignfeedbackcomments_editor")
        marking = Marking(
            grade=row["grade"],
            attempt=row["attemptnumber"],
            addattempt=row["addattempt"],
            workflowstate=row["workflowstate"],
            applytoall=apply_to_all,
            comment=None if editor is None else editor["text"],
            draft=row["plugindata"].get("files_filemanager"),
        )
        grading.save(
            call.world.tables,
            assignment,
            row["userid"],
            marking,
            grader=call.user.id,
            now=call.world.now(),
        )


@function(
    "mod_assign_set_user_flags",
    assignmentid=INT,
    userflags=many(
        struct(
            userid=INT,
            locked=optional(INT),
            mailed=optional(INT),
            extensionduedate=optional(INT),
            workflowstate=optional(ALPHA),
            allocatedmarker=optional(INT),
        )
    ),
)
def set_user_flags(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """Set flags; who is marked as told is not told any more by cron of what was saved before."""
    assignment = call.world.tables.assignments.get(arguments["assignmentid"])
    if assignment is None:
        raise not_found()
    call.enter_module(assignment)
    call.require("mod/assign:grade")
    results = []
    for row in arguments["userflags"]:
        flags = call.world.tables.flags.setdefault((assignment.id, row["userid"]), UserFlags())
        if "workflowstate" in row:
            flags.workflowstate = row["workflowstate"]
        if row.get("mailed"):
            grading.forget_message(call.world.tables, assignment, row["userid"])
        results.append({"id": assignment.id * 100_000 + row["userid"], "userid": row["userid"]})
    return results
