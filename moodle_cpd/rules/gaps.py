"""Hours that are asked before and after some days, and not in between: a slip in a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from moodle_cpd.model.decision import Place
from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_requirements import Group, HoursAtLeast, OnlyFor, Requirement


def gaps(scheme: Scheme) -> Iterator[Problem]:
    """Hours that an edition of a scheme doesn't ask, and those before and after it do.

    Args:
        scheme: the scheme with how it stood before.
    """
    editions = scheme.editions
    asked = [dict(_hours(each.requirement)) for each in editions]
    for number in range(1, len(editions) - 1):
        later: Mapping[tuple[str, str], Place] = asked[number + 1]
        for key in sorted(asked[number - 1].keys() & later.keys() - asked[number].keys()):
            since, until = editions[number].since, editions[number + 1].since
            yield Problem(
                str(later[key]),
                f"no such hours are asked from {since} to the day before {until}",
                f"from: {since}",
            )


def _hours(requirement: Requirement) -> Iterator[tuple[tuple[str, str], Place]]:
    match requirement:
        case HoursAtLeast(category=category, from_level=level, place=place):
            yield (category or "", level or ""), place
        case OnlyFor(part=part):
            yield from _hours(part)
        case Group(parts=parts):
            for part in parts:
                yield from _hours(part)
