"""Frames that consist of the hours which their scheme recognised, period by period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from moodle_cpd.decide.claim import ZERO, Claim, Standing
from moodle_cpd.decide.credit import ANY_NUMBER
from moodle_cpd.decide.unmapped import unmapped
from moodle_cpd.model.decision import CreditLine, Decision, Outcome, Place, Text
from moodle_cpd.rules.matching import Match, Target
from moodle_cpd.rules.rulebook import Entry, Scheme


def recognised_claims(scheme: Scheme, decisions: Iterable[Decision]) -> Iterator[Claim]:
    """What the decisions of a scheme claim in a frame of it.

    Hours that were cut off by the scheme's own caps are not claimed, nor those that came from an
    earlier period, which claimed them itself. What is not recognised yet is
    pending; hours of a period whose outcome is open may still become any number. Hours of a
    category that the rules no longer have are left out (``troubles.lost_categories``).

    Args:
        scheme: the frame; its lines are those of the scheme.
        decisions: the scheme's, of one teacher.
    """
    entries = {entry.place: entry for edition in scheme.editions for entry in edition.entries}
    known = {each.id for each in scheme.categories}
    for decision in decisions:
        left = decision.earned
        for line in decision.credit_lines:
            hours = min(line.counted, left)
            left -= hours
            # Only what was carried over rests on no fact of the period, and on no person.
            carried = not line.facts
            usable = line.category in known and line.at is not None
            if hours > ZERO and not carried and usable:
                yield _claim(decision, line, hours, _entry(scheme, line, entries))


def _entry(scheme: Scheme, line: CreditLine, entries: Mapping[Place, Entry]) -> Entry:
    """What gave the hours, without its cap, which held already.

    The course map of a closed period may have changed since: the line stands elsewhere then.
    """
    found = None if line.entry is None else entries.get(line.entry)
    if found is not None:
        return replace(found, category=line.category, at_most=None)
    place = line.entry or scheme.place
    return unmapped(scheme.id, line.category, line.given, place, "".join(line.facts))


def _claim(decision: Decision, line: CreditLine, hours: Decimal, entry: Entry) -> Claim:
    label = decision.period_label
    standing, words = Standing.COUNTS, Text(f"{label.zh}已认定", f"recognised in {label.en}")
    possible = hours
    if decision.recognised == ZERO:
        standing, possible = Standing.NOTHING, ZERO
        words = Text(f"{label.zh}未认定", f"not recognised in {label.en}")
        if decision.outcome is Outcome.IN_PROGRESS:
            standing, possible = Standing.PENDING, ANY_NUMBER
            words = Text(f"{label.zh}尚未认定", f"not recognised yet in {label.en}")
    return Claim(
        target=Target(line.course),
        match=Match(entry, hours, None, line.level or None),
        at=line.at,
        facts=line.facts,
        standing=standing,
        hours=hours if standing is Standing.COUNTS else ZERO,
        possible=possible,
        certain=True,
        reason=words,
        by_hand=line.entry is None,
    )
