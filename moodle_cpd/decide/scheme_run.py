"""The decisions of one teacher in one scheme, from the first period to the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from itertools import compress
from types import MappingProxyType

from moodle_cpd.decide import troubles
from moodle_cpd.decide.as_closed import targets_as_closed
from moodle_cpd.decide.asked import asked
from moodle_cpd.decide.audience import Verdict, judge
from moodle_cpd.decide.by_hand import ByHand
from moodle_cpd.decide.calendar import Calendar, Span
from moodle_cpd.decide.carry import carried_claims
from moodle_cpd.decide.claim import Claim, joined
from moodle_cpd.decide.closed import standing
from moodle_cpd.decide.credit import PeriodWork, Spread, claims_of
from moodle_cpd.decide.dispensed import dispensed, governing, needless
from moodle_cpd.decide.history import History
from moodle_cpd.decide.idle import decide_idle
from moodle_cpd.decide.matcher import Prepared, PreparedScheme
from moodle_cpd.decide.onward import Onward
from moodle_cpd.decide.outcome import Subject, decide_period, not_applicable
from moodle_cpd.decide.prorated import prorated
from moodle_cpd.decide.qualification import Tenure, lapsed
from moodle_cpd.decide.recognised import recognised_claims
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.decide.requirements import PastTotals
from moodle_cpd.decide.spans import spans_of
from moodle_cpd.decide.work import Work
from moodle_cpd.model.decision import Decision, Outcome, Qualification, Text
from moodle_cpd.model.dispensation import DispensationKind
from moodle_cpd.model.people import Attribute
from moodle_cpd.problems import Problem
from moodle_cpd.rules.matching import Target
from moodle_cpd.rules.rulebook_periods import PostPeriods
from moodle_cpd.rules.rulebook_requirements import Audience, Requirement

_NOT_READ = Text(
    "周期和宽限期已过，但此后尚未完整读取过 Moodle，还不能认定未达到",
    "The period and its grace days are over, but Moodle was not read without gaps since: "
    "nothing can be said to be missing yet",
)
_NOTHING_ASKED = Text("对该教师没有要求", "Nothing is asked of this teacher")


class SchemeRun:
    """The decisions of one teacher in one scheme, from the first period to the last.

    Args:
        prepared: the rules, held against the site.
        scheme: the scheme.
        known: what is known of the teacher.
        history: the teacher's attributes.
        on: the moment (UTC) for which decisions are made.
        basis: the decisions of the scheme of whose recognised hours this one consists.
        closed: decisions of closed periods, by scheme and period.

    Attributes:
        standing: the decisions on which later periods and frames rest: of closed periods as closed.
        problems: what a person should look at.
        unknown: attributes without which nothing could be said of some period.
        uncertain: what was done at a time that Moodle doesn't give.
    """

    def __init__(
        self,
        prepared: Prepared,
        scheme: PreparedScheme,
        known: TeacherRecord,
        history: History,
        on: datetime,
        basis: Iterable[Decision] = (),
        closed: Mapping[tuple[str, str], Decision] = MappingProxyType({}),
    ) -> None:
        self._prepared = prepared
        self._scheme = scheme
        self._known = known
        self._history = history
        self._on = on
        self._basis = tuple(basis)
        own = scheme.scheme.id
        self._closed = {key: each for (of, key), each in closed.items() if of == own}
        self._missed = {key for of, key in known.missed if of == own}
        self._adjustments = frozenset(each.key for each in known.adjustments)
        self.standing: list[Decision] = []
        self.problems: list[Problem] = []
        self.unknown: set[Attribute] = set()
        self.uncertain: set[Target] = set()
        self._today = scheme.calendar.local_day(on)
        active = history.active
        self._active = None if active is None else scheme.calendar.local_day(active)
        # What was not read may have happened: a period is over only once it was read to its end.
        self._read = on if known.read_until is None else min(on, known.read_until)
        self._by_post = isinstance(scheme.scheme.periods, PostPeriods)
        self._calendar = self._own_calendar() if self._by_post else scheme.calendar
        self._by_hand = self._adjusted(scheme)
        self._spreads: dict[date, Spread] = {}
        self._onward = Onward(self._calendar)
        self._counted: set[Target] = set()
        self._met: Text | None = None
        self._tenure: Tenure | None = None
        self._former: Tenure | None = None
        self._lapsed: Qualification | None = None

    def decide(self, work: Mapping[Target, Work], moments: Sequence[datetime]) -> list[Decision]:
        """Decide the periods in which anything happened, the present one and the one before it.

        Where a requirement or a qualification reaches over several periods, those between them
        are decided as well.

        Args:
            work: all work of the teacher by target.
            moments: at which anything happened (UTC), the earliest first.
        """
        decisions = []
        concerned = False
        closed = {each.period.start for each in self._closed.values()}
        noted = (*self._by_hand.moments, *closed)
        for span in spans_of(self._scheme, self._calendar, moments, noted, self._on):
            scheme = self._scheme.at(span.first)
            if scheme is None:
                continue
            governed = span
            if scheme is not self._scheme:
                # The days of grace may have been others then.
                final_from = scheme.calendar.final_from(span)
                if final_from != span.final_from:
                    governed = replace(span, final_from=final_from)
            # A period that is closed changes nothing that it did not change when it was closed.
            held = self._tenure and copy(self._tenure), self._former, self._lapsed
            missed = span.period.key in self._missed
            counted = {*self._counted} if missed else self._counted
            decision, belongs = self._span(scheme, governed, work)
            concerned = concerned or belongs
            before = self._closed.get(span.period.key)
            stands = standing(before, decision, self._adjustments, missed=missed)
            if stands is None and missed:
                self._tenure, self._former, self._lapsed = held
                self._counted = counted
                self._take_nothing(governed)
            elif stands is not None:
                self._take(stands)
                if stands is not decision:
                    self._tenure, self._former, self._lapsed = held
                    self._counted |= targets_as_closed(scheme, stands, work)
                    self._take_closed(scheme, governed, stands, decision)
            if decision is not None:
                decisions.append(decision)
        if concerned:
            self.problems.extend(troubles.unfounded(self._scheme.scheme, self._known))
            for found in self._spreads.values():
                self.problems.extend(found.problems)
                undated = (claim for claim in found.uncertain if not claim.by_hand)
                self.uncertain.update(claim.target for claim in undated)
        return decisions

    def _own_calendar(self) -> Calendar:
        """The teacher's own period before the post; without a date of hire there is none."""
        hired = self._history.dates(self._today).hired
        if hired is None:
            verdict = self._judge(self._scheme.scheme.audience, self._today, self._today)
            if verdict.belongs is not False:
                self.unknown.add(Attribute.HIRE_DATE)
        return self._scheme.own_calendar(hired)

    def _span(
        self, scheme: PreparedScheme, span: Span, work: Mapping[Target, Work]
    ) -> tuple[Decision | None, bool]:
        """The decision of one period, None where nothing can be said; whether it concerns them."""
        known, prepared = self._known, self._prepared
        first, last = self._days_of(span)
        verdict = self._judge(scheme.scheme.audience, first, last)
        if verdict.belongs is None:
            self.unknown.update(verdict.unknown)
            self._leave_open(scheme, span, work)
            return None, False
        if not verdict.belongs:
            found = governing(scheme.scheme, known.dispensations, span.last)
            reason = verdict.reason if found is None else joined(verdict.reason, needless(found[0]))
            return self._not_applicable(scheme, span, reason), False
        if self._met is not None and scheme.scheme.once and scheme.scheme.qualification is None:
            return self._not_applicable(scheme, span, _met_before(self._met)), True
        parts = [self._judge(each, first, last) for each in scheme.audiences]
        answers = [each.belongs for each in parts if each.belongs is not None]
        if len(answers) < len(parts):
            for each in parts:
                self.unknown.update(each.unknown)
            self._leave_open(scheme, span, work)
            return None, True
        belonging = scheme.belonging(tuple(answers))
        every = [verdict, *parts]
        if any(each.share for each in every):
            shares = {of: each.share for of, each in zip(scheme.audiences, parts, strict=True)}
            whole = prorated(scheme.scheme.requirement, verdict.share, shares)
            requirement = asked(whole, belonging)
        else:
            requirement = scheme.asked(belonging)
        if requirement is None:
            return self._not_applicable(scheme, span, _NOTHING_ASKED), True
        reasons = dict.fromkeys([each.reason for each in every if each.belongs and each.reason.zh])
        # What follows from an outcome, or keeps a qualification, asks for nothing more.
        asking = [verdict, *compress(parts, scheme.asking)]
        settled = False not in [each.settled for each in asking]
        subject = Subject(
            known.site,
            known.teacher,
            span,
            prepared.digest,
            prepared.names,
            belonging,
            self._by_hand.words(span),
            settled,
            False not in [each.settled for each in every],
        )
        return self._decide(scheme, subject, work, requirement, list(reasons)), True

    def _not_applicable(self, scheme: PreparedScheme, span: Span, reason: Text) -> Decision:
        """The decision where nothing is asked."""
        known, digest = self._known, self._prepared.digest
        return not_applicable(scheme, known.site, span, digest, reason).of(known.teacher)

    def _take(self, stands: Decision) -> None:
        """Let later periods rest on a decision."""
        self.standing.append(stands)
        if stands.outcome is Outcome.MET:
            self._met = stands.period_label

    def _take_closed(
        self, scheme: PreparedScheme, span: Span, before: Decision, now: Decision | None
    ) -> None:
        """Let hours and qualification be as the decision says with which a period was closed."""
        hours = self._onward.closed(scheme, span, before, now)
        rule = scheme.scheme.qualification
        if rule is None or before.outcome is Outcome.NOT_APPLICABLE:
            return
        if before.outcome is Outcome.MET:
            self._tenure = Tenure(rule, self._calendar, span)
        elif before.outcome in {Outcome.NOT_MET, Outcome.IN_PROGRESS}:
            self._tenure = self._lapsed = None
        elif before.outcome in {Outcome.LAPSED, Outcome.WAIVED}:
            # Only what has lapsed is waived; what is held stays so.
            if before.qualification is not None:
                self._lapse(before)
        else:
            if before.outcome in {Outcome.VALID, Outcome.EXPIRING}:
                self._tenure = self._tenure or copy(self._former)
            if self._tenure is not None:
                self._tenure.closed(rule, span, before, hours)

    def _take_nothing(self, span: Span) -> None:
        """Let a period bring nothing that was closed without a word about the teacher."""
        self._onward.missed(span)
        if self._tenure is not None:
            self._tenure.doubted(span)

    def _lapse(self, decision: Decision) -> None:
        """Let the qualification have ended as a decision says."""
        self._former = self._tenure or self._former
        self._tenure, self._lapsed = None, decision.qualification

    def _days_of(self, span: Span) -> tuple[date, date]:
        """The first and the last day on which it is looked at whom a period concerns."""
        if self._by_post:
            # Who is to take the post is looked at on the day of taking it.
            post = self._calendar.local_day(span.period.end)
            return post, post
        return span.first, span.last

    def _judge(self, audience: Audience, first: date, last: date) -> Verdict:
        return judge(audience, self._history, first, last, self._today, self._active)

    def _decide(
        self,
        scheme: PreparedScheme,
        subject: Subject,
        work: Mapping[Target, Work],
        requirement: Requirement,
        reasons: list[Text],
    ) -> Decision:
        span = subject.span
        period, claims, uncertain = self._work(scheme, span, work)
        claims = [*carried_claims(scheme, span, self._onward.into(span)), *claims]
        final = self._read >= span.final_from
        if not final and self._on >= span.final_from:
            reasons = [*reasons, _NOT_READ]
        if Outcome.IN_PROGRESS in [each.outcome for each in self._within(span)]:
            final = False
        idle = not (claims or uncertain or period.assessed or period.evidence or subject.by_hand)
        if idle and not scheme.looks_back and requirement is scheme.asked(subject.belonging):
            decision, hours = decide_idle(scheme, subject, final=final, reasons=tuple(reasons))
        else:
            decision, hours = decide_period(
                scheme,
                subject,
                period,
                claims,
                requirement=requirement,
                uncertain=uncertain,
                final=final,
                reasons=reasons,
                earlier=self._onward.earlier(span) if scheme.looks_back else (),
            )
        self._onward.decided(scheme, span, claims, decision, hours, final=final)
        found = governing(scheme.scheme, self._known.dispensations, span.last)
        exempt = found is not None and found[1].kind is DispensationKind.EXEMPT
        if self._tenure is not None:
            self._tenure.govern(scheme.scheme.qualification)
        if exempt and self._tenure is not None:
            decision = self._tenure.rested(scheme.scheme, subject, decision, hours)
        else:
            decision = self._qualified(scheme, subject, decision, hours, final=final)
        if found is not None:
            return dispensed(decision, found, scheme.scheme, subject.belonging)
        if final and decision.outcome is not Outcome.MET:
            self.problems.extend(
                troubles.unmarked(scheme, self._known, span.period.key, period, claims)
            )
        return decision

    def _leave_open(self, scheme: PreparedScheme, span: Span, work: Mapping[Target, Work]) -> None:
        """Leave it open in later periods what one brings of which nothing can be decided."""
        if self._tenure is not None:
            self._tenure.doubted(span)
        if not scheme.scheme.carry_over:
            return
        period, _ = self._period_work(scheme, span, work)
        self._onward.undecided(scheme, span, claims_of(period, {*self._counted}))

    def _work(
        self, scheme: PreparedScheme, span: Span, work: Mapping[Target, Work]
    ) -> tuple[PeriodWork, list[Claim], list[Claim]]:
        """What was done in a period, what it claims, and what has no time."""
        if scheme.scheme.recognised_only:
            # Of the frame's own there is only what people added or excused in it.
            own = self._adjusted(scheme).spread({}).by_period.get(span.period.key, PeriodWork())
            frame, basis = self._scheme.scheme, self._within(span)
            self.problems.extend(troubles.lost_categories(frame, basis))
            recognised = recognised_claims(frame, basis)
            return own, [*recognised, *own.settled], []
        period, uncertain = self._period_work(scheme, span, work)
        return period, claims_of(period, self._counted), uncertain

    def _period_work(
        self, scheme: PreparedScheme, span: Span, work: Mapping[Target, Work]
    ) -> tuple[PeriodWork, list[Claim]]:
        """What was done in a period, and what has no time."""
        found = self._spreads.get(scheme.scheme.since)
        if found is None:
            found = self._adjusted(scheme).spread(work)
            self._spreads[scheme.scheme.since] = found
        return found.by_period.get(span.period.key) or PeriodWork(), found.uncertain

    def _adjusted(self, scheme: PreparedScheme) -> ByHand:
        """What people adjusted, under one edition of the scheme."""
        known = self._known
        return ByHand(
            scheme, known.facts, known.adjustments, self._on, self._calendar, self._scheme
        )

    def _within(self, span: Span) -> list[Decision]:
        """The decisions on which this one rests that begin within a period."""
        return [each for each in self._basis if each.period.start in span.period]

    def _qualified(
        self,
        scheme: PreparedScheme,
        subject: Subject,
        decision: Decision,
        hours: PastTotals,
        *,
        final: bool,
    ) -> Decision:
        """The decision with what the scheme says of a qualification."""
        rule = scheme.scheme.qualification
        if rule is None:
            return decision
        resting = rule.serving is not None and rule.serving not in subject.belonging
        if self._tenure is not None and resting:
            return self._tenure.waiting(scheme.scheme, subject, decision, hours, on=self._on)
        if self._tenure is not None:
            decision = self._tenure.renewed(
                scheme.scheme, subject, decision, hours, on=self._on, final=final
            )
            if decision.outcome is Outcome.LAPSED:
                self._lapse(decision)
        elif self._lapsed is not None and decision.outcome is not Outcome.MET:
            decision = lapsed(scheme.scheme, subject, decision, self._lapsed)
        if decision.outcome is Outcome.MET:
            self._tenure = Tenure(rule, self._calendar, subject.span)
            decision = self._tenure.gained(decision)
        return decision


def _met_before(period: Text) -> Text:
    return Text(f"{period.zh}已合格，不再要求", f"Met in {period.en or period.zh}; asked only once")
