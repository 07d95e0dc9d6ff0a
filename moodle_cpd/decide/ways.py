"""What on this site could still bring something, as facts that would be there if it were done.

Nothing is reckoned here: whoever wants to know what a way brings adds its facts to the teacher's
and decides, so that caps, gates and what counted before tell by themselves.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from moodle_cpd.decide.claim import joined
from moodle_cpd.decide.credit import ANY_NUMBER
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.decide.work import Work, collect
from moodle_cpd.model.decision import Text
from moodle_cpd.model.fact import Fact, FactKind, Record, cut_to_minute
from moodle_cpd.model.period import Period
from moodle_cpd.model.quantity import show
from moodle_cpd.rules.matching import Match, Target
from moodle_cpd.rules.rulebook import Acceptance, Entry, PassMark
from moodle_cpd.rules.selectors import RecordSelector

_FULL = Decimal(100)
_COMPLETE = Text("完成课程", "complete the course")
_HAND_IN = Text("提交", "hand it in")
_ANY_GRADE = Text("提交并有成绩", "hand it in and have it marked")


class WayKind(StrEnum):
    """What is to be done."""

    DO = "do"
    """Something that the teacher has not done yet."""
    RETRY = "retry"
    """Something that was done in the period and did not count; another attempt would."""
    REPEAT = "repeat"
    """Something that was done in another period and would count if it were done in this one."""
    RECORD = "record"
    """Something that Moodle can't know, to be brought in by a person with its document."""
    MARK = "mark"
    """Work that was handed in and waits for its grade: nothing is left to do for the teacher."""
    DATE = "date"
    """Something that was done at a time that Moodle doesn't give; a person must find it out."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may bring something, not tried out yet.

    Attributes:
        kind: what is to be done.
        target: the course or activity.
        match: the course map's line that fits it.
        facts: what would be known if it were done with the best result, now.
        besides: what is assumed in any case: other work on the same target, marked at its best.
        alike: equal for candidates that must bring the same; None: like no other.
    """

    kind: WayKind
    target: Target
    match: Match
    facts: tuple[Fact, ...]
    besides: tuple[Fact, ...] = ()
    alike: Hashable = None


def candidates(
    scheme: PreparedScheme,
    known: TeacherRecord,
    period: Period,
    on: datetime,
    record_courses: frozenset[int],
) -> Iterator[Candidate]:
    """Everything on the site that a line of the scheme's course maps fits, by target.

    Args:
        scheme: the scheme, held against the site.
        known: what is known of the teacher.
        period: for which something is wanted; once it is over, only marking is left.
        on: the moment (UTC) at which it would be done.
        record_courses: courses in which we write; nothing in them counts.
    """
    work = collect(known.facts, record_courses, on)
    for target, match in sorted(scheme.matches.items(), key=lambda each: _order(each[0])):
        if not isinstance(match, Match) or target.course in record_courses:
            continue
        maker = _Maker(scheme, known, target, match, cut_to_minute(on))
        done = work.get(target)
        marks = () if done is None else maker.marks(done)
        if marks:
            yield Candidate(WayKind.MARK, target, match, marks)
        if on in period:
            kind = WayKind.DO if done is None else _kind(done, period)
            alike = (match.entry, match.hours) if done is None else None
            yield Candidate(kind, target, match, maker.facts(done), marks, alike)
    if on in period:
        yield from _records(scheme, known, on)


def _records(scheme: PreparedScheme, known: TeacherRecord, on: datetime) -> Iterator[Candidate]:
    """A record for each line that takes records."""
    for entry in scheme.scheme.entries:
        if not isinstance(entry.selector, RecordSelector):
            continue
        what = entry.selector.value.replace("*", "").replace("?", "0") or "0"
        day = scheme.calendar.local_day(on)
        accepted = tuple(_accepted(scheme, entry))
        most = _full_marks(accepted)
        characters = max((each.characters or 0 for each in accepted), default=0)
        record = Record(what, day, "-", ANY_NUMBER, characters, entry.level or "")
        target = Target(0, None, record)
        match = scheme.match(target)
        if isinstance(match, Match) and match.entry is entry:
            fact = Fact(
                *(FactKind.RECORD, known.site, known.teacher, 0),
                at=cut_to_minute(on),
                value=most,
                maximum=most,
                record=record,
            )
            yield Candidate(WayKind.RECORD, target, match, (fact,))


def asks(scheme: PreparedScheme, target: Target, match: Match) -> Text:
    """What must be reached so that a target counts, in words."""
    entry, words = match.entry, []
    if entry.category is not None:
        whole = target.activity is None and target.record is None
        words.append(_COMPLETE if whole else _asked(entry.accepted))
    if entry.assessment is not None:
        words.append(_asked(Acceptance(scheme.assessments[entry.assessment].pass_at)))
    if entry.evidence is not None:
        words.append(_asked(scheme.evidence[entry.evidence].accepted))
    if target.record is not None:
        # A record is there or not; nobody hands it in.
        words = [each for each in words if each != _HAND_IN]
    return joined(*dict.fromkeys(words))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the facts of work on one target, with the best result."""

    scheme: PreparedScheme
    known: TeacherRecord
    target: Target
    match: Match
    at: datetime

    def marks(self, done: Work) -> tuple[Fact, ...]:
        """The marking of the latest work that waits for it."""
        waiting = [
            each.number
            for each in done.attempts.values()
            if each.submission is not None and each.points is None
        ]
        return (self._grade(max(waiting)),) if waiting else ()

    def facts(self, done: Work | None) -> tuple[Fact, ...]:
        """Doing it, or doing it again."""
        found = []
        entry = self.match.entry
        if self.target.activity is None and entry.category is not None:
            found.append(self._fact(FactKind.COURSE_COMPLETED))
        if self.target.activity is not None or entry.assessment:
            number = 0 if done is None else max(done.attempts, default=-1) + 1
            accepted = _accepted(self.scheme, entry)
            length = Decimal(max((each.characters or 1 for each in accepted), default=1))
            found += [self._fact(FactKind.SUBMISSION, number, length), self._grade(number)]
        return tuple(found)

    def _grade(self, attempt: int) -> Fact:
        most = _full_marks(_accepted(self.scheme, self.match.entry))
        return self._fact(FactKind.GRADE, attempt, most, most)

    def _fact(
        self,
        kind: FactKind,
        attempt: int = 0,
        value: Decimal | None = None,
        maximum: Decimal | None = None,
    ) -> Fact:
        course, activity = self.target.course, self.target.activity
        known = self.known
        return Fact(
            kind, known.site, known.teacher, course, activity, attempt, self.at, value, maximum
        )


def _accepted(scheme: PreparedScheme, entry: Entry) -> Iterator[Acceptance]:
    """All that a line asks of work."""
    if entry.category is not None:
        yield entry.accepted
    if entry.assessment is not None:
        yield Acceptance(scheme.assessments[entry.assessment].pass_at)
    if entry.evidence is not None:
        yield scheme.evidence[entry.evidence].accepted


def _full_marks(accepted: Iterable[Acceptance]) -> Decimal:
    """Points that are the maximum and enough for all that is asked."""
    marks = (each.pass_at.points for each in accepted if each.pass_at is not None)
    return max((mark for mark in marks if mark is not None and mark > _FULL), default=_FULL)


def _kind(done: Work, period: Period) -> WayKind:
    """Whether what is there needs a date, or must be done again."""
    first = [each.submission or each.grade for each in done.attempts.values()]
    moments = [fact.at for fact in (*done.completions, *first) if fact is not None]
    if None in moments:
        return WayKind.DATE
    here = any(at is not None and at in period for at in moments)
    return WayKind.RETRY if here else WayKind.REPEAT


def _asked(accepted: Acceptance) -> Text:
    words = [_grade_words(accepted.pass_at)] if accepted.needs_grade else [_HAND_IN]
    if accepted.characters is not None:
        number = accepted.characters
        words.append(Text(f"不少于{number}字", f"at least {number} characters"))
    return Text("，".join(each.zh for each in words), ", ".join(each.en for each in words))


def _grade_words(mark: PassMark | None) -> Text:
    if mark is None:
        return _ANY_GRADE
    if mark.percent is not None:
        percent = show(mark.percent)
        return Text(f"成绩达到满分的{percent}%", f"a grade of at least {percent}% of the maximum")
    points = show(mark.points or Decimal(0))
    return Text(f"成绩达到{points}分", f"a grade of at least {points} points")


def _order(target: Target) -> tuple[int, int]:
    return target.course, target.activity or 0
