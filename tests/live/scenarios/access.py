"""May the token speak at all? Site, service and account in all states that forbid it."""

from __future__ import annotations

from moodle_cpd.moodle.client import _PINNED, REST_PATH
from tests.live.stage import REPORT, Account, Stage

SITE_INFO = "core_webservice_get_site_info"


def play(stage: Stage) -> None:
    """Record the scene."""
    _info(stage, "good")
    _info(stage, "wrong-token", "invalidtoken", account=stage.stranger)
    for verb, scenario, expect in (
        ("web-services", "web-services-off", "HTTP 403"),
        ("rest", "rest-off", "HTTP 403"),
        ("service", "service-disabled", "accessexception"),
        ("account-in-service", "account-not-in-service", "accessexception"),
    ):
        with stage.states.during(verb, "off", after="on"):
            _info(stage, scenario, expect)
    with stage.states.without("webservice/rest:use"):
        _info(stage, "no-rest-capability", "accessexception")
    for verb, scenario, expect in (
        ("maintenance", "maintenance", "sitemaintenance"),
        ("cli-maintenance", "maintenance-by-command", "HTTP 503"),
        ("suspension", "suspended", "wsaccessusersuspended"),
    ):
        with stage.states.during(verb, "on", after="off"):
            _info(stage, scenario, expect)
    for verb, expect in (
        ("site-policy", "sitepolicynotagreed"),
        ("password-change", "forcepasswordchangenotice"),
    ):
        with stage.states.during(verb, "on", after="off"):
            _info(stage, verb)
            _half_closed(stage, verb, expect)
    stage.call("core_user_create_users", "not-in-service", {"users": []}, "accessexception")
    stage.call("core_no_such_function", "unknown", {}, "invalidrecordunknown")
    with stage.record(SITE_INFO, "no-function-named", "invalidparameter"):
        stage.service.transport.post(REST_PATH, (), function=SITE_INFO, extra=_PINNED)


def _info(
    stage: Stage, scenario: str, expect: str = "good", account: Account | None = None
) -> None:
    moodle = (account or stage.service).moodle
    known, moodle._info = moodle._info, None
    try:
        with stage.record(SITE_INFO, scenario, expect):
            _ = moodle.info
    finally:
        moodle._info = known


def _half_closed(stage: Stage, scenario: str, code: str) -> None:
    """An account that a person must first log in with: some refuse, others answer emptily."""
    moodle, single = stage.service.moodle, stage.single.moodle
    teacher, course = stage.teachers["rec-t01"], stage.courses["REC-COURSE"]
    with stage.record("core_course_get_courses_by_field", scenario):
        moodle.course("REC-COURSE")
    with stage.record("core_course_get_categories", scenario):
        moodle.course_categories()
    with stage.record("core_user_get_users", scenario):
        moodle.users()
    with stage.record("core_user_get_users_by_field", scenario, code):
        moodle.users_by_id([teacher])
    with stage.record("core_enrol_get_users_courses", scenario):
        list(single.users_courses([teacher]))
    with stage.record("core_enrol_get_enrolled_users", scenario, "errorcoursecontextnotvalid"):
        moodle.enrolled(course)
    with stage.record("mod_assign_get_assignments", scenario):
        moodle.assignments([course])
    with stage.record("mod_assign_get_grades", scenario):
        moodle.grades([stage.assignment("rec-plain")])
    with stage.record("core_completion_get_course_completion_status", scenario, code):
        list(single.completion_statuses([(teacher, course)]))
    with stage.record("core_reportbuilder_retrieve_report", scenario, code):
        moodle.report_page(stage.reports[REPORT], 0, 2)
    with stage.record("core_cohort_add_cohort_members", scenario, "Error"):
        stage.service.writer.add_cohort_members(stage.cohort, [teacher])
    with stage.record("core_badges_get_user_badges", scenario, code):
        list(single.badges([teacher]))
