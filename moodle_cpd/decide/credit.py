"""A teacher's work under one scheme: what it claims, period by period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.decide.claim import (
    ZERO,
    Claim,
    Judged,
    Standing,
    choose,
    joined,
    judged,
)
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.proportion import in_proportion, measured
from moodle_cpd.decide.work import Completion, Work
from moodle_cpd.model.decision import Text
from moodle_cpd.model.quick import quick
from moodle_cpd.problems import Problem
from moodle_cpd.rules.matching import Match, Target
from moodle_cpd.rules.rulebook import Acceptance

ANY_NUMBER = Decimal(1_000_000)
"""Hours that something of unknown hours may come to bring: more than anybody asks for."""

_TIE = Text("多行同样具体，待管理员处理", "Several lines fit equally well; a person must decide")
_NO_HOURS = Text("课程的学时字段没有可用的数值", "The course's field tells no number of hours")
_NOT_TOLD = Text(
    "记录的学时不能计入，待管理员处理", "The record's hours can't count; a person must decide"
)
_COMPLETED = Text("完成课程", "Course completed")
_AGAIN = Text("本周期内再次完成，不重复计", "Completed again in the same period; counts once")
_COUNTED_BEFORE = Text("以前的周期已计，不重复计", "Counted in an earlier period; counts once")
_UNCERTAIN = Text("Moodle 没有给出时间，不作依据", "Moodle gives no time; it decides nothing")


@quick
@dataclass(frozen=True, slots=True)
class Assessed:
    """Attempts at one activity that is an assessment or evidence, in one period.

    Attributes:
        target: the activity, or the course as a whole.
        latest: only the latest attempt counts.
        attempts: held against what the assessment or the evidence asks.
    """

    target: Target
    latest: bool
    attempts: list[Judged]


@dataclass(slots=True)
class PeriodWork:
    """What a teacher did in one period under one scheme.

    Attributes:
        completions: of each course with its entry, earliest first.
        attempts: at each activity with its entry.
        assessed: attempts at each assessment, by its id.
        evidence: attempts at the activities of each kind of evidence, by its id.
        settled: claims that hang on nothing else in the period: what brings nothing whatever else
            there is, and what a person added.
    """

    completions: list[tuple[Target, Match, list[Completion]]] = field(default_factory=list)
    attempts: list[tuple[Target, Match, list[Judged]]] = field(default_factory=list)
    assessed: dict[str, list[Assessed]] = field(default_factory=dict)
    evidence: dict[str, list[Assessed]] = field(default_factory=dict)
    settled: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class Spread:
    """A teacher's work under one scheme.

    Attributes:
        by_period: by the period's key.
        uncertain: claims whose time is not known.
        problems: ties and hours that can't be told, on targets that the teacher has work on.
    """

    by_period: dict[str, PeriodWork]
    uncertain: list[Claim]
    problems: list[Problem]


def spread(scheme: PreparedScheme, work: Mapping[Target, Work], calendar: Calendar) -> Spread:
    """Put each piece of work into the period in which it was earned.

    Args:
        scheme: the scheme, held against the site.
        work: all work of one teacher by target.
        calendar: the teacher's own periods.
    """
    result = Spread(defaultdict(PeriodWork), [], [])
    for target in scheme.matched(work):
        here, match = work[target], scheme.match(target)
        if isinstance(match, Match):
            if match.problem is not None:
                result.problems.append(match.problem)
            if match.entry.category is not None:
                _spread_hours(calendar, target, match, here, result)
            if match.entry.assessment is not None or match.entry.evidence is not None:
                _spread_assessed(scheme, calendar, target, match, here, result)
        elif match is not None:
            result.problems.append(match.problem)
            _spread_tie(calendar, target, here, result)
    # Work comes in the order of the facts, which must not show.
    result.uncertain.sort(
        key=lambda each: (each.target.course, each.target.activity or 0, each.facts)
    )
    return result


def claims_of(period: PeriodWork, counted: set[Target]) -> list[Claim]:
    """What the work of one period claims.

    Args:
        period: the work.
        counted: targets that counted in earlier periods; those that count now are added.
    """
    claims = list(period.settled)
    for target, match, completions in period.completions:
        claims.append(_once(_completed(target, match, completions[0]), counted))
        claims.extend([_nothing(target, match, other, _AGAIN) for other in completions[1:]])
    for target, match, candidates in period.attempts:
        fit = measured(candidates) if match.entry.in_proportion else candidates
        chosen = choose(fit, latest=match.entry.latest)
        if chosen is not None:
            claims.append(_once(_attempted(target, match, chosen, candidates), counted))
    # A grade of 0 that gives no hours leaves them to a later period.
    counted.update(
        [each.target for each in claims if each.standing is Standing.COUNTS and each.hours]
    )
    return claims


def _spread_hours(
    calendar: Calendar, target: Target, match: Match, work: Work, result: Spread
) -> None:
    if target.activity is None and target.record is None:
        dated: dict[str, list[Completion]] = defaultdict(list)
        for each in work.keyed_completions:
            if each.at is not None:
                dated[calendar.containing(each.at).period.key].append(each)
        for key, completions in dated.items():
            result.by_period[key].completions.append((target, match, completions))
        if not dated:
            undated = (_nothing(target, match, c, _UNCERTAIN) for c in work.keyed_completions)
            result.uncertain.extend(undated)
        return
    accepted, graded = match.entry.accepted, match.entry.earned_graded
    periods, undated_attempts = _by_period(calendar, judged(work, accepted, graded=graded))
    for key, attempts in periods.items():
        result.by_period[key].attempts.append((target, match, attempts))
    for attempt in undated_attempts:
        result.uncertain.append(_undated(target, match, attempt))


def _spread_assessed(
    scheme: PreparedScheme,
    calendar: Calendar,
    target: Target,
    match: Match,
    work: Work,
    result: Spread,
) -> None:
    entry = match.entry
    undated: list[Judged] = []
    if entry.assessment is not None:
        accepted = Acceptance(scheme.assessments[entry.assessment].pass_at)
        attempts = judged(work, accepted, graded=entry.earned_graded)
        periods, undated = _by_period(calendar, attempts)
        for key, found in periods.items():
            assessed = result.by_period[key].assessed.setdefault(entry.assessment, [])
            assessed.append(Assessed(target, entry.latest, found))
    if entry.evidence is not None:
        accepted = scheme.evidence[entry.evidence].accepted
        attempts = judged(work, accepted, graded=entry.earned_graded)
        periods, undated = _by_period(calendar, attempts)
        for key, found in periods.items():
            pieces = result.by_period[key].evidence.setdefault(entry.evidence, [])
            pieces.append(Assessed(target, entry.latest, found))
    if entry.category is None:
        result.uncertain.extend(_undated(target, match, attempt) for attempt in undated)


def _spread_tie(calendar: Calendar, target: Target, work: Work, result: Spread) -> None:
    """Show work that lines quarrel about; it brings nothing until a person decided."""
    for completion in work.keyed_completions:
        if completion.at is not None:
            key = calendar.containing(completion.at).period.key
            result.by_period[key].settled.append(_nothing(target, None, completion, _TIE))
    periods, _ = _by_period(calendar, judged(work, Acceptance(), graded=False))
    for key, attempts in periods.items():
        for each in attempts:
            facts = each.attempt.facts
            claim = Claim(target, None, each.at, facts, Standing.NOTHING, ZERO, ZERO, True, _TIE)
            result.by_period[key].settled.append(claim)


def _by_period(
    calendar: Calendar, attempts: Iterable[Judged]
) -> tuple[Mapping[str, list[Judged]], list[Judged]]:
    dated: dict[str, list[Judged]] = defaultdict(list)
    undated = []
    for attempt in attempts:
        if attempt.at is None:
            undated.append(attempt)
        else:
            dated[calendar.containing(attempt.at).period.key].append(attempt)
    return dated, undated


def _completed(target: Target, match: Match, done: Completion) -> Claim:
    return _with_hours(
        Claim(target, match, done.at, (done.key,), Standing.COUNTS, ZERO, ZERO, True, _COMPLETED)
    )


def _attempted(target: Target, match: Match, chosen: Judged, candidates: list[Judged]) -> Claim:
    claim = _with_hours(
        Claim(
            target,
            match,
            chosen.at,
            chosen.attempt.facts,
            chosen.standing,
            ZERO,
            ZERO,
            not match.entry.latest,
            chosen.reason,
            chosen.no_length,
        )
    )
    if match.entry.in_proportion:
        in_proportion(claim, chosen, [chosen] if match.entry.latest else candidates)
    return claim


def _with_hours(claim: Claim) -> Claim:
    """Give a claim the hours of its entry; hours that can't be told are unknown, not zero."""
    hours = claim.match.hours if claim.match is not None else None
    if claim.standing is Standing.NOTHING:
        return claim
    if hours is None:
        claim.standing = Standing.PENDING
        claim.possible = ANY_NUMBER
        claim.reason = joined(claim.reason, _NOT_TOLD if claim.target.record else _NO_HOURS)
    else:
        claim.hours = claim.possible = hours
    return claim


def _once(claim: Claim, counted: set[Target]) -> Claim:
    """Take everything from a claim on what counted in an earlier period already."""
    repeatable = claim.match is not None and claim.match.entry.repeatable
    if claim.standing is Standing.NOTHING or repeatable or claim.target not in counted:
        return claim
    claim.standing, claim.hours, claim.possible = Standing.NOTHING, ZERO, ZERO
    claim.reason = joined(claim.reason, _COUNTED_BEFORE)
    return claim


def _nothing(target: Target, match: Match | None, done: Completion, reason: Text) -> Claim:
    keys = (done.key,)
    return Claim(target, match, done.at, keys, Standing.NOTHING, ZERO, ZERO, True, reason)


def _undated(target: Target, match: Match, attempt: Judged) -> Claim:
    keys = attempt.attempt.facts
    return Claim(target, match, None, keys, Standing.NOTHING, ZERO, ZERO, True, _UNCERTAIN)


def in_order(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Claims as they were earned: earliest first, ties by the key of the first fact.

    The claims must all have a moment.
    """
    return iter(sorted(claims, key=lambda claim: (claim.at, claim.facts)))
