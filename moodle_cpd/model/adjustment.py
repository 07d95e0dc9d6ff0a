"""Adjustments: what a person changed by hand, with the document that says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

KEY_PREFIX = "by-hand-"
"""Begins the key of each adjustment, so that nobody takes it for a fact from Moodle."""


class AdjustmentKind(StrEnum):
    """What a person did."""

    ADD = "add"
    """Hours of a category that nothing else brings."""
    REMOVE = "remove"
    """A fact that counts no more."""
    DATE = "date"
    """The day of something for which Moodle gives no time."""
    EXCUSE = "excuse"
    """An assessment that counts as passed, or one accepted piece of a kind of evidence."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change by hand of what a scheme counts for a teacher; withdrawn, never changed.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        scheme: the scheme's id; other schemes are not touched.
        kind: what was done.
        reason: why, in a person's words.
        document: the document's number or place in the archive, never empty.
        recorded_at: when it was recorded, UTC.
        day: of what was added, dated or excused; None for what is removed.
        subject: of the fact that was removed or dated, so that a later version of it stays so.
        category: of the hours that were added.
        hours: that were added.
        level: that gave them; empty where it is not said.
        target: id of the assessment or kind of evidence that is excused.
    """

    site: str
    teacher: int
    scheme: str
    kind: AdjustmentKind
    reason: str
    document: str
    recorded_at: datetime
    day: date | None = None
    subject: str = ""
    category: str = ""
    hours: Decimal | None = None
    level: str = ""
    target: str = ""

    @property
    def says(self) -> tuple[str, ...]:
        """What it does, to whom and by which document; two that say the same are one."""
        return (
            self.site,
            str(self.teacher),
            self.scheme,
            self.kind.value,
            self.document,
            "" if self.day is None else self.day.isoformat(),
            self.subject,
            self.category,
            "" if self.hours is None else format(self.hours.normalize(), "f"),
            self.level,
            self.target,
        )

    @property
    def key(self) -> str:
        """Its own key, by which it is shown and withdrawn."""
        text = repr((*self.says, self.reason, self.recorded_at.isoformat()))
        return KEY_PREFIX + sha256(text.encode()).hexdigest()[:12]
