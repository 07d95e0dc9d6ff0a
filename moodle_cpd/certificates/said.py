"""What a certificate says, as JSON and back; in its PDF, so that others can draw its page."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.transcript import Transcript
from moodle_cpd.certificates.wording import one_line
from moodle_cpd.errors import InputError
from moodle_cpd.model.decision import Text
from moodle_cpd.problems import Problem


def said_text(content: CertificateContent) -> str:
    """What a certificate says, as canonical JSON; the teacher's id in Moodle is left out."""
    return _canonical(_said(content))


def content_said(text: str, where: str) -> CertificateContent:
    """The content that ``said_text`` wrote; the teacher's id is 0.

    Args:
        text: the JSON.
        where: the file as messages name it.

    Raises:
        InputError: it is no such text.
    """
    try:
        return _content(json.loads(text))
    except (ValueError, KeyError, TypeError, IndexError, ArithmeticError, AttributeError):
        raise InputError(Problem(where, "what the certificate says can't be read")) from None


def _said(content: CertificateContent) -> dict[str, Any]:
    said: dict[str, Any] = {
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
        "template": content.template,
    }
    further = {
        "period_en": one_line(content.period_label_en),
        "signatory": one_line(content.signatory),
        "valid_until": None if content.valid_until is None else content.valid_until.isoformat(),
        "replaces": one_line(content.replaces),
        "transcript": None if content.transcript is None else content.transcript.as_json(),
        "drawn_with": dict(content.drawn_with),
    }
    return said | {name: value for name, value in further.items() if value}


def _content(said: dict[str, Any]) -> CertificateContent:
    until, transcript = said.get("valid_until"), said.get("transcript")
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
        issued_on=datetime.strptime(said["issued_on"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        time_zone=str(said["time_zone"]),
        authority=str(said["authority"][0]),
        authority_en=str(said["authority"][1]),
        verification_url=None
        if said["verification_url"] is None
        else str(said["verification_url"]),
        period_label_en=str(said.get("period_en", "")),
        signatory=str(said.get("signatory", "")),
        valid_until=date.fromisoformat(until) if until else None,
        replaces=str(said.get("replaces", "")),
        transcript=Transcript.from_json(transcript) if transcript else None,
        template=str(said["template"]),
        drawn_with={str(part): str(value) for part, value in said.get("drawn_with", {}).items()},
    )
    _ = content.issued_day
    return content


def _canonical(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
