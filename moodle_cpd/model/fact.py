"""Facts: what happened, to whom, when, and from which reply it is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from moodle_cpd.model.quick import quick


class FactKind(StrEnum):
    """What a fact tells."""

    COURSE_COMPLETED = "course_completed"
    """Moodle holds the course to be completed; ``at`` is the moment of completion."""
    GRADE = "grade"
    """An assignment attempt was marked; ``value`` points of ``maximum``, ``at`` the marking."""
    SUBMISSION = "submission"
    """Work was handed in; ``value`` is the online text's length in characters, white space not
    counted (None without online text), ``at`` the moment of handing in."""
    RECORD = "record"
    """Something that Moodle can't know, brought in by a person; ``value`` points of ``maximum``
    where it was marked, ``at`` the noon of its day, the rest in ``record``."""


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


@quick
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
class Record:
    """What a person brought in from a document.

    Attributes:
        what: the code or title by which course maps select it, for example ``国培2026``.
        day: on which it was earned.
        document: the document's number or place in the archive, never empty.
        hours: that it says, None where it says none.
        characters: length of a text, white space not counted; None where it says none.
        level: of whoever gave it, as schemes name levels; empty where it is not said.
    """

    what: str
    day: date
    document: str
    hours: Decimal | None = None
    characters: int | None = None
    level: str = ""

    @property
    def subject(self) -> str:
        """What it is about: a corrected record has the same, another day or document another."""
        words = (self.what, self.day.isoformat(), self.document)
        return "|".join(each.replace("%", "%25").replace("|", "%7C") for each in words)

    @property
    def said(self) -> str:
        """What is said of it beyond its points, for the fact's key."""
        hours = "" if self.hours is None else format(self.hours.normalize(), "f")
        characters = "" if self.characters is None else str(self.characters)
        return "|".join((hours, characters, self.level))


@quick
@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened; never changed once recorded.

    A later fact on the same ``subject`` stands in place of the earlier one: a new grade for the
    same attempt, a corrected record, a retraction. Another attempt, a completion at another time,
    or a record of another day or document is another subject and stands beside it.

    Attributes:
        kind: what the fact tells.
        site: the site's name in the configuration; ids are unique only within a site.
        teacher: Moodle's user id.
        course: Moodle's course id; 0 for a record.
        activity: course module id, None where the fact is about the course itself, or a record.
        attempt: Moodle's attempt number, from 0.
        at: UTC, cut to the minute; None where Moodle doesn't tell (*time uncertain*).
        value: points of a grade or characters of a text; None is *unknown*, not zero.
        maximum: points that the grade could have reached; None where it has no maximum.
        retracted: a positive reply said that this is no longer so.
        source: how it is known.
        record: what a record says; None for what Moodle tells.
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
    record: Record | None = None
    _recorded_as: str = field(default="", init=False, repr=False, compare=False)

    @property
    def subject(self) -> str:
        """What the fact is about, as a stable key; versions of one subject share it."""
        if self.record is not None:
            return f"{self.kind}|{self.site}|{self.teacher}|{self.record.subject}"
        moment = ""
        if self.kind is FactKind.COURSE_COMPLETED and self.at is not None:
            moment = self.at.strftime("%Y-%m-%dT%H:%MZ")
        activity = "" if self.activity is None else str(self.activity)
        parts = (self.kind, self.site, self.teacher, self.course, activity, self.attempt, moment)
        return "|".join(str(part) for part in parts)

    @property
    def key(self) -> str:
        """The fact's own key: its subject and what is said of it, hashed (16 hex digits)."""
        if self._recorded_as:
            return self._recorded_as
        at = "" if self.at is None else self.at.isoformat()
        value = "" if self.value is None else format(self.value.normalize(), "f")
        maximum = "" if self.maximum is None else format(self.maximum.normalize(), "f")
        text = "|".join((self.subject, at, value, maximum, str(self.retracted)))
        if self.record is not None:
            text = f"{text}|{self.record.said}"
        return sha256(text.encode()).hexdigest()[:16]


def recorded_as(fact: Fact, key: str) -> Fact:
    """A fact that comes back from where it was recorded, with its key, which takes time to make.

    Whatever is made of it by ``dataclasses.replace`` has a key of its own again.

    Args:
        fact: fresh; it is changed.
        key: under which it was recorded.
    """
    object.__setattr__(fact, "_recorded_as", key)
    return fact
