"""Dispensations: documents that free a teacher of a scheme, or by which the teacher declined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DispensationKind(StrEnum):
    """What a document says of a teacher's duty."""

    EXEMPT = "exempt"
    """The duty is lifted."""
    WAIVED = "waived"
    """The teacher declined and bears the consequences; longer frames keep running."""


@dataclass(frozen=True, slots=True)
class Dispensation:
    """What a document says of a teacher's duty in one scheme, recorded by a person.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        scheme: the scheme's id; schemes of longer frames are not touched.
        kind: exempt or waived.
        first: first day on which it holds.
        last: last day on which it holds, None: for good.
        document: the document's number or place in the archive, never empty.
    """

    site: str
    teacher: int
    scheme: str
    kind: DispensationKind
    first: date
    last: date | None
    document: str

    def covers(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)
