"""An award as an Open Badges 3.0 credential (1EdTech, Open Badges Specification 3.0)."""

from __future__ import annotations

import unicodedata
import uuid
from hashlib import sha256
from typing import Any, Final

from moodle_cpd.certificates import CertificateContent
from moodle_cpd.credentials.issuer import Issuer
from moodle_cpd.model.quantity import show

CONTEXT: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
FINGERPRINT: Final = "Fingerprint on the certificate"
DECISION: Final = "Digest of the decision"


def credential_of(
    content: CertificateContent, issuer: Issuer, decision_digest: str
) -> dict[str, Any]:
    """The credential of an award, without signature.

    The teacher is named by a salted hash alone: who knows name and certificate can check that they
    belong together, and nobody else learns the name from the credential.

    Args:
        content: what stands on the certificate.
        issuer: who signs.
        decision_digest: SHA-256 of the decision that earned it, as evidence.
    """
    titles = [title for title in (content.award_title.zh, content.award_title.en) if title]
    schemes = [title for title in (content.scheme_title.zh, content.scheme_title.en) if title]
    issued = content.issued_on.strftime("%Y-%m-%dT%H:%M:%SZ")
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
            "creditsEarned": float(content.hours),
            "licenseNumber": content.serial,
            "term": content.period_label,
            "achievement": {
                "id": _urn(issuer.id, *titles, *schemes),
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": " / ".join(titles),
                "description": " / ".join(schemes),
                "criteria": {
                    "narrative": f"{' / '.join(schemes)}：{content.period_label}，"
                    f"{show(content.hours)} 学时 / {show(content.hours)} hours"
                },
            },
        },
        "evidence": [
            {"type": ["Evidence"], "name": FINGERPRINT, "narrative": content.fingerprint()},
            {"type": ["Evidence"], "name": DECISION, "narrative": f"SHA-256 {decision_digest}"},
        ],
    }
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


def _urn(*parts: str) -> str:
    """The same URI for the same parts, on any machine."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, chr(10).join(parts))}"
