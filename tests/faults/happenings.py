"""What goes on at a site while it is read and written to: each happens once, whenever it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from moodle_cpd.demo import World, build
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.state import Assignment

_BEFORE = int(datetime(2026, 9, 1, 0, tzinfo=UTC).timestamp())
_AT = int(datetime(2026, 11, 22, 3, tzinfo=UTC).timestamp())
"""When it happened, as far as Moodle is concerned: an hour before the first run, however late it is
written down."""

ALMOST_THERE, THERE, ANOTHER = 11, 10, 4
"""User ids: who lacks one course, who has all, who has none."""

RETIRED = 12
"""User id of who has all too, and is no homeroom teacher any more: one award less to wait for."""

LEARNERS = (5, 6, 7, 8)
"""User ids of those who earn an award between two runs, one after the other."""

DOOMED = "C-DOOMED"
DOOMED_NAME = "即将删除的课程"
"""A course that the rules use and nobody has done anything in; it may be deleted at any time."""

_COURSES = (ids.HOMEROOM_BASIC, ids.HOMEROOM_CASES, ids.HOMEROOM_EXAM)
_WORKS = ("HOMEROOM-PLAN", "HOMEROOM-CASE", "HOMEROOM-EXAM")


class Happenings:
    """Changes of a site that a reading may meet half-way.

    None of them makes anybody's credit less, so that an award given before is still right.

    Args:
        world: the site; made ready for them.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        world.tables.users[RETIRED].profile[ids.DUTY_FIELD] = "教师"
        for learner in LEARNERS:
            world.tables.users[learner].profile[ids.DUTY_FIELD] = "教师、班主任"
            for course in _COURSES:
                world.enrol(learner, course, at=_BEFORE)
        _add_doomed(world)
        self._done: list[str] = []
        self._changes = {
            "completion": self._complete,
            "better grade": lambda: world.grade(THERE, "HOMEROOM-EXAM", 99, _AT),
            "enrolments": self._enrol,
        }
        learned = {f"learner {user}": partial(self._earn, user) for user in LEARNERS}
        self._everything: dict[str, Callable[[], object]] = {**self._changes, **learned}

    @property
    def so_far(self) -> frozenset[str]:
        """What has happened that a reading finds."""
        return frozenset(self._done)

    def change(self, amount: float) -> None:
        """Rows change; which, depends on ``amount``, a share."""
        ahead = [name for name in self._changes if name not in self._done]
        if ahead:
            self.repeat([ahead[int(amount * 7919) % len(ahead)]])

    def delete(self, _: float) -> None:
        """Somebody deletes a course."""
        with self._world.lock:
            if any(course.idnumber == DOOMED for course in self._world.tables.courses.values()):
                self._world.delete_course(DOOMED)

    def earn(self, number: int) -> None:
        """A learner, counted from 0, earns an award; nobody where there is none left."""
        if number < len(LEARNERS):
            self.repeat([f"learner {LEARNERS[number]}"])

    def repeat(self, names: Iterable[str]) -> None:
        """Let these happen, unless they have."""
        for name in sorted(names):
            if name not in self._done:
                with self._world.lock:
                    self._everything[name]()
                self._done.append(name)

    def _complete(self) -> None:
        self._hand_in(ALMOST_THERE, "HOMEROOM-CASE")

    def _enrol(self) -> None:
        self._world.enrol(ANOTHER, ids.HOMEROOM_EXAM, at=_AT)
        self._world.enrol(THERE, ids.HOMEROOM_EXAM, method="self", at=_AT)
        profile = self._world.tables.users[ANOTHER].profile
        profile[ids.SCHOOL_FIELD] = "云岭县民族小学"

    def _earn(self, user: int) -> None:
        for work in _WORKS:
            self._hand_in(user, work)

    def _hand_in(self, user: int, work: str) -> None:
        self._world.submit(user, work, "<p>作业</p>", _AT)
        self._world.grade(user, work, 90, _AT)


def _add_doomed(world: World) -> None:
    course = build.add_course(
        world, DOOMED, shortname="即将删除", fullname=DOOMED_NAME, category="HRT", at=_BEFORE
    )
    number = world.tables.next_id("assignment")
    cmid = world.tables.next_id("module") + 100
    build.add_assignment(world, Assignment(number, cmid, course.id, "作业"))
    for user in world.cohort(ids.TEACHERS_COHORT).members:
        world.enrol(user, course.id, at=_BEFORE)


def use_doomed(rules: Path) -> None:
    """Let rules use the course that will be deleted."""
    file = rules / "courses" / "demo-homeroom-teacher-30h.yaml"
    entry = f"\n  - course: {DOOMED}\n    category: homeroom-training\n    hours: 1\n"
    text = file.read_text(encoding="utf-8").rstrip("\n")
    file.write_text(f"{text}\n{entry}", encoding="utf-8")
