"""What the prefecture, its counties and its schools trained: the courses of the four levels.

The school years run from September to August. In the one that ended last and in the one before it
everybody had school-based training; the other courses are for some. Homeroom teachers who passed
long ago train in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.people import (
    BACKBONE,
    GRADE_ONE,
    HEAD,
    HOMEROOM,
    SUPPORT,
    Teacher,
)
from moodle_cpd.demo.story import BEGUN, FAIL, PASS, UNMARKED, Story
from moodle_cpd.demo.world import World

_LOWER_STAGES: Final = ("幼儿园", "小学")


def play_four_levels(
    world: World, seed: int, teachers: Sequence[Teacher], users: Sequence[int], today: date
) -> None:
    """Let two school years of training happen, up to the midnight at which ``today`` begins.

    Its chances are its own, so that the rest of the world stays as it is.

    Args:
        world: the site with its courses.
        seed: of the world.
        teachers: its people.
        users: their user ids, in the same order.
        today: nothing happens on it or later.
    """
    random = Random(f"four levels/{seed}/{today.isoformat()}/{len(teachers)}")  # noqa: S311 - made up
    story = Story(world, random, today)
    ended = today.year if today.month >= 9 else today.year - 1
    for teacher, user in zip(teachers, users, strict=True):
        _at_school(story, teacher, user, ended)
        _of_the_offices(story, teacher, user, ended)
        _before_the_post(story, teacher, user, today)
    story.happen()


def _at_school(story: Story, teacher: Teacher, user: int, ended: int) -> None:
    """School-based training in two school years, and in the second one teaching skills."""
    for idnumber, year in ((ids.SCHOOL_FIRST, ended - 1), (ids.SCHOOL_SECOND, ended)):
        story.study(user, idnumber, _day(story, year), _outcome(story, 0.88))
    if teacher.duties not in {(SUPPORT,), (HEAD,)}:
        story.study(user, ids.SKILLS, _day(story, ended), _outcome(story, 0.8))


def _of_the_offices(story: Story, teacher: Teacher, user: int, ended: int) -> None:
    """What counties and the prefecture gave in the year that ended last."""
    stage = "" if teacher.school is None else teacher.school.stage
    courses = [ids.INTEGRATION] if teacher.duties not in {(SUPPORT,), (HEAD,)} else []
    courses += [ids.BACKBONE_PROJECT] if BACKBONE in teacher.duties else []
    courses += [ids.RENEWAL] if HOMEROOM in teacher.duties and story.random.random() < 0.6 else []
    courses += [ids.NEW_CURRICULUM] if GRADE_ONE in teacher.duties else []
    if HEAD in teacher.duties:
        lower = stage in _LOWER_STAGES
        courses.append(ids.PRINCIPAL_COUNTY if lower else ids.PRINCIPAL_PREFECTURE)
    for idnumber in courses:
        story.study(user, idnumber, _day(story, ended), _outcome(story, 0.75))


def _before_the_post(story: Story, teacher: Teacher, user: int, today: date) -> None:
    if teacher.hire is not None and (today - teacher.hire).days < 800:
        start = teacher.hire - timedelta(days=42)
        story.study(user, ids.NEW_TEACHER_PRACTICE, start, _outcome(story, 0.75))


def _day(story: Story, ended: int) -> date:
    """A day from February to May of the year in which a school year ended."""
    return date(ended, 2, 1) + timedelta(days=story.random.randrange(110))


def _outcome(story: Story, share: float) -> str:
    if story.random.random() < share:
        return PASS
    return story.random.choice((FAIL, BEGUN, UNMARKED))
