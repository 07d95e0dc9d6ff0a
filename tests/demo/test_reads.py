"""Readings that mislead: unstable reports, filters that stay, empty replies, turned names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moodle_cpd.demo import World
from moodle_cpd.demo import idnumbers as ids
from tests.demo.asking import Asker

REPORT = 1


def _page(ask: Asker, page: int = 0, size: int = 500, **more: Any) -> list[list[str]]:
    reply = ask(
        "core_reportbuilder_retrieve_report", reportid=REPORT, page=page, perpage=size, **more
    )
    return [row["columns"] for row in reply["data"]["rows"]]


def test_pages_of_a_sorted_report_fit_together(ask: Asker) -> None:
    whole = _page(ask)
    parts = [row for page in range(len(whole) // 7 + 1) for row in _page(ask, page, 7)]
    assert parts == whole
    assert _page(ask, 999, 7) == []


def test_an_unsorted_report_has_another_order_each_time(ask: Asker, world: World) -> None:
    world.tables.reports[REPORT].sort = []
    first, second = _page(ask), _page(ask)
    assert first != second
    assert sorted(first) == sorted(second)


def test_filters_stay_for_the_account_until_they_are_set_again(ask: Asker, world: World) -> None:
    everything = _page(ask)
    times = [row.timecompleted for row in world.tables.completions.values() if row.timecompleted]
    newest = max(times)
    values = {
        "completion:timecompleted_operator": 3,
        "completion:timecompleted_from": newest,
        "completion:timecompleted_to": newest + 60,
    }
    assert ask("core_reportbuilder_set_filters", reportid=REPORT, values=json.dumps(values)) is True
    assert len(_page(ask)) == times.count(newest)
    assert len(_page(ask)) == times.count(newest)
    ask("core_reportbuilder_set_filters", reportid=REPORT, values="{}")
    assert _page(ask) == everything


def test_two_enrolments_are_two_rows(ask: Asker, world: World, teacher: int) -> None:
    course = world.course(ids.RECORD_COURSE).id
    pair = (world.tables.users[teacher].username, ids.RECORD_COURSE)
    before = [(row[0], row[2]) for row in _page(ask)].count(pair)
    world.enrol(teacher, course, method="self")
    after = [(row[0], row[2]) for row in _page(ask)].count(pair)
    assert (before, after) == (1, 2)


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", "UTC", "Saturday, 28 February 2026, 3:59 PM"),
        ("en", "Asia/Shanghai", "Saturday, 28 February 2026, 11:59 PM"),
        ("zh_cn", "Asia/Shanghai", "2026年02月28日 星期六 下午 11:59"),
        ("xx", "Nowhere/Land", "2026年02月28日 星期六 下午 11:59"),
    ],
)
def test_times_are_minutes_in_the_language_and_zone_asked_for(
    ask: Asker, world: World, teacher: int, language: str, zone: str, expected: str
) -> None:
    course = world.course(ids.SAFETY)
    world.enrol(teacher, course.id)
    world.complete(teacher, course.id, 1_772_294_399)
    username = world.tables.users[teacher].username
    rows = _page(ask, moodlewssettinglang=language, moodlewssettingtimezone=zone)
    assert expected in [row[3] for row in rows if (row[0], row[2]) == (username, ids.SAFETY)]


def test_a_suspended_enrolment_is_no_enrolment(ask: Asker, world: World, teacher: int) -> None:
    course = world.course(ids.SAFETY).id
    world.enrol(teacher, course)
    asked = {"courseid": course, "userid": teacher}
    reply = ask("core_completion_get_course_completion_status", **asked)
    assert reply["completionstatus"]["completed"] is False
    world.enrol(teacher, course, suspended=True)
    reply = ask("core_completion_get_course_completion_status", **asked)
    assert reply["errorcode"] == "usernotenroled"
    assert course not in {row["id"] for row in ask("core_enrol_get_users_courses", userid=teacher)}


def test_a_forced_zone_wins(ask: Asker, world: World, teacher: int) -> None:
    world.force_timezone = "Asia/Tokyo"
    world.complete(teacher, ids.RECORD_COURSE, 1_772_294_399)
    rows = _page(ask, moodlewssettinglang="en", moodlewssettingtimezone="UTC")
    assert "Sunday, 1 March 2026, 12:59 AM" in [row[3] for row in rows]


@pytest.mark.parametrize(
    ("capability", "function", "parameters", "empty"),
    [
        ("moodle/course:viewparticipants", "core_enrol_get_users_courses", {"userid": 0}, []),
        (
            "moodle/user:viewdetails",
            "core_user_get_users_by_field",
            {"field": "id", "values": [0]},
            [],
        ),
    ],
)
def test_a_missing_capability_is_an_empty_reply(
    ask: Asker,
    world: World,
    teacher: int,
    capability: str,
    function: str,
    parameters: dict[str, Any],
    empty: list[Any],
) -> None:
    filled = {
        key: [teacher] if isinstance(value, list) else teacher if value == 0 else value
        for key, value in parameters.items()
    }
    assert ask(function, **filled) != empty
    world.set_capability(capability, False)
    assert ask(function, **filled) == empty


def test_an_account_out_of_order_reads_nothing_or_is_refused(
    ask: Asker, world: World, teacher: int
) -> None:
    world.policy_unaccepted = True
    assert ask("core_webservice_get_site_info")["userid"] == ask.site.account.id
    assert ask("core_enrol_get_users_courses", userid=teacher) == []
    course = world.course(ids.ETHICS).id
    asked = {"courseid": course, "userid": teacher}
    reply = ask("core_completion_get_activities_completion_status", **asked)
    assert reply["errorcode"] == "sitepolicynotagreed"
    world.policy_unaccepted = False
    world.password_change_forced = True
    reply = ask("core_completion_get_activities_completion_status", **asked)
    assert reply["errorcode"] == "forcepasswordchangenotice"


def test_a_withdrawn_function_is_refused_alone_and_in_a_batch(ask: Asker, world: World) -> None:
    world.withdraw_function("core_cohort_get_cohorts")
    assert ask("core_cohort_get_cohorts")["errorcode"] == "accessexception"
    requests = [{"function": "core_cohort_get_cohorts"}] * 2
    reply = ask("tool_mobile_call_external_functions", requests=requests)
    assert [response["error"] for response in reply["responses"]] == [True]


def test_a_long_list_is_cut_without_a_word(ask: Asker, world: World) -> None:
    world.max_input_vars = 13
    teachers = list(world.cohort(ids.TEACHERS_COHORT).members)
    reply = ask("core_user_get_users_by_field", field="id", values=teachers)
    assert 0 < len(reply) < len(teachers)


def test_names_follow_the_language(ask: Asker, world: World) -> None:
    user = world.add_user("zhang", firstname="三", lastname="张")
    asked = {"field": "id", "values": [user.id]}
    [chinese] = ask("core_user_get_users_by_field", **asked)
    [english] = ask("core_user_get_users_by_field", **asked, moodlewssettinglang="en")
    assert (chinese["fullname"], english["fullname"]) == ("张三", "三 张")
    user.firstname = "三<script>"
    refused = ask("core_user_get_users", criteria=[{"key": "email", "value": "%"}])
    assert refused["errorcode"] == "invalidresponse"


def test_a_record_hidden_from_learners_is_not_among_their_courses(
    ask: Asker, world: World, teacher: int
) -> None:
    record = world.course(ids.RECORD_COURSE)
    shown = {row["id"] for row in ask("core_enrol_get_users_courses", userid=teacher)}
    assert record.id in shown
    record.visible = False
    world.set_capability("moodle/course:viewhiddencourses", True)
    shown = {row["id"] for row in ask("core_enrol_get_users_courses", userid=teacher)}
    assert record.id not in shown


def test_special_grades_differ_from_the_gradebook(ask: Asker, world: World, teacher: int) -> None:
    now = world.now()
    for kind, activity in (("blind", "MENTAL-SELF"), ("workflow", "RESEARCH-LETTER")):
        row = world.assignment(activity)
        world.enrol(teacher, row.course)
        world.submit(teacher, activity, "<p>文</p>", now)
        world.grade(
            teacher, activity, 81, now, workflowstate="inreview" if kind == "workflow" else ""
        )
        [reply] = ask("mod_assign_get_grades", assignmentids=[row.id], since=now)["assignments"]
        assert [grade["grade"] for grade in reply["grades"]] == ["81.00000"]
        assert world.grade_of(teacher, activity) is None
    world.grade(teacher, "RESEARCH-LETTER", 81, now, workflowstate="released")
    assert world.grade_of(teacher, "RESEARCH-LETTER") == 81


def test_a_reopened_attempt_forgets_its_grade(ask: Asker, world: World, teacher: int) -> None:
    row = world.assignment("READING-ESSAY")
    world.tables.submissions[row.id].clear()
    world.tables.grades[row.id].clear()
    now = world.now()
    world.submit(teacher, row.id, "<p>一稿</p>", now)
    world.grade(teacher, row.id, 40, now)
    reply = ask("mod_assign_get_grades", assignmentids=[row.id])
    assert reply["assignments"] == []
    [warning] = reply["warnings"]
    assert warning["warningcode"] == "3"
    assert world.grade_of(teacher, row.id) == 40
