"""Results: what a decision comes to, as much of it as plans and counts read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from moodle_cpd.model.decision import AwardDue, Outcome, Place, Text
from moodle_cpd.model.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Result:
    """What one decision comes to.

    Thousands of decisions stand for each one that a plan acts on; this is what can be read of all
    of them every night.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        scheme: the scheme's id.
        period: the period's key.
        outcome: what the scheme says.
        recognised: hours that count.
        credits: recognised hours as credits, None where the scheme has none.
        digest: SHA-256 of the decision.
        awards: what the outcome earns.
        title: the scheme's title; empty where nothing is earned.
        place: where the scheme states its requirements; None where nothing is earned.
        by_hand: what persons did to it, in words; left out where nothing is earned.
    """

    site: str
    teacher: int
    scheme: str
    period: str
    outcome: Outcome
    recognised: Decimal
    credits: Decimal | None
    digest: str
    awards: tuple[AwardDue, ...]
    title: Text
    place: Place | None
    by_hand: tuple[Text, ...]
