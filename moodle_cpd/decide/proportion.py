"""Hours in proportion to a grade: a share of the hours that a full grade gives."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from moodle_cpd.decide.claim import NO_MAXIMUM, Claim, Judged, Standing, joined
from moodle_cpd.decide.exact import decimal
from moodle_cpd.model.decision import Text
from moodle_cpd.model.quantity import show


def measured(candidates: list[Judged]) -> list[Judged]:
    """The attempts among which the best is looked for.

    A grade without a maximum is no share of anything: it stands back where another one counts.
    """
    known = [each for each in candidates if not _lacks_maximum(each)]
    return known if any(each.standing is Standing.COUNTS for each in known) else candidates


def in_proportion(claim: Claim, chosen: Judged, candidates: Iterable[Judged]) -> None:
    """Leave a claim the share of its hours that the grade is of its maximum.

    A grade above the maximum gives the full hours. Work that is not marked yet could bring them
    too, so as long as some is open, the full hours stay possible.

    Args:
        claim: with the hours of a full grade.
        chosen: the attempt that it rests on: the best one is the one with the most hours.
        candidates: the attempts that could come to count.
    """
    if claim.standing is not Standing.COUNTS:
        return
    full = claim.hours
    points, maximum = chosen.attempt.points, chosen.attempt.maximum
    if points is None or maximum is None:
        claim.standing = Standing.PENDING
        claim.reason = joined(claim.reason, NO_MAXIMUM)
        return
    claim.hours = min(Fraction(full), Fraction(full) * Fraction(points) / Fraction(maximum))
    open_ = any(e.standing is Standing.PENDING or _lacks_maximum(e) for e in candidates)
    claim.possible = full if open_ else claim.hours
    claim.reason = joined(claim.reason, _words(decimal(full), points, maximum))


def _lacks_maximum(found: Judged) -> bool:
    return found.standing is Standing.COUNTS and found.attempt.maximum is None


def _words(full: Decimal, points: Decimal, maximum: Decimal) -> Text:
    of, had, most = show(full), show(points), show(maximum)
    return Text(f"{of}学时 × {had}/{most}", f"{of} hours x {had}/{most}")
