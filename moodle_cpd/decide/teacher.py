"""All decisions of one teacher: every scheme, every period that needs one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from moodle_cpd.decide.asked import asked
from moodle_cpd.decide.audience import Verdict, judge
from moodle_cpd.decide.by_hand import ByHand
from moodle_cpd.decide.calendar import Span
from moodle_cpd.decide.carry import Carried, carried_claims, handed_on
from moodle_cpd.decide.claim import Claim, Standing, choose
from moodle_cpd.decide.credit import PeriodWork, Spread, claims_of
from moodle_cpd.decide.dispensed import dispensed, governing
from moodle_cpd.decide.history import History
from moodle_cpd.decide.matcher import Prepared, PreparedScheme
from moodle_cpd.decide.outcome import Subject, decide_period, not_applicable
from moodle_cpd.decide.prorated import prorated
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.decide.work import Work, collect
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Decision, Outcome, Text
from moodle_cpd.problems import Problem
from moodle_cpd.rules.matching import Target
from moodle_cpd.rules.rulebook import Rulebook
from moodle_cpd.rules.rulebook_requirements import Audience, Requirement


def prepare(
    rulebook: Rulebook,
    catalogue: Mapping[int, Course],
    record_courses: frozenset[int] = frozenset(),
) -> Prepared:
    """Hold the rules against a site's courses, once for all teachers.

    Args:
        rulebook: the rules.
        catalogue: the site's courses by id.
        record_courses: ids of the courses in which we write; nothing in them ever counts.
    """
    return Prepared(rulebook, catalogue, record_courses)


def decide_teacher(
    rulebook: Rulebook,
    catalogue: Mapping[int, Course],
    known: TeacherRecord,
    on: datetime,
    record_courses: frozenset[int] = frozenset(),
) -> tuple[list[Decision], list[Problem]]:
    """Decide one teacher; for many, ``prepare`` once and call ``decide_prepared`` for each."""
    return decide_prepared(prepare(rulebook, catalogue, record_courses), known, on)


def decide_prepared(
    prepared: Prepared, known: TeacherRecord, on: datetime
) -> tuple[list[Decision], list[Problem]]:
    """Decide one teacher in every scheme.

    Decided are, for each scheme, the periods in which anything happened, the one that ``on``
    belongs to, and the one before it; none from before the scheme's first.

    Args:
        prepared: the rules, held against the site.
        known: what is known of the teacher.
        on: the moment (UTC) for which decisions are made; nothing later is seen.

    Returns:
        Decisions by scheme and period, and what a person should look at, sorted. A problem that
        is about rules or courses names no teacher, so many teachers may bring the same one.
    """
    work = collect(known.facts, prepared.record_courses, on)
    moments = {
        fact.at
        for fact in known.facts
        if fact.at is not None
        and fact.at <= on
        and not fact.retracted
        and fact.course not in prepared.record_courses
    }
    history = History(known.attributes, min(moments, default=None))
    decisions: list[Decision] = []
    problems: list[Problem] = [
        Problem(
            f"{known.site}: course {course}",
            "facts name this course, but the ledger does not know the course",
            "",
            "Pull again; if the course was deleted, its facts give no credit until a line of a "
            "course map can find it",
        )
        for course in sorted(
            {target.course for target in work if target.record is None} - prepared.catalogue.keys()
        )
    ]
    uncertain: set[Target] = set()
    for scheme in prepared.schemes:
        by_hand = ByHand(scheme, known.facts, known.adjustments, on)
        run = _SchemeRun(prepared, scheme, known, history, by_hand, on)
        decisions.extend(run.decide(work, _spans(scheme, moments | by_hand.moments, on)))
        problems.extend(run.problems)
        uncertain |= run.uncertain
    if uncertain:
        problems.append(_uncertain(known, uncertain))
    return decisions, sorted(set(problems))


def _spans(scheme: PreparedScheme, moments: Iterable[datetime], on: datetime) -> list[Span]:
    calendar = scheme.calendar
    current = calendar.containing(on)
    spans = {calendar.containing(moment) for moment in moments}
    spans |= {current, calendar.before(current)}
    if scheme.scheme.carry_over:
        # What is carried over may be all that there is in a period.
        following = [calendar.following(span) for span in filter(calendar.governed, spans)]
        spans |= {each for each in following if each is not None and each.period.start <= on}
    return sorted(filter(calendar.governed, spans), key=lambda each: each.first)


_NOT_READ = Text(
    "周期和宽限期已过，但此后尚未完整读取过 Moodle，还不能认定未达到",
    "The period and its grace days are over, but Moodle was not read without gaps since: "
    "nothing can be said to be missing yet",
)


class _SchemeRun:
    """The decisions of one teacher in one scheme, from the first period to the last."""

    def __init__(
        self,
        prepared: Prepared,
        scheme: PreparedScheme,
        known: TeacherRecord,
        history: History,
        by_hand: ByHand,
        on: datetime,
    ) -> None:
        self._prepared = prepared
        self._scheme = scheme
        self._known = known
        self._history = history
        self._by_hand = by_hand
        self._on = on
        # What was not read may have happened: a period is over only once it was read to its end.
        self._read = on if known.read_until is None else min(on, known.read_until)
        self._carried: dict[str, tuple[Carried, ...]] = {}
        self.problems: list[Problem] = []
        self.uncertain: set[Target] = set()

    def decide(self, work: Mapping[Target, Work], spans: list[Span]) -> Iterator[Decision]:
        spread_work = self._by_hand.spread(work)
        counted: set[Target] = set()
        met: Text | None = None
        concerned = False
        for span in spans:
            subject = Subject(
                self._known.site,
                self._known.teacher,
                span,
                self._prepared.digest,
                self._prepared.names,
            )
            verdict = self._judge(self._scheme.scheme.audience, span)
            if verdict.belongs is None:
                self._report_unknown(verdict)
                continue
            if not verdict.belongs:
                yield not_applicable(self._scheme, subject, verdict.reason)
                continue
            concerned = True
            if met is not None and self._scheme.scheme.once:
                yield not_applicable(self._scheme, subject, _met_before(met))
                continue
            parts = {each: self._judge(each, span) for each in self._scheme.audiences}
            unknown = [each for each in parts.values() if each.belongs is None]
            if unknown:
                for each in unknown:
                    self._report_unknown(each)
                continue
            belonging = frozenset(each for each, found in parts.items() if found.belongs)
            shares = {each: found.share for each, found in parts.items()}
            whole = prorated(self._scheme.scheme.requirement, verdict.share, shares)
            requirement = asked(whole, belonging)
            if requirement is None:
                yield not_applicable(self._scheme, subject, _NOTHING_ASKED)
                continue
            reasons = {
                each.reason: None
                for each in (verdict, *parts.values())
                if each.belongs and each.reason.zh
            }
            settled = all(each.settled for each in (verdict, *parts.values()))
            by_hand = self._by_hand.words(span)
            subject = replace(subject, belonging=belonging, settled=settled, by_hand=by_hand)
            decision = self._decide(subject, spread_work, counted, requirement, list(reasons))
            if decision.outcome is Outcome.MET:
                met = decision.period_label
            yield decision
        if concerned:
            self._report_unfounded()
            self.problems.extend(spread_work.problems)
            undated = (claim for claim in spread_work.uncertain if not claim.by_hand)
            self.uncertain.update(claim.target for claim in undated)

    def _judge(self, audience: Audience, span: Span) -> Verdict:
        today = self._scheme.calendar.local_day(self._on)
        active = self._history.active
        return judge(
            audience,
            self._history,
            span.first,
            span.last,
            today,
            None if active is None else self._scheme.calendar.local_day(active),
        )

    def _decide(
        self,
        subject: Subject,
        spread_work: Spread,
        counted: set[Target],
        requirement: Requirement,
        reasons: list[Text],
    ) -> Decision:
        period = spread_work.by_period.get(subject.span.period.key) or PeriodWork()
        span = subject.span
        carried = self._carried.get(span.period.key, ())
        claims = [*carried_claims(self._scheme, span, carried), *claims_of(period, counted)]
        final = self._read >= subject.span.final_from
        if not final and self._on >= subject.span.final_from:
            reasons = [*reasons, _NOT_READ]
        decision = decide_period(
            self._scheme,
            subject,
            period,
            claims,
            requirement=requirement,
            uncertain=spread_work.uncertain,
            on=self._read,
            reasons=reasons,
        )
        passed = handed_on(self._scheme, span, claims, decision, final=final)
        following = self._scheme.calendar.following(span) if passed else None
        if following is not None:
            self._carried[following.period.key] = passed
        found = governing(self._scheme.scheme, self._known.dispensations, subject.span.last)
        if found is not None:
            return dispensed(decision, found, self._scheme.scheme, subject.belonging)
        if final and decision.outcome is not Outcome.MET:
            self._report_unmarked(subject.span.period.key, period, claims)
        return decision

    def _report_unfounded(self) -> None:
        """Name dispensations that the scheme knows nothing of; they change nothing."""
        scheme = self._scheme.scheme
        provided = {rule.kind for rule in scheme.dispensations}
        for each in self._known.dispensations:
            if each.scheme == scheme.id and each.kind not in provided:
                self.problems.append(
                    Problem(
                        _where(self._known),
                        f"document {each.document} says '{each.kind}', which scheme "
                        f"'{scheme.id}' does not provide for",
                        ", ".join(sorted(provided)) or "no dispensation from this scheme",
                        "It changes nothing; add it to dispensations: of the scheme if its "
                        "regulation says so",
                    )
                )

    def _report_unknown(self, verdict: Verdict) -> None:
        scheme = self._scheme.scheme
        for name in verdict.unknown:
            self.problems.append(
                Problem(
                    _where(self._known),
                    f"{name.value} is unknown, so scheme '{scheme.id}' decides nothing",
                    "a value that the audience can be judged by",
                    "Fill in the profile field or cohort that moodle-cpd.toml names for "
                    f"{name.value}, then pull again",
                )
            )

    def _report_unmarked(self, period: str, work: PeriodWork, claims: Iterable[Claim]) -> None:
        """Name work that is still open although the grace days are over."""
        open_: dict[Target, bool] = {
            claim.target: claim.no_length
            for claim in claims
            if claim.open
            and (claim.target.activity is not None or claim.target.record is not None)
            and (claim.match is None or claim.match.problem is None)
        }
        for kind in (*work.assessed.values(), *work.evidence.values()):
            for each in kind:
                chosen = choose(each.attempts, latest=each.latest)
                attempts = [] if chosen is None else [chosen]
                if self._scheme.scheme.score is not None and not each.latest:
                    # Points can still rise with a better attempt than the one that passed.
                    attempts = each.attempts
                for attempt in attempts:
                    if attempt.standing is Standing.PENDING:
                        open_[each.target] = attempt.no_length
        for target, no_length in open_.items():
            lacks = "has no online text that could be counted" if no_length else "is not marked"
            expected = "an online text" if no_length else "a grade"
            hint = "Have it handed in as text" if no_length else "Mark it in Moodle"
            if target.record:
                lacks = f"says no {'number of characters' if no_length else 'points'}"
                expected = "characters" if no_length else "points"
                hint = f"Import the record again with its {expected}"
            self.problems.append(
                Problem(
                    _where(self._known),
                    f"{target} was handed in in period {period} of scheme "
                    f"'{self._scheme.scheme.id}' and {lacks}, and the grace days are over",
                    expected,
                    f"{hint}; until then the outcome stays open",
                )
            )


_NOTHING_ASKED = Text("对该教师没有要求", "Nothing is asked of this teacher")


def _met_before(period: Text) -> Text:
    return Text(f"{period.zh}已合格，不再要求", f"Met in {period.en or period.zh}; asked only once")


def _where(known: TeacherRecord) -> str:
    return f"{known.site}: teacher {known.teacher}"


def _uncertain(known: TeacherRecord, targets: Iterable[Target]) -> Problem:
    names = [str(each) for each in sorted(targets, key=lambda t: (t.course, t.activity or 0))]
    return Problem(
        _where(known),
        f"done, but Moodle gives no time: {', '.join(names)}",
        "a time; without one they decide nothing",
        "Look up in Moodle when they were completed",
    )
