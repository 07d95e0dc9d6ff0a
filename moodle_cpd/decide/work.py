"""Facts of a teacher by what they are about: completions, attempts at an activity, records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from moodle_cpd.model.decision import Text
from moodle_cpd.model.fact import Fact, FactKind
from moodle_cpd.rules.matching import Target

NO_WORDS = Text()
OFFLINE = Text(
    "没有提交记录，按评分时间计", "Nothing was handed in online; the moment of marking counts"
)
HANDED_IN_AGAIN = Text(
    "评分后又有提交，按评分时间计", "Handed in again after marking; the moment of marking counts"
)


@dataclass(slots=True)
class Attempt:
    """One attempt at an activity: what was handed in and how it was marked.

    A record is an attempt too: handed in when it was earned, and marked where it says points.

    Attributes:
        number: Moodle's attempt number.
        submission: what was handed in, None where nothing was (marked offline).
        grade: the marking, None where there is none; its value may be unknown.
        by_hand: key of the adjustment by which it counts without either, else empty.
    """

    number: int
    submission: Fact | None = None
    grade: Fact | None = None
    by_hand: str = ""
    _keys: tuple[str, ...] | None = None

    @property
    def points(self) -> Decimal | None:
        """Points of the grade; None where it is unknown (Moodle's -1 is no grade)."""
        value = None if self.grade is None else self.grade.value
        return None if value is None or value < 0 else value

    @property
    def maximum(self) -> Decimal | None:
        """Points that the grade could have reached, None where there is no such number."""
        maximum = None if self.grade is None else self.grade.maximum
        return None if maximum is None or maximum <= 0 else maximum

    @property
    def length(self) -> Decimal | None:
        """Characters of what was handed in, white space not counted; None where it is unknown."""
        if self.submission is None:
            return None
        if self.submission.record is None:
            return self.submission.value
        characters = self.submission.record.characters
        return None if characters is None else Decimal(characters)

    @property
    def recorded(self) -> bool:
        """Whether a person brought it in."""
        return self.submission is not None and self.submission.record is not None

    @property
    def facts(self) -> tuple[str, ...]:
        """Keys of its facts, the handing in first."""
        if self.by_hand:
            return (self.by_hand,)
        if self._keys is None:
            both = dict.fromkeys((self.submission, self.grade))
            self._keys = tuple(fact.key for fact in both if fact is not None)
        return self._keys

    def dated(self, moment: datetime) -> Attempt:
        """The same attempt, with a moment (UTC) for what had none; its facts keep their keys."""
        submission, grade = (
            fact if fact is None or fact.at is not None else replace(fact, at=moment)
            for fact in (self.submission, self.grade)
        )
        return Attempt(self.number, submission, grade, _keys=self.facts)

    def earned_at(self, *, graded: bool) -> tuple[datetime | None, Text]:
        """The moment of this attempt and what is to be said about it.

        Args:
            graded: the moment of marking is asked for, not that of handing in.

        Returns:
            UTC, None where Moodle doesn't tell.
        """
        marked = self.grade.at if self.points is not None and self.grade is not None else None
        if self.submission is None:
            return marked, NO_WORDS if graded else OFFLINE
        if graded and self.points is not None:
            return marked, NO_WORDS
        handed_in = self.submission.at
        if handed_in is not None and marked is not None and marked < handed_in:
            return marked, HANDED_IN_AGAIN
        return handed_in, NO_WORDS


class Completion(NamedTuple):
    """A completion of a course, as much of it as decides."""

    key: str
    at: datetime | None


@dataclass(slots=True)
class Work:
    """What a teacher did with one target.

    Attributes:
        completions: of the course as a whole, in any order.
        attempts: by number.
    """

    completions: list[Fact] = field(default_factory=list)
    attempts: dict[int, Attempt] = field(default_factory=dict)
    _keyed: list[Completion] | None = None

    @property
    def keyed_completions(self) -> list[Completion]:
        """Completions with their keys, earliest first, ties by key; those without a time last."""
        if self._keyed is None:
            keyed = [Completion(fact.key, fact.at) for fact in self.completions]
            self._keyed = sorted(keyed, key=_by_time)
        return self._keyed

    @property
    def facts(self) -> set[str]:
        """Keys of all its facts."""
        keys = {done.key for done in self.keyed_completions}
        return keys.union(*(each.facts for each in self.attempts.values()))

    def take_completions(self, completions: list[Completion]) -> None:
        """Let these be the completions, whatever Moodle said of their times."""
        self._keyed = sorted(completions, key=_by_time)


def _by_time(done: Completion) -> tuple[bool, object, str]:
    return (done.at is None, done.at or 0, done.key)


def collect(
    facts: Iterable[Fact], record_courses: frozenset[int], on: datetime
) -> Mapping[Target, Work]:
    """Sort facts by target.

    Args:
        facts: the standing facts of one teacher.
        record_courses: courses in which we write; nothing in them is ever work.
        on: what happened later is not seen (UTC).
    """
    work: dict[Target, Work] = {}
    for fact in facts:
        if fact.retracted or fact.course in record_courses:
            continue
        if fact.at is not None and fact.at > on:
            continue
        if fact.record is not None:
            attempt = Attempt(0, fact, None if fact.value is None else fact)
            work[Target(0, None, fact.record)] = Work(attempts={0: attempt})
            continue
        target = Target(fact.course, fact.activity)
        here = work.get(target)
        if here is None:
            here = work[target] = Work()
        if fact.kind is FactKind.COURSE_COMPLETED:
            here.completions.append(fact)
            continue
        if fact.attempt not in here.attempts:
            here.attempts[fact.attempt] = Attempt(fact.attempt)
        attempt = here.attempts[fact.attempt]
        if fact.kind is FactKind.SUBMISSION:
            attempt.submission = fact
        else:
            attempt.grade = fact
    for here in work.values():
        if len(here.attempts) > 1:
            _settle(here.attempts)
    return work


def _settle(attempts: dict[int, Attempt]) -> None:
    """Find out which attempt a grade is for, and drop attempts that were never marked themselves.

    Where an assignment can be reopened, Moodle's gradebook has one grade for all attempts and no
    number of an attempt: such a grade is for the last work that was there when it was given. Work
    that was replaced by another attempt without having been marked waits for nothing any more.
    """
    for number in sorted(attempts, reverse=True):
        grade = attempts[number].grade
        if grade is None:
            continue
        later = [
            each
            for each in attempts.values()
            if each.number > number and each.grade is None and _was_there(each.submission, grade)
        ]
        if later:
            max(later, key=lambda each: each.number).grade = grade
            attempts[number].grade = None
    handed_in = [each.number for each in attempts.values() if each.submission is not None]
    for number in [each.number for each in attempts.values() if each.points is None]:
        if handed_in and number < max(handed_in):
            del attempts[number]


def _was_there(submission: Fact | None, grade: Fact) -> bool:
    """Whether work was handed in when a grade was given, as far as that is known."""
    if submission is None:
        return False
    return submission.at is None or grade.at is None or submission.at <= grade.at
