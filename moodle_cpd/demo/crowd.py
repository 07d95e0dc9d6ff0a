"""A crowd: many teachers times many courses, of which only one number a pair is held.

That number is when the teacher completed the course. Enrolments, submissions, grades and all else
that a pair has follow from it when they are asked for, so that 15,000 teachers in 100 courses take
6 MB instead of gigabytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from moodle_cpd.demo.derived import Derived
from moodle_cpd.demo.state import (
    COMPLETE_PASS,
    ActivityCompletion,
    AssignGrade,
    CourseCompletion,
    Enrolment,
    GradebookGrade,
    Submission,
)

_DAY: Final = 86400
_FIRST_ID: Final = 1_000_000_000
"""Ids of derived rows begin here, so that no row made later has one of them."""

_TEXT: Final = "<p>" + "通过这次学习，我对教师的职责有了更深的认识。" * 5 + "</p>"


@dataclass(slots=True)
class Crowd:
    """Teachers and courses with consecutive ids; every teacher is enrolled in every course.

    The last course has no work and nobody completes it: the record course. Each other one has one
    assignment, and who completed the course passed it at that moment.

    Attributes:
        first_user: id of the first teacher.
        teachers: how many of them.
        first_course: id of the first course.
        first_assignment: id of the first course's assignment, the others follow.
        first_cmid: course module id of the same.
        criteria: criterion id of each course that can be completed, in their order.
        opened: Unix seconds at which everybody was enrolled.
        completed: for each teacher, course by course, Unix seconds; 0: not completed.
    """

    first_user: int
    teachers: int
    first_course: int
    first_assignment: int
    first_cmid: int
    criteria: Sequence[int]
    opened: int
    completed: array[int]
    enrolments: Derived[int, list[Enrolment]] = field(init=False)
    """By course."""
    enrolments_of: Derived[int, list[Enrolment]] = field(init=False)
    """By teacher."""
    completions: Derived[tuple[int, int], CourseCompletion] = field(init=False)
    """By (teacher, course)."""
    activity_completions: Derived[tuple[int, int], ActivityCompletion] = field(init=False)
    """By (teacher, course module id)."""
    gradebook: Derived[tuple[int, int], GradebookGrade] = field(init=False)
    """By (assignment, teacher)."""
    submissions: dict[int, Derived[tuple[int, int], list[Submission]]] = field(init=False)
    """By assignment, then (teacher, 0)."""
    grades: dict[int, Derived[int, list[AssignGrade]]] = field(init=False)
    """By assignment, then teacher."""
    _kept: dict[int, Enrolment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        users, courses = self.users, self.courses
        self.enrolments = Derived(
            self._of_course, lambda: courses, blank=list, kept=self._keep_enrolments
        )
        self.enrolments_of = Derived(
            self._of_user, lambda: users, blank=list, kept=self._keep_enrolments
        )
        self.completions = Derived(self._completion, self._completed)
        self.activity_completions = Derived(
            self._activity_completion,
            lambda: [(u, c - self.first_course + self.first_cmid) for u, c in self._completed()],
        )
        self.gradebook = Derived(
            self._gradebook,
            lambda: [
                (c - self.first_course + self.first_assignment, u) for u, c in self._completed()
            ],
        )
        self.submissions = {each: self._submissions(each) for each in self._assignments()}
        self.grades = {each: self._grades(each) for each in self._assignments()}

    @property
    def width(self) -> int:
        """How many courses each teacher is enrolled in."""
        return len(self.criteria) + 1

    @property
    def users(self) -> range:
        """Ids of its teachers."""
        return range(self.first_user, self.first_user + self.teachers)

    @property
    def courses(self) -> range:
        """Ids of its courses."""
        return range(self.first_course, self.first_course + self.width)

    def place(self, user: int, course: int) -> int | None:
        """Where the pair stands among all pairs, by teacher and then course; None: not in it."""
        row, column = user - self.first_user, course - self.first_course
        inside = 0 <= row < self.teachers and 0 <= column < self.width
        return row * self.width + column if inside else None

    def pair(self, place: int) -> tuple[int, int]:
        """Teacher and course that stand at a place."""
        row, column = divmod(place, self.width)
        return self.first_user + row, self.first_course + column

    def enrolment(self, place: int) -> Enrolment:
        """The one enrolment of a pair."""
        kept = self._kept.get(place)
        if kept is not None:
            return kept
        user, course = self.pair(place)
        start = self.opened
        return Enrolment(_FIRST_ID + place, user, course, timestart=start, timecreated=start)

    def _completion(self, pair: tuple[int, int]) -> CourseCompletion | None:
        """The completion of a course by a teacher."""
        user, course = pair
        place = self.place(user, course)
        at = 0 if place is None else self.completed[place]
        if not at:
            return None
        criterion = self.criteria[course - self.first_course]
        return CourseCompletion(user, course, at, {criterion: at})

    def is_untouched(self, user: int, course: int) -> bool:
        """Whether the pair is in it, and its enrolment as it was in the beginning."""
        return (
            self.place(user, course) is not None
            and not self.enrolments_of.is_touched(user)
            and not self.enrolments.is_touched(course)
        )

    def _completed(self) -> list[tuple[int, int]]:
        return [self.pair(place) for place, at in enumerate(self.completed) if at]

    def _assignments(self) -> range:
        return range(self.first_assignment, self.first_assignment + len(self.criteria))

    def _of_course(self, course: int) -> list[Enrolment] | None:
        if course not in self.courses:
            return None
        first = course - self.first_course
        return [
            self.enrolment(place) for place in range(first, self.teachers * self.width, self.width)
        ]

    def _of_user(self, user: int) -> list[Enrolment] | None:
        if user not in self.users:
            return None
        first = (user - self.first_user) * self.width
        return [self.enrolment(place) for place in range(first, first + self.width)]

    def _keep_enrolments(self, rows: list[Enrolment]) -> None:
        for row in rows:
            self._kept[row.id - _FIRST_ID] = row

    def _passed(self, assignment: int, user: int) -> tuple[int, int]:
        """Place of a pair and when the teacher passed the course's work; 0: never."""
        if assignment not in self._assignments():
            return 0, 0
        place = self.place(user, assignment - self.first_assignment + self.first_course)
        return (0, 0) if place is None else (place, self.completed[place])

    def _activity_completion(self, key: tuple[int, int]) -> ActivityCompletion | None:
        user, cmid = key
        _, at = self._passed(cmid - self.first_cmid + self.first_assignment, user)
        return ActivityCompletion(user, cmid, COMPLETE_PASS, at) if at else None

    def _gradebook(self, key: tuple[int, int]) -> GradebookGrade | None:
        assignment, user = key
        place, at = self._passed(assignment, user)
        if not at:
            return None
        return GradebookGrade(
            assignment, user, _points(place), datesubmitted=at - _DAY, dategraded=at
        )

    def _submissions(self, assignment: int) -> Derived[tuple[int, int], list[Submission]]:
        def derive(owner: tuple[int, int]) -> list[Submission] | None:
            user, group = owner
            place, at = self._passed(assignment, user)
            if not at or group:
                return None
            handed_in = at - _DAY
            return [
                Submission(
                    _FIRST_ID + place,
                    assignment,
                    user,
                    status="submitted",
                    timecreated=handed_in,
                    timemodified=handed_in,
                    onlinetext=_TEXT,
                )
            ]

        return Derived(derive, lambda: [(user, 0) for user in self.users])

    def _grades(self, assignment: int) -> Derived[int, list[AssignGrade]]:
        def derive(user: int) -> list[AssignGrade] | None:
            place, at = self._passed(assignment, user)
            if not at:
                return None
            return [AssignGrade(_FIRST_ID + place, assignment, user, 0, _points(place), 2, at, at)]

        return Derived(derive, lambda: self.users)


def _points(place: int) -> float:
    """Between 60 and 99, the same for the same pair."""
    return 60.0 + (place * 2654435761 >> 7) % 40
