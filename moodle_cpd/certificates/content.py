"""What stands on one certificate, and its fingerprint."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from moodle_cpd.certificates.file_names import file_name
from moodle_cpd.certificates.transcript import Transcript
from moodle_cpd.certificates.wording import one_line
from moodle_cpd.model.decision import Text

DEFAULT_TEMPLATE: Final = "landscape-both"
_FINGERPRINT_BYTES = 10  # 80 bits: 16 letters and digits, in groups that can be read aloud


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """Everything that stands on a certificate; the same content gives the same PDF, byte for byte.

    Attributes:
        serial: the certificate's number.
        verification_id: unguessable id that the QR code leads to.
        award_title: what is awarded.
        scheme_title: the regulation's title.
        period_label: the period, as shown.
        teacher: Moodle's user id; stands in errors, not on the certificate.
        full_name: the teacher's name; any characters, never read as markup.
        hours: recognised hours.
        credits: credits, None where the scheme has none.
        issued_on: UTC; shown as a date in ``time_zone``.
        time_zone: the scheme's zone, for example ``Asia/Shanghai``.
        authority: who issues it, in Chinese.
        authority_en: who issues it, in English; may be empty.
        verification_url: where certificates are verified, None where there is no such place.
        period_label_en: the period in English; empty: as in Chinese.
        signatory: who signs for the authority, as shown beside the signature; may be empty.
        valid_until: last day on which it holds, None: it does not end.
        replaces: serial of the certificate that it takes the place of; may be empty.
        transcript: the hours behind it, on pages of their own; None: no such pages.
        template: name of the template that it is drawn by.
        drawn_with: digests and versions of all that its bytes hang on besides what it says
            (``CertificateRenderer.bound`` sets them); empty: it was not drawn yet.

    Raises:
        ValueError: ``issued_on`` carries no zone, so that its date would depend on the machine.
    """

    serial: str
    verification_id: str
    award_title: Text
    scheme_title: Text
    period_label: str
    teacher: int
    full_name: str
    hours: Decimal
    credits: Decimal | None
    issued_on: datetime
    time_zone: str
    authority: str
    authority_en: str
    verification_url: str | None
    period_label_en: str = ""
    signatory: str = ""
    valid_until: date | None = None
    replaces: str = ""
    transcript: Transcript | None = None
    template: str = DEFAULT_TEMPLATE
    drawn_with: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.issued_on.tzinfo is None:
            raise ValueError("issued_on must be in UTC")

    @property
    def issued_day(self) -> date:
        """The date of issue in the scheme's time zone."""
        return self.issued_on.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def link(self) -> str | None:
        """The address that verifies this certificate, None where there is none."""
        if not self.verification_url:
            return None
        separator = "" if self.verification_url.endswith(("/", "=")) else "/"
        return f"{self.verification_url}{separator}{quote(self.verification_id, safe='')}"

    def fingerprint(self) -> str:
        """Short code over all that the certificate says: a changed certificate shows another.

        SHA-256 over canonical JSON (sorted keys, ASCII), cut to 80 bits, in base 32: four groups
        of four letters and digits. The unguessable id is part of it, so that the code alone tells
        nothing about the name. The verification address is not: a site may move. What not every
        certificate has is part of it where it is there.
        """
        said: dict[str, object] = {
            "version": 1,
            "serial": one_line(self.serial),
            "id": self.verification_id,
            "award": [one_line(self.award_title.zh), one_line(self.award_title.en)],
            "scheme": [one_line(self.scheme_title.zh), one_line(self.scheme_title.en)],
            "period": one_line(self.period_label),
            "name": one_line(self.full_name),
            "hours": _plain(self.hours),
            "credits": None if self.credits is None else _plain(self.credits),
            "issued": self.issued_day.isoformat(),
            "authority": [one_line(self.authority), one_line(self.authority_en)],
        }
        further = {
            "signatory": one_line(self.signatory),
            "valid_until": "" if self.valid_until is None else self.valid_until.isoformat(),
            "replaces": one_line(self.replaces),
            "transcript": None if self.transcript is None else self.transcript.as_json(),
        }
        said |= {name: value for name, value in further.items() if value}
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
        digest = sha256(canonical.encode("ascii")).digest()[:_FINGERPRINT_BYTES]
        code = base64.b32encode(digest).decode("ascii")
        return "-".join(code[start : start + 4] for start in range(0, len(code), 4))

    def file_name(self) -> str:
        """Name of the PDF, see ``certificates/file_names.py:file_name``."""
        return file_name(self.serial)


def _plain(value: Decimal) -> str:
    """A number's exact digits; 30, 30.0 and 3E+1 are the same number and give the same text."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
