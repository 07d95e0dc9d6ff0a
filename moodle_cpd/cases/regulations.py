"""What a regulation asks, line by line, and where in the rules each line stands.

``docs/administrators/regulations.md`` is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules.effective import FROM, UNTIL
from moodle_cpd.rules.faults import faults
from moodle_cpd.rules.loader import COURSES, SCHEMES
from moodle_cpd.rules.schema_base import Id, Line, Part, Text
from moodle_cpd.rules.yaml_source import Items, Mark, Table, YamlSource, read_source

REGULATIONS: Final = "regulations"

_NAMES: Final = ("id", "flag", "kind")
"""Keys whose values name an item of a list."""


class LinePart(Part):
    """One thing that a regulation asks, and the keys that lead to it in the rules."""

    id: Id
    words: Text
    reference: Line
    in_scheme: list[Line] = Field(default_factory=list)
    in_courses: list[Line] = Field(default_factory=list)


class RegulationFile(Part):
    """A file in ``regulations/``: what one regulation asks, line by line."""

    scheme: Id
    title: Text
    lines: Annotated[list[LinePart], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in a file of rules.

    Attributes:
        file: relative to the rules' folder.
        path: the keys that lead to it.
        mark: where it stands.
        shown: the value, where it is a single one, else empty.
    """

    file: str
    path: tuple[str | int, ...]
    mark: Mark
    shown: str

    @property
    def place(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.mark.line}"


@dataclass(frozen=True, slots=True)
class RegulationLine:
    """One line of a regulation.

    Attributes:
        part: the line.
        place: of the line, ``file:line:column``.
        spots: where it stands in the rules; empty where nothing does yet.
    """

    part: LinePart
    place: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Regulation:
    """A regulation, line by line.

    Attributes:
        scheme: the id of the scheme that says it as data.
        title: of the regulation.
        lines: in its own order.
    """

    scheme: str
    title: Text
    lines: tuple[RegulationLine, ...]


def read_regulations(directory: Path) -> list[Regulation]:
    """Read ``regulations/`` of a rules' folder, by file name; without that folder there are none.

    Args:
        directory: the rules' folder.

    Raises:
        InputError: a file can't be used, or names what the rules don't have; all problems at once.
    """
    problems: list[Problem] = []
    sources = _sources(directory)
    found = []
    for path in sorted((directory / REGULATIONS).glob("*.y*ml")):
        name = f"{REGULATIONS}/{path.name}"
        try:
            source = read_source(path, name)
            file = RegulationFile.model_validate(source.root)
        except InputError as error:
            problems += error.problems
        except ValidationError as error:
            problems += faults(source, RegulationFile, error)
        else:
            found.append(_regulation(name, file, sources, problems))
    if problems:
        raise InputError(*problems)
    return found


def _sources(directory: Path) -> list[YamlSource]:
    """The rules that can be read; what is wrong with the others is told when they are loaded."""
    found = []
    for folder in (SCHEMES, COURSES):
        for path in sorted((directory / folder).glob("*.y*ml")):
            try:
                found.append(read_source(path, f"{folder}/{path.name}"))
            except InputError:
                continue
    return found


def _regulation(
    name: str, file: RegulationFile, sources: Sequence[YamlSource], problems: list[Problem]
) -> Regulation:
    own = [each for each in sources if each.root.get("scheme") == file.scheme]
    schemes = [each for each in own if each.name.startswith(SCHEMES)]
    if not schemes:
        problems.append(
            Problem(str(file.place(name)), f"unknown scheme '{file.scheme}'", "a scheme that is")
        )
        return Regulation(file.scheme, file.title, ())
    maps = [each for each in own if each not in schemes]
    lines, seen = [], set()
    for part in file.lines:
        place = str(part.place(name))
        if part.id in seen:
            problems.append(Problem(place, f"line '{part.id}' a second time", "each id once"))
        seen.add(part.id)
        spots = []
        for where, among in ((part.in_scheme, schemes), (part.in_courses, maps)):
            for steps in where:
                held = [(each, spot) for each in among for spot in _found(each, steps)]
                at = [spot for _, spot in held]
                # A value that changes from a day on stands there once for each of its times.
                if len(at) == 1 or (at and all(_is_dated(each, spot) for each, spot in held)):
                    spots += at
                else:
                    many = f"{len(at)} values" if at else "nothing"
                    found = f"'{steps}' leads to {many} in {file.scheme}"
                    problems.append(Problem(place, found, "keys that lead to one value"))
        lines.append(RegulationLine(part, place, tuple(spots)))
    return Regulation(file.scheme, file.title, tuple(lines))


def _found(source: YamlSource, steps: str) -> Iterator[Spot]:
    """The values to which some steps lead, each step to the nearest below the one before."""
    here: list[tuple[tuple[str | int, ...], Any, Mark]] = [((), source.root, source.root.mark)]
    for step in steps.split():
        here = [below for path, value, _ in here for below in _nearest(path, value, step)]
    for path, value, mark in here:
        shown = "" if isinstance(value, dict | list) else str(value)
        yield Spot(source.name, path, mark, shown.lower() if isinstance(value, bool) else shown)


def _is_dated(source: YamlSource, spot: Spot) -> bool:
    """Whether a value holds only from a day on, or until one."""
    value: Any = source.root
    for step in spot.path:
        value = value[step]
        if isinstance(value, Table) and (FROM in value or UNTIL in value):
            return True
    return False


_At = tuple[tuple[str | int, ...], Any, Mark]


def _nearest(path: tuple[str | int, ...], value: object, step: str) -> list[_At]:
    """What a step names, as near below a value as there is any."""
    level = list(_children(path, value))
    while level:
        named = [at for at in level if _is_named(at, step)]
        if named:
            return named
        level = [below for at in level for below in _children(at[0], at[1])]
    return []


def _children(path: tuple[str | int, ...], value: object) -> Iterator[_At]:
    if isinstance(value, Table):
        for key, each in value.items():
            yield (*path, key), each, value.value_marks[key]
    elif isinstance(value, Items):
        for number, each in enumerate(value):
            yield (*path, number), each, value.marks[number]


def _is_named(at: _At, step: str) -> bool:
    """A key, an item by its id, or by a key and value of its own: ``present=ethics``."""
    path, value, _ = at
    if isinstance(path[-1], str):
        return path[-1] == step
    if not isinstance(value, Mapping):
        return str(value) == step
    if "=" not in step:
        return any(value.get(name) == step for name in _NAMES)
    pairs = (pair.partition("=") for pair in step.split(","))
    return all(str(value.get(key)) == wanted for key, _, wanted in pairs)
