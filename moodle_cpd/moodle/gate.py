"""The hours in which a site may be asked, where it has such."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from moodle_cpd.config import Hours
from moodle_cpd.errors import OutOfHoursError
from moodle_cpd.problems import Problem


class Gate:
    """Lets requests through within the configured hours.

    Args:
        hours: when; None: always.
        zone: of the hours, for example ``Asia/Shanghai``.
        now: this computer's time, UTC.
    """

    def __init__(self, hours: Hours | None, zone: str, now: Callable[[], datetime]) -> None:
        self._hours = hours
        self._zone = ZoneInfo(zone)
        self._now = now
        self._passed = False

    def __call__(self) -> None:
        """Pass, or be refused.

        Raises:
            OutOfHoursError: it is outside the hours.
        """
        if self._hours is None:
            return
        local = self._now().astimezone(self._zone)
        if self._hours.hold(local.time()):
            self._passed = True
            return
        done = "What was done is in the ledger" if self._passed else "Nothing was asked"
        raise OutOfHoursError(
            Problem(
                "[site] hours",
                f"it is {local:%H:%M} ({self._zone.key})",
                f"a time within {self._hours}",
                f"{done}; a run within these hours goes on",
            )
        )
