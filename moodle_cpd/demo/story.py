"""Two years of training in the made-up prefecture: who enrolled, handed in, was marked, and when.

The first of the two yearly periods (March to February) is over: a good share of the teachers
reached its 72 hours. In the second most are on the way. Homeroom teachers train in autumn; about
half of them pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.catalogue import TRAININGS, Work
from moodle_cpd.demo.people import BACKBONE, HOMEROOM, SUPPORT, Teacher
from moodle_cpd.demo.world import World
from moodle_cpd.demo.writing import essay, scan

ZONE: Final = ZoneInfo("Asia/Shanghai")

COMPULSORY: Final = (ids.ETHICS, ids.EDTECH, ids.STUDENT, ids.MENTAL, ids.SUBJECT)
HOMEROOM_COURSES: Final = (ids.HOMEROOM_BASIC, ids.HOMEROOM_CASES, ids.HOMEROOM_EXAM)

PASS, FAIL, UNMARKED, BEGUN, LATER = "pass", "fail", "unmarked", "begun", "later"
DAY: Final = 86400
_SPECIAL_SHARE: Final = {"RESEARCH-LETTER": 0.9}
"""How many do the work that is not plain, where the year's 72 hours ask for it."""
_BY_IDNUMBER: Final = {training.idnumber: training for training in TRAININGS}


class Story:
    """Collects what happens and lets it happen in the order of time."""

    def __init__(self, world: World, random: Random, today: date) -> None:
        self.world = world
        self.random = random
        self.end = int(datetime.combine(today, time_of_day(), ZONE).timestamp())
        self._events: list[tuple[int, int, Callable[[int], object]]] = []

    def at(self, day: date) -> int:
        """A second of a working day."""
        clock = time_of_day(self.random.randint(8, 21), self.random.randrange(60))
        moment = datetime.combine(day, clock, ZONE).timestamp()
        return int(moment) + self.random.randrange(60)

    def plan(self, at: int, event: Callable[[int], object]) -> None:
        """Let something happen at a time, unless that day has not passed yet."""
        if at < self.end:
            self._events.append((at, len(self._events), event))

    def happen(self) -> None:
        """Let everything planned happen."""
        for at, _, event in sorted(self._events, key=lambda item: item[:2]):
            event(at)

    def study(self, user: int, idnumber: str, start: date, outcome: str) -> None:
        """One teacher takes one training with a given outcome of its plain work."""
        training = _BY_IDNUMBER[idnumber]
        self.plan(
            self.at(start - timedelta(days=self.random.randint(5, 20))),
            lambda at: self.world.enrol(user, idnumber, at=at),
        )
        if outcome == BEGUN:
            return
        day = start + timedelta(days=self.random.randint(6, 24))
        course = self.world.course(idnumber).id
        assignments = self.world.tables.course_assignments[course]
        for work, assignment in zip(training.works, assignments, strict=True):
            if work.marking == "plain":
                self._plain(user, assignment.id, work, self.at(day), outcome)
            elif self.random.random() < _SPECIAL_SHARE.get(work.idnumber, 0.4):
                self._special(user, assignment.id, work, self.at(day + timedelta(days=1)))
        if idnumber == ids.SAFETY and outcome == PASS:
            self.plan(self.at(day), lambda at: self.world.complete(user, idnumber, at))

    def _hand_in(self, user: int, assignment: int, work: Work, at: int) -> None:
        text = None
        files: Sequence[tuple[str, bytes]] = ()
        if work.kind == "text":
            share = 0.45 if self.random.random() < 0.06 else self.random.uniform(1.0, 1.4)
            text = essay(self.random, int(work.length * share))
        else:
            files = ((f"{work.name}.pdf", scan(user, assignment)),)
        self.plan(at, lambda now: self.world.submit(user, assignment, text, now, files=files))

    def _plain(self, user: int, assignment: int, work: Work, at: int, outcome: str) -> None:
        self._hand_in(user, assignment, work, at)
        if outcome == UNMARKED:
            return
        points = self.random.randint(60, 98)
        if outcome == FAIL:
            points = self.random.randint(20, 59)
        marked = at + self.random.randint(8, 200) * 3600
        self._mark(marked, user, assignment, points)

    def _special(self, user: int, assignment: int, work: Work, at: int) -> None:
        """Work that is marked blindly, in steps, by teams, or with further attempts."""
        marked = at + 3 * DAY
        points = self.random.randint(62, 95)
        state = "released" if self.random.random() < 0.7 else "inreview"
        self._hand_in(user, assignment, work, at)
        if work.marking == "reopen" and self.random.random() < 0.5:
            self._mark(marked, user, assignment, 48)
            if self.random.random() < 0.6:
                self._hand_in(user, assignment, work, marked + DAY)
                self._mark(marked + 3 * DAY, user, assignment, points)
            return
        self._mark(marked, user, assignment, points, state if work.marking == "workflow" else "")

    def _mark(self, at: int, user: int, assignment: int, points: int, state: str = "") -> None:
        self.plan(
            at, lambda now: self.world.grade(user, assignment, points, now, workflowstate=state)
        )


def play(
    world: World, random: Random, teachers: Sequence[Teacher], users: Sequence[int], today: date
) -> None:
    """Let two years of training happen, up to the midnight at which ``today`` begins."""
    story = Story(world, random, today)
    this_year = today.year if today.month >= 3 else today.year - 1
    _teams(world, teachers, users)
    for teacher, user in zip(teachers, users, strict=True):
        if teacher.duties == (SUPPORT,):
            continue
        _yearly_hours(story, teacher, user, this_year)
        if HOMEROOM in teacher.duties:
            _homeroom(story, user, this_year, today)
    _new_teachers(story, teachers, users, today)
    story.happen()
    _irregularities(world, users, story.end)


def _yearly_hours(story: Story, teacher: Teacher, user: int, this_year: int) -> None:
    random = story.random
    first = date(this_year - 1, 3, 1)
    courses = [*COMPULSORY, ids.RESEARCH, ids.READING]
    extra = [ids.ONLINE] if random.random() < 0.5 else []
    extra += [ids.SAFETY] if random.random() < 0.4 else []
    extra += [ids.BACKBONE] if BACKBONE in teacher.duties else []
    outcomes = dict.fromkeys([*courses, *extra], PASS)
    if random.random() > 0.55:
        for idnumber in random.sample(courses, random.randint(1, 4)):
            outcomes[idnumber] = random.choice((FAIL, UNMARKED, BEGUN, LATER, LATER))
    _terms(story, user, first.year)
    for idnumber, outcome in outcomes.items():
        start = first + timedelta(days=random.randrange(310))
        if outcome == LATER:
            start = date(this_year, 3, 1) + timedelta(days=random.randrange(330))
            story.study(user, idnumber, start, PASS if random.random() < 0.8 else UNMARKED)
        else:
            story.study(user, idnumber, start, outcome)


def _terms(story: Story, user: int, year: int) -> None:
    """At the end of each term the certificates of teaching research, and a reflection."""
    random = Random(f"{user} {year}")  # noqa: S311 - a made-up world, nothing secret
    world = story.world
    training = _BY_IDNUMBER[ids.TERM]
    begin = int(datetime(year, 3, 2, 9, user % 60, tzinfo=ZONE).timestamp())
    story.plan(begin, lambda at: world.enrol(user, ids.TERM, at=at))
    for work, assignment in zip(
        training.works, world.tables.course_assignments[world.course(ids.TERM).id], strict=True
    ):
        month, after = (7, 0) if work.idnumber.endswith("SPRING") else (1, 1)
        day = datetime(year + after, month, 9, 15, user % 60, tzinfo=ZONE)
        text, files = None, [(f"{work.name}.pdf", scan(user, assignment.id))]
        if work.kind == "text":
            text, files = essay(random, random.randint(work.length, 2 * work.length)), []
        hand_in_and_mark(story, user, assignment.id, int(day.timestamp()), text, files)


def hand_in_and_mark(
    story: Story,
    user: int,
    assignment: int,
    at: int,
    text: str | None,
    files: Sequence[tuple[str, bytes]],
    points: int = 100,
) -> None:
    """Let work be handed in at a second, and marked a day later."""
    world = story.world
    story.plan(at, lambda now: world.submit(user, assignment, text, now, files=files))
    story.plan(at + DAY, lambda now: world.grade(user, assignment, points, now))


def _homeroom(story: Story, user: int, this_year: int, today: date) -> None:
    random = story.random
    main = this_year if today >= date(this_year, 11, 1) else this_year - 1
    year = main - 1 if random.random() < 0.15 and main == this_year else main
    outcomes = [PASS, PASS, PASS]
    if random.random() > 0.58:
        outcomes = random.choice(
            (
                [PASS, PASS, FAIL],
                [PASS, BEGUN, PASS],
                [PASS, UNMARKED, BEGUN],
                [PASS, PASS, UNMARKED],
            )
        )
    start = date(year, 9, 3)
    for idnumber, outcome in zip(HOMEROOM_COURSES, outcomes, strict=True):
        story.study(user, idnumber, start + timedelta(days=random.randrange(8)), outcome)
        start += timedelta(days=12)


def _new_teachers(
    story: Story, teachers: Sequence[Teacher], users: Sequence[int], today: date
) -> None:
    for teacher, user in zip(teachers, users, strict=True):
        if teacher.hire is not None and (today - teacher.hire).days < 800:
            story.study(user, ids.NEW_TEACHER, teacher.hire - timedelta(days=45), PASS)


def _teams(world: World, teachers: Sequence[Teacher], users: Sequence[int]) -> None:
    """A team for each school in the courses with team work."""
    schools: dict[str, list[int]] = {}
    for teacher, user in zip(teachers, users, strict=True):
        if teacher.school is not None:
            schools.setdefault(teacher.school.name, []).append(user)
    for idnumber in (ids.EDTECH, ids.BACKBONE):
        for name, members in schools.items():
            world.make_group(idnumber, name, members)


def _irregularities(world: World, users: Sequence[int], at: int) -> None:
    """What happens on every site: enrolled twice, enrolment suspended, unenrolled afterwards."""
    research = world.course(ids.RESEARCH)
    done = [user for user in users if _completed(world, user, research.id)]
    for user in done[3:5]:
        world.enrol(
            user, research.id, method="self", at=world.tables.courses[research.id].startdate
        )
    for user in done[5:6]:
        world.enrol(user, research.id, suspended=True)
    for user in done[6:8]:
        world.unenrol(user, research.id, at)


def _completed(world: World, user: int, course: int) -> bool:
    completion = world.tables.completions.get((user, course))
    return completion is not None and completion.timecompleted is not None
