"""Audiences and requirements as the program uses them, checked and immutable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from moodle_cpd.model.decision import Place, Text

NamedDay: TypeAlias = Literal["period_start", "period_end", "next_day"]

NAMED_DAYS: Final[dict[str, NamedDay]] = {
    "period_start": "period_start",
    "period_end": "period_end",
    "next_day": "next_day",
}
"""Days of a period that have a name; the last one is the first day after it."""

_NO_WORDS = Text()


class DayOfYear(NamedTuple):
    """A month and a day of it that every year has."""

    month: int
    day: int


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """Whom a scheme concerns; every condition that is given must hold.

    Attributes:
        roles: one of these, empty: any.
        stages: one of these, empty: any.
        schools: one of these, empty: any.
        service_at_least: completed years since the date of hire, None: not asked.
        service_at_most: completed years since the date of hire, None: not asked.
        age_at_least: completed years since the date of birth, None: not asked.
        age_at_most: completed years since the date of birth, None: not asked.
        judged_on: the day on which years are counted. On a date, roles, stages and schools are
            looked at too.
        place: where the scheme says so.
        midway: what who enters or leaves within the period owes: the ``full`` hours, hours in
            proportion to the months, or nothing before the ``next_period``.
        held_on: the day on which alone roles, stages and schools are looked at, None: any day of
            the period, or the date on which years are counted.
        whole_months: where hours are prorated, a month counts from its first day to its last only;
            else every month that has begun.
    """

    roles: frozenset[str]
    stages: frozenset[str]
    schools: frozenset[str]
    service_at_least: int | None
    service_at_most: int | None
    age_at_least: int | None
    age_at_most: int | None
    judged_on: NamedDay | DayOfYear | date
    place: Place
    midway: Literal["full", "prorated", "next_period"] = "full"
    whole_months: bool = False
    held_on: NamedDay | None = None

    @property
    def by_date(self) -> bool:
        """Whether roles, stages and schools are looked at on one day alone."""
        return self.held_on is not None or not isinstance(self.judged_on, str)


@dataclass(frozen=True, slots=True)
class HoursAtLeast:
    """So many hours of a category, or of everything where it is None.

    With ``from_level`` only hours that this level gave, or one above it. With ``years`` those of
    the periods before as well, so many in all. ``reason`` says how it came about that somebody owes
    another number than the scheme's.
    """

    need: Decimal
    category: str | None
    title: Text
    place: Place
    from_level: str | None = None
    reason: Text = _NO_WORDS
    years: int = 1

    def __hash__(self) -> int:
        return self.place.line


@dataclass(frozen=True, slots=True)
class Present:
    """At least something in a category; ``from_level`` and ``years`` as with ``HoursAtLeast``."""

    category: str
    title: Text
    place: Place
    from_level: str | None = None
    years: int = 1

    def __hash__(self) -> int:
        return self.place.line


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

    def __hash__(self) -> int:
        return self.place.line


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


def audiences(requirement: Requirement) -> Iterator[Audience]:
    """All audiences in a tree of requirements."""
    if isinstance(requirement, OnlyFor):
        yield requirement.audience
        yield from audiences(requirement.part)
    for part in requirement.parts if isinstance(requirement, Group) else ():
        yield from audiences(part)
