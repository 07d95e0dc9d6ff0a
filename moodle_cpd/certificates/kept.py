"""What the register keeps of a certificate, so that it can be drawn again byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.said import content_said, said_text
from moodle_cpd.model.award import Paper

_OWN = ("serial", "verification_id", "issued_on")
"""Known only once the number is given; columns of their own in the register."""


def paper_of(content: CertificateContent) -> Paper:
    """What stands on a certificate besides its number, for the register.

    Args:
        content: what stands on it; number, id and moment of issue may be anything yet.
    """
    said = json.loads(said_text(content))
    name = str(said.pop("name"))
    kept = {key: value for key, value in said.items() if key not in _OWN}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Paper(name, text, content.template)


def content_kept(
    paper: Paper, *, serial: str, verification_id: str, issued_on: datetime, where: str
) -> CertificateContent:
    """The content of a certificate as it was kept.

    Args:
        paper: from the register.
        serial: its number.
        verification_id: its unguessable id.
        issued_on: UTC.
        where: what messages call it.

    Raises:
        InputError: the kept text can't be read.
    """
    said = json.loads(paper.content) | {
        "name": paper.name,
        "serial": serial,
        "verification_id": verification_id,
        "issued_on": issued_on.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return content_said(json.dumps(said, ensure_ascii=False), where)
