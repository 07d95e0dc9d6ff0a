"""What an attempt is worth: grades at the mark, lengths, which of several counts, and the words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from moodle_cpd.decide.claim import Claim, Judged, Standing, best, choose, joined, judged
from moodle_cpd.decide.work import Attempt, Work
from moodle_cpd.model.decision import Text
from moodle_cpd.rules.matching import Target
from moodle_cpd.rules.rulebook import Acceptance, PassMark
from tests.decide.making import handed_in, local, marked, record

AT = local("2026-03-01 10:00")
COUNTS, PENDING, NOTHING = Standing.COUNTS, Standing.PENDING, Standing.NOTHING
PERCENT = Acceptance(PassMark(Decimal(60), None))
POINTS = Acceptance(PassMark(None, Decimal(60)))
LONG = Acceptance(needs_grade=False, characters=1000)


def verdict(attempt: Attempt, accepted: Acceptance) -> Judged:
    (found,) = judged(Work(attempts={0: attempt}), accepted, graded=False)
    return found


@pytest.mark.parametrize(
    ("points", "maximum", "accepted", "standing", "words"),
    [
        ("60", "100", PERCENT, COUNTS, "60 of 100 points, reaches the 60 needed"),
        ("59.99", "100", PERCENT, NOTHING, "59.99 of 100 points, misses the 60 needed"),
        ("30", "50", PERCENT, COUNTS, "30 of 50 points, reaches the 30 needed"),
        ("60", None, POINTS, COUNTS, "60 points, reaches the 60 needed"),
        ("60", None, PERCENT, PENDING, "The grade has no maximum, so it can't be judged"),
        ("0", "100", Acceptance(), COUNTS, "0 of 100 points"),
    ],
)
def test_a_grade_at_the_mark(
    points: str, maximum: str | None, accepted: Acceptance, standing: Standing, words: str
) -> None:
    attempt = Attempt(0, handed_in(1, 11, AT), marked(1, 11, points, AT, maximum=maximum))
    found = verdict(attempt, accepted)
    assert (found.standing, found.reason.en) == (standing, words)


def test_where_nothing_happened_there_is_nothing_to_judge() -> None:
    unknown = Work(attempts={0: Attempt(0, None, marked(1, 11, None, AT))})
    assert list(judged(unknown, Acceptance(), graded=False)) == []
    first, second = Attempt(0, None, marked(1, 11, None, AT)), Attempt(1, handed_in(1, 11, AT))
    work = Work(attempts={0: first, 1: second})
    assert [each.attempt for each in judged(work, Acceptance(), graded=False)] == [second]


@pytest.mark.parametrize(
    ("attempt", "accepted", "standing", "words"),
    [
        (Attempt(0, handed_in(1, 11, AT)), Acceptance(needs_grade=False), COUNTS, "Handed in"),
        (Attempt(0, handed_in(1, 11, AT)), Acceptance(), PENDING, "Handed in and not marked yet"),
        (
            Attempt(0, record("A", "2026-03-01")),
            Acceptance(needs_grade=False),
            COUNTS,
            "By an imported record",
        ),
        (
            Attempt(0, record("A", "2026-03-01")),
            Acceptance(),
            PENDING,
            "The record says no points",
        ),
        (Attempt(0, handed_in(1, 11, AT, length=1000)), LONG, COUNTS, "Handed in; 1000 characters"),
        (
            Attempt(0, handed_in(1, 11, AT, length=999)),
            LONG,
            NOTHING,
            "Handed in; 999 characters, fewer than the 1000 needed",
        ),
        (
            Attempt(0, handed_in(1, 11, AT, length=None)),
            LONG,
            PENDING,
            "Handed in; There is no online text, so its length can't be told",
        ),
    ],
)
def test_work_without_a_grade(
    attempt: Attempt, accepted: Acceptance, standing: Standing, words: str
) -> None:
    found = verdict(attempt, accepted)
    assert (found.standing, found.reason.en) == (standing, words)
    assert found.no_length is ("no online text" in words)


def test_what_failed_fails_whatever_its_length() -> None:
    attempt = Attempt(0, handed_in(1, 11, AT, length=None), marked(1, 11, "1", AT))
    found = verdict(attempt, Acceptance(PassMark(Decimal(60), None), characters=10))
    assert (found.standing, found.no_length) == (NOTHING, False)


def attempt_of(
    number: int, standing: Standing, share: str = "0.5", later: int = 0, words: str = "w"
) -> Judged:
    at = AT + timedelta(days=later)
    piece = Attempt(number, handed_in(1, 11, at, number))
    return Judged(piece, at, standing, Decimal(share), Text(words, words))


@pytest.mark.parametrize(
    "others",
    [
        # What counts goes before what is open, that before what failed, whatever the grades.
        [attempt_of(1, PENDING, "0.9")],
        [attempt_of(1, NOTHING, "0.9")],
        [attempt_of(1, COUNTS, "0.49")],
        [attempt_of(1, COUNTS, "0.5", later=1)],
        [attempt_of(1, COUNTS, "0.4"), attempt_of(2, PENDING, "1"), attempt_of(3, NOTHING, "1")],
    ],
)
def test_the_best_attempt(others: list[Judged]) -> None:
    good = attempt_of(0, COUNTS)
    for found in ([good, *others], [*others, good]):
        assert best(found) == good
        chosen = choose(found, latest=False)
        assert chosen is not None
        assert chosen.attempt == good.attempt
        assert chosen.reason.en == "w; the best of several attempts"


def test_the_best_grade_is_the_best_share_of_its_maximum() -> None:
    attempts = {
        number: Attempt(number, None, marked(1, 11, points, AT, attempt=number, maximum=maximum))
        for number, (points, maximum) in enumerate([("40", "50"), ("70", "100"), ("7", "9")])
    }
    found = judged(Work(attempts=attempts), Acceptance(), graded=False)
    assert best(found).attempt.number == 0


def test_what_is_open_is_better_than_what_failed() -> None:
    open_, failed = attempt_of(1, PENDING, "0"), attempt_of(0, NOTHING, "0.59")
    assert best([failed, open_]) == open_


def test_the_latest_attempt_is_that_of_the_highest_number() -> None:
    found = [attempt_of(2, NOTHING), attempt_of(10, NOTHING, later=-3), attempt_of(1, COUNTS)]
    chosen = choose(found, latest=True)
    assert chosen is not None
    assert chosen.attempt.number == 10
    assert chosen.reason.en == "w; the latest attempt counts"


def test_a_single_attempt_is_chosen_without_a_word() -> None:
    one = attempt_of(0, NOTHING)
    assert choose([one], latest=True) is one
    assert choose([one], latest=False) is one
    assert choose([], latest=True) is None


def test_words_that_are_missing_in_one_language_are_kept_in_the_other() -> None:
    assert joined(Text(), Text("甲", "one"), Text()) == Text("甲", "one")
    assert joined(Text("甲", ""), Text()) == Text("甲", "")
    assert joined(Text("", "one"), Text()) == Text("", "one")
    assert joined(Text("甲", "one"), Text("乙", "two")) == Text("甲；乙", "one; two")
    assert joined() == Text()


@pytest.mark.parametrize(
    ("standing", "hours", "possible", "open_"),
    [
        (COUNTS, 4, 4, False),
        (COUNTS, 4, 5, True),
        (PENDING, 0, 0, True),
        (NOTHING, 0, 0, False),
    ],
)
def test_a_claim_is_open_while_it_may_bring_more(
    standing: Standing, hours: int, possible: int, open_: bool
) -> None:
    claim = Claim(
        *(Target(1), None, AT, (), standing),
        *(Decimal(hours), Decimal(possible), True, Text()),
    )
    assert claim.open is open_
