"""A certificate's PDF checked without a network and without the ledger.

Three things must hold. The credential in the PDF is signed by the issuer whose public file is
trusted. What the certificate says, which lies beside it, is what was signed: its fingerprint and
the hash of the name. And the page shows just that: it is drawn again from what the certificate says
and compared byte for byte, so that a changed page can't hide behind a good signature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from moodle_cpd.certificates import CertificateContent
from moodle_cpd.certificates.said import content_said
from moodle_cpd.credentials.credential import (
    CONTENT,
    FINGERPRINT,
    content_digest,
    credential_id,
    name_hash,
)
from moodle_cpd.credentials.issuer import Issuer, IssuerKey
from moodle_cpd.credentials.sign import key_id, read_credential, signed_on
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

SAID = "certificate.json"
CREDENTIAL = "credential.jwt"
MAX_BYTES = 20_000_000
"""Larger files are no certificates of ours, and are not read."""


class Page(Enum):
    """Whether the page shows what was signed."""

    SAME = "same"
    DIFFERENT = "different"
    """Drawn again it is another file: the page was changed, or another version drew it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A certificate whose signature holds.

    Attributes:
        content: what was signed.
        issuer: who signed.
        key: with which key.
        signed: the moment (UTC) from which it is valid.
        page: whether the page shows just that.
        credential: the credential itself.
    """

    content: CertificateContent
    issuer: Issuer
    key: IssuerKey
    signed: datetime
    page: Page
    credential: Mapping[str, Any]


def verify_certificate(
    pdf: bytes,
    issuer: Issuer,
    where: str,
    draw: Callable[[CertificateContent, str], bytes],
) -> Verdict:
    """Check a certificate's PDF.

    Args:
        pdf: the file.
        issuer: from the public file that is trusted.
        where: the file as messages name it.
        draw: sets the certificate of a content with its credential in it, as it was issued.

    Raises:
        InputError: it is no certificate of ours, not this issuer's, or was changed.
    """
    files = _attached(pdf, where)
    token, said = files.get(CREDENTIAL), files.get(SAID)
    if token is None or said is None:
        lacks = CREDENTIAL if token is None else SAID
        raise InputError(
            Problem(
                where,
                f"no {lacks} in this PDF",
                "a certificate with a signed credential in it",
                "Certificates from before keys were made have none; the authority's register has "
                "their numbers",
            )
        )
    payload = read_credential(token, issuer, where)
    content = content_said(said, where)
    _compare(payload, content, said, where)
    page = Page.SAME if draw(content, token) == pdf else Page.DIFFERENT
    key = issuer.key(key_id(token))
    if key is None:
        raise InputError(Problem(where, "signed with an unknown key"))
    return Verdict(content, issuer, key, signed_on(payload), page, payload)


def _attached(pdf: bytes, where: str) -> Mapping[str, str]:
    """The files in a PDF that are ours, as text."""
    if len(pdf) > MAX_BYTES:
        raise InputError(Problem(where, "too large for a certificate"))
    try:
        found = PdfReader(BytesIO(pdf), strict=False).attachments
        return {
            name: found[name][0].decode("utf-8") for name in (SAID, CREDENTIAL) if name in found
        }
    except (PyPdfError, UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError):
        raise InputError(Problem(where, "no PDF that can be read")) from None


def _compare(
    payload: Mapping[str, Any], content: CertificateContent, said: str, where: str
) -> None:
    """What lies beside the credential must be what was signed."""
    try:
        subject = payload["credentialSubject"]
        (identity,) = subject["identifier"]
        signed = {each["name"]: each.get("narrative") or each["id"] for each in payload["evidence"]}
        same = (
            signed[FINGERPRINT] == content.fingerprint()
            and signed[CONTENT] == content_digest(said)
            and identity["identityHash"] == name_hash(content.full_name, identity["salt"])
            and subject["licenseNumber"] == content.serial
            and signed_on(payload) == content.issued_on
            and payload["id"] == credential_id(content, payload["iss"])
        )
    except (KeyError, TypeError, ValueError):
        same = False
    if not same:
        raise InputError(
            Problem(where, "what the certificate says is not what was signed: it was changed")
        )
