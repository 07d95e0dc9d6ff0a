"""Results: what a decision comes to, as much of it as plans and counts read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from moodle_cpd.model.decision import AwardDue, Outcome, Place, Text
from moodle_cpd.model.period import end_of_day
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
        ends: the moment (UTC) at which the period is over; None where nothing is earned.
        unmet: what is required is missing, and that is known, not just unread or undecided.
        gained: the period, in words, in which the qualification that it tells of was gained;
            empty where it tells of none.
        valid_until: the last day, in the scheme's zone, on which that qualification is held
            unless it is renewed; None where it tells of none.
        zone: the scheme's, in which that day ends.
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
    ends: datetime | None = None
    unmet: bool = False
    gained: str = ""
    valid_until: date | None = None
    zone: str = "UTC"

    def is_over(self, on: datetime) -> bool:
        """Whether the last day of the qualification is behind at a moment (UTC)."""
        return self.valid_until is not None and on >= end_of_day(self.valid_until, self.zone)
