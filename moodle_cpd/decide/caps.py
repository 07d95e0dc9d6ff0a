"""Caps: entry, category, parent category, scheme, in this order; the earliest hours count first.

The caps lie inside each other (an entry belongs to one category, a category to one parent), so the
sums do not depend on the order in which hours were earned; only the share of each line does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from moodle_cpd.decide.claim import ZERO, Claim
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.model.decision import Text
from moodle_cpd.model.quantity import show
from moodle_cpd.rules.levels import reaches
from moodle_cpd.rules.rulebook import Entry


@dataclass(frozen=True, slots=True)
class Totals:
    """Hours of a period under caps.

    Attributes:
        by_category: what requirements on a category read: under its own cap and those below it.
        total: all hours, under every cap, the scheme's too.
        from_level: for each level that is asked for, what that level and those above gave, under
            the caps of entries and categories by themselves; by category, and all under "".
    """

    by_category: Mapping[str, Decimal]
    total: Decimal
    from_level: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left of one claim under the caps of its entry and categories.

    Attributes:
        claim: the claim.
        counted: hours left.
        reason: which caps cut it, empty where none did.
    """

    claim: Claim
    counted: Decimal
    reason: Text


def totals(scheme: PreparedScheme, hours: Iterable[tuple[Entry, Decimal]]) -> Totals:
    """Sum hours under the caps.

    Args:
        scheme: the scheme.
        hours: hours that single pieces of work claim, with their entries.
    """
    if not scheme.levels:
        return _totals(scheme, hours)
    every = list(hours)
    by_level = {}
    for level in scheme.levels:
        found = _totals(scheme, (each for each in every if reaches(each[0].level, level)))
        tops = (c.id for c in scheme.scheme.categories if c.parent is None)
        whole = sum((found.by_category[top] for top in tops), ZERO)
        by_level[level] = {**found.by_category, "": whole}
    return replace(_totals(scheme, every), from_level=by_level)


def _totals(scheme: PreparedScheme, hours: Iterable[tuple[Entry, Decimal]]) -> Totals:
    by_entry: dict[Entry, Decimal] = {}
    for entry, claimed in hours:
        by_entry[entry] = by_entry.get(entry, ZERO) + claimed
    sums = dict.fromkeys(scheme.categories, ZERO)
    for entry, claimed in by_entry.items():
        if entry.category is not None:
            sums[entry.category] += _capped(claimed, entry.at_most)
    total = ZERO
    # Parents stand before children, so backwards each category is whole before its parent.
    for category in reversed(scheme.scheme.categories):
        sums[category.id] = _capped(sums[category.id], category.at_most)
        if category.parent is None:
            total += sums[category.id]
        else:
            sums[category.parent] += sums[category.id]
    return Totals(sums, _capped(total, scheme.scheme.at_most))


def cut(scheme: PreparedScheme, claims: Iterable[Claim]) -> list[Cut]:
    """Share the hours under the caps of entries and categories among the claims.

    Args:
        scheme: the scheme.
        claims: those that count, in the order in which they were earned.
    """
    left: dict[object, Decimal] = {}
    result = []
    for claim in claims:
        entry = claim.match.entry if claim.match is not None else None
        if entry is None or entry.category is None:
            continue
        counted = claim.hours
        reason = Text()
        capped: list[tuple[object, Decimal]] = []
        if entry.at_most is not None:
            capped.append((entry, entry.at_most))
            counted, reason = _share(
                left, entry, entry.at_most, counted, name=_ENTRY, reason=reason
            )
        for category in scheme.chain(entry.category):
            if category.at_most is not None:
                capped.append((category.id, category.at_most))
                counted, reason = _share(
                    left, category.id, category.at_most, counted, name=category.title, reason=reason
                )
        for key, at_most in capped:
            left[key] = left.get(key, at_most) - counted
        result.append(Cut(claim, counted, reason))
    return result


_ENTRY = Text("本项", "this line")


def _share(
    left: Mapping[object, Decimal],
    key: object,
    at_most: Decimal,
    counted: Decimal,
    *,
    name: Text,
    reason: Text,
) -> tuple[Decimal, Text]:
    """What a cap leaves of hours, and the words for what it cuts off."""
    room = left.get(key, at_most)
    if counted <= room:
        return counted, reason
    zh = f"{name.zh or name.en}最多计{show(at_most)}学时，超出{show(counted - room)}学时不计"
    en = f"{name.en or name.zh}: at most {show(at_most)} hours, {show(counted - room)} cut off"
    joined_zh = f"{reason.zh}；{zh}" if reason.zh else zh
    joined_en = f"{reason.en}; {en}" if reason.en else en
    return room, Text(joined_zh, joined_en)


def _capped(hours: Decimal, at_most: Decimal | None) -> Decimal:
    return hours if at_most is None or hours <= at_most else at_most
