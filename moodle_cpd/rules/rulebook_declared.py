"""What a regulation says of schools and offices, checked and immutable; it decides no outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from moodle_cpd.model.decision import Outcome, Place, Text
from moodle_cpd.rules.rulebook_score import Band


@dataclass(frozen=True, slots=True)
class OrgUnitComponent:
    """Points that a school or office gets for one thing; ``due`` by or on these days."""

    id: str
    title: Text
    points: Decimal
    due: tuple[tuple[date, Text], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class OrgUnitAssessment:
    """How schools or offices are assessed.

    Attributes:
        id: unique among them.
        title: in the authority's words.
        unit: the level of those that are assessed.
        possible: points together.
        components: what gives points.
        bands: from the lowest threshold to the highest, in points of 100.
        converted_into: the larger assessment that it becomes part of; empty: none.
        teachers_results_enter: the results of the unit's teachers are part of it.
        place: where it stands.
    """

    id: str
    title: Text
    unit: str
    possible: Decimal
    components: tuple[OrgUnitComponent, ...]
    bands: tuple[Band, ...]
    converted_into: Text
    teachers_results_enter: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Quota:
    """How many people, or which share of them.

    Attributes:
        id: unique among them.
        title: in the authority's words.
        number: of people; or
        percent: of those of ``roles`` and ``stages``.
        in_each: for each unit of this level, None: in all.
        trained_by: the level that trains them, None: not said.
        part_of: the quota of which this one is a part, None: none.
        roles: of these, empty: any.
        stages: of these, empty: any.
        place: where it stands.
    """

    id: str
    title: Text
    number: int | None
    percent: Decimal | None
    in_each: str | None
    trained_by: str | None
    part_of: str | None
    roles: tuple[str, ...]
    stages: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Approval:
    """What the units of one level hand in to the level above that files or approves it."""

    id: str
    title: Text
    kind: Literal["filed", "approved"]
    of: str
    by: str
    place: Place


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """What the training archive holds.

    Attributes:
        id: unique among them.
        title: in the authority's words.
        kept_by: the level that keeps it.
        when: of these outcomes only, None: of all.
        source: kind and id of what the scheme knows it as, None: of nothing.
        place: where it stands.
    """

    id: str
    title: Text
    kept_by: str
    when: Outcome | None
    source: tuple[Literal["category", "assessment", "evidence", "award"], str] | None
    place: Place


DeclaredItem: TypeAlias = OrgUnitAssessment | Quota | Approval | ArchiveItem


@dataclass(frozen=True, slots=True)
class Declared:
    """All of it, in the file's order."""

    assessments: tuple[OrgUnitAssessment, ...] = ()
    quotas: tuple[Quota, ...] = ()
    approvals: tuple[Approval, ...] = ()
    archive: tuple[ArchiveItem, ...] = ()

    def items(self) -> Iterator[DeclaredItem]:
        """One after the other."""
        yield from self.assessments
        yield from self.quotas
        yield from self.approvals
        yield from self.archive
