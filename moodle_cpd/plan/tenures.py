"""Qualifications of one teacher: the last that is decided of each, and whether it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeAlias

from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.result import Result

_FREED: Final = frozenset({Outcome.EXEMPT, Outcome.WAIVED})
_ASKED_NOTHING_YET: Final = frozenset({Outcome.MET, Outcome.VALID})
"""Outcomes of a period that leave nothing open; who lapses soon may still renew."""

_Gained: TypeAlias = tuple[str, str]
"""Scheme, and the period, in words, in which the qualification was gained."""


class Tenures:
    """What became of each qualification that a teacher gained.

    Args:
        results: of all of the teacher's decisions that stand, in the order of their periods.
        on: the moment for which it is planned, UTC.
    """

    def __init__(self, results: Iterable[Result], on: datetime) -> None:
        self._on = on
        self._latest: dict[_Gained, Result] = {}
        self._left_behind: set[_Gained] = set()
        for result in results:
            self._take(result)

    def of(self, result: Result) -> Result:
        """The last result that tells of the qualification gained with one; else that one itself."""
        return self._latest.get(_gained(result), result)

    def over(self, result: Result) -> bool:
        """Whether the qualification gained with a result has lapsed, by any later decision.

        In the days of grace after its last day it has not: it may turn out to have been renewed.
        """
        gained = _gained(result)
        latest = self._latest.get(gained)
        if latest is None:
            return False
        if latest.outcome is Outcome.LAPSED:
            return True
        # What is held is never called waived: who declined the year of the lapse lapsed in it.
        return latest.is_over(self._on) and (
            latest.outcome is Outcome.WAIVED or gained in self._left_behind
        )

    def _take(self, result: Result) -> None:
        for gained, latest in self._latest.items():
            other = bool(result.gained) and result.gained != gained[1]
            gone = result.outcome is Outcome.NOT_APPLICABLE
            # Whom the scheme concerns no more is not spoken of again, nor what was gained anew.
            if gained[0] == result.scheme and (
                other or (gone and latest.outcome in _ASKED_NOTHING_YET)
            ):
                self._left_behind.add(gained)
        if result.gained:
            gained = _gained(result)
            before = self._latest.get(gained)
            lapsed = before is not None and before.outcome in {Outcome.LAPSED, Outcome.WAIVED}
            # A document that frees of the duty brings nothing back that lapsed before.
            if not (lapsed and result.outcome in _FREED):
                self._latest[gained] = result
                self._left_behind.discard(gained)


def _gained(result: Result) -> _Gained:
    return result.scheme, result.gained
