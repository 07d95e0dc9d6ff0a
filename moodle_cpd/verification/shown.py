"""What the page of a certificate shows: the least that proves it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from moodle_cpd.certificates import content_kept
from moodle_cpd.certificates.wording import one_line
from moodle_cpd.model.award import Certificate, CertificateState, Paper
from moodle_cpd.model.decision import Text
from moodle_cpd.model.period import end_of_day
from moodle_cpd.model.quantity import show
from moodle_cpd.verification.names import masked

PUBLIC_STATES: Final = frozenset(
    (
        CertificateState.VALID,
        CertificateState.SUPERSEDED,
        CertificateState.WITHDRAWN,
        CertificateState.EXPIRED,
    )
)
"""A number that is only planned, or void, was never handed to anybody: it has no page."""

PAGE_ID: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""Unguessable ids as they are given; nothing else ever becomes a folder's name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One page.

    Attributes:
        id: the certificate's unguessable id: the page's path.
        state: one of ``PUBLIC_STATES``.
        serial: the number, to be held against the one on paper.
        fingerprint: the short code on the paper, likewise.
        authority: who issued it.
        award: what was awarded.
        scheme: the regulation.
        period: in words.
        hours: as shown; empty where the certificate is no proof of hours any more.
        issued_on: the day on it.
        valid_until: the last day on which it is valid, None: for ever.
        ends: the moment (UTC) at which that day is over, None likewise.
        name: masked.
        sha256: of the PDF as issued; empty where it is not known.
    """

    id: str
    state: CertificateState
    serial: str
    fingerprint: str
    authority: Text
    award: Text
    scheme: Text
    period: Text
    hours: str
    issued_on: date
    valid_until: date | None
    ends: datetime | None
    name: str
    sha256: str


def shown(certificate: Certificate, name: str) -> Shown | None:
    """What the page of a certificate shows, None where it has no page.

    Args:
        certificate: from the register.
        name: the holder's, as printed.

    Raises:
        InputError: the register's text about it can't be read.
    """
    if (
        not certificate.is_paper
        or certificate.state not in PUBLIC_STATES
        or PAGE_ID.fullmatch(certificate.verification_id) is None
    ):
        return None
    content = content_kept(
        Paper(name, certificate.content, certificate.template),
        serial=certificate.serial,
        verification_id=certificate.verification_id,
        issued_on=certificate.issued_on,
        where=certificate.serial,
    )
    until = certificate.valid_until
    proves_hours = certificate.state in {CertificateState.VALID, CertificateState.EXPIRED}
    return Shown(
        id=certificate.verification_id,
        state=certificate.state,
        serial=one_line(certificate.serial),
        fingerprint=content.fingerprint(),
        authority=Text(one_line(content.authority), one_line(content.authority_en)),
        award=content.award_title,
        scheme=content.scheme_title,
        period=Text(content.period_label, content.period_label_en),
        hours=show(certificate.hours) if proves_hours else "",
        issued_on=content.issued_day,
        valid_until=until,
        ends=None if until is None else end_of_day(until, content.time_zone),
        name=masked(name),
        sha256=certificate.sha256,
    )
