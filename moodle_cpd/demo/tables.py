"""The embedded site's tables with the indices that its functions read by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field

from moodle_cpd.demo.crowd import Crowd
from moodle_cpd.demo.state import (
    ActivityCompletion,
    AssignGrade,
    Assignment,
    Badge,
    Cohort,
    Course,
    CourseCategory,
    CourseCompletion,
    Enrolment,
    GradebookGrade,
    Group,
    IssuedBadge,
    Message,
    ProfileField,
    Quiz,
    Report,
    StoredFile,
    Submission,
    User,
    UserFlags,
)

FileArea = tuple[int, str, str, int]
"""Context id, component, file area, item id."""


@dataclass(slots=True)
class Tables:
    """All rows; keys of pairs are (user, thing) or (thing, user) as the name says."""

    users: dict[int, User] = field(default_factory=dict)
    profile_fields: list[ProfileField] = field(default_factory=list)
    categories: dict[int, CourseCategory] = field(default_factory=dict)
    courses: dict[int, Course] = field(default_factory=dict)
    assignments: dict[int, Assignment] = field(default_factory=dict)
    modules: dict[int, Assignment] = field(default_factory=dict)
    """Course module id to assignment."""
    course_assignments: dict[int, list[Assignment]] = field(
        default_factory=lambda: defaultdict(list)
    )
    groups: dict[int, Group] = field(default_factory=dict)
    enrolments: MutableMapping[int, list[Enrolment]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By course, in the order of enrolment."""
    enrolments_of: MutableMapping[int, list[Enrolment]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By user."""
    completions: MutableMapping[tuple[int, int], CourseCompletion] = field(default_factory=dict)
    """By (user, course)."""
    activity_completions: MutableMapping[tuple[int, int], ActivityCompletion] = field(
        default_factory=dict
    )
    """By (user, course module id)."""
    submissions: MutableMapping[int, MutableMapping[tuple[int, int], list[Submission]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By assignment, then (user, group); one entry an attempt, oldest first."""
    grades: MutableMapping[int, MutableMapping[int, list[AssignGrade]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By assignment, then user; one entry an attempt, oldest first."""
    gradebook: MutableMapping[tuple[int, int], GradebookGrade] = field(default_factory=dict)
    """By (assignment, user)."""
    quizzes: dict[int, Quiz] = field(default_factory=dict)
    quiz_grades: dict[tuple[int, int], GradebookGrade] = field(default_factory=dict)
    """By (quiz, user)."""
    flags: dict[tuple[int, int], UserFlags] = field(default_factory=dict)
    """By (assignment, user)."""
    cohorts: dict[int, Cohort] = field(default_factory=dict)
    badges: dict[int, Badge] = field(default_factory=dict)
    issued: dict[tuple[int, int], IssuedBadge] = field(default_factory=dict)
    """By (user, badge)."""
    issued_to: dict[int, list[IssuedBadge]] = field(default_factory=lambda: defaultdict(list))
    files: dict[FileArea, dict[tuple[str, str], StoredFile]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By area, then (path, name)."""
    reports: dict[int, Report] = field(default_factory=dict)
    report_filters: dict[tuple[int, int], dict[str, object]] = field(default_factory=dict)
    """By (user, report): the filter values last set, kept until they are set again."""
    messages: list[Message] = field(default_factory=list)
    """What Moodle would have sent so far."""
    crowd: Crowd | None = None
    """Where what the tables don't hold is derived from, on a site of many teachers and courses."""
    _last_ids: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def next_id(self, kind: str) -> int:
        """A fresh id of a kind of row, counted from 1."""
        self._last_ids[kind] += 1
        return self._last_ids[kind]

    def derive_from(self, crowd: Crowd) -> None:
        """Let a crowd answer for what is not held here."""
        self.crowd = crowd
        self.enrolments = crowd.enrolments
        self.enrolments_of = crowd.enrolments_of
        self.completions = crowd.completions
        self.activity_completions = crowd.activity_completions
        self.gradebook = crowd.gradebook
        self.submissions.update(crowd.submissions)
        self.grades.update(crowd.grades)

    def is_active(self, user: int, course: int, now: int) -> bool:
        """Whether the user has an active enrolment in the course."""
        if self.crowd is not None and self.crowd.is_untouched(user, course):
            return True
        return any(
            enrolment.course == course and enrolment.is_active(now)
            for enrolment in self.enrolments_of.get(user, ())
        )

    def group_of(self, course: int, user: int) -> Group | None:
        """The one group of the course that the user is in; None without one."""
        for group in self.groups.values():
            if group.course == course and user in group.members:
                return group
        return None

    def cohort_by(self, key: str, value: str) -> Cohort | None:
        """The cohort with this ``id`` or ``idnumber``."""
        for cohort in self.cohorts.values():
            if str(getattr(cohort, key)) == value:
                return cohort
        return None

    def area(self, area: FileArea) -> list[StoredFile]:
        """The files of a file area, sorted by path and name."""
        return [file for _, file in sorted(self.files.get(area, {}).items())]

    def latest_submissions(self, assignment: int) -> Iterator[Submission]:
        """The newest attempt of everybody who has one, in the order of their ids."""
        attempts = (rows[-1] for rows in self.submissions.get(assignment, {}).values())
        yield from sorted(attempts, key=lambda submission: submission.id)


def user_context(user: int) -> int:
    """Context id of a user."""
    return user * 10 + 3


def category_context(category: int) -> int:
    """Context id of a course category."""
    return category * 10 + 4


def course_context(course: int) -> int:
    """Context id of a course."""
    return course * 10 + 5


def module_context(cmid: int) -> int:
    """Context id of an activity."""
    return cmid * 10 + 7


SYSTEM_CONTEXT = 1
