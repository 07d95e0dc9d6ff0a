"""Do the cases have teeth? Each value of the rules is changed alone, and some case must notice.

Words for people (titles, notes, references) are left alone: they decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeAlias

from moodle_cpd.cases.running import run_cases
from moodle_cpd.cases.schema import CaseFile
from moodle_cpd.errors import InputError
from moodle_cpd.rules import Rulebook
from moodle_cpd.rules.changes import WORDS
from moodle_cpd.rules.loader import COURSES, SCHEMES, build_rulebook
from moodle_cpd.rules.yaml_source import Items, Mark, Table, YamlSource, read_source

DECLARED: Final = frozenset({"org_unit_assessments", "quotas", "approvals", "archive"})
"""Keys of what a regulation says of schools and offices: no outcome of a teacher hangs on it."""

Keys: TypeAlias = "tuple[str | int, ...]"
"""The keys and list places that lead to a value."""

_GONE: Final = "taken away"
_ZONES: Final = ("Asia/Tokyo", "Asia/Bangkok")
_QUOTED = re.compile(r"'([^']+)'")


class Fate(StrEnum):
    """What became of a changed value."""

    NOTICED = "noticed"
    """A case came out otherwise."""
    REFUSED = "refused"
    """The file can't be loaded with it."""
    SAME = "same"
    """It means the same as before: what it says also holds without it."""
    SURVIVED = "survived"
    """No case noticed."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One value changed.

    Attributes:
        file: the value's, relative to the rules' folder.
        path: the keys that lead to it.
        place: of the value, ``file:line:column``.
        was: what stood there.
        now: what was put in its place.
        fate: what became of it.
        by: the case that noticed, else empty.
    """

    file: str
    path: Keys
    place: str
    was: str
    now: str
    fate: Fate
    by: str

    @property
    def key(self) -> str:
        """The keys in one word."""
        return ".".join(str(part) for part in self.path)


def mutants(
    directory: Path,
    scheme: str,
    files: Mapping[str, CaseFile],
    within: Collection[tuple[str, Keys]] | None = None,
) -> Iterator[Mutant]:
    """Change each value of a scheme and of its course maps, and run the scheme's cases.

    Args:
        directory: the rules' folder; its rules can be loaded.
        scheme: the scheme's id; its frames are changed with it.
        files: all cases, by the name of their file; as the rules stand, they come out right.
        within: values, by file and the keys that lead to them, below which alone anything is
            changed; None: all.
    """
    sources = list(_sources(directory, scheme))
    ids = {each.id for each in build_rulebook(sources).schemes}
    own = {name: file for name, file in files.items() if file.scheme in ids}
    bench = _Bench(sources, own)
    for source in bench.sources:
        for spot in _spots(source.root, ()):
            heads = (spot.path[:end] for end in range(len(spot.path) + 1))
            if within is None or any((source.name, head) in within for head in heads):
                yield from bench.change(source, spot)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value in a file: the keys that lead to it, and where it stands."""

    path: Keys
    value: Any
    mark: Mark


class _Bench:
    """A scheme and its maps, one value of them changed at a time."""

    def __init__(self, sources: list[YamlSource], cases: Mapping[str, CaseFile]) -> None:
        self.sources = sources
        self._cases = cases
        self._meaning = _meaning(build_rulebook(sources))

    def change(self, source: YamlSource, spot: _Spot) -> Iterator[Mutant]:
        """Every change of one value that is worth a look."""
        place = source.at(spot.mark)
        was = str(spot.value) if not isinstance(spot.value, dict | list) else "…"
        changes: list[tuple[str, Any]] = [(_GONE, _GONE)]
        if not isinstance(spot.value, dict | list):
            changes += [(_shown(new), new) for new in self._others(source, spot)]
        for now, new in changes:
            fate, by = self._fate(source, spot, new)
            yield Mutant(source.name, spot.path, place, was, now, fate, by)

    def _others(self, source: YamlSource, spot: _Spot) -> Iterator[Any]:
        """Other values: one step beside it, the other one, or another word."""
        value = spot.value
        if isinstance(value, bool):
            yield not value
        elif isinstance(value, int | Decimal):
            yield value + 1
            yield value - 1
        elif spot.path[-1] == "time_zone":
            yield from (zone for zone in _ZONES if zone != value)
        elif isinstance(value, str):
            beside = list(_days_beside(value))
            yield from beside or self._words(source, spot)

    def _words(self, source: YamlSource, spot: _Spot) -> Iterator[str]:
        """The other words that are right here, or one that nobody knows."""
        strange = f"{spot.value}-x"
        try:
            build_rulebook(self._changed(source, spot, strange))
        except InputError as error:
            expected = " ".join(problem.expected for problem in error.problems)
            right = [word for word in _QUOTED.findall(expected) if word != spot.value]
            yield from right or [strange]
        else:
            yield strange

    def _changed(self, source: YamlSource, spot: _Spot, new: object) -> list[YamlSource]:
        """The files with one value taken away or changed; all that is not around it is shared."""
        other = copy(source)
        around: Any = copy(source.root)  # Table or Items, from here down
        other.root = around
        for part in spot.path[:-1]:
            around[part] = copy(around[part])
            around = around[part]
        if new is _GONE:
            del around[spot.path[-1]]
            if isinstance(around, Items):
                place = int(spot.path[-1])
                around.marks = [*around.marks[:place], *around.marks[place + 1 :]]
        else:
            around[spot.path[-1]] = new
        return [other if each is source else each for each in self.sources]

    def _fate(self, source: YamlSource, spot: _Spot, new: object) -> tuple[Fate, str]:
        try:
            rulebook = build_rulebook(self._changed(source, spot, new))
        except InputError:
            return Fate.REFUSED, ""
        ids = {each.id for each in rulebook.schemes}
        if any(file.scheme not in ids for file in self._cases.values()):
            # Cases of a frame that is not there any more.
            return Fate.REFUSED, ""
        for result in run_cases(rulebook, self._cases):
            if result.differences:
                return Fate.NOTICED, result.case
        return (Fate.SAME if _meaning(rulebook) == self._meaning else Fate.SURVIVED), ""


def _sources(directory: Path, scheme: str) -> Iterator[YamlSource]:
    """The scheme's file, then its course maps."""
    for folder in (SCHEMES, COURSES):
        for path in sorted((directory / folder).glob("*.y*ml")):
            source = read_source(path, f"{folder}/{path.name}")
            if source.root.get("scheme") == scheme:
                yield source


def _spots(value: object, path: Keys) -> Iterator[_Spot]:
    """Every value below, with what holds several values before what it holds."""
    if isinstance(value, Table):
        for key, each in value.items():
            if key not in WORDS | DECLARED:
                yield _Spot((*path, key), each, value.value_marks[key])
                yield from _spots(each, (*path, key))
    elif isinstance(value, Items):
        for number, each in enumerate(value):
            yield _Spot((*path, number), each, value.marks[number])
            yield from _spots(each, (*path, number))


def _days_beside(value: str) -> Iterator[str]:
    """The days before and after ``03-01`` or ``2026-03-01``; nothing for other text."""
    whole = re.fullmatch(r"(\d{4}-)?\d\d-\d\d", value)
    if whole is None:
        return
    try:
        day = date.fromisoformat(value if whole[1] else f"2025-{value}")
    except ValueError:
        return
    for step in (1, -1):
        other = (day + timedelta(days=step)).isoformat()
        yield other if whole[1] else other.removeprefix("2025-").removeprefix("2024-")


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _meaning(rulebook: Rulebook) -> str:
    """The rules in full, without where they stand."""
    text = "\n".join(map(repr, rulebook.schemes))
    return re.sub(r"Place\(.*?\)", "", re.sub(r"reference='[^']*'", "", text))
