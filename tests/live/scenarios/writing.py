"""What routes write besides grades: cohorts, enrolments, marks without a message."""

from __future__ import annotations

from decimal import Decimal

from moodle_cpd.moodle.client import BATCH_FUNCTION
from moodle_cpd.moodle.encode import Param
from moodle_cpd.moodle.writer import CREATE_COHORTS, ENROL_USERS, SET_FLAGS, Mark
from tests.live.stage import COHORT, NOBODY, NOT_ENROLLED, Stage

STUDENT = 5
Params = dict[str, Param]


def play(stage: Stage) -> None:
    """Record the scene; t04 is enrolled, t05 is given hours quietly."""
    writer, fifth = stage.service.writer, stage.teachers["rec-t05"]
    with stage.states.during("capability", "moodle/cohort:manage", "on", after="off"):
        with stage.record(CREATE_COHORTS, "good"):
            writer.create_cohort("rec-made-2026", "录制：勋章 2026")
        with stage.record(CREATE_COHORTS, "taken", "invalidparameter"):
            writer.create_cohort(COHORT, "录制：又一个")
    with stage.record(CREATE_COHORTS, "without-manage", "nopermissions"):
        writer.create_cohort("rec-made-2027", "录制：勋章 2027")
    course = stage.courses["REC-ANY"]
    with stage.record(ENROL_USERS, "good"):
        writer.enrol(course, [stage.teachers[NOT_ENROLLED]], STUDENT)
    with (
        stage.states.without("enrol/manual:enrol"),
        stage.record(ENROL_USERS, "without-enrol", "nopermissions"),
    ):
        writer.enrol(course, [stage.teachers[NOT_ENROLLED]], STUDENT)
    with (
        stage.states.without("moodle/role:assign"),
        stage.record(ENROL_USERS, "without-assign", "wsusercannotassign"),
    ):
        writer.enrol(course, [stage.teachers[NOT_ENROLLED]], STUDENT)
    assignment = stage.assignment("rec-any-1")
    with stage.record(BATCH_FUNCTION, "saved-quietly"):
        hours = Mark(fifth, Decimal("12.5"), "<p>12.5 / 72 学时</p>", 0)
        writer.save_quietly(assignment, [hours])
    with stage.record(BATCH_FUNCTION, "drafts"):
        writer.upload_drafts([("证书-0003.pdf", b"%PDF 3"), ("证书-0004.pdf", b"%PDF 4")])
    with stage.record(SET_FLAGS, "good"):
        writer.mark_told(assignment, [fifth])
    unknown: Params = {"assignmentid": NOBODY, "userflags": [{"userid": fifth, "mailed": 1}]}
    stage.call(SET_FLAGS, "unknown-assignment", unknown, "invalidrecordunknown")
