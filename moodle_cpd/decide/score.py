"""Points of an assessment: what is sure, and what there would be if all went well.

Sums are made of fractions, so that three thirds are one, and become decimals once at the end, cut
and never rounded up: a threshold is reached where it is reached exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from moodle_cpd.decide.caps import Totals
from moodle_cpd.decide.claim import ZERO, Judged, Standing, choose, joined
from moodle_cpd.decide.credit import Assessed, PeriodWork
from moodle_cpd.decide.exact import NO_FRACTION, decimal, fraction, lesser
from moodle_cpd.model.decision import Score, ScoreLine, Text
from moodle_cpd.model.quantity import show
from moodle_cpd.rules.rulebook_score import Change, Component, ScoreRule

_NOTHING = Text("没有成绩或材料", "No grade and no work")
_RECURRING = 8192
_DUE_LATER = Text("期末才扣", "Taken off at the end only")


@dataclass(slots=True, eq=False)
class _Range:
    """Points between what is sure and what there could be; never changed once made.

    Attributes:
        sure: if nothing more is done, and everything open turns out badly.
        due: with what is due by now; what is taken off at the end only is not.
        open: if everything open turned out well.
    """

    sure: Fraction
    due: Fraction
    open: Fraction

    def __add__(self, other: _Range) -> _Range:
        if other is _NO_POINTS:
            return self
        if other.sure is other.due is other.open:
            return self._each(lambda points: points + other.sure) if other.sure else self
        return _Range(self.sure + other.sure, self.due + other.due, self.open + other.open)

    def _each(self, turn: Callable[[Fraction], Fraction]) -> _Range:
        """The same with all of them; mostly they are one number, which is then turned once."""
        sure = turn(self.sure)
        due = sure if self.due is self.sure else turn(self.due)
        return _Range(sure, due, due if self.open is self.due else turn(self.open))

    def held(self, low: Fraction, high: Fraction) -> _Range:
        """All of them within bounds."""
        if self is _NO_POINTS and not low.numerator:
            return self
        return self._each(lambda points: _within(points, low, high))


_NO_POINTS = _Range(NO_FRACTION, NO_FRACTION, NO_FRACTION)


@dataclass(slots=True, eq=False)
class _Found:
    """Points of one line before they are held, with what they rest on; likewise never changed."""

    points: _Range
    pieces: tuple[Judged, ...] = ()
    reason: Text = _NOTHING


_NOTHING_FOUND = _Found(_NO_POINTS)


class Scoring:
    """The score of one teacher in one period.

    Args:
        rule: how points come about.
        work: what was done in the period.
        sure: hours that count.
        possible: hours there would be if everything unknown turned out well.
        final: the end and its days of grace are over; before, what is missing is not missing yet.
    """

    def __init__(
        self, rule: ScoreRule, work: PeriodWork, sure: Totals, possible: Totals, *, final: bool
    ) -> None:
        self._rule = rule
        self._work = work
        self._sure = sure
        self._possible = possible
        self._final = final

    def score(self) -> Score:
        """Points, total and band, and what they are made of."""
        rule = self._rule
        changes = [(change, self._change(change)) for change in rule.changes]
        whole = _Range(*3 * [fraction(rule.starts_at)])
        lines = []
        for component in rule.components:
            found = self._component(component)
            points = _sum(changes, component.id, found.points)
            if points is found.points:
                whole += _held(points, component.points)
            else:
                whole += points.held(NO_FRACTION, fraction(component.points))
            lines.append(_line(found, component))
        whole = _sum(changes, None, whole).held(NO_FRACTION, fraction(rule.possible))
        lines.extend([_line(found, change) for change, found in changes])
        total = _of_hundred(whole.due, rule.possible)
        open_total = _of_hundred(whole.open, rule.possible)
        bands = [band for band in rule.bands if band.minimum <= total] if self._final else []
        could = [band for band in rule.bands if band.minimum <= open_total]
        decided = bool(bands) and bands == could
        return Score(
            points=decimal(whole.due),
            possible=rule.possible,
            total=total,
            open_total=open_total,
            band=bands[-1].id if decided else "",
            band_title=bands[-1].title if decided else Text(),
            final=self._final,
            lines=tuple(lines),
            place=rule.place,
            assured=_of_hundred(whole.sure, rule.possible),
        )

    def _component(self, component: Component) -> _Found:
        if component.kind == "proportion":
            return self._proportion(component)
        pieces, accepted, pending = self._pieces(component.source)
        if not pieces:
            return _NOTHING_FOUND
        points = _of_number(component, accepted, accepted + pending)
        return _Found(points, pieces, _reasons(pieces))

    def _proportion(self, component: Component) -> _Found:
        """Points x grade / maximum of the best activity; unmarked work could still be perfect.

        What a person excused has no grade, so it brings no points here.
        """
        best, best_share, unknown = None, NO_FRACTION, []
        for each in self._attempts(self._work.assessed.get(component.source, ())):
            if each.attempt.by_hand:
                continue
            points, maximum = each.attempt.points, each.attempt.maximum
            if points is None or maximum is None:
                unknown.append(each)
                continue
            share = _share(points, maximum)
            if best is None or share > best_share:
                best, best_share = each, share
        pieces = (*([] if best is None else [best]), *unknown)
        if not pieces:
            return _NOTHING_FOUND
        most = fraction(component.points)
        sure = most * best_share
        found = _Range(sure, sure, most if unknown else sure)
        return _Found(found, pieces, _reasons(pieces))

    def _change(self, change: Change) -> _Found:
        if change.kind == "hours":
            have, could = (_hours(each, change.source) for each in (self._sure, self._possible))
            return _lacking_hours(change, have, could, final=self._final)
        if change.kind == "failed":
            pieces, failed, pending = self._failures(change.source or "")
            return _of_pieces(change, pieces, failed + pending, failed, final=self._final)
        pieces, accepted, pending = self._pieces(change.source or "")
        if change.kind == "missing":
            found = _lacking_pieces(change, accepted, pending, final=self._final)
            return _Found(found.points, pieces, found.reason) if pieces else found
        most = accepted + pending
        sure, open_ = (accepted, most) if change.sign > 0 else (most, accepted)
        return _of_pieces(change, pieces, sure, open_, final=self._final)

    def _pieces(self, evidence: str) -> tuple[tuple[Judged, ...], int, int]:
        """The pieces of a kind of evidence, how many are accepted, how many are open."""
        pieces = self._chosen(self._work.evidence.get(evidence, ()))
        return pieces, _count(pieces, Standing.COUNTS), _count(pieces, Standing.PENDING)

    def _failures(self, assessment: str) -> tuple[tuple[Judged, ...], int, int]:
        """What was not passed, how much of it is failed, how much is open."""
        every = self._chosen(self._work.assessed.get(assessment, ()))
        pieces = tuple(each for each in every if each.standing is not Standing.COUNTS)
        return pieces, _count(pieces, Standing.NOTHING), _count(pieces, Standing.PENDING)

    def _chosen(self, assessed: Iterable[Assessed]) -> tuple[Judged, ...]:
        chosen = (choose(each.attempts, latest=each.latest) for each in assessed)
        found = [each for each in chosen if each is not None]
        # Facts come in any order, which must not show.
        return tuple(sorted(found, key=lambda each: each.attempt.facts))

    def _attempts(self, assessed: Iterable[Assessed]) -> tuple[Judged, ...]:
        """All attempts that could be the best, or the latest one where that counts."""
        found: list[Judged] = []
        for each in assessed:
            latest = choose(each.attempts, latest=True) if each.latest else None
            found.extend(each.attempts if latest is None else [latest])
        return tuple(sorted(found, key=lambda each: each.attempt.facts))


def _sum(changes: Iterable[tuple[Change, _Found]], component: str | None, points: _Range) -> _Range:
    for change, found in changes:
        if change.component == component:
            points += found.points
    return points


@lru_cache(_RECURRING)
def _share(points: Decimal, maximum: Decimal) -> Fraction:
    """A grade's share of its maximum."""
    return Fraction(points) / Fraction(maximum)


@lru_cache(_RECURRING)
def _of_number(component: Component, accepted: int, open_: int) -> _Range:
    """What so many pieces bring, and so many if what is open is accepted too."""
    if component.kind == "each":
        each = fraction(component.each or ZERO)
        sure, open_points = each * accepted, each * open_
    else:
        most = fraction(component.points)
        sure = most if accepted >= component.pieces else NO_FRACTION
        open_points = most if open_ >= component.pieces else NO_FRACTION
    return _Range(sure, sure, open_points)


@lru_cache(_RECURRING)
def _held(points: _Range, most: Decimal) -> _Range:
    """Points that recur, within what there could be at most."""
    return points.held(NO_FRACTION, fraction(most))


def _of_hundred(points: Fraction, possible: Decimal) -> Decimal:
    """Points as what they would be of 100 possible ones."""
    return _hundredths(points.numerator, points.denominator, possible)


@lru_cache(_RECURRING)
def _hundredths(numerator: int, denominator: int, possible: Decimal) -> Decimal:
    return decimal(Fraction(100 * numerator, denominator) / fraction(possible))


@lru_cache(_RECURRING)
def _lacking_hours(change: Change, sure: Decimal, possible: Decimal, *, final: bool) -> _Found:
    """What hours that are lacking take off."""
    need = change.expected
    reason = Text(f"{show(sure)}/{show(need)}学时", f"{show(sure)} of {show(need)} hours")
    lacking = fraction(max(need - sure, ZERO))
    return _at_the_end(change, lacking, fraction(max(need - possible, ZERO)), reason, final=final)


@lru_cache(_RECURRING)
def _lacking_pieces(change: Change, accepted: int, pending: int, *, final: bool) -> _Found:
    """What pieces that are missing take off."""
    expected = int(change.expected)
    reason = Text(f"{accepted}/{expected}份", f"{accepted} of {expected} pieces")
    lacking = Fraction(max(expected - accepted, 0))
    open_ = Fraction(max(expected - accepted - pending, 0))
    return _at_the_end(change, lacking, open_, reason, final=final)


def _at_the_end(
    change: Change, sure: Fraction, open_: Fraction, reason: Text, *, final: bool
) -> _Found:
    """What is missing is missing at the end only."""
    if final:
        return _Found(_changed(change, sure, open_, final=True), reason=reason)
    points = _changed(change, sure, NO_FRACTION, final=False)
    return _Found(points, reason=joined(reason, _DUE_LATER))


def _of_pieces(
    change: Change, pieces: tuple[Judged, ...], sure: int, open_: int, *, final: bool
) -> _Found:
    """What pieces that are there, or failed, put on top or take off."""
    if not pieces:
        return _NOTHING_FOUND
    points = _changed(change, Fraction(sure), Fraction(open_), final=final)
    return _Found(points, pieces, _reasons(pieces))


def _changed(change: Change, sure: Fraction, open_: Fraction, *, final: bool) -> _Range:
    """So many times the points of a change, up to its limit."""
    each = fraction(change.each)
    at_most = None if change.at_most is None else fraction(change.at_most)
    surely = change.sign * _up_to(each * sure, at_most) if sure else NO_FRACTION
    hopefully = surely
    if open_ != sure:
        hopefully = change.sign * _up_to(each * open_, at_most) if open_ else NO_FRACTION
    if not surely and not hopefully:
        return _NO_POINTS
    due = hopefully if change.sign < 0 and not final else surely
    return _Range(surely, due, hopefully)


def _line(found: _Found, rule: Component | Change) -> ScoreLine:
    return _made(found, rule) if found.pieces else _recurring(found, rule)


def _made(found: _Found, rule: Component | Change) -> ScoreLine:
    if isinstance(rule, Component):
        of: Decimal | None = rule.points
        points = found.points.held(NO_FRACTION, fraction(rule.points))
    else:
        of = None if rule.at_most is None else rule.at_most * rule.sign
        points = found.points
    return ScoreLine(
        title=rule.title,
        points=decimal(points.sure),
        open=decimal(points.open),
        of=of,
        place=rule.place,
        facts=tuple(key for each in found.pieces for key in each.attempt.facts),
        reason=found.reason,
    )


_recurring = lru_cache(_RECURRING)(_made)
"""What rests on no facts of one teacher alone says the same of many."""


def _reasons(pieces: Iterable[Judged]) -> Text:
    return joined(*(each.reason for each in pieces)) if pieces else _NOTHING


def _count(pieces: Iterable[Judged], standing: Standing) -> int:
    return sum(each.standing is standing for each in pieces)


def _hours(totals: Totals, category: str | None) -> Decimal:
    return totals.total if category is None else totals.by_category[category]


def _within(points: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return low if lesser(points, low) is points else lesser(points, high)


def _up_to(points: Fraction, at_most: Fraction | None) -> Fraction:
    return points if at_most is None else lesser(points, at_most)
