"""Where things lie below the address at which certificates are verified.

======================= ===========================================================
``ID/``                 the page of the certificate with this verification id
``issuer.json``         the issuer's public file
``status-N.jwt``        which certificates hold no more, the N-th list of them
======================= ===========================================================
"""

from __future__ import annotations

from typing import Any, Final

ISSUER_FILE: Final = "issuer.json"
LIST_SIZE: Final = 131_072
"""Certificates in one status list; the specification asks for as many at least, so that nobody can
tell from who reads a list whose certificate is looked at."""


def place_below(verification_url: str | None, name: str) -> str | None:
    """The address of a published file, None where nothing is published.

    An address that ends in ``=`` is that of a program, not of a folder; nothing lies below it.

    Args:
        verification_url: the address at which certificates are verified.
        name: the file's name.
    """
    if not verification_url or verification_url.endswith("="):
        return None
    return f"{verification_url.rstrip('/')}/{name}"


def list_number(status_index: int) -> int:
    """The number, from 1, of the list that a place is in."""
    return status_index // LIST_SIZE + 1


def list_file(number: int) -> str:
    """The name of a status list's file.

    Args:
        number: the list's, from 1.
    """
    return f"status-{number}.jwt"


def status_entry(verification_url: str | None, status_index: int | None) -> dict[str, Any] | None:
    """Where a credential says one can see whether it still holds (W3C Bitstring Status List v1.0).

    Args:
        verification_url: the address at which certificates are verified.
        status_index: the certificate's place over all lists, from 0.

    Returns:
        None where no list is published.
    """
    if status_index is None:
        return None
    address = place_below(verification_url, list_file(list_number(status_index)))
    if address is None:
        return None
    index = status_index % LIST_SIZE
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }
