"""What of a tree of requirements is asked of whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from moodle_cpd.rules.rulebook_requirements import (
    Audience,
    Group,
    HoursAtLeast,
    OnlyFor,
    Present,
    Requirement,
)


def asked(requirement: Requirement, belonging: frozenset[Audience]) -> Requirement | None:
    """What of a tree of requirements is asked of somebody, None where nothing is.

    Args:
        requirement: the tree.
        belonging: the audiences that somebody belongs to.
    """
    match requirement:
        case OnlyFor():
            return asked(requirement.part, belonging) if requirement.audience in belonging else None
        case Group():
            every = [asked(part, belonging) for part in requirement.parts]
            parts = tuple(part for part in every if part is not None)
            if not parts:
                return None
            count = len(parts) if requirement.kind == "all" else requirement.count
            return replace(requirement, parts=parts, count=count)
        case _:
            return requirement


def levels(requirement: Requirement) -> Iterator[str]:
    """All levels whose hours a tree of requirements asks for."""
    if isinstance(requirement, HoursAtLeast | Present) and requirement.from_level is not None:
        yield requirement.from_level
    if isinstance(requirement, OnlyFor):
        yield from levels(requirement.part)
    for part in requirement.parts if isinstance(requirement, Group) else ():
        yield from levels(part)
