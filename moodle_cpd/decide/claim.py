"""What one piece of work claims under one entry, before caps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from moodle_cpd.decide.exact import Exact
from moodle_cpd.decide.work import Attempt, Work
from moodle_cpd.model.decision import Text
from moodle_cpd.model.quantity import show
from moodle_cpd.rules.matching import Match, Target
from moodle_cpd.rules.rulebook import Acceptance


class Standing(Enum):
    """How a piece of work stands under an entry."""

    COUNTS = "counts"
    PENDING = "pending"
    """Handed in, and what its grade will be is not known yet."""
    NOTHING = "nothing"


@dataclass(slots=True)
class Claim:
    """What one piece of work claims.

    Attributes:
        target: the course, activity or record.
        match: the entry, None where none fits.
        at: the moment it was earned, UTC; None is *time uncertain*.
        facts: keys of its facts, earliest first.
        standing: how it stands.
        hours: that the entry gives for it; 0 where it stands for nothing. They count only where
            it counts.
        possible: hours that it may come to bring once all is known.
        certain: no later attempt can take it away.
        reason: how it came about, or why it brings nothing.
        no_length: it is pending because the length of its text can't be told.
        carried: what it is called where it was carried over from another period, else None.
        by_hand: a person added it, which no line of a course map gives, or took it out.
    """

    target: Target
    match: Match | None
    at: datetime | None
    facts: tuple[str, ...]
    standing: Standing
    hours: Exact
    possible: Exact
    certain: bool
    reason: Text
    no_length: bool = False
    carried: str | None = None
    by_hand: bool = False

    @property
    def open(self) -> bool:
        """Whether it could still come to bring more."""
        if self.standing is Standing.PENDING:
            return True
        return self.possible is not self.hours and self.possible != self.hours


@dataclass(slots=True)
class Judged:
    """An attempt held against what makes work count.

    Attributes:
        attempt: the attempt.
        at: its moment, UTC; None is *time uncertain*.
        standing: how it stands.
        share: of the maximum, to find the best; points where there is no maximum.
        reason: in words.
        no_length: it is pending because the length of its text can't be told.
    """

    attempt: Attempt
    at: datetime | None
    standing: Standing
    share: Decimal
    reason: Text
    no_length: bool = False


ZERO = Decimal(0)
_UNMARKED = Text("已提交，尚未评分", "Handed in and not marked yet")
_HANDED_IN = Text("已提交", "Handed in")
_RECORDED = Text("按导入的记录", "By an imported record")
_NO_POINTS = Text("记录没有写明成绩", "The record says no points")
_NO_LENGTH = Text(
    "没有在线文本，无法知道字数", "There is no online text, so its length can't be told"
)
NO_MAXIMUM = Text("成绩没有满分，无法判断", "The grade has no maximum, so it can't be judged")
_LATEST = Text("以最后一次为准", "the latest attempt counts")
_BEST = Text("多次中取最好的一次", "the best of several attempts")


def judged(work: Work, accepted: Acceptance, *, graded: bool) -> Iterator[Judged]:
    """Hold each attempt against what makes work count.

    Args:
        work: the attempts; those at which nothing was handed in or marked yield nothing.
        accepted: what makes it count.
        graded: the moment of marking counts, not that of handing in.
    """
    for attempt in work.attempts.values():
        if attempt.points is None and attempt.submission is None:
            continue
        by_grade = _by_grade(attempt, accepted, graded=graded)
        if accepted.characters is None:
            yield by_grade
        else:
            yield _by_length(by_grade, accepted.characters)


def _by_grade(attempt: Attempt, accepted: Acceptance, *, graded: bool) -> Judged:
    points, maximum = attempt.points, attempt.maximum
    at, note = attempt.earned_at(graded=graded)
    if points is None:
        if accepted.needs_grade:
            words = _NO_POINTS if attempt.recorded else _UNMARKED
            return Judged(attempt, at, Standing.PENDING, ZERO, words)
        words = _RECORDED if attempt.recorded else _HANDED_IN
        return Judged(attempt, at, Standing.COUNTS, ZERO, words)
    share = points if maximum is None else points / maximum
    pass_at = accepted.pass_at
    needed = None if pass_at is None else pass_at.needed(maximum)
    if pass_at is not None and needed is None:
        return Judged(attempt, at, Standing.PENDING, share, NO_MAXIMUM)
    grade = _grade_text(points, maximum, needed)
    passed = needed is None or points >= needed
    standing = Standing.COUNTS if passed else Standing.NOTHING
    return Judged(attempt, at, standing, share, joined(grade, note))


def _by_length(found: Judged, characters: int) -> Judged:
    """Ask for a length of the text besides; one that can't be told is unknown, not zero."""
    length = found.attempt.length
    if length is None:
        if found.standing is Standing.NOTHING:
            return found
        reason = joined(found.reason, _NO_LENGTH)
        return replace(found, standing=Standing.PENDING, reason=reason, no_length=True)
    reason = joined(found.reason, _length_text(length, characters))
    standing = found.standing if length >= characters else Standing.NOTHING
    return Judged(found.attempt, found.at, standing, found.share, reason)


def choose(candidates: Iterable[Judged], *, latest: bool) -> Judged | None:
    """The attempt that counts among those at one activity in one period, None of none.

    Args:
        candidates: the attempts, in any order.
        latest: the latest counts, not the best.
    """
    found = list(candidates)
    if len(found) < 2:
        return found[0] if found else None
    chosen = max(found, key=lambda each: each.attempt.number) if latest else best(found)
    return replace(chosen, reason=joined(chosen.reason, _LATEST if latest else _BEST))


def best(candidates: Iterable[Judged]) -> Judged:
    """The best of some attempts.

    What counts is better than what is pending, that better than what failed; then the higher
    grade, then the earlier.
    """
    return min(candidates, key=lambda e: (_ORDER[e.standing], -e.share, e.at, e.attempt.facts))


_ORDER = {Standing.COUNTS: 0, Standing.PENDING: 1, Standing.NOTHING: 2}


def joined(*texts: Text) -> Text:
    """Several words one after the other, empty ones left out."""
    some = [text for text in texts if text.zh or text.en]
    if len(some) == 1:
        return some[0]
    return Text("；".join([t.zh for t in some]), "; ".join([t.en for t in some]))


@lru_cache(4096)
def _length_text(length: Decimal, needed: int) -> Text:
    if length >= needed:
        return Text(f"{show(length)}字", f"{show(length)} characters")
    return Text(
        f"{show(length)}字，不足{needed}字",
        f"{show(length)} characters, fewer than the {needed} needed",
    )


@lru_cache(4096)
def _grade_text(points: Decimal, maximum: Decimal | None, needed: Decimal | None) -> Text:
    of_zh = "" if maximum is None else f"（满分{show(maximum)}）"
    of_en = "" if maximum is None else f" of {show(maximum)}"
    zh, en = f"得{show(points)}分{of_zh}", f"{show(points)}{of_en} points"
    if needed is None:
        return Text(zh, en)
    verdict = ("达到", "reaches") if points >= needed else ("未达到", "misses")
    return Text(
        f"{zh}，{verdict[0]}{show(needed)}分", f"{en}, {verdict[1]} the {show(needed)} needed"
    )
