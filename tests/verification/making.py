"""Certificates in a ledger, issued as the program issues them but without a Moodle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from moodle_cpd.certificates import CertificateContent, CertificateRenderer, content_kept, paper_of
from moodle_cpd.credentials import Grounds, Signer
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardKey, AwardState, Certificate, Paper, Route
from moodle_cpd.model.period import end_of_day
from moodle_cpd.model.serial import SerialPattern
from tests.certificates.conftest import CONTENT

SITE = "moodle"
URL = "https://cpd.example.edu.cn/verify"
ISSUED = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
SERIAL = SerialPattern("CPD-{year}-{number:06}")


def key(teacher: int, site: str = SITE) -> AwardKey:
    return AwardKey(site, teacher, "homeroom", "2026", "certificate")


def begin(
    ledger: Ledger,
    teacher: int,
    name: str = "欧阳慧敏",
    *,
    content: CertificateContent = CONTENT,
    replaces: str = "",
    valid_until: date | None = None,
    site: str = SITE,
) -> Certificate:
    """A number with what stands on its certificate; not issued yet."""
    award = ledger.begin_award(
        key(teacher, site),
        Route.RECORD_COURSE,
        ISSUED + timedelta(minutes=teacher),
        content.hours,
        content.credits,
        course="CPD-RECORD",
        target="homeroom-2026",
        decision_digest="ab" * 32,
        serial=SERIAL,
        paper=paper_of(replace(content, full_name=name)),
        valid_until=valid_until,
        replaces=replaces,
    )
    return entry(ledger, award.serial)


def issue(
    ledger: Ledger,
    teacher: int,
    name: str = "欧阳慧敏",
    *,
    signer: Signer | None = None,
    renderer: CertificateRenderer | None = None,
    content: CertificateContent = CONTENT,
    replaces: str = "",
    valid_until: date | None = None,
    site: str = SITE,
) -> tuple[Certificate, bytes]:
    """A valid certificate and its PDF; without a renderer the PDF is made up."""
    begun = begin(
        ledger, teacher, name, content=content, replaces=replaces, valid_until=valid_until,
        site=site,
    )  # fmt: skip
    credential = ""
    printed = content_of(ledger, begun)
    if signer is not None:
        until = None if valid_until is None else end_of_day(valid_until, content.time_zone)
        grounds = Grounds("ab" * 32, "cd" * 32, ("- 72 学时",), until, begun.status_index)
        credential = ledger.keep_credential(begun.key, signer.sign(printed, grounds))
    pdf = f"PDF {begun.serial}".encode()
    if renderer is not None:
        pdf = renderer.render(printed, credential)
    at = begun.issued_on + timedelta(hours=1)
    digest = sha256(pdf).hexdigest()
    ledger.set_award(begun.key, AwardState.ISSUED, sha256=digest, at=at)
    return entry(ledger, begun.serial), pdf


def content_of(ledger: Ledger, certificate: Certificate) -> CertificateContent:
    name = ledger.printed_name(certificate.serial)
    assert name is not None
    return content_kept(
        Paper(name, certificate.content, certificate.template),
        serial=certificate.serial,
        verification_id=certificate.verification_id,
        issued_on=certificate.issued_on,
        where=certificate.serial,
    )


def entry(ledger: Ledger, serial: str) -> Certificate:
    found = ledger.certificate(serial)
    assert found is not None
    return found
