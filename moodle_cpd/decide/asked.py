"""What of a tree of requirements is asked of whom, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_requirements import (
    Audience,
    Group,
    HoursAtLeast,
    OnlyFor,
    Passed,
    Pieces,
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


def read_by(scheme: Scheme) -> Iterator[str]:
    """Ids of the assessments and kinds of evidence that the scheme or frame looks at."""
    yield from _sources(scheme.requirement)
    if scheme.recognised_when is not None:
        yield from _sources(scheme.recognised_when)
    if scheme.score is not None:
        yield from (each.source for each in scheme.score.components)
        yield from (each.source for each in scheme.score.changes if each.source is not None)


def _sources(requirement: Requirement) -> Iterator[str]:
    match requirement:
        case Passed(assessment=assessment):
            yield assessment
        case Pieces(evidence=evidence):
            yield evidence
        case OnlyFor(part=part):
            yield from _sources(part)
        case Group(parts=parts):
            for part in parts:
                yield from _sources(part)
        case _:
            return


def looks_back(requirement: Requirement) -> bool:
    """Whether anything in a tree of requirements asks for hours of the periods before."""
    match requirement:
        case HoursAtLeast() | Present():
            return requirement.years > 1
        case OnlyFor():
            return looks_back(requirement.part)
        case Group():
            return any(map(looks_back, requirement.parts))
        case _:
            return False


def levels(requirement: Requirement) -> Iterator[str]:
    """All levels whose hours a tree of requirements asks for."""
    if isinstance(requirement, HoursAtLeast | Present) and requirement.from_level is not None:
        yield requirement.from_level
    if isinstance(requirement, OnlyFor):
        yield from levels(requirement.part)
    for part in requirement.parts if isinstance(requirement, Group) else ():
        yield from levels(part)
