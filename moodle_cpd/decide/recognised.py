"""Frames that consist of the hours which their scheme recognised, period by period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from moodle_cpd.decide.claim import ZERO, Claim, Standing
from moodle_cpd.decide.credit import ANY_NUMBER
from moodle_cpd.decide.unmapped import unmapped
from moodle_cpd.model.decision import CreditLine, Decision, Outcome, Text
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
                # The cap of the line that gave the hours held already.
                place = line.entry or scheme.place
                facts = "".join(line.facts)
                entry = unmapped(scheme.id, line.category, line.given, place, facts)
                yield _claim(decision, line, hours, entry)


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
