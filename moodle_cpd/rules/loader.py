"""A folder of rule files → a rulebook, or all problems of all files at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules.editions import Editions, build_editions
from moodle_cpd.rules.effective import as_of, change_days
from moodle_cpd.rules.faults import faults
from moodle_cpd.rules.names import Names
from moodle_cpd.rules.rulebook import Rulebook
from moodle_cpd.rules.schema_base import Part
from moodle_cpd.rules.schema_courses import CourseMapFile
from moodle_cpd.rules.schema_scheme import SchemeFile
from moodle_cpd.rules.yaml_source import Table, YamlSource, read_source

SCHEMES = "schemes"
COURSES = "courses"

P = TypeVar("P", bound=Part)


def load_rulebook(directory: Path) -> Rulebook:
    """Read all schemes and course maps of a folder.

    Args:
        directory: holds ``schemes/`` and ``courses/`` with files ``*.yaml`` or ``*.yml``.

    Raises:
        InputError: with every problem of every file: ``file:line:column`` (the file relative to
            ``directory``), what was found, what is expected, and a hint.
    """
    problems: list[Problem] = []
    sources, unreadable = [], []
    for folder in (SCHEMES, COURSES):
        for name, source in _read_all(directory, folder, problems):
            if source is None:
                unreadable.append(name)
            else:
                sources.append(source)
    if not problems and not any(source.name.startswith(SCHEMES) for source in sources):
        problems.append(
            Problem(
                f"{directory}",
                f"no scheme in the folder '{SCHEMES}'",
                "at least one file such as schemes/my-scheme.yaml",
                "Check the setting 'rules' in moodle-cpd.toml",
            )
        )
    return build_rulebook(sources, problems, unreadable)


def build_rulebook(
    sources: Collection[YamlSource],
    problems: Collection[Problem] = (),
    unreadable: Collection[str] = (),
) -> Rulebook:
    """Make a rulebook of files that were read.

    Args:
        sources: schemes and course maps; which is which tells the folder in their names.
        problems: what was wrong with them before.
        unreadable: names of files that are missing among ``sources``.

    Raises:
        InputError: with every problem, the earlier ones included.
    """
    found = list(problems)
    schemes = dict(_validate_all(sources, SCHEMES, SchemeFile, found))
    maps = dict(_validate_all(sources, COURSES, CourseMapFile, found))
    roots = {source.name: source.root for source in sources}
    broken = {
        _id_of(root)
        for file, root in roots.items()
        if file.startswith(SCHEMES) and file not in schemes
    }
    broken |= {None for name in unreadable if name.startswith(SCHEMES)}
    _check_names(schemes, maps, broken, found)
    built = []
    for file, editions in schemes.items():
        own = {name: each for name, each in maps.items() if _same(each, editions)}
        built.extend(build_editions(file, editions, own, found))
    if found:
        raise InputError(*sorted(set(found), key=_by_place))
    built.sort(key=lambda scheme: scheme.id)
    return Rulebook(tuple(built), _digest(roots))


def _same(course_map: Editions[CourseMapFile], scheme: Editions[SchemeFile]) -> bool:
    """Whether a course map is of a scheme."""
    return course_map.latest.scheme == scheme.latest.scheme


def _check_names(
    schemes: Mapping[str, Editions[SchemeFile]],
    maps: Mapping[str, Editions[CourseMapFile]],
    broken: Collection[str | None],
    problems: list[Problem],
) -> None:
    """Ids once each, and maps of schemes that exist.

    A map is not blamed for a scheme whose file is broken, nor while a broken file's id can't be
    told.
    """
    names = Names("scheme", problems)
    mains = Names("scheme", problems)
    for file, editions in schemes.items():
        scheme = editions.latest
        mains.add(scheme.scheme, scheme.place(file))
        names.add(scheme.scheme, scheme.place(file))
        for frame in scheme.frames:
            names.add(frame.id, frame.place(file))
    map_names = Names("course map", problems)
    for file, course_map in maps.items():
        part = course_map.latest
        map_names.add(part.course_map, part.place(file))
        if part.scheme not in broken and None not in broken:
            mains.check(part.scheme, part.place(file))


def _id_of(root: Table) -> str | None:
    """The id that a scheme's file gives, as far as it gives one."""
    name = root.get("scheme")
    return name if isinstance(name, str) else None


def _read_all(
    directory: Path, folder: str, problems: list[Problem]
) -> Iterator[tuple[str, YamlSource | None]]:
    """The files of a folder by name, None for those that can't be read."""
    try:
        paths = sorted(
            path
            for path in (directory / folder).iterdir()
            if path.suffix in {".yaml", ".yml"} and not path.name.startswith(".")
        )
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(Problem(f"{directory / folder}", f"cannot be read: {error.strerror}"))
        return
    for path in paths:
        name = f"{folder}/{path.name}"
        try:
            yield name, read_source(path, name)
        except InputError as error:
            problems.extend(error.problems)
            yield name, None


def _validate_all(
    sources: Iterable[YamlSource], folder: str, model: type[P], problems: list[Problem]
) -> Iterator[tuple[str, Editions[P]]]:
    for source in sources:
        if source.name.startswith(folder):
            parts = _validate(source, model, problems)
            if parts is not None:
                yield source.name, parts


def _validate(source: YamlSource, model: type[P], problems: list[Problem]) -> Editions[P] | None:
    before = len(problems)
    parts = []
    for day in change_days(source, problems):
        edition = as_of(source, day)
        try:
            parts.append((day, model.model_validate(edition.root)))
        except ValidationError as error:
            problems.extend(faults(edition, model, error))
    return Editions(tuple(parts)) if len(problems) == before else None


def _by_place(problem: Problem) -> tuple[str, int, int, Problem]:
    """By file, then line and column as numbers."""
    parts = problem.where.rsplit(":", 2)
    if len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit():
        return parts[0], int(parts[1]), int(parts[2]), problem
    return problem.where, 0, 0, problem


def _digest(contents: Mapping[str, object]) -> str:
    """SHA-256 over what the files say: keys sorted, numbers in one form, no layout, no comments."""
    text = json.dumps(
        _canonical(contents), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return sha256(text.encode()).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        return {key: _canonical(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_canonical(each) for each in value]
    if isinstance(value, Decimal):
        return {"number": format(value.normalize(), "f")}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"number": str(value)}
    return value
