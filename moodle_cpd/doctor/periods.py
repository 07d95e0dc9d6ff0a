"""Which periods a run can give awards for now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from moodle_cpd.config import AwardSettings
from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Target:
    """One award of one period.

    Attributes:
        route: how it reaches Moodle.
        period: the period's key.
        current: whether the period runs now; else it is the one before, which may still be
            decided.
    """

    route: AwardSettings
    period: str
    current: bool

    @property
    def name(self) -> str:
        """Idnumber of the cohort or record activity."""
        return self.route.target(self.period)


def targets(
    routes: tuple[AwardSettings, ...], rulebook: Rulebook, now: datetime
) -> Iterator[Target]:
    """The current and the previous period of each route, as the scheme counts them."""
    for route in routes:
        calendar = Calendar(rulebook.scheme(route.scheme))
        current = calendar.containing(now)
        yield Target(route, current.period.key, current=True)
        yield Target(route, calendar.before(current).period.key, current=False)
