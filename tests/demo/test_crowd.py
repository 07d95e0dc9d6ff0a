"""A crowd answers as rows would, and holds nearly nothing."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from moodle_cpd.demo import EmbeddedMoodle, World, build_crowd
from tests.conftest import TODAY
from tests.demo.asking import Asker

Change = Callable[[World, int], object]


@pytest.fixture
def world() -> World:
    return build_crowd(seed=3, today=TODAY, teachers=13, courses=7)


def rows(ask: Asker, size: int, **values: int) -> list[tuple[str, ...]]:
    """User name, link to the course, its idnumber and time of every row, read page by page."""
    named = {f"completion:{name}": value for name, value in values.items()}
    ask("core_reportbuilder_set_filters", reportid=1, values=json.dumps(named))
    found: list[tuple[str, ...]] = []
    for page in range(1000):
        reply = ask("core_reportbuilder_retrieve_report", reportid=1, page=page, perpage=size)
        data = reply["data"]
        found += [tuple(row["columns"]) for row in data["rows"]]
        if not data["rows"]:
            return found
        assert data["totalrowcount"] >= len(found)
    raise AssertionError


def nothing(_: World, __: int) -> None:
    """The crowd as it was built."""


CHANGES: dict[str, Change] = {
    "nothing": nothing,
    "complete": lambda w, u: w.complete(u, "M-0003", w.now()),
    "uncomplete": lambda w, u: w.uncomplete(u, "M-0002"),
    "second enrolment": lambda w, u: w.enrol(u, "M-0004", method="self"),
    "suspended": lambda w, u: w.enrol(u, "M-0004", suspended=True),
    "unenrol": lambda w, u: w.unenrol(u, "M-0005"),
    "user deleted": lambda w, u: setattr(w.tables.users[u], "deleted", True),
    "course deleted": lambda w, _: w.delete_course("M-0001"),
    "somebody else": lambda w, _: w.enrol(w.service_user_id, "M-0006"),
    "grade": lambda w, u: w.grade(u, "M-0006-TASK", 61, w.now()),
}


@pytest.mark.parametrize("active_only", [False, True])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_counted_rows_are_those_put_together(
    world: World, ask: Asker, change: Change, active_only: bool
) -> None:
    change(world, 7)
    report = world.tables.reports[1]
    report.active_only = active_only
    middle = sorted(row.timecompleted or 0 for row in world.tables.completions.values())[30]
    filters: list[dict[str, int]] = [
        {},
        {"completed_operator": 1},
        {"completed_operator": 2},
        {"timecompleted_operator": 3, "timecompleted_from": middle},
        {"timecompleted_operator": 3, "timecompleted_to": middle},
        {"timecompleted_operator": 2},
    ]
    for values in filters:
        report.sort = ["user:id", "course:id"]
        counted = rows(ask, 11, **values)
        report.sort = ["user:id", "course:id", "completion:timecompleted"]
        assert counted == rows(ask, 1000, **values), values


def test_every_reading_tells_the_same(world: World, ask: Asker) -> None:
    user = {row.username: row.id for row in world.tables.users.values()}
    done = {
        (user[row[0]], int(re.findall(r"id=(\d+)", row[1])[0]))
        for row in rows(ask, 1000, completed_operator=1)
    }
    assert 30 < len(done) < 13 * 7
    teachers = sorted(world.cohort("teachers").members)
    for teacher in teachers:
        listed = ask("core_enrol_get_users_courses", userid=teacher)
        assert len(listed) == 8, "the record course is the eighth"
        assert {(teacher, c["id"]) for c in listed if c["completed"]} == {
            pair for pair in done if pair[0] == teacher
        }
    for task in world.tables.assignments.values():
        if not task.idnumber.startswith("M-"):
            continue
        passed = {teacher for teacher, course in done if course == task.course}
        [grades] = ask("mod_assign_get_grades", assignmentids=[task.id])["assignments"]
        assert {row["userid"] for row in grades["grades"]} == passed
        handed = ask("mod_assign_get_submissions", assignmentids=[task.id])["assignments"]
        assert {row["userid"] for row in handed[0]["submissions"]} == passed
        for teacher in teachers:
            status = ask(
                "core_completion_get_course_completion_status",
                courseid=task.course,
                userid=teacher,
            )["completionstatus"]
            assert status["completed"] == (teacher in passed)
            book = ask("gradereport_user_get_grade_items", courseid=task.course, userid=teacher)[
                "usergrades"
            ][0]["gradeitems"][0]
            assert (book["graderaw"] is not None) == (teacher in passed)


def test_a_grade_for_one_changes_one(world: World, ask: Asker) -> None:
    task = world.assignment("M-0002-TASK")
    before = ask("mod_assign_get_grades", assignmentids=[task.id])["assignments"][0]["grades"]
    world.grade(9, task.id, 99.5, world.now())
    after = ask("mod_assign_get_grades", assignmentids=[task.id])["assignments"][0]["grades"]
    assert [row for row in after if row["userid"] != 9] == [
        row for row in before if row["userid"] != 9
    ]
    assert [row["grade"] for row in after if row["userid"] == 9] == ["99.50000"]


def test_looking_keeps_nothing(world: World, ask: Asker) -> None:
    for teacher in world.cohort("teachers").members:
        ask("core_enrol_get_users_courses", userid=teacher)
    ask("core_enrol_get_enrolled_users", courseid=world.course("M-0001").id)
    rows(ask, 50)
    tables: Any = world.tables
    for name in ("enrolments", "enrolments_of", "completions", "gradebook"):
        assert getattr(tables, name).touched() == set()


def test_a_pair_takes_a_few_bytes() -> None:
    sizes = []
    for courses in (20, 220):
        tracemalloc.start()
        world = build_crowd(seed=1, today=TODAY, teachers=200, courses=courses)
        sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        assert world.tables.crowd is not None
    per_course = (sizes[1] - sizes[0]) / 200
    assert per_course < 200 * 6 + 4000, "six bytes a pair, and the course itself"


def test_two_of_a_seed_are_one(world: World) -> None:
    again = build_crowd(seed=3, today=TODAY, teachers=13, courses=7)
    assert again.tables.crowd is not None
    assert world.tables.crowd is not None
    assert again.tables.crowd.completed == world.tables.crowd.completed
    with EmbeddedMoodle(again) as site:
        assert site.token == world.token
