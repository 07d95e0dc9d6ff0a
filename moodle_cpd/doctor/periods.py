"""Which periods a run can give awards for now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from moodle_cpd.config import AwardSettings
from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.rules import Rulebook
from moodle_cpd.rules.rulebook_periods import PostPeriods


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
    """The current and the previous period of each route, as the scheme counts them.

    Where each teacher has a period of their own before the post, it is named by the month of the
    post: this month and the one before. Between two terms there is no current period.
    """
    for route in routes:
        scheme = rulebook.scheme(route.scheme)
        if isinstance(scheme.periods, PostPeriods):
            month = now.astimezone(scheme.zone).replace(day=1)
            yield Target(route, f"{month:%Y-%m}", current=True)
            yield Target(route, f"{month - timedelta(days=1):%Y-%m}", current=False)
            continue
        calendar = Calendar(scheme)
        current = calendar.containing(now)
        for span in (current, calendar.before(current)):
            if not span.gap:
                yield Target(route, span.period.key, current=span is current)
