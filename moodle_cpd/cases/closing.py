"""Periods of a case that were closed: decided as they were that day, and standing from then on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from moodle_cpd.cases.naming import SITE
from moodle_cpd.cases.schema import ClosedPart, moment_of
from moodle_cpd.decide import TeacherRecord, decide_prepared, hold
from moodle_cpd.decide.matcher import Prepared
from moodle_cpd.model.closure import Closure
from moodle_cpd.model.decision import Decision
from moodle_cpd.problems import Problem

_DOCUMENT = "-"


@dataclass(frozen=True, slots=True)
class Look:
    """What is decided of a teacher on one day, closed periods as they stand.

    Args:
        prepared: the rules, held against the case's courses.
        known: what is known of the teacher in the end.
        scheme: id of the scheme whose periods are closed.
        closed: which, and when; in any order.
        zone: whose local time the days of closing are.
    """

    prepared: Prepared
    known: TeacherRecord
    scheme: str
    closed: Iterable[ClosedPart]
    zone: ZoneInfo

    def decide(self, on: datetime) -> tuple[list[Decision], list[Problem]]:
        """The decisions of a moment (UTC), and what is to be told."""
        closures = [
            Closure(SITE, self.scheme, part.period, _DOCUMENT, at)
            for part in self.closed
            if (at := moment_of(part.closed_on, self.zone, time.max)) <= on
        ]
        closures.sort(key=lambda each: each.closed_at)
        held: list[Decision] = []
        missed: set[tuple[str, str]] = set()
        for number, closure in enumerate(closures):
            # A period that is closed later rests on those that were closed before it.
            then, _ = self._decided(closure.closed_at, closures[:number], held, missed)
            own = [each for each in then if _is_of(each, closure)]
            held += own
            if then and not own:
                missed.add((closure.scheme, closure.period))
        return self._decided(on, closures, held, missed)

    def _decided(
        self,
        on: datetime,
        closures: Iterable[Closure],
        held: Iterable[Decision],
        missed: Iterable[tuple[str, str]],
    ) -> tuple[list[Decision], list[Problem]]:
        by_then = tuple(each for each in self.known.adjustments if each.recorded_at <= on)
        known = replace(self.known, adjustments=by_then, closed=tuple(held), missed={*missed})
        decisions, problems = decide_prepared(self.prepared, known, on)
        closed = {(each.scheme, each.period): each for each in closures}
        keys = frozenset(each.key for each in by_then)
        standing, told = hold(decisions, held, closed, keys)
        return standing, [*problems, *told]


def _is_of(decision: Decision, closure: Closure) -> bool:
    return (decision.scheme, decision.period.key) == (closure.scheme, closure.period)
