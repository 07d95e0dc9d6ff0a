"""Awards that end soon unless they are renewed: what a plan counts, and what ``status`` lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from moodle_cpd.model.award import Award, AwardState
from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.period import end_of_day
from moodle_cpd.model.result import Result
from moodle_cpd.plan.tenures import Tenures

_SOON: Final = timedelta(days=90)
"""So long before its last day an award is listed; a scheme may call it expiring earlier."""

_STANDING: Final = frozenset({AwardState.ISSUED, AwardState.CONFIRMED})


class EndingSoon:
    """The awards that stand and whose last day, as it is decided now, is near or past.

    What has lapsed is none of them: a plan ends it. Nor is what was renewed, though the paper still
    says the old day. Whom the scheme asks nothing any more holds an award to its last day as well.

    Args:
        awards: of a site.
        on: the moment for which it is looked, UTC.
    """

    def __init__(self, awards: Iterable[Award], on: datetime) -> None:
        self._on = on
        self._found: list[tuple[date, Award]] = []
        self._waiting: dict[int, list[Award]] = defaultdict(list)
        for award in awards:
            if award.state in _STANDING and award.valid_until is not None:
                self._waiting[award.key.teacher].append(award)

    @property
    def teachers(self) -> Collection[int]:
        """Whose results are still to be looked at; of all others none are needed."""
        return self._waiting.keys()

    def take(self, results: Sequence[Result]) -> None:
        """Look at one teacher's awards.

        Args:
            results: of all of the teacher's decisions that stand, in the order of their periods.
        """
        awards = self._waiting.pop(results[0].teacher, []) if results else []
        if not awards:
            return
        tenures = Tenures(results, self._on)
        gained = {(each.scheme, each.period): each for each in results}
        for award in awards:
            result = gained.get((award.key.scheme, award.key.period))
            if result is None:
                self._look(award, None)
            elif not tenures.over(result):
                self._look(award, tenures.of(result))

    def found(self) -> list[tuple[date, Award]]:
        """Each with its last day, the earliest first; of whom nothing is decided, by the award."""
        for awards in self._waiting.values():
            for award in awards:
                self._look(award, None)
        self._waiting.clear()
        return sorted(self._found, key=lambda each: (each[0], each[1].key))

    def _look(self, award: Award, tenure: Result | None) -> None:
        until, zone = award.valid_until, "UTC"
        if tenure is not None and tenure.valid_until is not None:
            until, zone = tenure.valid_until, tenure.zone
        called = tenure is not None and tenure.outcome is Outcome.EXPIRING
        if until is not None and (called or self._on >= end_of_day(until, zone) - _SOON):
            self._found.append((until, award))
