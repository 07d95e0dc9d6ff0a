"""Surplus hours that go into the next period, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from moodle_cpd.decide.calendar import Span
from moodle_cpd.decide.caps import cut
from moodle_cpd.decide.claim import ZERO, Claim, Standing
from moodle_cpd.decide.credit import in_order
from moodle_cpd.decide.exact import Exact, added, decimal
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.unmapped import unmapped
from moodle_cpd.model.decision import Decision, State, Text
from moodle_cpd.model.quantity import show
from moodle_cpd.rules.matching import Match, Target
from moodle_cpd.rules.rulebook_periods import CarryOver


@dataclass(frozen=True, slots=True)
class Carried:
    """Hours of one category that a period hands on to the next.

    Attributes:
        rule: what the scheme says.
        origin: the period they come from.
        hours: that are sure.
        possible: that there would be if everything unknown turned out well.
        certain: nothing later can take them away.
    """

    rule: CarryOver
    origin: Span
    hours: Exact
    possible: Exact
    certain: bool


def handed_on(
    scheme: PreparedScheme, span: Span, claims: Iterable[Claim], decision: Decision, *, final: bool
) -> tuple[Carried, ...]:
    """What a period hands on: recognised hours of its own, never those that came to it.

    Args:
        scheme: the scheme.
        span: the period.
        claims: all that is claimed in it, carried hours included.
        decision: about it.
        final: its end and its days of grace are over.
    """
    rules = scheme.scheme.carry_over
    if not rules:
        return ()
    every = list(in_order(claims))
    sure = [each for each in every if each.standing is Standing.COUNTS]
    gate = decision.gate
    recognised = decision.recognised == decision.earned
    never = final and gate is not None and gate.state is State.MISSING
    hopeful = _hopeful(every)
    result = []
    for rule in rules:
        hours = _surplus(scheme, rule, sure) if recognised else ZERO
        possible = ZERO if never else _surplus(scheme, rule, hopeful)
        lasting = _surplus(scheme, rule, [each for each in sure if each.certain])
        if hours or possible:
            result.append(Carried(rule, span, hours, possible, final or lasting == hours))
    return tuple(result)


def handed_on_perhaps(
    scheme: PreparedScheme, span: Span, claims: Iterable[Claim]
) -> tuple[Carried, ...]:
    """What a period may come to hand on of which nothing can be decided yet: unknown, not zero.

    Args:
        scheme: the scheme.
        span: the period.
        claims: all that is claimed in it.
    """
    hopeful = _hopeful(in_order(claims))
    found = ((rule, _surplus(scheme, rule, hopeful)) for rule in scheme.scheme.carry_over)
    return tuple(Carried(rule, span, ZERO, hours, False) for rule, hours in found if hours)


def _hopeful(claims: Iterable[Claim]) -> list[Claim]:
    """Claims as they would be if everything unknown turned out well."""
    return [replace(each, hours=each.possible) for each in claims]


def _surplus(scheme: PreparedScheme, rule: CarryOver, claims: list[Claim]) -> Exact:
    own: Exact = added(
        each.counted
        for each in cut(scheme, claims)
        if each.claim.carried is None and _belongs(scheme, each.claim, rule.category)
    )
    beyond = Fraction(own) - Fraction(rule.beyond)
    if beyond <= 0:
        return ZERO
    surplus = min(beyond, Fraction(rule.at_most))
    return surplus if scheme.in_fractions else decimal(surplus)


def _belongs(scheme: PreparedScheme, claim: Claim, category: str) -> bool:
    entry = None if claim.match is None else claim.match.entry
    if entry is None or entry.category is None:
        return False
    return any(each.id == category for each in scheme.chain(entry.category))


def carried_claims(scheme: PreparedScheme, span: Span, carried: Iterable[Carried]) -> list[Claim]:
    """What the period before claims in a period: its first hours.

    Args:
        scheme: the scheme as it holds in the period.
        span: the period.
        carried: what the one before handed on.
    """
    return [
        _claim(scheme, span, each) for each in carried if each.rule.category in scheme.categories
    ]


def _claim(scheme: PreparedScheme, span: Span, carried: Carried) -> Claim:
    rule, label = carried.rule, carried.origin.label
    zh = f"从{label.zh or label.en}结转：超出{show(rule.beyond)}学时的部分，"
    en = f"Carried over from {label.en or label.zh}: what is above {show(rule.beyond)} hours, "
    reason = Text(f"{zh}最多{show(rule.at_most)}学时", f"{en}{show(rule.at_most)} hours at most")
    entry = unmapped(scheme.scheme.id, rule.category, rule.at_most, rule.place)
    return Claim(
        target=Target(0),
        match=Match(entry, decimal(carried.hours)),
        at=span.period.start,
        facts=(),
        standing=Standing.COUNTS if carried.hours else Standing.PENDING,
        hours=carried.hours,
        possible=carried.possible,
        certain=carried.certain,
        reason=reason,
        carried=f"{carried.origin.period.key} 结转 / carried over",
    )
