"""Facts: what happened, to whom, when, and from which reply it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256


class FactKind(StrEnum):
    """What a fact tells."""

    COURSE_COMPLETED = "course_completed"
    """Moodle holds the course to be completed; ``at`` is the moment of completion."""
    GRADE = "grade"
    """An assignment attempt was marked; ``value`` points of ``maximum``, ``at`` the marking."""
    SUBMISSION = "submission"
    """Work was handed in; ``value`` is the online text's length in characters, white space not
    counted (None without online text), ``at`` the moment of handing in."""


def cut_to_minute(moment: datetime) -> datetime:
    """Drop seconds: Moodle's reports show minutes, and facts carry the same whatever the source.

    Cut, never rounded, so that the last minute of a period stays in it (``docs/developers``).
    """
    return moment.replace(second=0, microsecond=0)


def from_timestamp(seconds: int | None) -> datetime | None:
    """Moodle's Unix time as a UTC minute; None and 0 (Moodle's "not set") give None."""
    if not seconds:
        return None
    return cut_to_minute(datetime.fromtimestamp(seconds, UTC))


@dataclass(frozen=True, slots=True)
class Source:
    """The reply that a fact is known from.

    Attributes:
        function: the web service function that answered.
        reply: the fields of the reply that the fact rests on, as compact JSON without personal
            details.
    """

    function: str
    reply: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened; never changed once recorded.

    A later fact on the same ``subject`` stands in place of the earlier one: a new grade for the
    same attempt, a retraction. Another attempt, or a completion at another time, is another
    subject and stands beside it.

    Attributes:
        kind: what the fact tells.
        site: the site's name in the configuration; ids are unique only within a site.
        teacher: Moodle's user id.
        course: Moodle's course id.
        activity: course module id, None where the fact is about the course itself.
        attempt: Moodle's attempt number, from 0.
        at: UTC, cut to the minute; None where Moodle doesn't tell (*time uncertain*).
        value: points of a grade or characters of a text; None is *unknown*, not zero.
        maximum: points that the grade could have reached; None where it has no maximum.
        retracted: a positive reply said that this is no longer so.
        source: how it is known.
    """

    kind: FactKind
    site: str
    teacher: int
    course: int
    activity: int | None = None
    attempt: int = 0
    at: datetime | None = None
    value: Decimal | None = None
    maximum: Decimal | None = None
    retracted: bool = False
    source: Source = Source("", "{}")

    @property
    def subject(self) -> str:
        """What the fact is about, as a stable key; versions of one subject share it."""
        moment = ""
        if self.kind is FactKind.COURSE_COMPLETED and self.at is not None:
            moment = self.at.strftime("%Y-%m-%dT%H:%MZ")
        activity = "" if self.activity is None else str(self.activity)
        parts = (self.kind, self.site, self.teacher, self.course, activity, self.attempt, moment)
        return "|".join(str(part) for part in parts)

    @property
    def key(self) -> str:
        """The fact's own key: its subject and what is said of it, hashed (16 hex digits)."""
        at = "" if self.at is None else self.at.isoformat()
        value = "" if self.value is None else format(self.value.normalize(), "f")
        maximum = "" if self.maximum is None else format(self.maximum.normalize(), "f")
        text = "|".join((self.subject, at, value, maximum, str(self.retracted)))
        return sha256(text.encode()).hexdigest()[:16]
