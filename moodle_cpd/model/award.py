"""Awards: badges and certificates issued by us, and the keys that keep each of them single."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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
    WITHDRAWING = "withdrawing"
    """A person agreed to take it back: it is withdrawn, and Moodle is being brought to that."""
    WITHDRAWN = "withdrawn"
    """Taken back, and read back from Moodle that it is."""
    EXPIRED = "expired"
    """Its time is over and it was not renewed."""


class CertificateState(StrEnum):
    """What a number in the register is worth."""

    PLANNED = "planned"
    """The number is given; what it stands for was not seen in Moodle yet."""
    VALID = "valid"
    """It stands; at most one of an award does."""
    SUPERSEDED = "superseded"
    """Another, corrected or renewed, stands in its place."""
    WITHDRAWN = "withdrawn"
    """Its ground was lost, and a person agreed to take it back."""
    EXPIRED = "expired"
    """Its time is over."""
    VOID = "void"
    """作废: the number was given and nothing was ever issued under it."""


class Route(StrEnum):
    """The way an award reaches Moodle."""

    COHORT = "cohort"
    RECORD_COURSE = "record-course"


@dataclass(frozen=True, slots=True, order=True)
class AwardKey:
    """What makes an award the same award; at most one stands for a key at any time.

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
class Paper:
    """What stands on a certificate besides its number: with both it can be drawn again.

    Attributes:
        name: the holder's name as printed; a personal detail, kept in a table of its own.
        content: all else that the template is given, as canonical JSON.
        template: which template it is drawn with; empty for the one that comes with the program.
    """

    name: str
    content: str
    template: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """A badge or certificate issued, or on its way, with its present number in the register.

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
        valid_until: the last day on which it is valid, in the scheme's zone; None: for ever.
        replaces: serial of the one in whose place it was issued; empty for the first.
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
    valid_until: date | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """An entry of the register: one number, and all that was ever issued under it.

    Attributes:
        serial: the number.
        key: the award that it was given for.
        state: what it is worth.
        verification_id: unguessable id for the QR code; empty for a badge without certificate.
        issued_on: UTC; the date that stands on it.
        valid_until: the last day on which it is valid, in the scheme's zone; None: for ever.
        hours: recognised hours that stand on it.
        credits: credits that stand on it, None where the scheme has none.
        sha256: of the PDF as issued; empty where there is none.
        decision_digest: SHA-256 of the decision that earned it.
        credential: signed, as VC-JWT; empty where there is none.
        replaces: serial of the one in whose place it was issued; empty for the first.
        template: see ``Paper``.
        content: see ``Paper``; empty for a badge without certificate.
        status_index: its place in the register, and in the issuer's status list; from 0, in the
            order in which numbers were given, over all sites of the ledger.
    """

    serial: str
    key: AwardKey
    state: CertificateState
    verification_id: str
    issued_on: datetime
    valid_until: date | None
    hours: Decimal
    credits: Decimal | None
    sha256: str
    decision_digest: str
    credential: str
    replaces: str
    template: str
    content: str
    status_index: int

    @property
    def is_paper(self) -> bool:
        """Whether it is a certificate; a badge alone has a number and nothing to hand out."""
        return bool(self.verification_id)
