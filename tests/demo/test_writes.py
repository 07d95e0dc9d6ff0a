"""What writing does: badges once, messages, files, and what a failure leaves behind."""

from __future__ import annotations

import base64
from typing import Any

from moodle_cpd.demo import World
from tests.demo.asking import Asker, mark

BADGE = "班主任培训合格 2026"
RECORD = "qianshan-2025"


def _join(ask: Asker, cohort: str, *users: int) -> Any:
    members = [
        {
            "cohorttype": {"type": "idnumber", "value": cohort},
            "usertype": {"type": "id", "value": user},
        }
        for user in users
    ]
    return ask("core_cohort_add_cohort_members", members=members)


def _save(ask: Asker, world: World, *grades: dict[str, Any], activity: str = RECORD) -> Any:
    return ask(
        "mod_assign_save_grades",
        assignmentid=world.assignment(activity).id,
        applytoall=0,
        grades=list(grades),
    )


def _draft(ask: Asker, name: str, content: bytes) -> int:
    reply = ask(
        "core_files_upload",
        component="user",
        filearea="draft",
        itemid=0,
        filepath="/",
        filename=name,
        filecontent=base64.b64encode(content).decode(),
        contextlevel="user",
        instanceid=ask.site.account.id,
    )
    return int(reply["itemid"])


def test_joining_a_cohort_gives_its_badge_once(ask: Asker, world: World, teacher: int) -> None:
    assert _join(ask, "homeroom-2026", teacher) == {"warnings": []}
    assert world.badges_of(teacher) == [BADGE]
    assert [message.kind for message in world.tables.messages] == ["badgerecipientnotice"]
    cohort = world.cohort("homeroom-2026")
    ask("core_cohort_delete_cohort_members", members=[{"cohortid": cohort.id, "userid": teacher}])
    assert teacher not in cohort.members
    assert world.badges_of(teacher) == [BADGE]
    _join(ask, "homeroom-2026", teacher)
    assert world.badges_of(teacher) == [BADGE]
    assert len(world.tables.messages) == 1


def test_a_cohort_without_badge_gives_none(ask: Asker, world: World) -> None:
    stranger = world.add_user("stranger", firstname="甲", lastname="路")
    _join(ask, "teachers", stranger.id)
    assert world.badges_of(stranger.id) == []
    assert world.tables.messages == []


def test_one_refused_member_lets_nobody_join(ask: Asker, world: World, teacher: int) -> None:
    world.set_capability("moodle/cohort:assign", False)
    assert _join(ask, "homeroom-2026", teacher)["errorcode"] == "nopermissions"
    assert world.cohort("homeroom-2026").members == {}


def test_a_grade_completes_and_gives_badge_and_file(ask: Asker, world: World, teacher: int) -> None:
    draft = _draft(ask, "证书.pdf", b"%PDF one")
    assert _save(ask, world, mark(teacher, 72.5, draft)) is None
    assert world.grade_of(teacher, RECORD) == 72.5
    assert world.badges_of(teacher) == ["千山区教师继续教育 2025"]
    assert [file.content for file in world.files_of(teacher, RECORD)] == [b"%PDF one"]
    kinds = sorted(message.kind for message in world.tables.messages)
    assert kinds == ["assign_notification", "badgerecipientnotice"]
    _save(ask, world, mark(teacher, 73))
    assert len(world.badges_of(teacher)) == 1
    assert len(world.tables.messages) == 3


def test_the_draft_replaces_the_files_that_were_there(
    ask: Asker, world: World, teacher: int
) -> None:
    _save(ask, world, mark(teacher, 72, _draft(ask, "a.pdf", b"%PDF one")))
    _save(ask, world, mark(teacher, 72, _draft(ask, "b.pdf", b"%PDF two")))
    assert [file.filename for file in world.files_of(teacher, RECORD)] == ["b.pdf"]
    _save(ask, world, mark(teacher, 72, draft=0))
    assert world.files_of(teacher, RECORD) == []


def test_the_same_name_twice_in_a_draft_is_refused(ask: Asker) -> None:
    draft = _draft(ask, "a.pdf", b"1")
    again = ask(
        "core_files_upload",
        component="user",
        filearea="draft",
        itemid=draft,
        filepath="/",
        filename="a.pdf",
        filecontent="MQ==",
        contextlevel="user",
        instanceid=ask.site.account.id,
    )
    assert again["errorcode"] == "fileexist"


def test_an_error_leaves_those_before_it_graded(ask: Asker, world: World) -> None:
    first, second, third = list(world.cohort("teachers").members)[:3]
    _save(ask, world, mark(second, 70))
    silent = mark(second, 71)
    del silent["plugindata"]["assignfeedbackcomments_editor"]
    reply = _save(ask, world, mark(first, 80), silent, mark(third, 90))
    assert reply["errorcode"] == "dmlwriteexception"
    assert world.grade_of(first, RECORD) == 80
    assert world.grade_of(second, RECORD) == 70
    assert world.grade_of(third, RECORD) is None


def test_above_the_maximum_an_earlier_grade_stays(ask: Asker, world: World, teacher: int) -> None:
    _save(ask, world, mark(teacher, 72))
    _save(ask, world, mark(teacher, 1001))
    assert world.grade_of(teacher, RECORD) == 72


def test_grades_of_an_overridden_entry_stay(ask: Asker, world: World, teacher: int) -> None:
    world.override_grade(teacher, RECORD, 5.0, world.now(), locked=False)
    _save(ask, world, mark(teacher, 72))
    assert world.grade_of(teacher, RECORD) == 5.0


def test_the_gradebook_is_written_without_a_message(ask: Asker, world: World, teacher: int) -> None:
    world.set_capability("moodle/grade:edit", True)
    record = world.assignment(RECORD)
    answer = ask(
        "core_grades_update_grades",
        source="moodle-cpd",
        courseid=record.course,
        component="mod_assign",
        activityid=record.cmid,
        itemnumber=0,
        grades=[{"studentid": teacher, "grade": 72}],
    )
    assert answer == 0
    assert world.grade_of(teacher, RECORD) == 72
    assert [message.kind for message in world.tables.messages] == ["badgerecipientnotice"]


def test_enrolling_by_hand(ask: Asker, world: World) -> None:
    stranger = world.add_user("stranger", firstname="甲", lastname="路")
    course = world.course("CPD-RECORD").id
    entry = {"roleid": 5, "userid": stranger.id, "courseid": course}
    assert ask("enrol_manual_enrol_users", enrolments=[entry]) is None
    assert world.tables.is_active(stranger.id, course, world.now())
    world.set_capability("moodle/role:assign", False)
    refused = ask("enrol_manual_enrol_users", enrolments=[entry])
    assert refused["errorcode"] == "wsusercannotassign"


def test_hidden_badges_are_not_shown_to_others(ask: Asker, world: World, teacher: int) -> None:
    world.tables.users[teacher].hides_badges = True
    _join(ask, "homeroom-2026", teacher)
    assert world.badges_of(teacher) == [BADGE]
    assert ask("core_badges_get_user_badges", userid=teacher)["badges"] == []
