"""Builds the made-up site: structure here, two years of training in ``story``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from hashlib import sha256
from random import Random
from zoneinfo import ZoneInfo

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.catalogue import CATEGORIES, SCHOOL_TRAININGS, TRAININGS, Training, Work
from moodle_cpd.demo.four_levels import play_four_levels
from moodle_cpd.demo.people import Teacher, draw_teachers
from moodle_cpd.demo.state import (
    BY_ACTIVITY,
    BY_SELF,
    Assignment,
    Badge,
    Cohort,
    Course,
    CourseCategory,
    Criterion,
    ProfileField,
    Report,
    ReportColumn,
)
from moodle_cpd.demo.story import play
from moodle_cpd.demo.two_schools import SCHOOL_TERM, play_two_schools
from moodle_cpd.demo.world import ADMIN, World, seconds

ZONE = ZoneInfo("Asia/Shanghai")

PROFILE_FIELDS = (
    (ids.COUNTY_FIELD, "县区", "text"),
    (ids.SCHOOL_FIELD, "学校", "text"),
    (ids.DUTY_FIELD, "职务", "text"),
    (ids.STAGE_FIELD, "学段", "menu"),
    (ids.BIRTH_FIELD, "出生日期", "datetime"),
    (ids.HIRE_FIELD, "参加工作日期", "datetime"),
    (ids.NOTE_FIELD, "备注", "text"),
)


def build_world(
    seed: int = 1,
    *,
    today: date,
    teachers: int = 120,
    clock: Callable[[], float] | None = None,
) -> World:
    """Build a made-up prefecture: 3 counties, 6 schools, 27 courses, two years of training.

    Args:
        seed: the same seed, date and number give the same world.
        today: all that happened, happened before this day began in the site's zone.
        teachers: how many of them.
        clock: the site's clock in Unix seconds; without one it starts at noon of ``today``.
    """
    random = Random(f"{seed}/{today.isoformat()}/{teachers}")  # noqa: S311 - a made-up world, nothing secret
    world = empty_world(seed, today, clock)
    periods = (str(first_year(today)), str(first_year(today) + 1))
    opened = midnight(date(first_year(today), 1, 10))
    add_accounts(world, opened)
    drawn = draw_teachers(random, teachers, today)
    users = [add_teacher(world, number, teacher, opened) for number, teacher in enumerate(drawn)]
    add_categories(world)
    for training in TRAININGS:
        _add_training(world, training, opened)
    add_cohorts(world, users, periods, opened)
    add_record_course(world, users, periods, opened)
    add_report(world, opened)
    for training in SCHOOL_TRAININGS:
        _add_training(world, training, opened)
    add_school_records(world, periods, opened)
    add_hours_activity(world, opened)
    play(world, random, drawn, users, today)
    play_four_levels(world, seed, drawn, users, today)
    play_two_schools(world, seed, drawn, users, today)
    world.tables.messages.clear()
    world.description = describe(world, periods)
    return world


def empty_world(seed: int, today: date, clock: Callable[[], float] | None) -> World:
    """A site with nothing in it; without a clock its own starts at noon of ``today``."""
    if clock is None:
        noon = datetime.combine(today, time_of_day(12), ZONE).timestamp()
        started = time.monotonic()

        def ticking() -> float:
            return noon + time.monotonic() - started

        clock = ticking
    return World(clock=clock, token=sha256(f"demo/{seed}".encode()).hexdigest()[:32])


def first_year(today: date) -> int:
    """The year in which the period before the one of ``today`` began (periods begin in March)."""
    return today.year - 1 if today.month >= 3 else today.year - 2


def midnight(day: date) -> int:
    """Unix seconds of midnight in the site's zone."""
    return seconds(datetime.combine(day, time_of_day(), ZONE))


def add_accounts(world: World, at: int) -> None:
    """Guest, administrator, the service account, and the profile fields."""
    world.add_user("guest", firstname="访客", lastname=" ", at=at)
    world.add_user("admin", firstname="管理员", lastname="系统", at=at)
    account = world.add_user(ids.SERVICE_USERNAME, firstname="同步服务", lastname="继续教育", at=at)
    world.service_user_id = account.id
    for number, (shortname, name, datatype) in enumerate(PROFILE_FIELDS, start=1):
        world.tables.profile_fields.append(ProfileField(number, shortname, name, datatype))


def add_teacher(world: World, number: int, teacher: Teacher, at: int) -> int:
    """An account for a teacher; returns its user id."""
    profile = {ids.DUTY_FIELD: "、".join(teacher.duties)}
    if teacher.school is not None:
        profile[ids.COUNTY_FIELD] = teacher.school.county
        profile[ids.SCHOOL_FIELD] = teacher.school.name
        profile[ids.STAGE_FIELD] = teacher.school.stage
    if teacher.birth is not None:
        profile[ids.BIRTH_FIELD] = str(midnight(teacher.birth))
    if teacher.hire is not None:
        profile[ids.HIRE_FIELD] = str(midnight(teacher.hire))
    if number % 50 == 7:
        profile[ids.NOTE_FIELD] = "<script>alert('备注')</script> =1+1"
    user = world.add_user(
        f"teacher{number + 1:04d}",
        firstname=teacher.firstname,
        lastname=teacher.lastname,
        idnumber=teacher.idnumber,
        profile=profile,
        suspended=teacher.suspended,
        at=at,
    )
    return user.id


def add_categories(world: World) -> None:
    """The course categories."""
    by_idnumber = {"": 0}
    for idnumber, name, parent in CATEGORIES:
        row = CourseCategory(world.tables.next_id("category"), name, idnumber, by_idnumber[parent])
        by_idnumber[idnumber] = row.id
        world.tables.categories[row.id] = row


def _category(world: World, idnumber: str) -> int:
    return next(row.id for row in world.tables.categories.values() if row.idnumber == idnumber)


def add_course(
    world: World, idnumber: str, *, shortname: str, fullname: str, category: str, at: int
) -> Course:
    """A course without activities; Moodle's front page has id 1."""
    if not world.tables.courses:
        world.tables.next_id("course")  # Moodle's front page is course 1
    course = Course(
        id=world.tables.next_id("course"),
        idnumber=idnumber,
        shortname=shortname,
        fullname=fullname,
        category=_category(world, category),
        startdate=at,
        timecreated=at,
        timemodified=at,
    )
    world.tables.courses[course.id] = course
    return course


def add_assignment(world: World, assignment: Assignment) -> Assignment:
    """Put an assignment into its course."""
    world.tables.assignments[assignment.id] = assignment
    world.tables.modules[assignment.cmid] = assignment
    world.tables.course_assignments[assignment.course].append(assignment)
    return assignment


def _add_training(world: World, training: Training, at: int) -> None:
    course = add_course(
        world,
        training.idnumber,
        shortname=training.shortname,
        fullname=training.fullname,
        category=training.category,
        at=at,
    )
    if training.field:
        course.custom_fields[ids.HOURS_FIELD] = str(training.hours)
    for work in training.works:
        assignment = add_assignment(world, _assignment(world, course, work, at))
        if work.marking == "plain" and training.idnumber != ids.SAFETY:
            course.criteria.append(
                Criterion(world.tables.next_id("criterion"), BY_ACTIVITY, assignment.cmid)
            )
    if not course.criteria:
        course.criteria.append(Criterion(world.tables.next_id("criterion"), BY_SELF))


def _assignment(world: World, course: Course, work: Work, at: int) -> Assignment:
    return Assignment(
        id=world.tables.next_id("assignment"),
        cmid=world.tables.next_id("module") + 100,
        course=course.id,
        name=work.name,
        idnumber=work.idnumber,
        gradepass=work.gradepass,
        onlinetext=work.kind == "text",
        submission_files=work.kind == "file",
        blindmarking=work.marking == "blind",
        markingworkflow=work.marking == "workflow",
        teamsubmission=work.marking == "team",
        attemptreopenmethod="untilpass" if work.marking == "reopen" else "none",
        maxattempts=-1 if work.marking == "reopen" else 1,
        completionusegrade=True,
        completionpassgrade=work.gradepass > 0,
        timemodified=at,
    )


def add_cohorts(world: World, users: list[int], periods: tuple[str, ...], at: int) -> None:
    """The cohort of all teachers, and one with its badge for each period's homeroom award."""
    cohort = Cohort(world.tables.next_id("cohort"), ids.TEACHERS_COHORT, "全体教师")
    cohort.members = dict.fromkeys(users, at)
    world.tables.cohorts[cohort.id] = cohort
    for period in periods:
        cohort = Cohort(
            world.tables.next_id("cohort"), ids.homeroom(period), f"班主任培训合格 {period}"
        )
        world.tables.cohorts[cohort.id] = cohort
        badge = Badge(
            world.tables.next_id("badge"),
            ids.homeroom_badge(period),
            cohort=cohort.id,
            description="班主任培训学时与考核合格",
            timecreated=at,
        )
        world.tables.badges[badge.id] = badge


def add_record_course(world: World, users: list[int], periods: tuple[str, ...], at: int) -> None:
    """The course in which certificates are handed over; ``users`` are enrolled in it."""
    course = add_course(
        world,
        ids.RECORD_COURSE,
        shortname="学时登记",
        fullname="继续教育学时登记与证书",
        category="ARC",
        at=at,
    )
    awards = [(ids.qianshan(p), f"千山区 72 学时 {p}", ids.qianshan_badge(p)) for p in periods]
    awards += [
        (ids.homeroom(p), f"班主任 30 学时 {p}", ids.homeroom_record_badge(p)) for p in periods
    ]
    awards += [
        (ids.four_level(p), f"全州教师培训 {p}", ids.four_level_badge(p))
        for p in _school_years(periods)
    ]
    _add_records(world, awards, at)
    for user in users:
        world.enrol(user, course.id, at=at)


def add_school_records(world: World, periods: tuple[str, ...], at: int) -> None:
    """Record activities for what the two schools award by plans of their own."""
    term = SCHOOL_TERM.strftime("%Y-%m")
    awards = [(ids.yulin(term), f"榆林镇中心小学校本培训 {term}", ids.yulin_badge(term))]
    awards += [
        (ids.shexian(p), f"教研积极分子 {p}", ids.shexian_badge(p)) for p in _school_years(periods)
    ]
    _add_records(world, awards, at)


def add_hours_activity(world: World, at: int) -> None:
    """The assignment in the record course that shows hours all year long; nothing hangs on it."""
    add_assignment(
        world,
        Assignment(
            id=world.tables.next_id("assignment"),
            cmid=world.tables.next_id("module") + 100,
            course=world.course(ids.RECORD_COURSE).id,
            name="学时进度",
            idnumber=ids.QIANSHAN_PROGRESS,
            onlinetext=False,
            timemodified=at,
        ),
    )


def _school_years(periods: tuple[str, ...]) -> tuple[str, ...]:
    """School years begin in September: the first of the years still sees the one before it."""
    return str(int(periods[0]) - 1), *periods


def _add_records(world: World, awards: Sequence[tuple[str, str, str]], at: int) -> None:
    """Record activities, each with its badge: idnumber, name, name of the badge."""
    course = world.course(ids.RECORD_COURSE)
    for idnumber, name, badge_name in awards:
        assignment = add_assignment(
            world,
            Assignment(
                id=world.tables.next_id("assignment"),
                cmid=world.tables.next_id("module") + 100,
                course=course.id,
                name=name,
                idnumber=idnumber,
                grade=1000,
                gradepass=1.0,
                onlinetext=False,
                feedback_files=True,
                completionusegrade=True,
                completionpassgrade=True,
                timemodified=at,
            ),
        )
        badge = Badge(
            world.tables.next_id("badge"),
            badge_name,
            course=course.id,
            cmid=assignment.cmid,
            description=name,
            timecreated=at,
        )
        world.tables.badges[badge.id] = badge


def add_report(world: World, at: int) -> None:
    """The custom report over course participants."""
    report = Report(
        id=world.tables.next_id("report"),
        name=ids.COMPLETIONS_REPORT,
        columns=[
            ReportColumn("user:username"),
            ReportColumn("course:courseshortnamewithlink"),
            ReportColumn("course:idnumber"),
            ReportColumn("completion:timecompleted"),
        ],
        filters=["completion:completed", "completion:timecompleted"],
        sort=["user:id", "course:id"],
        audience={ADMIN, world.service_user_id},
        timecreated=at,
    )
    world.tables.reports[report.id] = report


def describe(world: World, periods: tuple[str, ...]) -> str:
    """The ids of what the world holds, a line each."""
    lines = [f"teachers {len(world.cohort(ids.TEACHERS_COHORT).members)}"]
    lines += [
        f"course {row.id} {row.idnumber} {row.fullname}" for row in world.tables.courses.values()
    ]
    lines += [f"cohort {row.id} {row.idnumber}" for row in world.tables.cohorts.values()]
    lines += [
        f"assignment {row.id} (course module {row.cmid}) {row.idnumber}"
        for row in world.tables.assignments.values()
        if row.idnumber
    ]
    lines.append("periods " + " ".join(periods))
    return "\n".join(lines)
