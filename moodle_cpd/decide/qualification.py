"""Qualifications: gained by meeting a scheme, kept by renewal while the teacher serves, or lapsed.

Renewal is counted in the scheme's periods in which the teacher served: "at least once in three
years" is met in a period if there was something in it or in one of the two served before it. The
period in which the qualification was gained counts as a renewal of everything.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from moodle_cpd.decide.calendar import Calendar, Span
from moodle_cpd.decide.caps import Totals
from moodle_cpd.decide.claim import ZERO
from moodle_cpd.decide.exact import Exact, decimal
from moodle_cpd.decide.following import consequences_of
from moodle_cpd.decide.outcome import Subject
from moodle_cpd.decide.requirements import PastTotals
from moodle_cpd.model.decision import (
    Decision,
    Outcome,
    Qualification,
    RequirementResult,
    State,
    Text,
)
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_qualification import QualificationRule, RenewalRule

_NOT_SERVING = Text(
    "本周期未任职，不要求再次培训", "Not serving in this period: no renewal is asked"
)


class Tenure:
    """A qualification from the period in which it was gained.

    Args:
        rule: what keeps it valid.
        calendar: the periods.
        gained: the period in which it was gained.
    """

    def __init__(self, rule: QualificationRule, calendar: Calendar, gained: Span) -> None:
        self._rule = rule
        self._calendar = calendar
        self._gained = gained
        self._served = 0
        self._perhaps = 0
        self._past: tuple[tuple[int, int, Span, PastTotals], ...] = ()
        self._open: Span | None = None

    def govern(self, rule: QualificationRule | None) -> None:
        """Let this keep it valid from the period on that is looked at next."""
        if rule is not None:
            self._rule = rule

    def gained(self, decision: Decision) -> Decision:
        """The decision of the period in which it was gained."""
        return replace(decision, qualification=self._held(self._gained))

    def renewed(
        self,
        scheme: Scheme,
        subject: Subject,
        decision: Decision,
        hours: PastTotals,
        *,
        on: datetime,
        final: bool,
    ) -> Decision:
        """The decision of a later period in which the teacher serves; call it for each in order.

        Args:
            scheme: as it stands in the period.
            subject: whose decision, in which period.
            decision: what the scheme says of the period without the qualification.
            hours: of the period.
            on: the moment (UTC) for which the decision is made.
            final: the period and its grace days are over and were read.

        Returns:
            The decision with the outcome ``valid``, ``expiring`` or ``lapsed``. Whoever met the
            scheme anew within a period in which the qualification would lapse gains it anew.
        """
        self._served += 1
        span = subject.span
        self._note(span, hours)
        parts = tuple(self._renewal(rule, span, hours) for rule in self._rule.renewals)
        held = self._held(span)
        missing = any(part.state is State.MISSING for part in parts)
        if missing and final:
            if decision.outcome is Outcome.MET:
                return decision
            outcome = Outcome.LAPSED
        else:
            soon = held.until - timedelta(days=self._rule.expiring_days)
            outcome = Outcome.EXPIRING if min(on, span.period.end) >= soon else Outcome.VALID
            if self._open is not None:
                decision = replace(decision, reasons=(*decision.reasons, _still_open(self._open)))
            self._leave_open(span)
        state = State.MET
        if any(part.state is State.UNKNOWN for part in parts):
            state = State.UNKNOWN
        if missing:
            state = State.MISSING
        return replace(
            decision,
            outcome=outcome,
            requirement=self._kept(state, parts),
            qualification=held,
            awards=(),
            consequences=consequences_of(scheme, outcome, decision.score, subject.belonging),
        )

    def rested(
        self, scheme: Scheme, subject: Subject, decision: Decision, hours: PastTotals
    ) -> Decision:
        """The decision of a period in which a document lifts the duty: it counts as not served.

        What was done in it nevertheless counts as a renewal; whoever met the scheme anew holds what
        was held before, and is given nothing a second time.
        """
        self._note(subject.span, hours)
        if decision.outcome is Outcome.MET:
            valid = Outcome.VALID
            follows = consequences_of(scheme, valid, decision.score, subject.belonging)
            decision = replace(decision, outcome=valid, awards=(), consequences=follows)
        return replace(decision, qualification=self._held(subject.span))

    def waiting(
        self,
        scheme: Scheme,
        subject: Subject,
        decision: Decision,
        hours: PastTotals,
        *,
        on: datetime,
    ) -> Decision:
        """The decision of a period without serving, in which no renewal is asked.

        Until it is over the teacher may come to serve in it, so it extends nothing before.
        """
        settled = subject.serving_settled and on >= subject.span.period.end
        self._perhaps += not settled
        self._note(subject.span, hours)
        consequences = consequences_of(scheme, Outcome.VALID, decision.score, subject.belonging)
        valid = replace(
            decision,
            outcome=Outcome.VALID,
            requirement=self._kept(State.MET, ()),
            reasons=(*decision.reasons, _NOT_SERVING),
            awards=(),
            consequences=consequences,
        )
        held = self._held(subject.span)
        self._leave_open(subject.span)
        return replace(valid, qualification=held)

    def closed(
        self, rule: QualificationRule, span: Span, decision: Decision, hours: PastTotals
    ) -> None:
        """Let a period be as it was closed: with the hours, and served or not, as was decided.

        Args:
            rule: what keeps it valid in the period.
            span: the period.
            decision: with which it was closed, while the qualification was held.
            hours: with which it was closed.
        """
        self.govern(rule)
        kept = decision.requirement
        # Who does not serve is asked nothing; whose duty a document lifts did not serve either.
        asked = kept is not None and bool(kept.parts)
        self._served += asked and decision.outcome is not Outcome.EXEMPT
        self._note(span, hours)
        self._leave_open(span)

    def doubted(self, span: Span) -> None:
        """Let nothing be extended by a period of which it is unknown whether the teacher served."""
        self._perhaps += 1
        self._leave_open(span)

    def _kept(self, state: State, parts: tuple[RequirementResult, ...]) -> RequirementResult:
        title = self._rule.title
        words = Text(f"{title.zh or title.en}：保持有效", f"{title.en or title.zh}: kept valid")
        return RequirementResult(words, state, None, None, "", self._rule.place, parts)

    def _renewal(self, rule: RenewalRule, span: Span, hours: PastTotals) -> RequirementResult:
        have, could = _hours(rule, hours.sure), _hours(rule, hours.possible)
        last, _, when = self._last(rule)
        if self._served - last < rule.years:
            words = Text(f"最近一次：{when.label.zh}", f"last in {when.label.en or when.label.zh}")
            state = State.MET
        else:
            words = Text(
                f"最近一次：{when.label.zh}，须在{span.last.isoformat()}前再次参加",
                f"last in {when.label.en or when.label.zh}; due again by {span.last}",
            )
            state = State.UNKNOWN if could > ZERO else State.MISSING
        return RequirementResult(
            rule.title, state, decimal(have), None, "hours", rule.place, reason=words
        )

    def _note(self, span: Span, hours: PastTotals) -> None:
        at_most = self._served + self._perhaps
        self._past = (*self._past, (self._served, at_most, span, hours))

    def _last(self, rule: RenewalRule, *, lasting: bool = False) -> tuple[int, int, Span]:
        """The last period with anything that a rule asks for; how many were served by then first.

        Second come those that were perhaps served. What a later attempt could take away does not
        count where it must be ``lasting``.
        """
        for served, at_most, span, hours in reversed(self._past):
            if _hours(rule, hours.lasting if lasting else hours.sure) > ZERO:
                return served, at_most, span
        return 0, 0, self._gained

    def _held(self, span: Span) -> Qualification:
        """Until when it is valid if the teacher goes on serving and nothing more is done.

        A period that lacks something ends it once the days of grace are over, whatever is done
        afterwards; so as long as they run, nothing later is promised.
        """
        left = max(0, self._left())
        until = self._calendar.after(span, left).period.end
        if self._open is not None:
            until = min(until, self._open.period.end)
        return Qualification(self._rule.title, self._gained.label, until, self._rule.place)

    def _left(self) -> int:
        """In how many periods a renewal is due, if the teacher served whenever that may be."""
        at_most = self._served + self._perhaps
        rules = self._rule.renewals
        return min(self._last(rule, lasting=True)[1] + rule.years - at_most for rule in rules)

    def _leave_open(self, span: Span) -> None:
        """Remember the first period that lacks something, or may."""
        if self._open is None and self._left() <= 0:
            self._open = span


def lapsed(scheme: Scheme, subject: Subject, decision: Decision, held: Qualification) -> Decision:
    """The decision of a period after the lapse in which the scheme was not met anew.

    Args:
        scheme: as it stands in the period.
        subject: whose decision, in which period.
        decision: what the scheme says of the period without the qualification.
        held: the qualification as the decision with which it lapsed says.
    """
    return replace(
        decision,
        outcome=Outcome.LAPSED,
        qualification=held,
        consequences=consequences_of(scheme, Outcome.LAPSED, decision.score, subject.belonging),
    )


def _still_open(span: Span) -> Text:
    return Text(
        f"{span.label.zh}是否须续期、是否已续期尚未确定，在此之前资格不延长",
        f"Whether it was to be renewed in {span.label.en}, and was, is still open; the "
        "qualification is not extended before",
    )


def _hours(rule: RenewalRule, totals: Totals) -> Exact:
    # Periods before may have been governed by rules without the category.
    if rule.from_level is None:
        return totals.by_category.get(rule.category, ZERO)
    return totals.from_level[rule.from_level].get(rule.category, ZERO)
