"""Closed periods: what was decided in them stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Closure:
    """That a person closed a period of a scheme (封存).

    Attributes:
        site: the site's name in the configuration.
        scheme: the scheme's id.
        period: the period's key.
        document: the document's number or place in the archive, never empty.
        closed_at: when, UTC; only an adjustment recorded later changes a decision of the period.
    """

    site: str
    scheme: str
    period: str
    document: str
    closed_at: datetime
