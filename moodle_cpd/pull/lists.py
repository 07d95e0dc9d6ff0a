"""Completions by the teachers' lists of courses: what changed is seen there, details are asked.

So read the strategies ``batch`` and ``single``, which differ in the number of requests alone; and
``report`` reads so the few teachers of whom the report can't tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from moodle_cpd.errors import CpdError
from moodle_cpd.model.fact import Fact, FactKind
from moodle_cpd.moodle import CallError
from moodle_cpd.moodle.replies import CompletionState, CompletionStatus
from moodle_cpd.problems import Problem
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.moments import completion_moment
from moodle_cpd.pull.reading import Reading, parts, source
from moodle_cpd.pull.watermarks import Stream

_LIST = "core_enrol_get_users_courses"
_STATUS = "core_completion_get_course_completion_status"
_TEACHERS = 200
_WITHOUT_DETAILS = frozenset({"nocriteriaset", "usernotenroled"})
"""Refusals for a course that is completed all the same, by hand or by another plugin."""

Pair = tuple[int, int]
Known = dict[Pair, list[Fact]]


@dataclass
class _Seen:
    """What the teachers' lists of courses held, to tell an empty site from a blind account."""

    lists: int = 0
    filled: int = 0
    courses: int = 0
    with_state: int = 0


def read_everybody(reading: Reading, catalogue: Catalogue, teachers: Sequence[int]) -> None:
    """Read the completions of all teachers; goes on where a reading was cut off lately."""
    marks = reading.marks
    key = reading.key(reading.strategy, *teachers)
    position = marks.resume(Stream.COMPLETIONS, key)
    done = 0 if position is None else int(position.state["teachers"])
    seen = _Seen()
    reading.progress.start("completions", len(teachers) - done)
    for part in parts(teachers[done:], _TEACHERS):
        _read_part(reading, catalogue, part, seen)
        done += len(part)
        marks.keep(Stream.COMPLETIONS, key, {"teachers": done})
    _check(reading, seen)


def read_some(reading: Reading, catalogue: Catalogue, teachers: Sequence[int]) -> None:
    """Read the completions of a few teachers."""
    seen = _Seen()
    for part in parts(teachers, _TEACHERS):
        _read_part(reading, catalogue, part, seen)


def _read_part(reading: Reading, catalogue: Catalogue, part: Sequence[int], seen: _Seen) -> None:
    """Read the completions of some hundred teachers into the ledger.

    A completion is retracted only where the list and the details both say, of an enrolled
    teacher, that the course is not completed.
    """
    known = facts_of(reading, part)
    asked = _changed(reading, catalogue, part, known, seen)
    facts = [
        _undated(reading, pair)
        for pair, completed in asked.items()
        if completed and pair[0] in reading.suspended
    ]
    pairs = [pair for pair in asked if pair[0] not in reading.suspended]
    for pair, answer in reading.moodle.completion_statuses(pairs):
        facts += weigh(reading, pair, answer, completed=asked[pair], known=known[pair])
    catalogue.record()
    reading.record(facts)
    reading.progress.advance(len(part))


def facts_of(reading: Reading, teachers: Sequence[int]) -> Known:
    """The standing completions of teachers, by teacher and course."""
    known: Known = defaultdict(list)
    for teacher, facts in reading.ledger.facts(reading.site, teachers):
        for fact in facts:
            if fact.kind is FactKind.COURSE_COMPLETED:
                known[teacher, fact.course].append(fact)
    return known


def _changed(
    reading: Reading,
    catalogue: Catalogue,
    teachers: Sequence[int],
    known: Known,
    seen: _Seen,
) -> dict[Pair, bool]:
    """The pairs of teacher and course to ask about, and whether the list says "completed"."""
    asked: dict[Pair, bool] = {}
    vanished = set(known)
    enrolled: set[Pair] = set()
    answered: set[int] = set()
    reading.lists_read = reading.lists_read or bool(teachers)
    for teacher, answer in reading.moodle.users_courses(teachers):
        seen.lists += 1
        if isinstance(answer, CpdError):
            if teacher not in reading.suspended:
                reading.tally.skip(answer, f"teacher {teacher}")
            vanished -= {pair for pair in vanished if pair[0] == teacher}
            continue
        seen.filled += bool(answer)
        answered.add(teacher)
        for course in answer:
            pair = (teacher, course.id)
            vanished.discard(pair)
            if not catalogue.see(course):
                continue
            enrolled.add(pair)
            seen.courses += 1
            seen.with_state += course.completed is not None
            dated = any(fact.at is not None for fact in known.get(pair, ()))
            if (course.completed and not dated) or (course.completed is False and pair in known):
                asked[pair] = course.completed
    reading.ledger.record_enrolments(reading.site, answered, sorted(enrolled))
    lost = {pair for pair in vanished if not catalogue.is_own(pair[1])}
    reading.ledger.record_vanished(reading.site, answered, lost, reading.now)
    return asked


def weigh(
    reading: Reading,
    pair: Pair,
    answer: CompletionStatus | CpdError,
    *,
    completed: bool,
    known: list[Fact],
) -> Iterator[Fact]:
    """The facts that follow for a pair from the list, the details and what was known."""
    teacher, course = pair
    if isinstance(answer, CpdError):
        if isinstance(answer, CallError) and answer.code in _WITHOUT_DETAILS:
            if completed:
                yield _undated(reading, pair)
        else:
            reading.tally.skip(answer, f"teacher {teacher} in course {course}")
        return
    state = answer.completionstatus
    if state.completed != completed:
        return  # Changed between the two answers; the next pull sees it settled.
    known_from = source(_STATUS, **_said(state))
    if not completed:
        yield from (replace(old, retracted=True, source=known_from) for old in known)
        return
    at = completion_moment(state)
    yield Fact(FactKind.COURSE_COMPLETED, reading.site, teacher, course, at=at, source=known_from)
    if at is not None:
        uncertain = (old for old in known if old.at is None)
        yield from (replace(old, retracted=True, source=known_from) for old in uncertain)


def _undated(reading: Reading, pair: Pair) -> Fact:
    """A completion of which only the list tells, so that its time is uncertain."""
    teacher, course = pair
    known_from = source(_LIST, id=course, completed=True)
    return Fact(FactKind.COURSE_COMPLETED, reading.site, teacher, course, source=known_from)


def _said(state: CompletionState) -> dict[str, object]:
    return {
        "completed": state.completed,
        "aggregation": state.aggregation,
        "completions": [
            {"type": each.type, "complete": each.complete, "timecompleted": each.timecompleted}
            for each in state.completions
        ],
    }


def _check(reading: Reading, seen: _Seen) -> None:
    found = capability = ""
    if seen.lists and not seen.filled:
        found, capability = "Moodle lists no course for anybody", "moodle/course:viewparticipants"
    elif seen.courses and not seen.with_state:
        found, capability = (
            "Moodle shows nobody's completion in any course",
            "report/completion:view",
        )
    if found:
        hint = f"Allow {capability} to the service account's role in the courses"
        reading.tally.note(Problem(f"{reading.site}: {_LIST}", found, "", hint))
