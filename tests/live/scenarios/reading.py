"""Grades and submissions of plain assignments, and refusals of reading them."""

from __future__ import annotations

from tests.live.scenarios.grading import grade_of, one_grade
from tests.live.stage import NOBODY, NOT_ENROLLED, Stage


def play(stage: Stage) -> None:
    """Record the scene."""
    _submissions(stage)
    _grades(stage)
    _statuses(stage)
    _gradebook(stage)


def _submissions(stage: Stage) -> None:
    function, moodle = "mod_assign_get_submissions", stage.service.moodle
    plain = stage.assignment("rec-plain")
    stage.states.set("submit", "rec-t01", "rec-plain", "观课报告:" + "同课异构,以学定教。" * 12)
    stage.states.set("submit", "rec-t03", "rec-plain", "观课报告(初稿)。")
    stage.states.set("open", "rec-t07", "rec-plain")
    for teacher, grade in (("rec-t01", 88), ("rec-t03", 75), ("rec-t05", 40)):
        one = grade_of(stage.teachers[teacher], grade)
        stage.service.call("mod_assign_save_grades", one_grade(plain, one))
    with stage.record(function, "good"):
        moodle.submissions([plain])
    stage.call(function, "every-status", {"assignmentids": [plain]})
    with stage.record(function, "none"):
        moodle.submissions([stage.assignment("rec-any-1")])
    with stage.record(function, "unknown-assignment"):
        moodle.submissions([NOBODY])
    with stage.states.without("mod/assign:grade"), stage.record(function, "without-grade"):
        moodle.submissions([plain])


def _grades(stage: Stage) -> None:
    function, moodle = "mod_assign_get_grades", stage.service.moodle
    plain = stage.assignment("rec-plain")
    with stage.record(function, "good"):
        moodle.grades([plain])
    [reply] = moodle.grades([plain])
    latest = max(grade.timemodified for grade in reply.assignments[0].grades)
    with stage.record(function, "since-its-second"):
        moodle.grades([plain], since=latest)
    with stage.record(function, "since-the-next-second"):
        moodle.grades([plain], since=latest + 1)
    with stage.record(function, "no-grades"):
        moodle.grades([stage.assignment("rec-any-1")])
    with stage.record(function, "unknown-assignment"):
        moodle.grades([NOBODY])
    with stage.record(function, "some-unknown"):
        moodle.grades([plain, NOBODY])
    with stage.states.without("mod/assign:grade"), stage.record(function, "without-grade"):
        moodle.grades([plain])
    with stage.states.without("moodle/course:view"), stage.record(function, "without-course-view"):
        moodle.grades([plain])


def _statuses(stage: Stage) -> None:
    function, single = "mod_assign_get_submission_status", stage.single.moodle
    first, plain = stage.teachers["rec-t01"], stage.assignment("rec-plain")

    def status(scenario: str, expect: str, teacher: int, assignment: int) -> None:
        with stage.record(function, scenario, expect):
            list(single.submission_statuses([(teacher, assignment)]))

    status("good", "good", first, plain)
    status("nothing", "good", stage.teachers["rec-t07"], stage.assignment("rec-any-1"))
    status("unknown-user", "invalidrecordunknown", NOBODY, plain)
    status("unknown-assignment", "invalidrecordunknown", first, NOBODY)
    status("not-enrolled", "nopermission", stage.teachers[NOT_ENROLLED], plain)
    with stage.states.without("mod/assign:grade"):
        status("without-grade", "nopermission", first, plain)


def _gradebook(stage: Stage) -> None:
    function, single = "gradereport_user_get_grade_items", stage.single.moodle
    first, course = stage.teachers["rec-t01"], stage.courses["REC-ANY"]

    def items(scenario: str, expect: str, teacher: int, in_course: int = course) -> None:
        with stage.record(function, scenario, expect):
            list(single.grade_items([(teacher, in_course)]))

    items("good", "good", first, stage.courses["REC-RECORD"])
    items("no-grades", "good", stage.teachers["rec-t07"])
    items("not-enrolled", "good", stage.teachers[NOT_ENROLLED])
    items("unknown-user", "invalidrecordunknown", NOBODY)
    items("unknown-course", "invalidrecordunknown", first, NOBODY)
    with stage.states.without("gradereport/user:view"):
        items("without-report", "nopermissions", first)
    with stage.states.without("moodle/grade:viewall"):
        items("without-viewall", "nopermissiontoviewgrades", first)
    update = {
        "source": "moodle-cpd",
        "courseid": course,
        "component": "mod_assign",
        "activityid": stage.assignments["rec-any-1"][1],
        "itemnumber": 0,
        "grades": [{"studentid": stage.teachers["rec-t07"], "grade": 55}],
    }
    stage.call("core_grades_update_grades", "good", update)
    items("after-update-grades", "good", stage.teachers["rec-t07"])
    with stage.record("mod_assign_get_grades", "after-update-grades"):
        stage.service.moodle.grades([stage.assignment("rec-any-1")])
    with stage.states.without("moodle/grade:edit"):
        stage.call("core_grades_update_grades", "without-edit", update, "nopermissiontoviewgrades")
