"""A tree of requirements → what is not met, with what would help at each place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from moodle_cpd.decide.claim import ZERO
from moodle_cpd.decide.missing import Lack, Way
from moodle_cpd.model.decision import Place, RequirementResult, State
from moodle_cpd.rules.rulebook_requirements import (
    Group,
    HoursAtLeast,
    OnlyFor,
    Passed,
    Pieces,
    Present,
    Requirement,
    ScoreAtLeast,
)

Path: TypeAlias = tuple[int, ...]
"""Where in a tree of results something stands: the number of the part at each level."""

GATE = 1
"""The part, beside the requirements, on which the recognition of hours hangs."""


class Lacks:
    """Finds what is not met.

    Args:
        rules: the requirements of a scheme, by place.
        ways: what helps, by the requirement that it helps.
        spent: courses that counted in another period and count but once, by category; all under
            None.
        gated: the tree's second part is what the recognition of the hours hangs on.
    """

    def __init__(
        self,
        rules: Mapping[Place, Requirement],
        ways: Mapping[Path, Iterable[Way]],
        spent: Mapping[str | None, Iterable[str]],
        *,
        gated: bool,
    ) -> None:
        self._rules = rules
        self._ways = ways
        self._spent = spent
        self._gated = gated

    def find(self, base: RequirementResult, best: RequirementResult) -> tuple[Lack, ...]:
        """What is not met; what is needed as a whole stands side by side, each thing once.

        Args:
            base: the tree as it is.
            best: as it would be if all ways were gone.
        """
        found: dict[object, Lack] = {}
        for lack in self._below(base, best, ()):
            key = meaning(self._rules.get(lack.place)) or lack.place
            first = found.get(key)
            # The gate comes last: what is asked by both opens the hours.
            found[key] = replace(first or lack, opens_hours=lack.opens_hours)
        return tuple(found.values())

    def _below(
        self,
        base: RequirementResult,
        best: RequirementResult,
        path: Path,
        *,
        choosing: bool = False,
    ) -> Iterator[Lack]:
        """What is not met in a part of the tree.

        Args:
            base: the tree as it is.
            best: as it would be with all ways together.
            path: where in the whole tree this part stands.
            choosing: it is one of several to choose from.
        """
        if base.state is State.MET:
            return
        if not base.parts:
            yield self._lack(base, best, self._ways.get(path, ()), path)
            return
        rule = self._rules.get(base.place)
        whole = not isinstance(rule, Group) or rule.kind == "all"
        parts = [
            lack
            for number, pair in enumerate(zip(base.parts, best.parts, strict=True))
            for lack in self._below(*pair, (*path, number), choosing=not whole)
        ]
        if whole and not choosing:
            yield from parts
            return
        met = sum(part.state is State.MET for part in base.parts)
        count = len(parts) if whole or not isinstance(rule, Group) else rule.count - met
        yield replace(self._lack(base, best, (), path), choose=count, parts=tuple(parts))

    def _lack(
        self, base: RequirementResult, best: RequirementResult, ways: Iterable[Way], path: Path
    ) -> Lack:
        rule = self._rules.get(base.place)
        adds_up = base.need is not None and not isinstance(rule, Passed | Group)
        have, need = base.have or ZERO, base.need or ZERO
        spent: tuple[str, ...] = ()
        if isinstance(rule, HoursAtLeast | Present):
            spent = tuple(self._spent.get(rule.category, ()))
        return Lack(
            title=base.title,
            state=base.state,
            have=base.have,
            need=base.need,
            unit=base.unit,
            gap=need - have if adds_up else None,
            opens_hours=self._gated and path[0] == GATE,
            reason=base.reason,
            place=base.place,
            ways=tuple(ways),
            reachable=(best.have or ZERO) if adds_up else None,
            closable=best.state is State.MET,
            spent=spent,
        )


def every(requirement: Requirement) -> Iterator[Requirement]:
    """A requirement and all below it, without the words of whom it is asked."""
    if isinstance(requirement, OnlyFor):
        yield from every(requirement.part)
        return
    yield requirement
    for part in requirement.parts if isinstance(requirement, Group) else ():
        yield from every(part)


def leaves(requirement: RequirementResult | None, path: Path = ()) -> dict[Path, RequirementResult]:
    """The single results of a tree, by where they stand in it."""
    if requirement is None:
        return {}
    if not requirement.parts:
        return {path: requirement}
    found: dict[Path, RequirementResult] = {}
    for number, part in enumerate(requirement.parts):
        found |= leaves(part, (*path, number))
    return found


def meaning(rule: Requirement | None) -> object:
    """What a single requirement asks, whatever it is called; None for groups."""
    match rule:
        case HoursAtLeast():
            return "hours", rule.category, rule.from_level, rule.years, rule.need
        case Present():
            return "present", rule.category, rule.from_level, rule.years
        case Passed():
            return "passed", rule.assessment
        case Pieces():
            return "pieces", rule.evidence, rule.need
        case ScoreAtLeast():
            return "score", rule.need
        case _:
            return None
