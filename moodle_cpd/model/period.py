"""Periods: half-open spans of time in which a scheme counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
