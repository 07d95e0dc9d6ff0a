"""Facts sorted by what they are about: moments of attempts, their order, and whose a grade is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from moodle_cpd.decide.work import HANDED_IN_AGAIN, OFFLINE, Attempt, Completion, Work, collect
from moodle_cpd.model.decision import Text
from moodle_cpd.model.fact import Fact
from moodle_cpd.rules.matching import Target
from tests.decide.making import done, handed_in, local, marked, record

FIRST, THEN, LATER = (local(f"2026-0{month}-01 10:00") for month in (3, 4, 5))
NOTHING = Text()


def sent(at: datetime | None = FIRST, attempt: int = 0) -> Fact:
    return handed_in(1, 11, at, attempt)


def grade(at: datetime | None = THEN, points: str | None = "80", attempt: int = 0) -> Fact:
    return marked(1, 11, points, at, attempt=attempt)


@pytest.mark.parametrize(
    ("maximum", "expected"), [(None, None), ("-1", None), ("0", None), ("0.5", "0.5"), ("1", "1")]
)
def test_a_maximum_is_a_number_above_zero(maximum: str | None, expected: str | None) -> None:
    found = Attempt(0, grade=marked(1, 11, "1", THEN, maximum=maximum)).maximum
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("submission", "marking", "graded", "at", "words"),
    [
        (None, grade(), False, THEN, OFFLINE),
        (None, grade(), True, THEN, NOTHING),
        (None, grade(points=None), False, None, OFFLINE),
        (None, grade(points="-1"), True, None, NOTHING),
        (sent(), None, False, FIRST, NOTHING),
        (sent(), None, True, FIRST, NOTHING),
        (sent(), grade(), False, FIRST, NOTHING),
        (sent(), grade(), True, THEN, NOTHING),
        (sent(), grade(points=None), True, FIRST, NOTHING),
        (sent(), grade(None), True, None, NOTHING),
        (sent(), grade(FIRST), False, FIRST, NOTHING),
        (sent(LATER), grade(), False, THEN, HANDED_IN_AGAIN),
        (sent(LATER), grade(points=None), False, LATER, NOTHING),
        (sent(None), grade(), False, None, NOTHING),
    ],
)
def test_the_moment_of_an_attempt(
    submission: Fact | None,
    marking: Fact | None,
    graded: bool,
    at: datetime | None,
    words: Text,
) -> None:
    attempt = Attempt(0, submission, marking)
    assert attempt.earned_at(graded=graded) == (at, words)


def test_only_a_record_was_brought_in_by_a_person() -> None:
    brought = record("Lecture", "2026-03-01", "4")
    found = [Attempt(0, brought), Attempt(0, sent()), Attempt(0, None, grade())]
    assert [each.recorded for each in found] == [True, False, False]


def test_a_day_is_given_only_to_what_had_none() -> None:
    both = Attempt(2, sent(None), grade(None))
    dated = both.dated(LATER)
    assert dated.submission is not None
    assert dated.grade is not None
    assert (dated.number, dated.submission.at, dated.grade.at) == (2, LATER, LATER)
    assert dated.facts == both.facts
    half = Attempt(0, sent(), grade(None)).dated(LATER)
    assert half.submission == sent()
    assert half.grade is not None
    assert half.grade.at == LATER
    alone = Attempt(0, sent(None)).dated(LATER)
    assert alone.grade is None


def test_completions_come_earliest_first_and_those_without_a_time_last() -> None:
    facts = [done(1, None), done(1, LATER), done(1, FIRST)]
    assert [each.at for each in Work(facts).keyed_completions] == [FIRST, LATER, None]
    work = Work()
    given = [Completion(*each) for each in (("b", None), ("d", THEN), ("a", None), ("c", THEN))]
    given.append(Completion("e", FIRST))
    work.take_completions(given)
    assert [each.key for each in work.keyed_completions] == ["e", "c", "d", "a", "b"]


def test_what_is_not_seen_hides_nothing_that_follows() -> None:
    facts = [done(1, LATER), done(2, FIRST), done(3, THEN), done(4, None), done(9, FIRST)]
    found = collect(facts, frozenset({9}), THEN)
    assert set(found) == {Target(2), Target(3), Target(4)}


def test_a_record_is_one_attempt() -> None:
    bare, points = record("A", "2026-03-01", "4"), record("B", "2026-03-01", points="70")
    found = collect([bare, points, sent()], frozenset(), LATER)
    assert {target: work.attempts for target, work in found.items()} == {
        Target(0, None, bare.record): {0: Attempt(0, bare)},
        Target(0, None, points.record): {0: Attempt(0, points, points)},
        Target(1, 11): {0: Attempt(0, sent())},
    }


def test_a_completion_is_no_attempt() -> None:
    (work,) = collect([done(1, FIRST)], frozenset(), LATER).values()
    assert (work.completions, work.attempts) == ([done(1, FIRST)], {})


def settled(facts: Sequence[Fact]) -> dict[int, Fact | None]:
    """The grade of each attempt that is left."""
    (work,) = collect(facts, frozenset(), LATER).values()
    return {number: attempt.grade for number, attempt in sorted(work.attempts.items())}


def test_a_grade_of_the_gradebook_is_for_the_last_work_that_was_there() -> None:
    given = grade(THEN)
    assert settled([sent(FIRST), sent(FIRST, 1), given]) == {1: given}
    assert settled([sent(FIRST), sent(FIRST, 1), sent(FIRST, 2), given]) == {2: given}
    # What was handed in after the marking is not what was marked.
    assert settled([sent(FIRST), sent(LATER, 1), given]) == {0: given, 1: None}
    assert settled([sent(FIRST), sent(THEN, 1), given]) == {1: given}
    assert settled([sent(FIRST), sent(None, 1), given]) == {1: given}
    unknown = grade(None)
    assert settled([sent(FIRST), sent(FIRST, 1), unknown]) == {1: unknown}


def test_a_grade_never_goes_back_to_earlier_work() -> None:
    second = grade(THEN, attempt=1)
    assert settled([sent(FIRST), sent(FIRST, 1), second]) == {1: second}


def test_nor_to_an_attempt_at_which_nothing_was_handed_in() -> None:
    given, empty = grade(THEN), grade(THEN, None, 1)
    assert settled([sent(FIRST), given, empty]) == {0: given, 1: empty}
    one, two = grade(THEN), grade(THEN, attempt=1)
    assert settled([one, two, sent(FIRST, 2)]) == {0: one, 2: two}
    neither = [grade(THEN, None), grade(THEN, None, 1)]
    assert settled(neither) == dict(enumerate(neither))
    # Work that was replaced waits for nothing; what was only marked replaced nothing.
    assert settled([sent(FIRST), grade(THEN, "80", 1)]) == {0: None, 1: grade(THEN, "80", 1)}


@pytest.mark.parametrize("turned", [False, True])
def test_of_several_grades_the_last_finds_its_work_first(turned: bool) -> None:
    one, two = grade(THEN, "10"), grade(THEN + timedelta(days=1), "20", 1)
    facts = [sent(FIRST), one, sent(FIRST, 1), two, sent(FIRST, 2)]
    assert settled(facts[::-1] if turned else facts) == {1: one, 2: two}
