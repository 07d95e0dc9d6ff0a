"""What the periods of one teacher in one scheme bring to later ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from moodle_cpd.decide.as_closed import claims_as_closed, hours_as_closed, same_hours
from moodle_cpd.decide.calendar import Calendar, Span
from moodle_cpd.decide.carry import Carried, handed_on, handed_on_perhaps
from moodle_cpd.decide.claim import ZERO, Claim
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.requirements import PastTotals
from moodle_cpd.model.decision import Decision


class Onward:
    """Hours that requirements of later periods may read, and surplus that goes into the next one.

    Args:
        calendar: the teacher's own periods.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._past: dict[str, tuple[Span, PastTotals]] = {}
        self._carried: dict[str, tuple[Carried, ...]] = {}

    def into(self, span: Span) -> tuple[Carried, ...]:
        """What the period before hands on to one."""
        return self._carried.get(span.period.key, ())

    def earlier(self, span: Span) -> tuple[tuple[int, PastTotals], ...]:
        """Hours of the periods before one, each with how many before it is."""
        return tuple(
            (span.first.year - each.first.year, totals)
            for each, totals in self._past.values()
            if each.first.year < span.first.year
        )

    def decided(
        self,
        scheme: PreparedScheme,
        span: Span,
        claims: Iterable[Claim],
        decision: Decision,
        hours: PastTotals,
        *,
        final: bool,
    ) -> None:
        """Take what a period brings.

        Args:
            scheme: as it stands in the period.
            span: the period; call it for each in order.
            claims: all that is claimed in it, carried hours included.
            decision: about it.
            hours: of it.
            final: its end and its days of grace are over.
        """
        self._past[span.period.key] = span, hours
        self._pass_on(span, handed_on(scheme, span, claims, decision, final=final))

    def undecided(self, scheme: PreparedScheme, span: Span, claims: Iterable[Claim]) -> None:
        """Leave open what a period hands on of which nothing can be decided.

        Args:
            scheme: as it stands in the period.
            span: the period.
            claims: all that is claimed in it.
        """
        self._pass_on(span, handed_on_perhaps(scheme, span, claims))

    def missed(self, span: Span) -> None:
        """Let a period bring nothing, whatever it would bring today."""
        self._past.pop(span.period.key, None)
        following = self._calendar.following(span)
        if following is not None:
            self._carried.pop(following.period.key, None)

    def closed(
        self, scheme: PreparedScheme, span: Span, before: Decision, now: Decision | None
    ) -> PastTotals:
        """Put in the place of what a period brings today what it brought when it was closed.

        Args:
            scheme: as it stands in the period.
            span: the period; what it brings today was taken already.
            before: the decision with which it was closed.
            now: as the facts and rules of today give it, None where nothing can be said.

        Returns:
            The hours with which it was closed; nothing can come to be added to them, or be lost.
        """
        known = self._past.get(span.period.key)
        following = self._calendar.following(span) if scheme.scheme.carry_over else None
        if known is not None and now is not None and same_hours(before, now):
            sure = known[1].sure
            today = () if following is None else self.into(following)
            passed = tuple(
                replace(each, possible=each.hours, certain=True)
                for each in today
                if each.hours > ZERO
            )
            hours = PastTotals(sure, sure, sure)
        else:
            claims = claims_as_closed(scheme, before)
            passed = handed_on(scheme, span, claims, before, final=True)
            hours = hours_as_closed(scheme, claims, before)
        self._past[span.period.key] = span, hours
        if following is not None:
            self._carried[following.period.key] = passed
        return hours

    def _pass_on(self, span: Span, passed: tuple[Carried, ...]) -> None:
        following = self._calendar.following(span) if passed else None
        if following is not None:
            self._carried[following.period.key] = passed
