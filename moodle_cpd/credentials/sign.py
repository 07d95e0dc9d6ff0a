"""Credentials as VC-JWT: signed with the issuer's key, read with its public file.

The payload is the credential itself with ``iss``, ``jti``, ``nbf`` and ``sub`` beside (Open Badges
Specification 3.0, 8.2). Only RS256 is accepted: an algorithm that a token chooses itself proves
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from moodle_cpd.certificates import CertificateContent
from moodle_cpd.credentials.credential import credential_of
from moodle_cpd.credentials.grounds import Grounds
from moodle_cpd.credentials.issuer import Issuer, KeyKind
from moodle_cpd.credentials.keys import KeyStore
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem


class _Registry(jws.JWSRegistry):
    """Room for the public key in the header, and for a credential as long as they come."""

    max_header_length = 2_048
    max_payload_length = 65_536


_CLAIMS: Final = frozenset(("iss", "jti", "nbf", "sub", "exp"))
_ALGORITHM: Final = KeyKind.TOKEN.algorithm
_REGISTRY = _Registry(algorithms=[_ALGORITHM])


class Signer:
    """Signs credentials with the issuer's newest key, which is read once.

    Args:
        keys: the issuer's.

    Raises:
        InputError: there is no issuer, or its key can't be opened.
    """

    def __init__(self, keys: KeyStore) -> None:
        self.issuer = keys.issuer()
        public, self._key = keys.token_key(self.issuer)
        self.kid = public.kid
        self._header = {"alg": _ALGORITHM, "typ": "JWT", "kid": public.kid, "jwk": {**public.jwk}}

    def sign(self, content: CertificateContent, grounds: Grounds) -> str:
        """The credential of a certificate as VC-JWT.

        Args:
            content: what stands on it.
            grounds: what the award rests on.
        """
        credential = credential_of(content, self.issuer, grounds)
        claims = {"sub": credential["credentialSubject"]["id"]}
        if grounds.valid_until is not None:
            claims["exp"] = int(grounds.valid_until.timestamp())
        return self.sign_document(credential, claims)

    def sign_document(
        self, document: Mapping[str, Any], claims: Mapping[str, Any] | None = None
    ) -> str:
        """A verifiable credential as VC-JWT.

        Args:
            document: with ``id`` and ``validFrom``.
            claims: further ones of the token.
        """
        payload = {
            **document,
            "iss": self.issuer.id,
            "jti": document["id"],
            "nbf": int(signed_on(document).timestamp()),
            **(claims or {}),
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
    if key is None or key.kind is not KeyKind.TOKEN:
        raise foreign_key(issuer, where)
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


def plain_credential(token: str) -> dict[str, Any]:
    """The credential in a VC-JWT without what the token adds; its signature is not looked at.

    Raises:
        ValueError: it is no such token.
    """
    try:
        payload = json.loads(jws.extract_compact(token.encode(), registry=_REGISTRY).payload or b"")
    except JoseError:
        raise ValueError("no token") from None
    if not isinstance(payload, dict):
        raise ValueError("no object")
    return {name: value for name, value in payload.items() if name not in _CLAIMS}


def foreign_key(issuer: Issuer, where: str) -> InputError:
    """What to say of a signature by a key that is none of the issuer's."""
    return InputError(
        Problem(
            where,
            "signed with a key that this issuer does not have",
            f"one of the {len(issuer.keys)} keys of {issuer.name}",
            "Get the issuer's newest issuer.json; if the key is not in it either, the "
            "certificate is not this issuer's",
        )
    )


def key_id(token: str) -> str:
    """The thumbprint of the key that a token names; empty where it names none."""
    try:
        return str(jws.extract_compact(token.encode(), registry=_REGISTRY).headers().get("kid", ""))
    except (JoseError, ValueError, AttributeError):
        return ""


def signed_on(payload: Mapping[str, Any]) -> datetime:
    """The moment (UTC) from which a credential is valid."""
    return datetime.fromisoformat(str(payload["validFrom"]))
