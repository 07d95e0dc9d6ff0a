"""Builds a site of many teachers and courses, as large as a county's."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from moodle_cpd.demo import build
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.crowd import Crowd
from moodle_cpd.demo.people import draw_teachers
from moodle_cpd.demo.state import BY_ACTIVITY, Assignment, Criterion
from moodle_cpd.demo.world import World

_HOURS = 2


def build_crowd(
    seed: int = 1,
    *,
    today: date,
    teachers: int = 15_000,
    courses: int = 100,
    share: float = 0.6,
    clock: Callable[[], float] | None = None,
) -> World:
    """Build a site where every teacher is enrolled in every course.

    Courses have the idnumbers ``M-0001``, ``M-0002`` … in course category ``ELE``, two hours in
    their custom field, and one assignment each (``M-0001-TASK`` …) that completes them.

    Args:
        seed: the same seed, date and numbers give the same world.
        today: all that happened, happened before this day began in the site's zone.
        teachers: how many.
        courses: how many, without the record course.
        share: of all pairs of teacher and course, how many are completed.
        clock: the site's clock in Unix seconds; without one it starts at noon of ``today``.
    """
    random = Random(f"{seed}/{today.isoformat()}/{teachers}/{courses}/{share}")  # noqa: S311 - a made-up world, nothing secret
    world = build.empty_world(seed, today, clock)
    first = date(build.first_year(today), 3, 1)
    periods = (str(first.year), str(first.year + 1))
    opened = build.midnight(first - timedelta(days=50))
    build.add_accounts(world, opened)
    drawn = draw_teachers(random, teachers, today)
    users = [build.add_teacher(world, n, teacher, opened) for n, teacher in enumerate(drawn)]
    build.add_categories(world)
    assignments = [_add_course(world, number, opened) for number in range(1, courses + 1)]
    build.add_cohorts(world, users, periods, opened)
    build.add_record_course(world, [], periods, opened)
    build.add_report(world, opened)
    begin, end = build.midnight(first), build.midnight(today)
    crowd = Crowd(
        first_user=users[0],
        teachers=teachers,
        first_course=assignments[0].course,
        first_assignment=assignments[0].id,
        first_cmid=assignments[0].cmid,
        criteria=[world.tables.courses[each.course].criteria[0].id for each in assignments],
        opened=opened,
        completed=_completed(random, teachers, courses, share, begin, end),
    )
    world.tables.derive_from(crowd)
    world.description = build.describe(world, periods)
    return world


def _completed(
    random: Random, teachers: int, courses: int, share: float, begin: int, end: int
) -> array[int]:
    draw, span = random.random, end - begin
    column = array("I")
    for _ in range(teachers):
        column.extend(begin + int(draw() * span) if draw() < share else 0 for _ in range(courses))
        column.append(0)  # the record course
    return column


def _add_course(world: World, number: int, at: int) -> Assignment:
    name = f"M-{number:04d}"
    course = build.add_course(
        world,
        name,
        shortname=f"选修 {number}",
        fullname=f"选修课程 {number}",
        category="ELE",
        at=at,
    )
    course.custom_fields[ids.HOURS_FIELD] = str(_HOURS)
    assignment = build.add_assignment(
        world,
        Assignment(
            id=world.tables.next_id("assignment"),
            cmid=world.tables.next_id("module") + 100,
            course=course.id,
            name=f"作业 {number}",
            idnumber=f"{name}-TASK",
            gradepass=60.0,
            completionusegrade=True,
            completionpassgrade=True,
            timemodified=at,
        ),
    )
    course.criteria.append(
        Criterion(world.tables.next_id("criterion"), BY_ACTIVITY, assignment.cmid)
    )
    return assignment
