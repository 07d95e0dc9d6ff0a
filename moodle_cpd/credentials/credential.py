"""An award as an Open Badges 3.0 credential (1EdTech, Open Badges Specification 3.0)."""

from __future__ import annotations

import base64
import unicodedata
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from moodle_cpd.certificates import CertificateContent
from moodle_cpd.certificates.said import said_text
from moodle_cpd.credentials.grounds import Grounds
from moodle_cpd.credentials.issuer import Issuer
from moodle_cpd.credentials.places import status_entry
from moodle_cpd.model.quantity import show

CONTEXT: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
FINGERPRINT: Final = "Fingerprint on the certificate"
CONTENT: Final = "What the certificate says"
DECISION: Final = "The decision that earned it"
RULES: Final = "The rules that it was made with"


def credential_of(content: CertificateContent, issuer: Issuer, grounds: Grounds) -> dict[str, Any]:
    """The credential of an award, without signature.

    The teacher is named by a salted hash alone: who knows name and certificate can check that they
    belong together, and nobody else learns the name from the credential. Evidence is named by
    digests (RFC 6920), which prove what is shown and show nothing.

    Args:
        content: what stands on the certificate.
        issuer: who signs.
        grounds: what the award rests on.
    """
    titles = [title for title in (content.award_title.zh, content.award_title.en) if title]
    schemes = [title for title in (content.scheme_title.zh, content.scheme_title.en) if title]
    issued = moment(content.issued_on)
    credential: dict[str, Any] = {
        "@context": list(CONTEXT),
        "id": credential_id(content, issuer.id),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": " / ".join(titles),
        "issuer": issuer.profile(),
        "validFrom": issued,
        "awardedDate": issued,
        "credentialSubject": {
            "id": _urn(issuer.id, content.verification_id, "teacher"),
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": name_hash(content.full_name, content.verification_id),
                    "identityType": "name",
                    "salt": content.verification_id,
                }
            ],
            "creditsEarned": _number(content.hours),
            "licenseNumber": content.serial,
            "term": content.period_label,
            "achievement": {
                "id": _urn(issuer.id, *titles, *schemes),
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": " / ".join(titles),
                "description": " / ".join(schemes),
                "criteria": {"narrative": _narrative(content, schemes, grounds)},
            },
        },
        "evidence": list(_evidence(content, grounds)),
    }
    if grounds.valid_until is not None:
        credential["validUntil"] = moment(grounds.valid_until)
    status = status_entry(content.verification_url, grounds.status_index)
    if status is not None:
        credential["credentialStatus"] = status
    return credential


def credential_id(content: CertificateContent, issuer: str) -> str:
    """A credential's own URI: the address that verifies it, or one that leads nowhere.

    Args:
        content: what stands on the certificate.
        issuer: the issuer's URI.
    """
    return content.link or _urn(issuer, content.verification_id)


def name_hash(name: str, salt: str) -> str:
    """A name as the specification hashes identities: ``sha256$`` and the hex digest."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    return f"sha256${sha256((plain + salt).encode()).hexdigest()}"


def content_digest(said: str) -> str:
    """The digest (RFC 6920) of what a certificate says, as ``said_text`` writes it."""
    return _named(sha256(said.encode()).digest())


def moment(at: datetime) -> str:
    """A moment as credentials write it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _evidence(content: CertificateContent, grounds: Grounds) -> list[dict[str, Any]]:
    evidence: list[dict[str, Any]] = [
        {"type": ["Evidence"], "name": FINGERPRINT, "narrative": content.fingerprint()},
        {"id": content_digest(said_text(content)), "type": ["Evidence"], "name": CONTENT},
    ]
    for name, digest in ((DECISION, grounds.decision_digest), (RULES, grounds.rules_digest)):
        if digest:
            named = _named(bytes.fromhex(digest))
            evidence.append({"id": named, "type": ["Evidence"], "name": name})
    return evidence


def _narrative(content: CertificateContent, schemes: list[str], grounds: Grounds) -> str:
    head = (
        f"{' / '.join(schemes)}：{content.period_label}，"
        f"{show(content.hours)} 学时 / {show(content.hours)} hours"
    )
    return "\n".join((head, "", *grounds.criteria)) if grounds.criteria else head


def _number(value: Decimal) -> int | float:
    """A number as JSON has it everywhere: JavaScript knows no 30.0, and writes 30."""
    return int(value) if value == value.to_integral_value() else float(value)


def _named(digest: bytes) -> str:
    """A SHA-256 as a URI (RFC 6920)."""
    return f"ni:///sha-256;{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _urn(*parts: str) -> str:
    """The same URI for the same parts, on any machine."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, chr(10).join(parts))}"
