"""The format of a qualification in a scheme file: what holds it, and what renews it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from moodle_cpd.rules.levels import Level
from moodle_cpd.rules.schema_base import Id, Part, Text, Whole
from moodle_cpd.rules.schema_requirements import AudiencePart


class RenewalPart(Part):
    """What keeps a qualification valid: hours of a category, so often."""

    title: Text | None = None
    present: Id
    from_level: Level | None = None
    every_years: Annotated[Whole, Field(ge=1, le=20)]


class QualificationPart(Part):
    """A qualification that whoever meets the scheme holds, until it lapses for want of renewal.

    Where it names those who are ``serving``, renewal is asked for in their periods alone.
    """

    title: Text
    expiring_days: Annotated[Whole, Field(ge=0, le=366)]
    serving: AudiencePart | None = None
    renewal: Annotated[list[RenewalPart], Field(min_length=1)]
