"""Periods: half-open spans of time in which a scheme counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open span ``[start, end)``; both ends are local midnights of the scheme's zone.

    Attributes:
        key: short and unique within the scheme, sorts by time: ``2025`` or ``2025-03``; used in
            names of cohorts, activities and files.
        start: UTC, belongs to the period.
        end: UTC, does not.
    """

    key: str
    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def end_of_day(day: date, zone: str) -> datetime:
    """The moment (UTC) at which a day is over.

    Args:
        day: the day.
        zone: for example ``Asia/Shanghai``.
    """
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC)
