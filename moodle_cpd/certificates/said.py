"""What a certificate says, as JSON and back; in its PDF, so that others can draw its page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.wording import one_line
from moodle_cpd.errors import InputError
from moodle_cpd.model.decision import Text
from moodle_cpd.problems import Problem


def said_text(content: CertificateContent) -> str:
    """What a certificate says, as canonical JSON; the teacher's id in Moodle is left out."""
    said = {
        "serial": one_line(content.serial),
        "verification_id": content.verification_id,
        "award": [one_line(content.award_title.zh), one_line(content.award_title.en)],
        "scheme": [one_line(content.scheme_title.zh), one_line(content.scheme_title.en)],
        "period": one_line(content.period_label),
        "name": one_line(content.full_name),
        "hours": format(content.hours, "f"),
        "credits": None if content.credits is None else format(content.credits, "f"),
        "issued_on": content.issued_on.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "time_zone": content.time_zone,
        "authority": [one_line(content.authority), one_line(content.authority_en)],
        "verification_url": content.verification_url,
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_said(text: str, where: str) -> CertificateContent:
    """The content that ``said_text`` wrote; the teacher's id is 0.

    Raises:
        InputError: it is no such text.
    """
    try:
        said = json.loads(text)
        zone = str(said["time_zone"])
        content = CertificateContent(
            serial=str(said["serial"]),
            verification_id=str(said["verification_id"]),
            award_title=Text(*map(str, said["award"])),
            scheme_title=Text(*map(str, said["scheme"])),
            period_label=str(said["period"]),
            teacher=0,
            full_name=str(said["name"]),
            hours=Decimal(said["hours"]),
            credits=None if said["credits"] is None else Decimal(said["credits"]),
            issued_on=datetime.strptime(said["issued_on"], "%Y-%m-%dT%H:%M:%SZ").replace(
                tzinfo=UTC
            ),
            time_zone=zone,
            authority=str(said["authority"][0]),
            authority_en=str(said["authority"][1]),
            verification_url=None
            if said["verification_url"] is None
            else str(said["verification_url"]),
        )
        _ = content.issued_day
    except (ValueError, KeyError, TypeError, IndexError, ArithmeticError):
        raise InputError(Problem(where, "what the certificate says can't be read")) from None
    return content
