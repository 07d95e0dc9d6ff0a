"""Closed periods: their decisions stand as they were, until a person adjusts one of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from moodle_cpd.model.adjustment import KEY_PREFIX
from moodle_cpd.model.closure import Closure
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.quantity import show
from moodle_cpd.problems import Problem

_KEY = re.compile(KEY_PREFIX + "[0-9a-f]+")


def as_it_stands(since: Sequence[Decision | None], adjustments: Collection[str]) -> Decision | None:
    """The decision of a closed period that stands: adjusted, or as it was before an adjustment.

    What a person takes back leaves the decision as it stood without it, not as the facts that came
    since would have it.

    Args:
        since: the teacher's decisions of the period, from the one with which it was closed to the
            latest; the first is None where it was closed without one.
        adjustments: keys of the teacher's adjustments that were not withdrawn.
    """
    rests_on = [set() if each is None else _adjustments(each) for each in since]
    left = rests_on[-1] & set(adjustments)
    for decision, keys in zip(reversed(since), reversed(rests_on), strict=True):
        if keys == left:
            return decision
    return since[-1]


def hold(
    decisions: Iterable[Decision],
    stored: Iterable[Decision],
    closures: Mapping[tuple[str, str], Closure],
    adjustments: Collection[str],
) -> tuple[list[Decision], list[Problem]]:
    """The decisions of one teacher, with those of closed periods as they stand.

    A closed decision is made again only where an adjustment of that very period came after it, or
    one with which it was closed was withdrawn.

    Args:
        decisions: as the facts and rules of today give them.
        stored: those of closed periods that stand, as ``as_it_stands`` says.
        closures: by scheme and period.
        adjustments: keys of the teacher's adjustments that were not withdrawn.

    Returns:
        Decisions by scheme and period, and what would now be otherwise.
    """
    standing = {_key(each): each for each in stored if _key(each) in closures}
    found, problems = [], []
    for decision in decisions:
        closure = closures.get(_key(decision))
        if closure is None:
            found.append(decision)
            continue
        before = standing.pop(_key(decision), None)
        if _adjusted(before, decision, adjustments):
            found.append(decision)
            continue
        if before is not None:
            found.append(before)
        if _differs(before, decision):
            problems.append(_otherwise(closure, before, decision))
    found += standing.values()
    found.sort(key=lambda each: (each.scheme, each.period.start, each.period.key))
    return found, problems


def standing(
    before: Decision | None,
    now: Decision | None,
    adjustments: Collection[str],
    *,
    missed: bool = False,
) -> Decision | None:
    """The decision on which later periods and frames rest.

    Args:
        before: as the period was closed, None where it is open, or where it was closed without a
            decision about the teacher.
        now: as the facts and rules of today give it, None where nothing can be said.
        adjustments: keys of the teacher's adjustments that were not withdrawn.
        missed: it was closed without a decision about the teacher, who was known then.
    """
    if before is None and not missed:
        return now
    if now is not None and _adjusted(before, now, adjustments):
        return now
    return before


def _key(decision: Decision) -> tuple[str, str]:
    return decision.scheme, decision.period.key


def _adjusted(before: Decision | None, now: Decision, adjustments: Collection[str]) -> bool:
    had = set() if before is None else _adjustments(before)
    return bool(_adjustments(now) - had) or bool(had - set(adjustments))


def _adjustments(decision: Decision) -> set[str]:
    return {key for each in decision.by_hand for key in _KEY.findall(each.en)}


def _differs(before: Decision | None, now: Decision) -> bool:
    if before is None:
        return now.outcome is not Outcome.NOT_APPLICABLE
    return _substance(before) != _substance(now)


def _substance(decision: Decision) -> tuple[object, ...]:
    """What a decision comes to: other words, places and digests of rules change nothing."""
    score = decision.score
    return (
        decision.outcome,
        decision.earned,
        decision.recognised,
        None if score is None else (score.total, score.band),
        tuple(each.key for each in decision.awards),
        tuple(each.flag for each in decision.consequences),
    )


def _otherwise(closure: Closure, before: Decision | None, now: Decision) -> Problem:
    was = "without a decision" if before is None else f"as {_in_words(before)}"
    return Problem(
        f"{now.site}: teacher {now.teacher}",
        f"period {closure.period} of scheme '{closure.scheme}' is closed {was}; it would now be "
        f"{_in_words(now)}",
        "",
        f"It stands as it was closed (document {closure.document}); if it must change, record an "
        "adjustment with moodle-cpd adjust",
    )


def _in_words(decision: Decision) -> str:
    words = f"{decision.outcome.value} with {show(decision.recognised)} hours"
    return words if decision.score is None else f"{words}, {show(decision.score.total)} points"
