"""Ids of rule files: each once, and the nearest right one for a wrong one."""

from __future__ import annotations

from moodle_cpd.model.decision import Place
from moodle_cpd.problems import Problem
from moodle_cpd.rules.faults import nearest


class Names:
    """Ids of one kind: none twice, and the nearest right one for a wrong one.

    Args:
        kind: what they name, for messages.
        problems: where problems are collected.
    """

    def __init__(self, kind: str, problems: list[Problem]) -> None:
        self._kind = kind
        self._problems = problems
        self._places: dict[str, Place] = {}

    def add(self, name: str, place: Place) -> None:
        """Note an id; the second one of the same name is a problem."""
        first = self._places.setdefault(name, place)
        if first is not place:
            self._problems.append(
                Problem(
                    str(place),
                    f"{self._kind} '{name}' stands here a second time",
                    "each id once",
                    f"The first one is at {first}; give one of them another id",
                )
            )

    def check(self, name: str, place: Place) -> None:
        """Note a use of an id; one that doesn't exist is a problem."""
        if name not in self._places:
            names = sorted(self._places)
            self._problems.append(
                Problem(
                    str(place),
                    f"unknown {self._kind} '{name}'",
                    "one of " + ", ".join(names) if names else f"no {self._kind}: there is none",
                    nearest(name, names),
                )
            )
