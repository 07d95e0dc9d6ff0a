"""What is asked before and after some days, and not in between: a slip in a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from moodle_cpd.model.decision import Place
from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_requirements import (
    Group,
    HoursAtLeast,
    OnlyFor,
    Requirement,
    ScoreAtLeast,
)

_Key: TypeAlias = tuple[str, str, str]
"""Hours or points, of which category and level."""


def gaps(scheme: Scheme) -> Iterator[Problem]:
    """Hours and points that an edition of a scheme doesn't ask, and those around it do.

    Args:
        scheme: the scheme with how it stood before.
    """
    editions = scheme.editions
    asked = [dict(_asked(each.requirement)) for each in editions]
    for number in range(1, len(editions) - 1):
        later: Mapping[_Key, Place] = asked[number + 1]
        for key in sorted(asked[number - 1].keys() & later.keys() - asked[number].keys()):
            since, until = editions[number].since, editions[number + 1].since
            yield Problem(
                str(later[key]),
                f"no such {key[0]} are asked from {since} to the day before {until}",
                f"from: {since}",
            )


def _asked(requirement: Requirement) -> Iterator[tuple[_Key, Place]]:
    match requirement:
        case HoursAtLeast(category=category, from_level=level, place=place):
            yield ("hours", category or "", level or ""), place
        case ScoreAtLeast(place=place):
            yield ("points", "", ""), place
        case OnlyFor(part=part):
            yield from _asked(part)
        case Group(parts=parts):
            for part in parts:
                yield from _asked(part)
