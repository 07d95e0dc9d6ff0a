"""Who signs credentials, as the public file ``issuer.json`` says it: an Open Badges profile.

The file is what a school puts on any web server, and what somebody needs to check a certificate
without a network. Keys that are no longer signed with stay in it, so that what they signed goes on
being verifiable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

ALGORITHM: Final = "RS256"
"""The one that every Open Badges 3.0 verifier knows; its signatures are the same every time."""


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


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs.

    Attributes:
        id: a URI; the address of ``issuer.json`` where it lies on the web.
        name: the authority, in Chinese or English.
        keys: the oldest first; the last one signs.
    """

    id: str
    name: str
    keys: tuple[IssuerKey, ...]

    def key(self, kid: str) -> IssuerKey | None:
        """The key of a thumbprint, None where the issuer has no such key."""
        return next((key for key in self.keys if key.kid == kid), None)

    def profile(self) -> dict[str, Any]:
        """The issuer as credentials name it."""
        return {"id": self.id, "type": ["Profile"], "name": self.name}

    def text(self) -> str:
        """The content of ``issuer.json``."""
        document = {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            **self.profile(),
            "jwks": {
                "keys": [
                    {**key.jwk, "kid": key.kid, "alg": ALGORITHM, "use": "sig"} for key in self.keys
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
                {name: str(each[name]) for name in ("kty", "n", "e")},
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
