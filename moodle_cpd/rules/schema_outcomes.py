"""The format of what outcomes bring in a scheme file: awards, consequences, dispensations."""

from __future__ import annotations

from typing import Literal

from moodle_cpd.rules.schema_base import Flag, Id, Part, Text
from moodle_cpd.rules.schema_requirements import AudiencePart


class AwardPart(Part):
    """A badge or certificate for those who meet the scheme, perhaps only from a band upwards."""

    id: Id
    kind: Literal["badge", "certificate"]
    title: Text
    issued_here: bool
    when: Literal["met"] = "met"
    from_band: Id | None = None
    only_for: AudiencePart | None = None


class ConsequencePart(Part):
    """What follows from an outcome, as a flag."""

    flag: Flag
    title: Text
    when: Literal["met", "not_met", "exempt", "waived", "valid", "expiring", "lapsed"]
    from_band: Id | None = None
    only_for: AudiencePart | None = None


class DispensationPart(Part):
    """That a document can free a teacher of the scheme, and why."""

    kind: Literal["exempt", "waived"]
    title: Text
