"""Cohorts, and the badge that membership gives at once."""

from __future__ import annotations

from tests.live.stage import COHORT, NOBODY, Stage

ADD = "core_cohort_add_cohort_members"
DELETE = "core_cohort_delete_cohort_members"
MEMBERS = "core_cohort_get_cohort_members"
SEARCH = "core_cohort_search_cohorts"
BADGES = "core_badges_get_user_badges"


def play(stage: Stage) -> None:
    """Record the scene; t02 joins, joins again, leaves."""
    moodle, writer, cohort = stage.service.moodle, stage.service.writer, stage.cohort
    second = stage.teachers["rec-t02"]
    with stage.record(SEARCH, "good"):
        moodle.cohort(COHORT)
    with stage.record(SEARCH, "nothing-found"):
        moodle.cohort("rec-nothing")
    with stage.record(MEMBERS, "none"):
        moodle.cohort_members(cohort)
    with stage.record(MEMBERS, "unknown-cohort", "invalidrecordunknown"):
        moodle.cohort_members(NOBODY)
    with stage.record(ADD, "good"):
        writer.add_cohort_members(cohort, [second, stage.teachers["rec-t05"]])
    with stage.record(BADGES, "good"):
        list(stage.single.moodle.badges([second]))
    with stage.record(MEMBERS, "good"):
        moodle.cohort_members(cohort)
    with stage.record(ADD, "again"):
        writer.add_cohort_members(cohort, [second])
    with stage.record(ADD, "unknown-cohort"):
        writer.add_cohort_members(NOBODY, [second])
    with stage.record(ADD, "unknown-user"):
        writer.add_cohort_members(cohort, [NOBODY])
    stage.call(DELETE, "good", {"members": [{"cohortid": cohort, "userid": second}]})
    with stage.record(MEMBERS, "after-leaving"):
        moodle.cohort_members(cohort)
    with stage.record(BADGES, "after-leaving"):
        list(stage.single.moodle.badges([second]))
    stage.call(DELETE, "not-a-member", {"members": [{"cohortid": cohort, "userid": second}]})
    stage.call(
        DELETE,
        "unknown-cohort",
        {"members": [{"cohortid": NOBODY, "userid": second}]},
        "invalidrecordunknown",
    )
    _refused(stage)


def _refused(stage: Stage) -> None:
    moodle, writer, cohort = stage.service.moodle, stage.service.writer, stage.cohort
    member = {"members": [{"cohortid": cohort, "userid": stage.teachers["rec-t05"]}]}
    with stage.states.without("moodle/cohort:view"):
        with stage.record(SEARCH, "without-view", "nopermissions"):
            moodle.cohort(COHORT)
        with stage.record(MEMBERS, "without-view", "nopermissions"):
            moodle.cohort_members(cohort)
    with stage.states.without("moodle/cohort:assign"):
        with stage.record(ADD, "without-assign", "nopermissions"):
            writer.add_cohort_members(cohort, [stage.teachers["rec-t06"]])
        with stage.record(ADD, "without-assign-again"):
            writer.add_cohort_members(cohort, [stage.teachers["rec-t05"]])
        with stage.record(ADD, "without-assign-unknown-cohort"):
            writer.add_cohort_members(NOBODY, [stage.teachers["rec-t05"]])
        stage.call(DELETE, "without-assign", member, "nopermissions")
    with stage.record(BADGES, "unknown-user", "invalidrecordunknown"):
        list(stage.single.moodle.badges([NOBODY]))
    holder = stage.teachers["rec-t05"]
    with (
        stage.states.during("badge-hidden", "rec-t05", "on", after="off"),
        stage.record(BADGES, "hidden-by-holder"),
    ):
        list(stage.single.moodle.badges([holder]))
    everyone = ("default-capability", "moodle/badges:viewotherbadges", "off")
    with (
        stage.states.during(*everyone, after="on"),
        stage.record(BADGES, "without-viewotherbadges", "nopermissions"),
    ):
        list(stage.single.moodle.badges([holder]))
