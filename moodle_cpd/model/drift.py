"""Drift: where Moodle holds something else than the ledger says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moodle_cpd.model.award import AwardKey


class DriftKind(StrEnum):
    """How Moodle and the ledger differ."""

    MISSING = "missing"
    """We handed it over, and it is not there any more; it can be handed over again."""
    CHANGED = "changed"
    """It is there, and not as we wrote it; what a person wrote is never overwritten."""
    EXTRA = "extra"
    """It is there, and we did not give it, or took it back."""
    UNSEEN = "unseen"
    """It can't be seen, which is no evidence: a badge may be hidden by its holder."""


class Thing(StrEnum):
    """What is compared: something of an award, or running hours."""

    MEMBER = "member"
    BADGE = "badge"
    GRADE = "grade"
    FILE = "file"
    HOURS = "hours"


@dataclass(frozen=True, slots=True, order=True)
class Drift:
    """One difference.

    Attributes:
        key: the award; of what is extra, the award that it would be; of running hours the
            assignment's idnumber stands in its place.
        thing: what of it.
        kind: how it differs.
        serial: the award's number; empty where there is no award of ours.
        due: what should be there, in words; empty where nothing should.
        found: what is there, in words; empty where nothing is.
    """

    key: AwardKey
    thing: Thing
    kind: DriftKind
    serial: str
    due: str
    found: str
