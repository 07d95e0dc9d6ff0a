"""Caps: entry, category, parent category, scheme, in this order; the earliest hours count first.

The caps lie inside each other (an entry belongs to one category, a category to one parent), so the
sums do not depend on the order in which hours were earned; only the share of each line does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from moodle_cpd.decide.claim import ZERO, Claim, joined
from moodle_cpd.decide.exact import Exact, N, decimal, same
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.model.decision import Text
from moodle_cpd.model.quantity import show
from moodle_cpd.model.quick import quick
from moodle_cpd.rules.levels import reaches
from moodle_cpd.rules.matching import Match
from moodle_cpd.rules.rulebook import Entry

_SCHEMES = 256


@quick
@dataclass(frozen=True, slots=True)
class Totals:
    """Hours of a period under caps.

    Attributes:
        by_category: what requirements on a category read: under its own cap and those below it.
        total: all hours but those apart, under every cap, the scheme's too.
        from_level: for each level that is asked for, what that level and those above gave, under
            the caps of entries and categories by themselves; by category, and all under "".
    """

    by_category: Mapping[str, Decimal]
    total: Decimal
    from_level: Mapping[str, Mapping[str, Decimal]]


@quick
@dataclass(frozen=True, slots=True)
class Cut:
    """What is left of one claim under the caps of its entry and categories.

    Attributes:
        claim: the claim.
        counted: hours left.
        reason: which caps cut it, empty where none did.
    """

    claim: Claim
    counted: Exact
    reason: Text


def totals(scheme: PreparedScheme, hours: Collection[tuple[Match, Exact]]) -> Totals:
    """Sum hours under the caps.

    Args:
        scheme: the scheme.
        hours: hours that single pieces of work claim, with what gives them.
    """
    return _summed(scheme, hours) if hours else _nothing(scheme)


@lru_cache(_SCHEMES)
def _nothing(scheme: PreparedScheme) -> Totals:
    return _summed(scheme, [])


def _summed(scheme: PreparedScheme, hours: Iterable[tuple[Match, Exact]]) -> Totals:
    if scheme.in_fractions:
        return _with_levels(scheme, [(match, Fraction(each)) for match, each in hours], Fraction)
    return _with_levels(scheme, [(match, decimal(each)) for match, each in hours], same)


def _with_levels(
    scheme: PreparedScheme, hours: list[tuple[Match, N]], number: Callable[[Decimal], N]
) -> Totals:
    if not scheme.levels:
        return _totals(scheme, hours, number)
    by_level = {}
    for level in scheme.levels:
        found = _totals(scheme, [e for e in hours if reaches(e[0].level, level)], number)
        tops = (c.id for c in scheme.scheme.categories if c.parent is None and not c.apart)
        whole = sum((found.by_category[top] for top in tops), ZERO)
        by_level[level] = {**found.by_category, "": whole}
    return replace(_totals(scheme, hours, number), from_level=by_level)


def _totals(
    scheme: PreparedScheme, hours: Iterable[tuple[Match, N]], number: Callable[[Decimal], N]
) -> Totals:
    zero = number(ZERO)
    by_entry: dict[Entry, N] = {}
    for match, claimed in hours:
        by_entry[match.entry] = by_entry.get(match.entry, zero) + claimed
    sums = dict.fromkeys(scheme.categories, zero)
    for entry, claimed in by_entry.items():
        if entry.category is not None:
            sums[entry.category] += _capped(claimed, entry.at_most, number)
    total = zero
    # Parents stand before children, so backwards each category is whole before its parent.
    for category in reversed(scheme.scheme.categories):
        found = sums[category.id]
        if not found:
            continue
        if category.at_most is not None:
            found = sums[category.id] = _capped(found, category.at_most, number)
        if category.parent is not None:
            sums[category.parent] += found
        elif not category.apart:
            total += found
    by_category = {category: decimal(each) for category, each in sums.items()}
    return Totals(by_category, decimal(_capped(total, scheme.scheme.at_most, number)), {})


def cut(scheme: PreparedScheme, claims: Iterable[Claim]) -> list[Cut]:
    """Share the hours under the caps of entries and categories among the claims.

    Args:
        scheme: the scheme.
        claims: those that count, in the order in which they were earned.
    """
    if scheme.in_fractions:
        return _cut(scheme, [(each, Fraction(each.hours)) for each in claims], Fraction)
    return _cut(scheme, [(each, decimal(each.hours)) for each in claims], same)


def _cut(
    scheme: PreparedScheme, claims: Iterable[tuple[Claim, N]], number: Callable[[Decimal], N]
) -> list[Cut]:
    left: dict[object, N] = {}
    result = []
    for claim, hours in claims:
        entry = claim.match.entry if claim.match is not None else None
        if entry is None or entry.category is None:
            continue
        counted = hours
        reason = _UNCUT
        capped: list[tuple[object, N]] = []
        for key, at_most, name in scheme.caps(entry):
            room = left.get(key, number(at_most))
            capped.append((key, room))
            if counted > room:
                reason = joined(reason, _over(name, at_most, decimal(counted - room)))
                counted = room
        for key, room in capped:
            left[key] = room - counted
        result.append(Cut(claim, counted, reason))
    return result


_UNCUT = Text()


def _over(name: Text, at_most: Decimal, over: Decimal) -> Text:
    """The words for what a cap cuts off."""
    zh = f"{name.zh or name.en}最多计{show(at_most)}学时，超出{show(over)}学时不计"
    en = f"{name.en or name.zh}: at most {show(at_most)} hours, {show(over)} cut off"
    return Text(zh, en)


def _capped(hours: N, at_most: Decimal | None, number: Callable[[Decimal], N]) -> N:
    return hours if at_most is None else min(hours, number(at_most))
