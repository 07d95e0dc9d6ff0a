"""Actions: planned changes of the outside world, as a person reads them before they happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from moodle_cpd.model.award import AwardKey, Route
from moodle_cpd.model.decision import Text


class Verb(StrEnum):
    """What an action does."""

    ISSUE = "issue"
    """Issue an award that is deserved and not there."""
    CONFIRM = "confirm"
    """Finish or check an award that an earlier run began."""
    SUPERSEDE = "supersede"
    """Put another certificate in the place of one that stands: corrected, or renewed."""
    WITHDRAW = "withdraw"
    """Take back an award whose ground is lost; done only with a person's explicit word."""
    REPAIR = "repair"
    """Hand over again, as it was, what is not in Moodle any more."""
    EXPIRE = "expire"
    """Note that an award's time is over; nothing is written to Moodle."""


@dataclass(frozen=True, slots=True)
class Action:
    """One planned change.

    Attributes:
        verb: what is done.
        award: which award.
        route: how it reaches Moodle.
        course: the record course's idnumber, empty for a cohort.
        target: the cohort's or the record activity's idnumber on the site.
        badge: name of the badge that Moodle then gives, empty where none hangs on it.
        title: the award's title.
        hours: recognised hours behind it.
        credits: credits behind it, None where the scheme has none.
        decision_digest: SHA-256 of the decision that asks for it.
        reason: why, in words.
        messages: how many messages Moodle sends the teacher because of it.
        replaces: serial of the certificate in whose place another is issued; empty elsewhere.
        valid_until: the last day on which the award is valid; None: for ever.
    """

    verb: Verb
    award: AwardKey
    route: Route
    course: str
    target: str
    badge: str
    title: Text
    hours: Decimal
    credits: Decimal | None
    decision_digest: str
    reason: Text
    messages: int
    replaces: str = ""
    valid_until: date | None = None
