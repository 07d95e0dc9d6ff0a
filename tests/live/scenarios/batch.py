"""Many calls in one request, an error in the middle, and lists that PHP cuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from moodle_cpd.moodle.client import _PINNED, BATCH_FUNCTION, REST_PATH
from moodle_cpd.moodle.encode import Param, flatten
from tests.live.stage import NOBODY, Stage

BADGES = "core_badges_get_user_badges"
USERS = "core_user_get_users_by_field"
_FRAME = 6  # token, format, language, zone, filter, function
_LATE = 1  # PHP takes one variable more than it says


def play(stage: Stage) -> None:
    """Record the scene."""
    moodle, course = stage.service.moodle, stage.courses["REC-COURSE"]
    first, second = stage.teachers["rec-t01"], stage.teachers["rec-t02"]
    with stage.record(BATCH_FUNCTION, "good"):
        list(moodle.completion_statuses([(first, course), (second, course)]))
    badges = [_inner(BADGES, f'{{"userid":{teacher}}}') for teacher in (first, NOBODY, second)]
    _call(stage, "error-in-the-middle", badges)
    _call(stage, "not-in-service", [_inner("core_user_create_users"), *badges])
    _call(stage, "unknown-function", [_inner("core_no_such_function"), *badges])
    _call(stage, "not-json", [_inner(BADGES, "not JSON")])
    _call(stage, "missing-parameter", [_inner("mod_assign_save_grades")])
    stage.call(BATCH_FUNCTION, "none", {}, "invalidparameter")
    _cut(stage)


def _cut(stage: Stage) -> None:
    """What PHP's cutting does to most clients, which send the function first."""
    teachers = list(stage.teachers.values())
    with (
        stage.states.during("max-input-vars", str(_FRAME + 1 + 3 - _LATE), after="off"),
        stage.record(USERS, "cut-by-php"),
    ):
        _function_first(stage, USERS, {"field": "id", "values": teachers})
    badges = [_inner(BADGES, f'{{"userid":{teacher}}}') for teacher in teachers]
    # What is left of a call with its function first runs without arguments, for the account itself.
    other_way_round = [dict(reversed(inner.items())) for inner in badges]
    for scenario, requests, values, expect in (
        ("cut-between-calls", badges, 2 * 3, "good"),
        ("cut-within-a-call", badges, 2 * 3 + 1, "invalidparameter"),
        ("cut-within-a-call-function-first", other_way_round, 2 * 3 + 1, "good"),
    ):
        with (
            stage.states.during("max-input-vars", str(_FRAME + values - _LATE), after="off"),
            stage.record(BATCH_FUNCTION, scenario, expect),
        ):
            _function_first(stage, BATCH_FUNCTION, {"requests": requests})


def _function_first(stage: Stage, function: str, params: dict[str, Any]) -> None:
    pairs = [("wsfunction", function), *flatten(params)]
    stage.service.transport.post(REST_PATH, pairs, function=function, extra=_PINNED)


def _inner(function: str, arguments: str = "{}") -> dict[str, Param]:
    return {"arguments": arguments, "function": function}


def _call(
    stage: Stage, scenario: str, requests: Sequence[dict[str, Param]], expect: str = "good"
) -> None:
    stage.call(BATCH_FUNCTION, scenario, {"requests": requests}, expect)
