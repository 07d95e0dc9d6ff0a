"""``mod_assign_save_grades``: what it answers, and what Moodle then holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from moodle_cpd.moodle.encode import Param
from tests.live.stage import NOBODY, NOT_ENROLLED, Stage

SAVE = "mod_assign_save_grades"
GRADES = "mod_assign_get_grades"
STATUS = "mod_assign_get_submission_status"
ACTIVITIES = "core_completion_get_activities_completion_status"
GRADEBOOK = "gradereport_user_get_grade_items"
BADGES = "core_badges_get_user_badges"
CERTIFICATE = b"%PDF-1.7\n" + b"% a made-up certificate\n" * 20


def grade_of(teacher: int, grade: float, draft: int = 0) -> dict[str, Param]:
    """The grade of one teacher, with every plugin field."""
    return {
        "userid": teacher,
        "grade": grade,
        "attemptnumber": -1,
        "addattempt": False,
        "workflowstate": "",
        "plugindata": {
            "assignfeedbackcomments_editor": {"text": "<p>学时</p>", "format": 1},
            "files_filemanager": draft,
        },
    }


def one_grade(assignment: int, grade: dict[str, Param]) -> dict[str, Param]:
    """Parameters for saving one grade."""
    return {"assignmentid": assignment, "applytoall": False, "grades": [grade]}


def play(stage: Stage) -> None:
    """Record the scene."""
    _good(stage)
    _refused(stage)
    _silent(stage)
    _kinds(stage)
    _zero(stage)


def _good(stage: Stage) -> None:
    service, teacher = stage.service, stage.teachers["rec-t01"]
    _badges(stage, "none", "rec-t01")
    draft = 0
    with stage.record("core_files_upload", "good"):
        draft = service.writer.upload_draft("证书-0001.pdf", CERTIFICATE)
    with stage.record(SAVE, "good"):
        service.writer.save_grade(
            stage.assignment("rec-hours"), teacher, Decimal("72.5"), "<p>72.5 学时</p>", draft
        )
    for reading in (_grades, _status, _activities, _gradebook):
        reading(stage, "saved-good", "rec-t01", "rec-hours")
    _badges(stage, "by-activity", "rec-t01")
    _file(stage, teacher)


def _file(stage: Stage, teacher: int) -> None:
    service = stage.service
    params: dict[str, Param] = {"assignid": stage.assignment("rec-hours"), "userid": teacher}
    status: Any = service.call(STATUS, params)
    [url] = [
        file["fileurl"]
        for plugin in status["feedback"]["plugins"]
        for area in plugin.get("fileareas", ())
        for file in area["files"]
    ]
    function = "pluginfile.php"
    with stage.record(function, "good"):
        service.writer.download(url)
    with stage.record(function, "unknown-file", "HTTP 404"):
        service.writer.download(url.replace(".pdf", "-other.pdf"))
    with stage.record(function, "wrong-token", "invalidtoken"):
        stage.stranger.writer.download(url)
    with (
        stage.states.during("downloads", "off", after="on"),
        stage.record(function, "downloads-off", "accessexception"),
    ):
        service.writer.download(url)


def _refused(stage: Stage) -> None:
    hours, teacher = stage.assignment("rec-hours"), stage.teachers["rec-t02"]
    grade = grade_of(teacher, 30)
    whole = one_grade(hours, grade)
    with stage.states.without("mod/assign:grade"):
        stage.call(SAVE, "without-grade", whole, "nopermissions")
    with stage.states.without("moodle/course:view"):
        stage.call(SAVE, "without-course-view", whole, "requireloginerror")
    elsewhere = whole | {"assignmentid": NOBODY}
    stage.call(SAVE, "unknown-assignment", elsewhere, "invalidrecordunknown")
    word = whole | {"applytoall": "false"}
    stage.call(SAVE, "boolean-word", word, "invalidparameter")
    letter = one_grade(hours, grade | {"grade": "A"})
    stage.call(SAVE, "grade-not-a-number", letter, "invalidparameter")
    lacking = {name: value for name, value in grade.items() if name != "workflowstate"}
    stage.call(SAVE, "missing-parameter", one_grade(hours, lacking), "invalidparameter")
    # Without a comment field Moodle fails only where a comment is already there.
    no_comment: dict[str, Param] = {"plugindata": {"files_filemanager": 0}}
    stage.call(SAVE, "first-without-comment", one_grade(hours, grade | no_comment))
    again = grade_of(stage.teachers["rec-t01"], 73) | no_comment
    stage.call(SAVE, "without-comment-again", one_grade(hours, again), "dmlwriteexception")
    _status(stage, "saved-without-comment-again", "rec-t01", "rec-hours")


def _silent(stage: Stage) -> None:
    """Where the answer is ``null`` and Moodle did something else than what was asked."""
    _save(stage, "not-enrolled", NOT_ENROLLED, "rec-hours", 72)
    for reading in (_grades, _activities, _gradebook):
        reading(stage, "saved-not-enrolled", NOT_ENROLLED, "rec-hours")
    _badges(stage, "not-enrolled", NOT_ENROLLED)
    unknown = one_grade(stage.assignment("rec-hours"), grade_of(NOBODY, 72))
    stage.call(SAVE, "unknown-user", unknown)
    _save(stage, "above-maximum", "rec-t05", "rec-hours", 1000.5)
    for reading in (_grades, _activities, _gradebook):
        reading(stage, "saved-above-maximum", "rec-t05", "rec-hours")
    _save(stage, "locked", "rec-t01", "rec-locked", 90)
    _grades(stage, "saved-locked", "rec-t01", "rec-locked")
    draft = 0
    with stage.record("core_files_upload", "another"):
        draft = stage.service.writer.upload_draft("证书-0002.pdf", CERTIFICATE)
    _save(stage, "feedback-files-off", "rec-t01", "rec-nofiles", 90, draft)
    _status(stage, "saved-feedback-files-off", "rec-t01", "rec-nofiles")
    _save(stage, "comments-off", "rec-t01", "rec-nocomments", 90)
    _status(stage, "saved-comments-off", "rec-t01", "rec-nocomments")
    _save(stage, "unknown-draft", "rec-t06", "rec-hours", 40, NOBODY)
    _status(stage, "saved-unknown-draft", "rec-t06", "rec-hours")


def _kinds(stage: Stage) -> None:
    """Assignments whose grades are not simply the gradebook's."""
    _save(stage, "blind", "rec-t02", "rec-blind", 91)
    _save(stage, "workflow", "rec-t02", "rec-workflow", 92)
    _save(stage, "team", "rec-t02", "rec-team", 93)
    stage.states.set("submit", "rec-t02", "rec-reopen", "第一稿:课堂观察记录。")
    _save(stage, "reopened", "rec-t02", "rec-reopen", 40)
    for kind in ("blind", "workflow", "team", "reopen"):
        _grades(stage, f"saved-{kind}", "rec-t02", f"rec-{kind}")
        _status(stage, f"saved-{kind}", "rec-t02", f"rec-{kind}")
    _gradebook(stage, "saved-all-kinds", "rec-t02", "rec-workflow")
    released = grade_of(stage.teachers["rec-t05"], 95) | {"workflowstate": "released"}
    stage.call(SAVE, "workflow-released", one_grade(stage.assignment("rec-workflow"), released))
    for reading in (_grades, _status, _gradebook):
        reading(stage, "saved-workflow-released", "rec-t05", "rec-workflow")


def _zero(stage: Stage) -> None:
    """A later grade of 0: completion fails, the badge stays."""
    _save(stage, "zero", "rec-t06", "rec-hours", 0)
    _activities(stage, "saved-zero", "rec-t06", "rec-hours")
    _badges(stage, "after-zero", "rec-t06")


def _save(
    stage: Stage, scenario: str, teacher: str, assignment: str, grade: float, draft: int = 0
) -> None:
    one = grade_of(stage.teachers[teacher], grade, draft)
    stage.call(SAVE, scenario, one_grade(stage.assignment(assignment), one))


def _grades(stage: Stage, scenario: str, _teacher: str, assignment: str) -> None:
    with stage.record(GRADES, scenario):
        stage.service.moodle.grades([stage.assignment(assignment)])


def _status(stage: Stage, scenario: str, teacher: str, assignment: str) -> None:
    pair = (stage.teachers[teacher], stage.assignment(assignment))
    with stage.record(STATUS, scenario):
        list(stage.single.moodle.submission_statuses([pair]))


def _activities(stage: Stage, scenario: str, teacher: str, assignment: str) -> None:
    course = _course(stage, assignment)
    with stage.record(ACTIVITIES, scenario):
        list(stage.single.moodle.activity_states(course, [stage.teachers[teacher]]))


def _gradebook(stage: Stage, scenario: str, teacher: str, assignment: str) -> None:
    pair = (stage.teachers[teacher], _course(stage, assignment))
    with stage.record(GRADEBOOK, scenario):
        list(stage.single.moodle.grade_items([pair]))


def _badges(stage: Stage, scenario: str, teacher: str) -> None:
    with stage.record(BADGES, scenario):
        list(stage.single.moodle.badges([stage.teachers[teacher]]))


def _course(stage: Stage, assignment: str) -> int:
    return stage.courses["REC-RECORD" if assignment == "rec-hours" else "REC-COURSE"]
