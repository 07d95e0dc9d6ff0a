"""Whether a genuine credential still holds: by its own date, and by the issuer's list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from moodle_cpd.credentials.status import StatusList, status_of


class Standing(Enum):
    """What is known of a credential whose signature is right."""

    HOLDS = "holds"
    EXPIRED = "expired"
    NO_PROOF = "no_proof"
    """The issuer withdrew it, or another took its place."""
    UNKNOWN = "unknown"
    """The list that would tell was not given, or there is none."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Whether a credential holds, and how that is known.

    Attributes:
        standing: what is known.
        address: of the list that tells; empty where the credential names none.
        told: the last change (UTC) that the list tells, None where it was not given.
    """

    standing: Standing
    address: str = ""
    told: datetime | None = None


def stand_of(credential: Mapping[str, Any], lists: Sequence[StatusList], at: datetime) -> Stand:
    """Whether a credential holds.

    Args:
        credential: whose signature was found right.
        lists: of the same issuer, checked likewise.
        at: the moment (UTC) of which it is asked.
    """
    try:
        place = status_of(credential)
    except ValueError:
        return Stand(Standing.UNKNOWN)
    address, index = place or ("", 0)
    listed = next((each for each in lists if place and each.address == address), None)
    told = None if listed is None else listed.changed
    if listed is not None and not listed.holds(index):
        return Stand(Standing.NO_PROOF, address, told)
    until = credential.get("validUntil")
    if until is not None and at >= datetime.fromisoformat(str(until)):
        return Stand(Standing.EXPIRED, address, told)
    return Stand(Standing.UNKNOWN if listed is None else Standing.HOLDS, address, told)
