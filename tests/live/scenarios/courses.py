"""Courses, course categories and the settings of assignments."""

from __future__ import annotations

from tests.live.stage import COURSES, NOBODY, Stage


def play(stage: Stage) -> None:
    """Record the scene."""
    moodle = stage.service.moodle
    by_field, categories = "core_course_get_courses_by_field", "core_course_get_categories"
    with stage.record(by_field, "all"):
        moodle.courses()
    with stage.record(by_field, "good"):
        moodle.course("REC-COURSE")
    with stage.record(by_field, "hidden-course"):
        moodle.course("REC-RECORD")
    with stage.record(by_field, "unknown-idnumber"):
        moodle.course("REC-NOTHING")
    stage.call(by_field, "unknown-field", {"field": "shoe", "value": "1"}, "invalidparameter")
    with (
        stage.states.without("moodle/course:viewhiddencourses"),
        stage.record(by_field, "without-viewhiddencourses"),
    ):
        moodle.course("REC-RECORD")
    with stage.states.without("moodle/course:view"), stage.record(by_field, "without-view"):
        moodle.course("REC-COURSE")
    with stage.record(categories, "good"):
        moodle.course_categories()
    stage.call(categories, "boolean-word", {"addsubcategories": "true"}, "invalidparameter")
    _assignments(stage)


def _assignments(stage: Stage) -> None:
    moodle, function = stage.service.moodle, "mod_assign_get_assignments"
    courses = [stage.courses[name] for name in COURSES]
    with stage.record(function, "good"):
        moodle.assignments([stage.courses["REC-RECORD"], stage.courses["REC-ANY"]])
    with stage.record(function, "all-kinds"):
        moodle.assignments([stage.courses["REC-COURSE"]])
    with stage.record(function, "unknown-course"):
        moodle.assignments([NOBODY])
    stage.call(function, "not-enrolled", {"courseids": courses})
    stage.call(function, "no-courses", {"includenotenrolledcourses": 1})
    with stage.states.without("moodle/course:view"), stage.record(function, "without-course-view"):
        moodle.assignments([stage.courses["REC-ANY"]])
    with stage.states.without("mod/assign:view"), stage.record(function, "without-assign-view"):
        moodle.assignments([stage.courses["REC-ANY"]])
    with (
        stage.states.without("moodle/course:viewhiddencourses"),
        stage.record(function, "without-viewhiddencourses"),
    ):
        moodle.assignments([stage.courses["REC-RECORD"]])
