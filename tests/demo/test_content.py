"""The made-up prefecture is lifelike enough to show what the program does."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from moodle_cpd.demo import World, build_world
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.catalogue import TRAININGS
from moodle_cpd.demo.story import COMPULSORY, HOMEROOM_COURSES

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = {training.idnumber: training.hours for training in TRAININGS}


@pytest.fixture(scope="module")
def prefecture() -> World:
    return build_world(1, today=date(2026, 11, 22))


def _completed(world: World, user: int, start: date, end: date) -> set[str]:
    """Idnumbers of the trainings completed by a teacher between two days, the end excluded."""
    found = set()
    for (who, course), completion in world.tables.completions.items():
        if who == user and completion.timecompleted is not None:
            day = datetime.fromtimestamp(completion.timecompleted, ZONE).date()
            if start <= day < end:
                found.add(world.tables.courses[course].idnumber)
    return found


def test_it_has_the_size_that_is_promised(prefecture: World) -> None:
    tables = prefecture.tables
    teachers = [tables.users[user] for user in prefecture.cohort(ids.TEACHERS_COHORT).members]
    assert len(teachers) == 120
    assert len({user.profile.get(ids.COUNTY_FIELD) for user in teachers} - {None}) == 3
    assert len({user.profile.get(ids.SCHOOL_FIELD) for user in teachers} - {None}) == 6
    assert len({user.profile.get(ids.STAGE_FIELD) for user in teachers} - {None}) == 5
    assert {course.idnumber for course in tables.courses.values()} == {
        *ids.TRAINING_COURSES,
        ids.RECORD_COURSE,
    }
    assert len(ids.TRAINING_COURSES) == 27


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_good_share_reaches_the_yearly_hours(seed: int) -> None:
    world = build_world(seed, today=date(2026, 11, 22))
    reached = 0
    for user in world.cohort(ids.TEACHERS_COHORT).members:
        done = _completed(world, user, date(2025, 3, 1), date(2026, 3, 1))
        total = sum(HOURS[idnumber] for idnumber in done)
        reached += total >= 72 and done.issuperset((*COMPULSORY, ids.RESEARCH))
    assert 45 <= reached <= 90


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_about_half_of_the_homeroom_teachers_pass(seed: int) -> None:
    world = build_world(seed, today=date(2026, 11, 22))
    teachers = [
        user
        for user in world.cohort(ids.TEACHERS_COHORT).members
        if "班主任" in world.tables.users[user].profile[ids.DUTY_FIELD].split("、")
    ]
    passed = [
        user
        for user in teachers
        if _completed(world, user, date(2026, 1, 1), date(2027, 1, 1)).issuperset(HOMEROOM_COURSES)
    ]
    assert 0.3 * len(teachers) <= len(passed) <= 0.7 * len(teachers)


def test_nothing_happened_today_or_later(prefecture: World) -> None:
    end = datetime(2026, 11, 22, tzinfo=ZONE).timestamp()
    tables = prefecture.tables
    times = [row.timecompleted or 0 for row in tables.completions.values()]
    times += [
        row.timemodified for rows in tables.grades.values() for r in rows.values() for row in r
    ]
    assert max(times) < end
    assert max(times) > end - 40 * 86400
    assert prefecture.tables.messages == []


@pytest.mark.parametrize("today", [date(2025, 3, 1), date(2026, 2, 28), date(2027, 6, 15)])
def test_any_day_has_its_two_periods(today: date) -> None:
    world = build_world(1, today=today, teachers=40)
    this_year = today.year if today.month >= 3 else today.year - 1
    for period in (str(this_year - 1), str(this_year)):
        assert world.assignment(ids.qianshan(period)).grade == 1000
        assert world.cohort(ids.homeroom(period)).members == {}
    assert world.tables.completions


def test_names_and_profiles_are_awkward(prefecture: World) -> None:
    users = [prefecture.tables.users[u] for u in prefecture.cohort(ids.TEACHERS_COHORT).members]
    names = "".join(user.lastname + user.firstname for user in users)
    for part in ("𠅤", "㛃", "䶮", "㙓", "𬭚", "O'Brien", "=HYPERLINK(", "#", "·", "&"):
        assert part in names
    assert any(not user.idnumber for user in users)
    assert any(user.suspended for user in users)
    for field in (ids.SCHOOL_FIELD, ids.BIRTH_FIELD, ids.HIRE_FIELD):
        assert any(field not in user.profile for user in users)
    texts = [value for user in users for value in user.profile.values()]
    assert any("<script>" in text for text in texts)
    assert any("、" in user.profile[ids.DUTY_FIELD] for user in users)


def test_every_kind_of_marking_leaves_its_traces(prefecture: World) -> None:
    tables = prefecture.tables
    by_name = {row.idnumber: row for row in tables.assignments.values()}
    workflow = by_name["RESEARCH-LETTER"].id
    held = {tables.flags[workflow, user].workflowstate for user in tables.grades[workflow]}
    assert held == {"released", "inreview"}
    blind = by_name["MENTAL-SELF"].id
    assert tables.grades[blind]
    assert not [key for key in tables.gradebook if key[0] == blind]
    team = by_name["EDTECH-CLIP"].id
    assert all(user == 0 for user, _ in tables.submissions[team])
    assert any(group for _, group in tables.submissions[team])
    reopened = tables.submissions[by_name["READING-ESSAY"].id].values()
    assert any(rows[-1].status == "reopened" for rows in reopened)
    unmarked = tables.submissions[by_name["ETHICS-NOTES"].id]
    graded = tables.grades[by_name["ETHICS-NOTES"].id]
    assert any(
        rows[-1].status == "submitted" and user not in graded
        for (user, _), rows in unmarked.items()
    )


def test_some_left_and_some_are_enrolled_twice(prefecture: World) -> None:
    course = prefecture.course(ids.RESEARCH).id
    tables = prefecture.tables
    enrolled = [row.user for row in tables.enrolments[course]]
    assert len(enrolled) > len(set(enrolled))
    left = {
        user
        for (user, where), row in tables.completions.items()
        if where == course and row.timecompleted and user not in enrolled
    }
    assert left


def test_dates_are_midnights_of_the_sites_zone(prefecture: World) -> None:
    for user in prefecture.cohort(ids.TEACHERS_COHORT).members:
        value = prefecture.tables.users[user].profile.get(ids.BIRTH_FIELD)
        if value is not None:
            born = datetime.fromtimestamp(int(value), ZONE)
            assert (born.hour, born.minute, born.second) in {(0, 0, 0), (1, 0, 0)}
