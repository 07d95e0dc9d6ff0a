"""Credentials that carry their proof in them: ``eddsa-rdfc-2022`` (W3C Data Integrity EdDSA).

The signature is over the document's meaning as RDF, so that it survives another order of members or
other white space. Two things follow. What the contexts don't define is no part of the meaning and
may be changed by anybody: documents are read only if they say nothing but their meaning. And the
contexts decide on the meaning: they come with the program, and none is ever fetched.

The processor of JSON-LD is an optional package: who signs and checks tokens alone does without.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import ModuleType
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from moodle_cpd.credentials.credential import CONTEXT
from moodle_cpd.credentials.issuer import Issuer, KeyKind, base58, from_base58
from moodle_cpd.credentials.keys import KeyStore
from moodle_cpd.credentials.sign import foreign_key
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

CRYPTOSUITE: Final = "eddsa-rdfc-2022"
MAX_CHARACTERS: Final = 65_536
_FILES: Final = dict(
    zip(CONTEXT, ("credentials-v2.json", "ob-v3p0-context-3.0.3.json"), strict=True)
)


class EmbeddedSigner:
    """Adds proofs to credentials, with the issuer's newest Ed25519 key.

    Args:
        keys: the issuer's.

    Raises:
        InputError: there is no issuer, it has no such key, or the key can't be opened; or the
            processor of JSON-LD is not installed.
    """

    def __init__(self, keys: KeyStore) -> None:
        _processor()
        self.issuer = keys.issuer()
        public, private = keys.embedded_key(self.issuer)
        self._method = self.issuer.method(public)
        self._key = private

    def sign(self, credential: Mapping[str, Any]) -> dict[str, Any]:
        """The credential with its proof; the same every time for the same credential.

        Args:
            credential: as ``credential_of`` makes it; the proof is dated as the credential is.
        """
        options = {
            "type": "DataIntegrityProof",
            "cryptosuite": CRYPTOSUITE,
            "created": credential["validFrom"],
            "verificationMethod": self._method,
            "proofPurpose": "assertionMethod",
        }
        signature = self._key.sign(_hash(credential, options))
        return {**credential, "proof": {**options, "proofValue": base58(signature)}}


def embedded_text(document: Mapping[str, Any]) -> str:
    """A credential with its proof as the text of a file."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_embedded(text: str, issuer: Issuer, where: str) -> dict[str, Any]:
    """The credential in a document with an embedded proof, if the issuer signed it.

    Args:
        text: the document.
        issuer: from the public file that is trusted; nothing that the document names is fetched.
        where: the file as messages name it.

    Raises:
        InputError: it is no such document, another issuer's, or was changed; or the processor of
            JSON-LD is not installed.
    """
    credential, proof = _parted(text, where)
    key = next(
        (
            key
            for key in issuer.keys
            if key.kind is KeyKind.EMBEDDED
            and issuer.method(key) == proof.get("verificationMethod")
        ),
        None,
    )
    if key is None:
        raise foreign_key(issuer, where)
    if credential["issuer"].get("id") != issuer.id:
        raise InputError(Problem(where, "signed for another issuer", issuer.id))
    value = proof.pop("proofValue")
    try:
        signature = from_base58(str(value))
        public = Ed25519PublicKey.from_public_bytes(key.ed25519)
        public.verify(signature, _hash(credential, proof))
        complete = _says_only_its_meaning(credential)
    except (InvalidSignature, ValueError, TypeError, _processor().JsonLdError):
        complete = False
    if not complete:
        raise InputError(Problem(where, "the signature does not fit: the credential was changed"))
    return credential


def _parted(text: str, where: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A document and its proof, apart; nothing in them is trusted yet."""
    try:
        if len(text) > MAX_CHARACTERS:
            raise ValueError
        document = json.loads(text)
        proof = document.pop("proof")
        right = (
            document["@context"] == list(CONTEXT)
            and isinstance(document["issuer"], dict)
            and proof["type"] == "DataIntegrityProof"
            and proof["cryptosuite"] == CRYPTOSUITE
            and proof["proofPurpose"] == "assertionMethod"
            and proof.keys()
            == {
                "type",
                "cryptosuite",
                "created",
                "verificationMethod",
                "proofPurpose",
                "proofValue",
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        right = False
    if not right:
        raise InputError(
            Problem(
                where,
                "no credential with an embedded proof as we make them",
                f"Open Badges 3.0 with a proof by {CRYPTOSUITE}",
            )
        )
    return document, proof


def _hash(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """What is signed (vc-di-eddsa 3.2.4): the digests of proof and document, in this order."""
    configured = {"@context": document["@context"], **options}
    return sha256(_canonical(configured)).digest() + sha256(_canonical(document)).digest()


def _canonical(document: Mapping[str, Any]) -> bytes:
    """A document's meaning as sorted N-Quads (RDFC-1.0)."""
    lines: str = _processor().normalize(
        dict(document),
        {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load},
    )
    return lines.encode()


def _says_only_its_meaning(document: Mapping[str, Any]) -> bool:
    """Whether a document comes back from its meaning as it was, nothing left out."""
    processor, options = _processor(), {"documentLoader": _load}
    expanded = processor.expand(dict(document), options)
    back = processor.compact(expanded, {"@context": list(CONTEXT)}, options)
    return bool(_without_lists_of_one(back) == _without_lists_of_one(dict(document)))


def _without_lists_of_one(value: object) -> object:
    """JSON-LD takes a list of one and its element for the same."""
    if isinstance(value, dict):
        return {name: _without_lists_of_one(each) for name, each in value.items()}
    if isinstance(value, list):
        parts = [_without_lists_of_one(each) for each in value]
        return parts[0] if len(parts) == 1 else parts
    return value


def _load(address: str, _: object) -> dict[str, Any]:
    """The contexts that come with the program, and no others."""
    return {"contextUrl": None, "documentUrl": address, "document": _context(address)}


@cache
def _context(address: str) -> dict[str, Any]:
    name = _FILES.get(address)
    if name is None:
        raise ValueError("a context that does not come with this program")
    folder = files("moodle_cpd.credentials") / "contexts"
    found: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return found


def _processor() -> ModuleType:
    try:
        from pyld import jsonld  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise InputError(
            Problem(
                "embedded proofs",
                "the package 'pyld' is not installed",
                "",
                "Install it with: pip install 'moodle-cpd[embedded-proof]'",
            )
        ) from None
    found: ModuleType = jsonld
    return found
