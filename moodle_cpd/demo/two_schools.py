"""What two schools trained by plans of their own: one in autumn 2023, one in the last school year.

Their courses were set up after all others, and their chances are their own, so that the rest of
the world stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from random import Random
from typing import Final

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.catalogue import SCHOOL_TRAININGS, SCHOOL_YEAR_MONTHS, Work
from moodle_cpd.demo.people import HEAD, SHEXIAN, SUPPORT, YULIN, Teacher
from moodle_cpd.demo.story import ZONE, Story, hand_in_and_mark
from moodle_cpd.demo.world import World
from moodle_cpd.demo.writing import essay, scan

SCHOOL_TERM: Final = date(2023, 9, 1)
"""The day on which the first school's one term begins."""
_WORKS: Final = {training.idnumber: training.works for training in SCHOOL_TRAININGS}
_DILIGENT, _MODEST = 0.5, 0.8
"""Teachers up to the first share did all that is asked; up to the second, a part of it."""


def play_two_schools(
    world: World, seed: int, teachers: Sequence[Teacher], users: Sequence[int], today: date
) -> None:
    """Let the two schools' trainings happen, up to the midnight at which ``today`` begins.

    Args:
        world: the site with their courses.
        seed: of the world.
        teachers: its people.
        users: their user ids, in the same order.
        today: nothing happens on it or later.
    """
    random = Random(f"two schools/{seed}/{today.isoformat()}/{len(teachers)}")  # noqa: S311 - made up
    story = Story(world, random, today)
    ended = today.year if today.month >= 9 else today.year - 1
    for teacher, user in zip(teachers, users, strict=True):
        if teacher.duties in {(SUPPORT,), (HEAD,)} or teacher.school is None:
            continue
        place = random.random()
        if teacher.school.name == YULIN:
            _term(story, user, place)
        elif teacher.school.name == SHEXIAN:
            _year(story, user, place, ended)
    story.happen()


def _term(story: Story, user: int, place: float) -> None:
    """The one term of the first school: all nine pieces of work, the first few, or none."""
    _enrol(story, user, ids.YULIN_TERM, SCHOOL_TERM)
    works = _WORKS[ids.YULIN_TERM]
    few = works if place < _DILIGENT else works[:3] if place < _MODEST else ()
    for number, work in enumerate(few):
        day = SCHOOL_TERM + timedelta(days=30 + 9 * number + story.random.randrange(5))
        _do(story, user, ids.YULIN_TERM, work, day)


def _year(story: Story, user: int, place: float, ended: int) -> None:
    """The last school year of the other: trainings, lessons, and what is due every month."""
    begin = date(ended - 1, 9, 1)
    _enrol(story, user, ids.SHEXIAN_YEAR, begin)
    share = 1.0 if place < _DILIGENT else 0.6 if place < _MODEST else 0.2
    for work in _WORKS[ids.SHEXIAN_YEAR]:
        if story.random.random() < share:
            month = int(work.idnumber[-2:])
            year = ended - 1 if month >= SCHOOL_YEAR_MONTHS[0] else ended
            _do(story, user, ids.SHEXIAN_YEAR, work, date(year, month, 8))


def _enrol(story: Story, user: int, course: str, begin: date) -> None:
    moment = int(datetime.combine(begin, time_of_day(9), ZONE).timestamp())
    story.plan(moment, lambda at: story.world.enrol(user, course, at=at))


def _do(story: Story, user: int, course: str, work: Work, day: date) -> None:
    """Hand in one piece of work; it is marked the day after."""
    assignment = _assignment(story.world, course, work)
    text, files = None, [(f"{work.name}.pdf", scan(user, assignment))]
    if work.kind == "text":
        text, files = essay(story.random, work.length + story.random.randrange(300)), []
    points = story.random.randint(66, 98)
    hand_in_and_mark(story, user, assignment, story.at(day), text, files, points)


def _assignment(world: World, course: str, work: Work) -> int:
    of_course = world.tables.course_assignments[world.course(course).id]
    return next(each.id for each in of_course if each.idnumber == work.idnumber)
