"""Periods in which a teacher did nothing: the same holds for many, and is decided once."""

from __future__ import annotations

from functools import lru_cache

from moodle_cpd.decide.calendar import Span
from moodle_cpd.decide.credit import PeriodWork
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.outcome import Subject, decide_period
from moodle_cpd.decide.requirements import PastTotals
from moodle_cpd.model.decision import Alike, Decision, Text
from moodle_cpd.rules.rulebook_requirements import Audience


def decide_idle(
    scheme: PreparedScheme, subject: Subject, *, final: bool, reasons: tuple[Text, ...]
) -> tuple[Decision, PastTotals]:
    """Decide a period without any work, of somebody of whom the scheme asks all that it asks.

    Args:
        scheme: the scheme, held against the site; it asks for no hours of the periods before.
        subject: whose decision; nothing was adjusted by hand.
        final: the period and its grace days are over, and were read.
        reasons: what is to be said besides.

    Returns:
        As ``decide_period``.
    """
    alike, hours = _decided(
        scheme,
        subject.site,
        subject.span,
        subject.rules_digest,
        subject.belonging,
        final=final,
        settled=subject.settled,
        reasons=reasons,
    )
    return alike.of(subject.teacher), hours


@lru_cache(1024)
def _decided(
    scheme: PreparedScheme,
    site: str,
    span: Span,
    rules_digest: str,
    belonging: frozenset[Audience],
    *,
    final: bool,
    settled: bool,
    reasons: tuple[Text, ...],
) -> tuple[Alike, PastTotals]:
    requirement = scheme.asked(belonging)
    if requirement is None:
        raise ValueError("nothing is asked, so nothing is to be decided")
    decision, hours = decide_period(
        scheme,
        Subject(site, 0, span, rules_digest, {}, belonging, settled=settled),
        PeriodWork(),
        [],
        requirement=requirement,
        uncertain=(),
        final=final,
        reasons=reasons,
    )
    return Alike(decision), hours
