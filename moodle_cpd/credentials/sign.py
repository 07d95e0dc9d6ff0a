"""Credentials as VC-JWT: signed with the issuer's key, read with its public file.

The payload is the credential itself with ``iss``, ``jti``, ``nbf`` and ``sub`` beside (Open Badges
Specification 3.0, 8.2). Only RS256 is accepted: an algorithm that a token chooses itself proves
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from moodle_cpd.certificates import CertificateContent
from moodle_cpd.credentials.credential import credential_of
from moodle_cpd.credentials.issuer import ALGORITHM, Issuer
from moodle_cpd.credentials.keys import KeyStore
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem


class _Registry(jws.JWSRegistry):
    """Room for the public key in the header, and for a credential as long as they come."""

    max_header_length = 2_048
    max_payload_length = 65_536


_REGISTRY = _Registry(algorithms=[ALGORITHM])


class Signer:
    """Signs credentials with the issuer's newest key, which is read once.

    Args:
        keys: the issuer's.

    Raises:
        InputError: there is no issuer, or its key can't be opened.
    """

    def __init__(self, keys: KeyStore) -> None:
        self.issuer = keys.issuer()
        newest = self.issuer.keys[-1]
        self._key = keys.private_key(newest.kid)
        self._header = {"alg": ALGORITHM, "typ": "JWT", "kid": newest.kid, "jwk": {**newest.jwk}}

    def sign(self, content: CertificateContent, decision_digest: str) -> str:
        """The credential of a certificate as VC-JWT.

        Args:
            content: what stands on it.
            decision_digest: SHA-256 of the decision that earned it.
        """
        credential = credential_of(content, self.issuer, decision_digest)
        payload = {
            **credential,
            "iss": self.issuer.id,
            "jti": credential["id"],
            "nbf": int(content.issued_on.timestamp()),
            "sub": credential["credentialSubject"]["id"],
        }
        text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return jws.serialize_compact(self._header, text.encode(), self._key, registry=_REGISTRY)


def read_credential(token: str, issuer: Issuer, where: str) -> dict[str, Any]:
    """The credential in a VC-JWT, if the issuer signed it.

    Args:
        token: the JWT.
        issuer: from the public file that is trusted; a key that the token brings is not.
        where: the file as messages name it.

    Raises:
        InputError: it is no such token, another issuer's, or was changed.
    """
    key = issuer.key(key_id(token))
    if key is None:
        raise InputError(
            Problem(
                where,
                "signed with a key that this issuer does not have",
                f"one of the {len(issuer.keys)} keys of {issuer.name}",
                "Get the issuer's newest issuer.json; if the key is not in it either, the "
                "certificate is not this issuer's",
            )
        )
    try:
        opened = jws.deserialize_compact(
            token.encode(), RSAKey.import_key(dict(key.jwk)), registry=_REGISTRY
        )
        payload = json.loads(opened.payload or b"")
    except (JoseError, ValueError):
        raise InputError(
            Problem(where, "the signature does not fit: the credential was changed")
        ) from None
    if not isinstance(payload, dict) or payload.get("iss") != issuer.id:
        raise InputError(Problem(where, "signed for another issuer", issuer.id))
    return payload


def key_id(token: str) -> str:
    """The thumbprint of the key that a token names; empty where it names none."""
    try:
        return str(jws.extract_compact(token.encode(), registry=_REGISTRY).headers().get("kid", ""))
    except (JoseError, ValueError, AttributeError):
        return ""


def signed_on(payload: Mapping[str, Any]) -> datetime:
    """The moment (UTC) from which a credential is valid."""
    return datetime.fromisoformat(str(payload["validFrom"]))
