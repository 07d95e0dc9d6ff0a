"""Completions in all readings, the one of a teacher who has left the course included."""

from __future__ import annotations

from tests.live.scenarios.grading import grade_of, one_grade
from tests.live.stage import NOBODY, NOT_ENROLLED, REPORT, Stage

STATUS = "core_completion_get_course_completion_status"
ACTIVITIES = "core_completion_get_activities_completion_status"
COURSES = "core_enrol_get_users_courses"


def play(stage: Stage) -> None:
    """Record the scene; afterwards t03 has left the course."""
    _any(stage)
    stage.states.set("completed-without-criterion", "rec-t07", "REC-ANY")
    stage.states.set("cron")
    first, third = stage.teachers["rec-t01"], stage.teachers["rec-t03"]
    course = stage.courses["REC-COURSE"]
    _status(stage, "good", "good", first, course)
    _status(stage, "in-progress", "good", stage.teachers["rec-t07"], course)
    _status(stage, "failed", "good", stage.teachers["rec-t05"], course)
    _status(stage, "any-criterion", "good", first, stage.courses["REC-ANY"])
    _status(
        stage, "without-criterion-time", "good", stage.teachers["rec-t07"], stage.courses["REC-ANY"]
    )
    _status(stage, "no-criteria", "nocriteriaset", first, stage.courses["REC-FREE"])
    _status(stage, "not-enrolled", "usernotenroled", stage.teachers[NOT_ENROLLED], course)
    _status(stage, "unknown-user", "invalidrecordunknown", NOBODY, course)
    _status(stage, "unknown-course", "invalidrecordunknown", first, NOBODY)
    with stage.states.without("report/completion:view"):
        _status(stage, "without-report", "cannotviewreport", first, course)
    _activities(stage)
    _courses(stage)
    _read_all(stage, third, course, "before-leaving")
    stage.unenrol("rec-t03", "REC-COURSE")
    _read_all(stage, third, course, "after-leaving")


def _any(stage: Stage) -> None:
    """Two criteria, one is enough: the second is met later."""
    for name in ("rec-any-1", "rec-any-2"):
        one = grade_of(stage.teachers["rec-t01"], 70)
        stage.service.call("mod_assign_save_grades", one_grade(stage.assignment(name), one))
        stage.states.set("cron")


def _status(stage: Stage, scenario: str, expect: str, teacher: int, course: int) -> None:
    with stage.record(STATUS, scenario, expect):
        list(stage.single.moodle.completion_statuses([(teacher, course)]))


def _activities(stage: Stage) -> None:
    first, course = stage.teachers["rec-t01"], stage.courses["REC-COURSE"]

    def states(scenario: str, expect: str, teacher: int, in_course: int) -> None:
        with stage.record(ACTIVITIES, scenario, expect):
            list(stage.single.moodle.activity_states(in_course, [teacher]))

    states("good", "good", first, course)
    states("failed", "good", stage.teachers["rec-t05"], course)
    states("unknown-user", "invalidrecordunknown", NOBODY, course)
    states("unknown-course", "invalidrecordunknown", first, NOBODY)
    with stage.states.without("report/progress:view"):
        states("without-report", "nopermissions", first, course)


def _courses(stage: Stage) -> None:
    first = stage.teachers["rec-t01"]

    def courses(scenario: str, expect: str, teacher: int) -> None:
        with stage.record(COURSES, scenario, expect):
            list(stage.single.moodle.users_courses([teacher]))

    courses("good", "good", first)
    courses("none", "good", stage.teachers[NOT_ENROLLED])
    courses("unknown-user", "good", NOBODY)
    stage.call(
        COURSES, "boolean-word", {"userid": first, "returnusercount": "false"}, "invalidparameter"
    )
    with stage.states.without("moodle/course:viewparticipants"):
        courses("without-viewparticipants", "good", first)
    with stage.states.without("report/completion:view"):
        courses("without-completion-report", "good", first)


def _read_all(stage: Stage, teacher: int, course: int, scenario: str) -> None:
    """The same completion by report, courses of the teacher, statuses, grades and gradebook."""
    left = scenario == "after-leaving"
    single = stage.single.moodle
    _status(stage, scenario, "usernotenroled" if left else "good", teacher, course)
    with stage.record(ACTIVITIES, scenario):
        list(single.activity_states(course, [teacher]))
    with stage.record(COURSES, scenario):
        list(single.users_courses([teacher]))
    with stage.record("gradereport_user_get_grade_items", scenario):
        list(single.grade_items([(teacher, course)]))
    with stage.record("mod_assign_get_grades", scenario):
        single.grades([stage.assignment("rec-plain")])
    with stage.record("mod_assign_get_submissions", scenario):
        single.submissions([stage.assignment("rec-plain")])
    with stage.record("core_reportbuilder_retrieve_report", scenario):
        single.report_page(stage.reports[REPORT], 0, 40)
