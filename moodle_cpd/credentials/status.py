"""Which certificates hold no more, as a signed list (W3C Bitstring Status List v1.0).

One bit for each certificate that was ever numbered, in a list of fixed size: set where it was
withdrawn or another one took its place. The list names nobody and no number. It is dated by the
last change that it tells, so that the same register gives the same list.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moodle_cpd.credentials.credential import CONTEXT, moment
from moodle_cpd.credentials.issuer import Issuer
from moodle_cpd.credentials.places import LIST_SIZE
from moodle_cpd.credentials.sign import Signer, key_id, read_credential, signed_on
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

_BYTES = LIST_SIZE // 8


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list that the issuer signed.

    Attributes:
        address: where it is published.
        bits: as the specification has them, the first one leftmost.
        changed: the last change (UTC) that it tells.
        kid: the key that signed it.
    """

    address: str
    bits: bytes
    changed: datetime
    kid: str

    def holds(self, index: int) -> bool:
        """Whether the certificate at a place still holds.

        Args:
            index: within this list, from 0.
        """
        return not self.bits[index // 8] & (0x80 >> (index % 8))


def bits_of(indices: Iterable[int]) -> bytes:
    """The bits of a list, set for what holds no more.

    Args:
        indices: within the list, from 0.
    """
    bits = bytearray(_BYTES)
    for index in indices:
        bits[index // 8] |= 0x80 >> (index % 8)
    return bytes(bits)


def sign_status(bits: bytes, address: str, changed: datetime, signer: Signer) -> str:
    """A status list as VC-JWT.

    Args:
        bits: set for what holds no more.
        address: where it is published.
        changed: the last change (UTC) that it tells.
        signer: the issuer's.
    """
    packed = gzip.compress(bits, mtime=0)
    document = {
        "@context": list(CONTEXT[:1]),
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": signer.issuer.id,
        "validFrom": moment(changed),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            # The "u" is Multibase for base64url without padding.
            "encodedList": f"u{base64.urlsafe_b64encode(packed).rstrip(b'=').decode()}",
        },
    }
    return signer.sign_document(document)


def read_status(token: str, issuer: Issuer, where: str) -> StatusList:
    """A status list, if the issuer signed it.

    Args:
        token: as VC-JWT.
        issuer: from the public file that is trusted.
        where: the file as messages name it.

    Raises:
        InputError: it is no such list, another issuer's, or was changed.
    """
    payload = read_credential(token.strip(), issuer, where)
    try:
        subject = payload["credentialSubject"]
        if subject["type"] != "BitstringStatusList" or subject["statusPurpose"] != "revocation":
            raise ValueError
        bits = _unpacked(subject["encodedList"])
        return StatusList(str(payload["id"]), bits, signed_on(payload), key_id(token.strip()))
    except (KeyError, TypeError, ValueError, zlib.error):
        raise InputError(
            Problem(where, "no list of certificates that hold no more", "status-1.jwt or the like")
        ) from None


def status_of(credential: Mapping[str, Any]) -> tuple[str, int] | None:
    """Where a credential says one can see whether it still holds.

    Returns:
        The list's address and the place in it; None where it says nothing.

    Raises:
        ValueError: it says it in a way that is not ours.
    """
    entry = credential.get("credentialStatus")
    if entry is None:
        return None
    try:
        index = int(entry["statusListIndex"])
        if entry["type"] != "BitstringStatusListEntry" or not 0 <= index < LIST_SIZE:
            raise ValueError
        return str(entry["statusListCredential"]), index
    except (KeyError, TypeError):
        raise ValueError("no status entry") from None


def _unpacked(encoded: str) -> bytes:
    if not encoded.startswith("u"):
        raise ValueError("not in base64url")
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
    # One byte more than a list may have tells a longer one without unpacking all of it.
    bits = zlib.decompressobj(wbits=31).decompress(packed, _BYTES + 1)
    if len(bits) != _BYTES:
        raise ValueError("another length")
    return bits
