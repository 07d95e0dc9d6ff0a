"""Audiences and requirements as the program uses them, checked and immutable."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from moodle_cpd.model.decision import Place, Text


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a scheme concerns; every condition that is given must hold.

    Attributes:
        roles: one of these, empty: any.
        stages: one of these, empty: any.
        schools: one of these, empty: any.
        years_of_service: completed years since the date of hire, None: not asked.
        age_at_least: completed years since the date of birth, None: not asked.
        age_at_most: completed years since the date of birth, None: not asked.
        judged_on: the day on which years are counted.
        place: where the scheme says so.
    """

    roles: frozenset[str]
    stages: frozenset[str]
    schools: frozenset[str]
    years_of_service: int | None
    age_at_least: int | None
    age_at_most: int | None
    judged_on: Literal["period_start", "period_end"]
    place: Place


@dataclass(frozen=True, slots=True)
class HoursAtLeast:
    """So many hours of a category, or of everything where it is None.

    With ``from_level`` only hours that this level gave, or one above it.
    """

    need: Decimal
    category: str | None
    title: Text
    place: Place
    from_level: str | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """At least something in a category."""

    category: str
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Passed:
    """An assessment passed."""

    assessment: str
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Pieces:
    """So many accepted pieces of one kind of evidence, each activity once."""

    evidence: str
    need: int
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class ScoreAtLeast:
    """A score, converted to 100, of so many points; ``band`` where it is a band's threshold."""

    need: Decimal
    band: str | None
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class OnlyFor:
    """A requirement that is asked only of some; of the others it is not asked at all."""

    audience: Audience
    part: Requirement
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Group:
    """At least ``count`` of the parts: all of them, any of them, or some number."""

    kind: Literal["all", "any", "at_least"]
    count: int
    parts: tuple[Requirement, ...]
    title: Text
    place: Place


Requirement: TypeAlias = HoursAtLeast | Present | Passed | Pieces | ScoreAtLeast | OnlyFor | Group
