"""Users, and what the account may see of them."""

from __future__ import annotations

from tests.live.stage import NOBODY, NOT_ENROLLED, Stage


def play(stage: Stage) -> None:
    """Record the scene."""
    moodle = stage.service.moodle
    first = stage.teachers["rec-t01"]
    users, by_field = "core_user_get_users", "core_user_get_users_by_field"
    with stage.record(users, "good"):
        moodle.users()
    with stage.record(by_field, "good"):
        moodle.users_by_id([first, stage.teachers["rec-t05"]])
    with stage.record(by_field, "unknown-user"):
        moodle.users_by_id([NOBODY])
    with stage.record(by_field, "user-without-course"):
        moodle.users_by_id([stage.teachers[NOT_ENROLLED]])
    stage.call(users, "unknown-key", {"criteria": [{"key": "shoe", "value": "%"}]})
    stage.call(users, "unknown-name", {"criteria": [{"key": "idnumber", "value": "REC-NOBODY"}]})
    stage.call(users, "missing-parameter", {}, "invalidparameter")
    stage.call(by_field, "unknown-field", {"field": "shoe", "values": ["1"]}, "codingerror")
    stage.call(
        by_field, "extra-parameter", {"field": "id", "values": ["1"], "x": 1}, "invalidparameter"
    )
    for capability, name in (
        ("moodle/user:viewdetails", "viewdetails"),
        ("moodle/user:viewalldetails", "viewalldetails"),
        ("moodle/site:viewuseridentity", "viewuseridentity"),
    ):
        with stage.states.without(capability):
            with stage.record(by_field, f"without-{name}"):
                moodle.users_by_id([first])
            with stage.record(users, f"without-{name}"):
                moodle.users()
    with stage.states.during("broken-name", "rec-t08", "on", after="off"):
        with stage.record(by_field, "script-in-name", "invalidresponse"):
            moodle.users_by_id([stage.teachers["rec-t08"]])
        with stage.record(users, "script-in-name", "invalidresponse"):
            moodle.users()
    _enrolled(stage)


def _enrolled(stage: Stage) -> None:
    moodle, function = stage.service.moodle, "core_enrol_get_enrolled_users"
    with stage.record(function, "good"):
        moodle.enrolled(stage.courses["REC-COURSE"])
    with stage.record(function, "hidden-course"):
        moodle.enrolled(stage.courses["REC-RECORD"])
    with stage.record(function, "unknown-course", "invalidrecordunknown"):
        moodle.enrolled(NOBODY)
    with (
        stage.states.without("moodle/course:viewparticipants"),
        stage.record(function, "without-viewparticipants", "nopermissions"),
    ):
        moodle.enrolled(stage.courses["REC-COURSE"])
