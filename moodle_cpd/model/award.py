"""Awards: badges and certificates issued by us, and the keys that keep each of them single."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class AwardState(StrEnum):
    """How far an award has come."""

    PLANNED = "planned"
    """Its serial number is given; nothing of it was read back from Moodle yet."""
    ISSUED = "issued"
    """Read back: what we wrote is there; the badge that follows from it was not seen yet."""
    CONFIRMED = "confirmed"
    """Read back from Moodle: the badge is held, the grade and the file are there."""


class Route(StrEnum):
    """The way an award reaches Moodle."""

    COHORT = "cohort"
    RECORD_COURSE = "record-course"


@dataclass(frozen=True, slots=True, order=True)
class AwardKey:
    """What makes an award the same award; at most one is ever issued for a key.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        scheme: the scheme's id.
        period: the period's key.
        award: the award's id in the scheme.
    """

    site: str
    teacher: int
    scheme: str
    period: str
    award: str

    def __str__(self) -> str:
        return f"{self.site}/{self.teacher}/{self.scheme}/{self.period}/{self.award}"


@dataclass(frozen=True, slots=True)
class Award:
    """A badge or certificate issued, or on its way.

    Attributes:
        key: which award.
        route: how it reaches Moodle.
        course: idnumber of the record course; empty for a cohort.
        target: idnumber of the cohort or record activity that it was begun for; settings that
            change later don't move it.
        state: how far it is.
        serial: the certificate's or badge's number, given once and never again.
        verification_id: unguessable id for the QR code; empty for a badge without certificate.
        issued_on: UTC; the date that stands on it, fixed when the serial was given.
        hours: recognised hours that stand on it.
        credits: credits that stand on it, None where the scheme has none.
        sha256: of the PDF as issued; empty for a badge without certificate.
        decision_digest: SHA-256 of the decision that earned it.
        credential: signed, as VC-JWT; empty where the issuer has no keys.
    """

    key: AwardKey
    route: Route
    course: str
    target: str
    state: AwardState
    serial: str
    verification_id: str
    issued_on: datetime
    hours: Decimal
    credits: Decimal | None
    sha256: str
    decision_digest: str
    credential: str = ""
