"""The hours with which a period was closed, as later periods read them.

A stored decision tells what each line counted for, not by which rules: caps held already and are
not applied anew, and what a cap took from a line stays lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from moodle_cpd.decide.caps import totals
from moodle_cpd.decide.claim import ZERO, Claim, Standing
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.requirements import PastTotals
from moodle_cpd.decide.unmapped import unmapped
from moodle_cpd.decide.work import Work
from moodle_cpd.model.decision import Decision, State
from moodle_cpd.rules.matching import Match, Target


def same_hours(before: Decision, now: Decision) -> bool:
    """Whether a period would today bring to later ones what it brought when it was closed.

    Args:
        before: the decision with which it was closed.
        now: as the facts and rules of today give it.
    """
    return _brought(before) == _brought(now)


def claims_as_closed(scheme: PreparedScheme, before: Decision) -> list[Claim]:
    """What a closed decision claims: the hours that each line counted for, if they are recognised.

    Args:
        scheme: as it stands in the period; hours of a category that it no longer has are left out.
        before: the decision.
    """
    if not _recognised(before):
        return []
    place = scheme.scheme.place
    return [
        Claim(
            target=Target(line.course),
            match=Match(
                unmapped(scheme.scheme.id, line.category, line.counted, place),
                line.counted,
                None,
                line.level or None,
            ),
            at=line.at,
            facts=line.facts,
            standing=Standing.COUNTS,
            hours=line.counted,
            possible=line.counted,
            certain=True,
            reason=line.reason,
            # Only what was carried over rests on no fact of the period, and on no person.
            carried=None if line.facts else line.course_name,
        )
        for line in before.credit_lines
        if line.counted > ZERO and line.category in scheme.categories
    ]


def hours_as_closed(
    scheme: PreparedScheme, claims: Iterable[Claim], before: Decision
) -> PastTotals:
    """Hours of a closed period that requirements of later ones may read.

    Args:
        scheme: as it stands in the period.
        claims: what the decision claims, as ``claims_as_closed`` has them.
        before: the decision.
    """
    kept = dict(before.by_category) if _recognised(before) else {}
    found = totals(scheme, [(each.match, each.hours) for each in claims if each.match is not None])
    by_category = {each: kept.get(each, ZERO) for each in scheme.categories}
    sure = replace(found, by_category=by_category, total=before.recognised)
    return PastTotals(sure, sure, sure)


def targets_as_closed(
    scheme: PreparedScheme, before: Decision, work: Mapping[Target, Work]
) -> set[Target]:
    """What counted in a closed period, and so never again where it counts once.

    Args:
        scheme: as it stands in the period.
        before: the decision with which it was closed.
        work: all work of the teacher by target. What Moodle no longer tells of is found by the line
            that gave the hours in its course.
    """
    lines = [each for each in before.credit_lines if each.counted > ZERO]
    keys = {key for each in lines for key in each.facts}
    found = {target for target, here in work.items() if not keys.isdisjoint(here.facts)}
    known = {key for target in found for key in work[target].facts}
    gone = {(each.course, each.entry) for each in lines if known.isdisjoint(each.facts)}
    if gone:
        found.update(
            target
            for target, match in scheme.matches.items()
            if isinstance(match, Match) and (target.course, match.entry.place) in gone
        )
    return found


def _recognised(decision: Decision) -> bool:
    """Whether its hours count; the gate tells it of hours apart too, which are not earned."""
    shut = decision.gate is not None and decision.gate.state is not State.MET
    return not shut and decision.recognised == decision.earned


def _brought(decision: Decision) -> tuple[object, ...]:
    lines = [
        (each.category, each.given, each.counted, each.at, each.facts, each.level)
        for each in decision.credit_lines
        if each.given > ZERO
    ]
    return _recognised(decision), decision.earned, lines
