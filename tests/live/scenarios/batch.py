"""Many calls in one request, an error in the middle, and lists that PHP cuts."""

from __future__ import annotations

from moodle_cpd.moodle.client import BATCH_FUNCTION
from tests.live.stage import NOBODY, Stage

_FRAME = 6  # token, format, language, zone, filter, function


def play(stage: Stage) -> None:
    """Record the scene."""
    moodle, course = stage.service.moodle, stage.courses["REC-COURSE"]
    first, second = stage.teachers["rec-t01"], stage.teachers["rec-t02"]
    with stage.record(BATCH_FUNCTION, "good"):
        list(moodle.completion_statuses([(first, course), (second, course)]))
    requests = [
        {"function": "core_badges_get_user_badges", "arguments": f'{{"userid":{teacher}}}'}
        for teacher in (first, NOBODY, second)
    ]
    stage.call(BATCH_FUNCTION, "error-in-the-middle", {"requests": requests})
    foreign = [{"function": "core_user_create_users", "arguments": "{}"}, *requests]
    stage.call(BATCH_FUNCTION, "not-in-service", {"requests": foreign})
    unknown = [{"function": "core_no_such_function", "arguments": "{}"}, *requests]
    stage.call(BATCH_FUNCTION, "unknown-function", {"requests": unknown})
    broken = [{"function": "core_badges_get_user_badges", "arguments": "not JSON"}]
    stage.call(BATCH_FUNCTION, "not-json", {"requests": broken})
    null = [{"function": "mod_assign_save_grades", "arguments": "{}"}]
    stage.call(BATCH_FUNCTION, "missing-parameter", {"requests": null})
    stage.call(BATCH_FUNCTION, "none", {}, "invalidparameter")
    _cut(stage)


def _cut(stage: Stage) -> None:
    moodle, teachers = stage.service.moodle, list(stage.teachers.values())
    by_field = "core_user_get_users_by_field"
    with (
        stage.states.during("max-input-vars", str(_FRAME + 1 + 3), after="off"),
        stage.record(by_field, "cut-by-php"),
    ):
        moodle.users_by_id(teachers)
    badges = [
        {"function": "core_badges_get_user_badges", "arguments": f'{{"userid":{teacher}}}'}
        for teacher in teachers
    ]
    with stage.states.during("max-input-vars", str(_FRAME + 2 * 3), after="off"):
        stage.call(BATCH_FUNCTION, "cut-between-calls", {"requests": badges})
    with stage.states.during("max-input-vars", str(_FRAME + 2 * 3 + 1), after="off"):
        stage.call(BATCH_FUNCTION, "cut-within-a-call", {"requests": badges})
