"""What every route shares: the site, the ledger, and writing with the intent on disk first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from moodle_cpd.apply.ours import FAILED, Ours, ours
from moodle_cpd.config import Settings
from moodle_cpd.credentials import Signer
from moodle_cpd.decide import decision_from_json
from moodle_cpd.errors import CpdError, SkipError, TransientError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.action import Action
from moodle_cpd.model.award import Award, AwardKey, Paper
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.people import Person
from moodle_cpd.model.serial import SerialPattern
from moodle_cpd.moodle import CallError, Moodle, Writer
from moodle_cpd.moodle.reports import can_filter
from moodle_cpd.problems import Problem

T = TypeVar("T")

DONE = "done"
"""The write returned."""
UNKNOWN = "unknown"
"""The write may have happened; what Moodle holds tells."""
FOUND = "found"
"""The write was not seen to return, but its effect was read back from Moodle."""
ABSENT = "absent"
"""The write was not seen to return, and its effect is not in Moodle: it is done again."""

PATIENCE = 3
"""Requests in a row that may get no proper reply before the site is taken to be down."""


@dataclass
class Delivery:
    """One run of ``apply``.

    Attributes:
        moodle: the site, for reading.
        writer: the site, for writing.
        ledger: where intent and result are kept.
        settings: of this installation.
        people: teachers by Moodle's user id.
        run: the run's number in the ledger.
        clock: tells the time, UTC.
        signer: signs credentials, None where the issuer has no keys.
        problems: what could not be delivered, and why.
        notes: what a person may want to know and need not mend.
        unseen: awards of which all but the badge was read back, which is worth a note.
        writes: how many writes were sent to Moodle.
    """

    moodle: Moodle
    writer: Writer
    ledger: Ledger
    settings: Settings
    people: Mapping[int, Person]
    run: int
    clock: Callable[[], datetime]
    signer: Signer | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    unseen: set[AwardKey] = field(default_factory=set)
    writes: int = 0
    _unanswered: int = 0
    _unfit: set[int] = field(default_factory=set)

    def attempt(self, deliver: Callable[[], None]) -> None:
        """Deliver one award; what goes wrong with it does not stop the others.

        Raises:
            TransientError: several in a row got no proper reply.
        """
        try:
            deliver()
        except CpdError as error:
            self.went(error)
        else:
            self.went(None)

    def went(self, error: CpdError | None) -> None:
        """Take note of how a write went, for good or ill.

        Raises:
            CpdError: it concerns more than this write: the settings or the site, or several in a
                row got no proper reply.
        """
        if error is None:
            self._unanswered = 0
            return
        if isinstance(error, TransientError):
            self._unanswered += 1
            if self._unanswered >= PATIENCE:
                raise error
        elif not isinstance(error, SkipError):
            raise error
        self.problems += error.problems

    def may_ask(self, report: int) -> bool:
        """Whether a custom report may be of use: not where it was of none in this run."""
        return report not in self._unfit and can_filter(self.moodle)

    def note_unfit(self, report: int, error: CpdError) -> None:
        """Note that a custom report was of no use; it is asked no more where that will stay so."""
        if not isinstance(error, TransientError):
            self._unfit.add(report)
        self.notes += error.problems

    def decision(self, action: Action) -> Decision:
        """The decision that earns an action's award, as it was recorded.

        Raises:
            SkipError: the ledger does not hold it.
        """
        key = action.award
        body = self.ledger.decision(key.site, key.teacher, action.decision_digest)
        if body is None:
            raise SkipError(
                Problem(
                    f"{key.site}: teacher {key.teacher}",
                    f"the decision behind award '{key.award}' is not in the ledger",
                    "",
                    "Run 'moodle-cpd decide', then plan again",
                )
            )
        return decision_from_json(body)

    def begin(self, action: Action, decision: Decision, paper: Paper | None) -> Award:
        """The award of an action, with its number given now or by an earlier run.

        Certificates and badges count in series of their own, so that neither has gaps.

        Args:
            action: that asks for it.
            decision: that earned it.
            paper: what stands on the certificate; None for a badge without one.

        Raises:
            SiteError: this computer's clock and the site's have come apart, so that the date of
                issue may be wrong.
        """
        self.moodle.check_clock()
        return self.ledger.begin_award(
            action.award,
            action.route,
            self.clock().astimezone(ZoneInfo(decision.time_zone)),
            action.hours,
            action.credits,
            course=action.course,
            target=action.target,
            decision_digest=action.decision_digest,
            serial=self.serial_pattern(action),
            paper=paper,
            valid_until=action.valid_until,
            replaces=action.replaces,
        )

    def serial_pattern(self, action: Action) -> SerialPattern:
        """How the numbers of an action's award are written."""
        key = action.award
        pair = (key.scheme, key.award)
        return next(
            self.settings.serial_pattern(route)
            for route in self.settings.awards
            if (route.scheme, route.award) == pair
        )

    def refuse_suspended(self, key: AwardKey) -> None:
        """A suspended account can't see an award; a person decides whether it is due.

        Raises:
            SkipError: the account is suspended, or not known any more.
        """
        person = self.people.get(key.teacher)
        if person is None or person.suspended:
            found = "is not known" if person is None else "has a suspended account"
            raise SkipError(
                Problem(
                    f"{key.site}: teacher {key.teacher}",
                    f"{found}; award '{key.award}' waits",
                    "",
                    "It is issued once the account is active and was pulled again",
                )
            )

    def journaled(
        self,
        key: AwardKey,
        step: str,
        detail: Mapping[str, object],
        write: Callable[[], T],
    ) -> T:
        """Write to Moodle with the intent committed before it and the result after it.

        Raises:
            CpdError: as the write does; the journal then says whether it may have happened.
        """
        entry = self.ledger.journal_intent(self.run, key, step, detail, self.clock())
        self.writes += 1
        try:
            value = write()
        except CpdError as error:
            outcome = UNKNOWN if in_doubt(error) else FAILED
            self.ledger.journal_result(entry, outcome, {}, self.clock())
            raise
        self.ledger.journal_result(entry, DONE, {}, self.clock())
        return value

    def times_done(self, award: Award, step: str) -> int:
        """How often a write for an award's present number was seen to return.

        Whether Moodle then held its effect or not.
        """
        return sum(
            entry.step == step
            and entry.outcome == DONE
            and entry.intent.get("serial") == award.serial
            for entry in self.ledger.journal(award.key.site, award.key)
        )

    def intended(self, key: AwardKey, step: str, serial: str = "") -> bool:
        """Whether we ever set out to do a step for an award, so that its effect may be ours.

        Args:
            key: which award.
            step: which step.
            serial: for this number alone; empty: for any that the award ever had.
        """
        return any(
            entry.step == step
            and entry.outcome != FAILED
            and (not serial or entry.intent.get("serial") == serial)
            for entry in self.ledger.journal(key.site, key)
        )

    def ours(self, key: AwardKey) -> Ours:
        """All that we ever set out to write into a record activity for an award."""
        return ours(self.ledger.journal(key.site, key))

    def settle(self, key: AwardKey, step: str, *, found: bool) -> None:
        """Close intents that were not seen to end, by what Moodle was read to hold."""
        for entry in self.ledger.journal(key.site, key):
            if entry.step == step and entry.outcome is None:
                outcome = FOUND if found else ABSENT
                self.ledger.journal_result(entry.entry, outcome, {}, self.clock())


def in_doubt(error: CpdError) -> bool:
    """Whether a write that raised may have happened all the same, in whole or in part."""
    if isinstance(error, TransientError):
        return error.sent
    return isinstance(error, CallError) and error.unsure
