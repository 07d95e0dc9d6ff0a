"""One teacher, scheme and period → a decision with its reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from moodle_cpd.decide.calendar import Span
from moodle_cpd.decide.caps import Cut, Totals, cut, totals
from moodle_cpd.decide.claim import ZERO, Claim, Standing, joined
from moodle_cpd.decide.credit import PeriodWork, in_order
from moodle_cpd.decide.exact import Exact, added, decimal
from moodle_cpd.decide.following import awards_due, consequences_of
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.requirements import PastTotals, Standpoint, evaluate
from moodle_cpd.decide.score import Scoring
from moodle_cpd.model.decision import (
    Alike,
    CreditLine,
    Decision,
    Outcome,
    RequirementResult,
    Score,
    State,
    Text,
)
from moodle_cpd.model.quantity import show
from moodle_cpd.model.quick import quick
from moodle_cpd.rules.levels import LEVELS
from moodle_cpd.rules.rulebook_requirements import Audience, Requirement
from moodle_cpd.rules.rulebook_score import ScoreRule

_RECURRING = 1024

_COULD_CHANGE = Text(
    "要求已达到，但以最后一次为准的成绩在周期和宽限期结束前还可能变化",
    "The requirements are met, but a grade of which the latest counts could still change before "
    "the period and its grace days are over",
)
_SCORE_COULD_CHANGE = Text(
    "要求已达到，但得分在周期和宽限期结束后才确定",
    "The requirements are met, but points are decided after the period and its grace days only",
)

_AUDIENCE_COULD_CHANGE = Text(
    "要求已达到，但在规定的日期或周期结束之前，职务、学段或学校的变动可能带来更多要求，届时才确定",
    "The requirements are met, but decided on the day that the scheme names, or after the end of "
    "the period: a role, stage or school taken up till then asks for more",
)


@quick
@dataclass(frozen=True, slots=True)
class Subject:
    """Whose decision it is, in which period, and by which rules.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        span: the period.
        rules_digest: SHA-256 of the rulebook.
        course_names: course id to displayed name.
        belonging: the audiences of parts of the scheme that the teacher belongs to.
        by_hand: what people adjusted, in words.
        settled: nothing that comes later in the period can make more be asked.
        serving_settled: nor can it change whether the teacher serves where a qualification asks.
    """

    site: str
    teacher: int
    span: Span
    rules_digest: str
    course_names: Mapping[int, str]
    belonging: frozenset[Audience] = frozenset()
    by_hand: tuple[Text, ...] = ()
    settled: bool = True
    serving_settled: bool = True


@lru_cache(_RECURRING)
def not_applicable(
    scheme: PreparedScheme, site: str, span: Span, rules_digest: str, reason: Text
) -> Alike:
    """The decisions of all of whom the scheme asks nothing in a period, for one reason.

    Args:
        scheme: the scheme, held against the site.
        site: the site's name in the configuration.
        span: the period.
        rules_digest: SHA-256 of the rulebook.
        reason: why nothing is asked.
    """
    decision = Decision(
        site=site,
        teacher=0,
        scheme=scheme.scheme.id,
        title=scheme.scheme.title,
        period=span.period,
        outcome=Outcome.NOT_APPLICABLE,
        earned=ZERO,
        recognised=ZERO,
        credits=None if scheme.scheme.hours_per_credit is None else ZERO,
        by_category=scheme.no_hours,
        requirement=None,
        credit_lines=(),
        reasons=(reason,),
        awards=(),
        rules_digest=rules_digest,
        period_label=span.label,
    )
    return Alike(decision)


def decide_period(
    scheme: PreparedScheme,
    subject: Subject,
    work: PeriodWork,
    claims: list[Claim],
    *,
    requirement: Requirement,
    uncertain: Iterable[Claim],
    final: bool,
    reasons: Iterable[Text],
    earlier: tuple[tuple[int, PastTotals], ...] = (),
) -> tuple[Decision, PastTotals]:
    """Decide one period of somebody whom the scheme concerns.

    Args:
        scheme: the scheme, held against the site.
        subject: whose decision.
        work: what was done in the period.
        claims: what it claims.
        requirement: what is asked of the teacher.
        uncertain: claims whose time is not known; they are shown and decide nothing.
        final: the period and its grace days are over, and were read.
        reasons: what is to be said besides.
        earlier: hours of periods before, each with how many periods before it is.

    Returns:
        The decision, and its hours for requirements that reach over several periods.
    """
    ordered = list(in_order(claims))
    cuts = cut(scheme, [claim for claim in ordered if claim.standing is Standing.COUNTS])
    scored = scheme.score(subject.belonging)
    judged = _judge(scheme, requirement, scored, work, ordered, earlier, final=final)
    state = judged.requirement.state
    outcome = _outcome(state, final=final, lasting=judged.lasting and subject.settled)
    words = list(reasons)
    if state is State.MET and outcome is Outcome.IN_PROGRESS:
        words.append(_why_open(judged))
    counted = decimal(added([each.counted for each in cuts if not _apart(scheme, each)]))
    earned, cap_words = _under_scheme_cap(scheme, counted)
    if cap_words is not None:
        words.append(cap_words)
    recognised = earned if judged.recognised else ZERO
    per_credit = scheme.scheme.hours_per_credit
    decision = Decision(
        site=subject.site,
        teacher=subject.teacher,
        scheme=scheme.scheme.id,
        title=scheme.scheme.title,
        period=subject.span.period,
        outcome=outcome,
        earned=earned,
        recognised=recognised,
        credits=None if per_credit is None else recognised / per_credit,
        by_category=_by_category(scheme, cuts),
        requirement=judged.requirement,
        credit_lines=_lines(subject, [*ordered, *uncertain], cuts),
        reasons=tuple(words),
        awards=awards_due(scheme.scheme, outcome, judged.score, subject.belonging),
        rules_digest=subject.rules_digest,
        period_label=subject.span.label,
        consequences=consequences_of(scheme.scheme, outcome, judged.score, subject.belonging),
        time_zone=str(scheme.scheme.zone),
        authority=scheme.scheme.authority,
        score=judged.score,
        gate=judged.gate,
        by_level=_by_level(cuts),
        by_hand=subject.by_hand,
    )
    return decision, judged.totals


@quick
@dataclass(frozen=True, slots=True)
class _Judgement:
    """What the rules say of a period's work.

    Attributes:
        requirement: the tree of requirements.
        lasting: what is met can't be undone by anything later.
        gate: what recognition of the hours hangs on.
        recognised: the gate is open, or there is none.
        score: points.
        totals: hours that count for requirements.
    """

    requirement: RequirementResult
    lasting: bool
    gate: RequirementResult | None
    recognised: bool
    score: Score | None
    totals: PastTotals


def _judge(
    scheme: PreparedScheme,
    requirement: Requirement,
    scored: ScoreRule | None,
    work: PeriodWork,
    claims: list[Claim],
    earlier: tuple[tuple[int, PastTotals], ...],
    *,
    final: bool,
) -> _Judgement:
    rules = scheme.scheme
    counting = [claim for claim in claims if claim.standing is Standing.COUNTS]
    sure = _totals(scheme, counting)
    possible = sure
    if any(claim.open for claim in claims):
        possible = _totals(scheme, claims, possible=True)
    score = None
    if scored is not None:
        score = Scoring(scored, work, sure, possible, final=final).score()
    stand = Standpoint(
        sure,
        possible,
        scheme.assessments,
        work.assessed,
        work.evidence,
        score,
        earlier=earlier,
    )
    gate, recognised = None, True
    if rules.recognised_when is not None:
        gate = evaluate(rules.recognised_when, stand)
        recognised = gate.state is State.MET and (
            final or _lasts(scheme, rules.recognised_when, stand, counting)
        )
        if not recognised:
            nothing = totals(scheme, ())
            never = final and gate.state is State.MISSING
            stand = replace(stand, sure=nothing, possible=nothing if never else possible)
    result = evaluate(requirement, stand)
    counted = counting if recognised else []
    lasting = result.state is State.MET and (final or _lasts(scheme, requirement, stand, counted))
    sure_to_last = final or all(claim.certain for claim in counted)
    kept = stand.sure if sure_to_last else _lasting(scheme, counted)
    past = PastTotals(stand.sure, stand.possible, kept)
    return _Judgement(result, lasting, gate, recognised, score, past)


def _lasts(
    scheme: PreparedScheme, requirement: Requirement, stand: Standpoint, counting: list[Claim]
) -> bool:
    """Whether a requirement that is met can't be undone by anything later."""
    lasting = _lasting(scheme, counting)
    earlier = tuple(
        (before, PastTotals(each.lasting, each.lasting, each.lasting))
        for before, each in stand.earlier
    )
    known = (stand.assessments, stand.assessed, stand.evidence, stand.score)
    certain = Standpoint(lasting, lasting, *known, only_certain=True, earlier=earlier)
    return evaluate(requirement, certain).state is State.MET


def _lasting(scheme: PreparedScheme, counting: Iterable[Claim]) -> Totals:
    return _totals(scheme, [claim for claim in counting if claim.certain])


def _totals(scheme: PreparedScheme, claims: Iterable[Claim], *, possible: bool = False) -> Totals:
    return totals(
        scheme,
        [
            (claim.match, claim.possible if possible else claim.hours)
            for claim in claims
            if claim.match is not None
        ],
    )


def _outcome(state: State, *, final: bool, lasting: bool) -> Outcome:
    if state is State.MET:
        return Outcome.MET if final or lasting else Outcome.IN_PROGRESS
    if state is State.MISSING and final:
        return Outcome.NOT_MET
    return Outcome.IN_PROGRESS


def _why_open(judged: _Judgement) -> Text:
    """Why what is met is not decided yet."""
    if judged.lasting:
        return _AUDIENCE_COULD_CHANGE
    return _COULD_CHANGE if judged.score is None else _SCORE_COULD_CHANGE


def _under_scheme_cap(scheme: PreparedScheme, counted: Decimal) -> tuple[Decimal, Text | None]:
    at_most = scheme.scheme.at_most
    if at_most is None or counted <= at_most:
        return counted, None
    over = show(counted - at_most)
    return at_most, Text(
        f"合计最多计{show(at_most)}学时，超出{over}学时不计",
        f"At most {show(at_most)} hours in all, {over} cut off",
    )


def _apart(scheme: PreparedScheme, found: Cut) -> bool:
    return found.claim.match is not None and found.claim.match.entry.category in scheme.apart


def _by_category(scheme: PreparedScheme, cuts: Collection[Cut]) -> tuple[tuple[str, Decimal], ...]:
    if not cuts:
        return scheme.no_hours
    parts: dict[str, list[Exact]] = {}
    for each in cuts:
        entry = each.claim.match.entry if each.claim.match is not None else None
        if entry is not None and entry.category is not None:
            for category in scheme.chain(entry.category):
                parts.setdefault(category.id, []).append(each.counted)
    found = dict(scheme.no_hours)
    found.update((category, decimal(added(hours))) for category, hours in parts.items())
    return tuple(found.items())


def _by_level(cuts: Iterable[Cut]) -> tuple[tuple[str, Decimal], ...]:
    parts: dict[str, list[Exact]] = {}
    for each in cuts:
        level = each.claim.match.level if each.claim.match is not None else None
        if level is not None:
            parts.setdefault(level, []).append(each.counted)
    if not parts:
        return ()
    return tuple((level, decimal(added(parts[level]))) for level in LEVELS if level in parts)


def _lines(
    subject: Subject, claims: Iterable[Claim], cuts: Iterable[Cut]
) -> tuple[CreditLine, ...]:
    by_claim = {id(each.claim): each for each in cuts}
    lines = []
    for claim in claims:
        left = by_claim.get(id(claim))
        entry = None if claim.match is None else claim.match.entry
        by_person = claim.by_hand and claim.standing is Standing.COUNTS
        course, record = claim.target.course, claim.target.record
        name = record.what if record else subject.course_names.get(course, "")
        lines.append(
            CreditLine(
                category="" if entry is None else entry.category or "",
                given=decimal(claim.hours),
                counted=ZERO if left is None else decimal(left.counted),
                at=claim.at,
                facts=claim.facts,
                entry=None if entry is None or by_person else entry.place,
                course=course,
                course_name=claim.carried or name,
                reason=claim.reason if left is None else joined(claim.reason, left.reason),
                level="" if claim.match is None else claim.match.level or "",
            )
        )
    return tuple(lines)
