"""Who signs credentials, as the public file ``issuer.json`` says it: an Open Badges profile.

The file is what a school puts on any web server, and what somebody needs to check a certificate
without a network. Keys that are no longer signed with stay in it, so that what they signed goes on
being verifiable.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

_CONTEXT: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    {
        "assertionMethod": {
            "@id": "https://w3id.org/security#assertionMethod",
            "@type": "@id",
            "@container": "@set",
        },
        "verificationMethod": {
            "@id": "https://w3id.org/security#verificationMethod",
            "@type": "@id",
        },
        "Multikey": "https://w3id.org/security#Multikey",
        "controller": {"@id": "https://w3id.org/security#controller", "@type": "@id"},
        "publicKeyMultibase": {
            "@id": "https://w3id.org/security#publicKeyMultibase",
            "@type": "https://w3id.org/security#multibase",
        },
        "jwks": {"@id": "urn:ietf:rfc:7517", "@type": "@json"},
        "since": {"@id": "http://purl.org/dc/terms/created", "@type": "@json"},
    },
)
"""The words of a Controlled Identifier stand here themselves: not every verifier brings the context
that defines them, and those that do take these for the same."""
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519: Final = b"\xed\x01"
"""What a public key of this kind begins with, as Multikey writes it."""


class KeyKind(Enum):
    """What a key is for; the value is its ``kty`` in a JSON Web Key."""

    TOKEN = "RSA"  # noqa: S105 - the name of a kind of key
    """Signs JSON Web Tokens (RS256): the way that every Open Badges 3.0 verifier knows."""
    EMBEDDED = "OKP"
    """Ed25519: signs documents that carry their proof in them (``eddsa-rdfc-2022``)."""

    @property
    def algorithm(self) -> str:
        """Its name in JSON Web Signatures; its signatures are the same every time."""
        return "RS256" if self is KeyKind.TOKEN else "EdDSA"

    @property
    def members(self) -> tuple[str, ...]:
        """The members of its public JSON Web Key."""
        return ("kty", "n", "e") if self is KeyKind.TOKEN else ("crv", "kty", "x")


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A public key.

    Attributes:
        kid: its thumbprint (RFC 7638).
        since: the day on which it was made.
        jwk: the key as a JSON Web Key, the public part alone.
    """

    kid: str
    since: date
    jwk: Mapping[str, str]

    @property
    def kind(self) -> KeyKind:
        """What it is for."""
        return KeyKind(self.jwk["kty"])

    @property
    def multikey(self) -> str:
        """An Ed25519 key as Multikey writes it (W3C Controlled Identifiers 1.0, 2.2.2)."""
        return base58(_ED25519 + self.ed25519)

    @property
    def ed25519(self) -> bytes:
        """The 32 bytes of an Ed25519 key."""
        x = self.jwk["x"]
        return base64.urlsafe_b64decode(x + "=" * (-len(x) % 4))


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs.

    Attributes:
        id: a URI; the address of ``issuer.json`` where it lies on the web.
        name: the authority, in Chinese or English.
        keys: the oldest first; the last one of each kind signs.
    """

    id: str
    name: str
    keys: tuple[IssuerKey, ...]

    def key(self, kid: str) -> IssuerKey | None:
        """The key of a thumbprint, None where the issuer has no such key."""
        return next((key for key in self.keys if key.kid == kid), None)

    def signing(self, kind: KeyKind) -> IssuerKey | None:
        """The key that signs, None where there is none of this kind."""
        return next((key for key in reversed(self.keys) if key.kind is kind), None)

    def method(self, key: IssuerKey) -> str:
        """How a proof within a document names its key."""
        return f"{self.id}#{key.kid}"

    def profile(self) -> dict[str, Any]:
        """The issuer as credentials name it."""
        return {"id": self.id, "type": ["Profile"], "name": self.name}

    def text(self) -> str:
        """The content of ``issuer.json``."""
        embedded = [key for key in self.keys if key.kind is KeyKind.EMBEDDED]
        document = {
            "@context": list(_CONTEXT),
            **self.profile(),
            "verificationMethod": [
                {
                    "id": self.method(key),
                    "type": "Multikey",
                    "controller": self.id,
                    "publicKeyMultibase": key.multikey,
                }
                for key in embedded
            ],
            "assertionMethod": [self.method(key) for key in embedded],
            "jwks": {
                "keys": [
                    {**key.jwk, "kid": key.kid, "alg": key.kind.algorithm, "use": "sig"}
                    for key in self.keys
                ]
            },
            "since": {key.kid: key.since.isoformat() for key in self.keys},
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def issuer_of(text: str, where: str) -> Issuer:
    """The issuer that a public file describes.

    Args:
        text: of ``issuer.json``.
        where: the file as messages name it.

    Raises:
        InputError: it is not such a file.
    """
    try:
        document = json.loads(text)
        keys = tuple(
            IssuerKey(
                str(each["kid"]),
                date.fromisoformat(document["since"][each["kid"]]),
                {name: str(each[name]) for name in KeyKind(each["kty"]).members},
            )
            for each in document["jwks"]["keys"]
        )
        if not keys:
            raise ValueError
        return Issuer(str(document["id"]), str(document["name"]), keys)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            Problem(
                where,
                "no issuer's public file",
                "issuer.json as 'moodle-cpd keys init' makes it",
                "Ask the authority that issued the certificate for it",
            )
        ) from None


def base58(content: bytes) -> str:
    """Bytes in base 58 as Multibase has it (the alphabet of Bitcoin, behind a ``z``)."""
    number = int.from_bytes(content)
    digits = ""
    while number:
        number, digit = divmod(number, len(_BASE58))
        digits = _BASE58[digit] + digits
    return "z" + "1" * (len(content) - len(content.lstrip(b"\0"))) + digits


def from_base58(text: str) -> bytes:
    """The bytes that ``base58`` wrote.

    Raises:
        ValueError: it is no such text.
    """
    digits = text.removeprefix("z")
    if digits == text or len(digits) > 200:
        raise ValueError("not in base 58")
    number = 0
    for digit in digits:
        number = number * len(_BASE58) + _BASE58.index(digit)
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
