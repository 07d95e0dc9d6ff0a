"""Files of worked cases → cases, or all problems of all files at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from moodle_cpd.cases.schema import CaseFile
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules.faults import faults
from moodle_cpd.rules.yaml_source import read_source

CASES = "cases"


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """Files of worked cases.

    Attributes:
        files: by name, relative to the folder that they were read from.
        problems: of files that can't be used; these are not among ``files``.
    """

    files: dict[str, CaseFile]
    problems: tuple[Problem, ...]


def read_cases(path: Path, base: Path) -> CaseFolder:
    """Read one file, or every ``*.yaml`` and ``*.yml`` below a folder.

    Args:
        path: the file or folder; a folder that is not there holds no cases.
        base: what messages name the files relative to.
    """
    files: dict[str, CaseFile] = {}
    problems: list[Problem] = []
    for file in _files(path):
        name = _name(file, base)
        try:
            source = read_source(file, name)
            files[name] = CaseFile.model_validate(source.root)
        except InputError as error:
            problems += error.problems
        except ValidationError as error:
            problems += faults(source, CaseFile, error)
    return CaseFolder(files, tuple(problems))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if path.exists() else []
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix in {".yaml", ".yml"}
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


def _name(file: Path, base: Path) -> str:
    return file.relative_to(base).as_posix() if file.is_relative_to(base) else file.as_posix()
