"""Each line of a regulation, where the rules say it, and the worked cases that hold it in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moodle_cpd.cases.mutating import DECLARED, Fate, Mutant, mutants
from moodle_cpd.cases.regulations import Regulation, RegulationLine
from moodle_cpd.cases.schema import CaseFile
from moodle_cpd.problems import Problem

_SHOWN: Final = 3
"""Cases that a row of the page names; how many more there are is told."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a regulation with what stands behind it.

    Attributes:
        line: the line.
        cases: ids of the worked cases that come out otherwise once one of its values is changed.
        declared: the rules only keep it; no outcome of a teacher hangs on it, so no case can.
    """

    line: RegulationLine
    cases: tuple[str, ...]
    declared: bool


def guards(
    directory: Path, regulation: Regulation, files: Mapping[str, CaseFile]
) -> Iterator[Mutant]:
    """Change each value that a regulation's lines name, and run the scheme's cases.

    Args:
        directory: the rules' folder.
        regulation: of which scheme.
        files: all cases, by the name of their file.
    """
    named = {(spot.file, spot.path) for line in regulation.lines for spot in line.spots}
    return mutants(directory, regulation.scheme, files, within=named)


def rows(regulation: Regulation, found: Iterable[Mutant]) -> list[Row]:
    """The lines of a regulation, each with its cases.

    Args:
        regulation: the regulation.
        found: changes of its scheme's values, at least of those that it names.
    """
    noticed = [each for each in found if each.fate is Fate.NOTICED]
    result = []
    for line in regulation.lines:
        cases = {
            mutant.by: None
            for spot in line.spots
            for mutant in noticed
            if mutant.file == spot.file and mutant.path[: len(spot.path)] == spot.path
        }
        declared = bool(line.spots) and all(spot.path[0] in DECLARED for spot in line.spots)
        result.append(Row(line, tuple(cases), declared))
    return result


def lacking(table: Iterable[Row]) -> list[Problem]:
    """Lines that nothing in the rules says, or that no case guards."""
    problems = []
    for row in table:
        name = f"line '{row.line.part.id}'"
        if not row.line.spots:
            found = f"{name}: no line of the rules says this"
            problems.append(Problem(row.line.place, found, "in_scheme: with the keys that lead there"))
        elif not row.cases and not row.declared:
            places = ", ".join(spot.place for spot in row.line.spots)
            found = f"{name}: no worked case notices a change of {places}"
            problems.append(Problem(row.line.place, found, "a case that comes out otherwise"))
    return problems


def page(tables: Sequence[tuple[Regulation, Sequence[Row]]]) -> str:
    """All tables in Markdown, as ``docs/administrators/regulations.md`` holds them."""
    parts = []
    for regulation, table in tables:
        title = regulation.title.words()
        parts.append(
            f"## {title.zh} · {title.en}\n\n"
            "| 原文要求 · what the original asks | 原文 · paragraph | 规则 · rules | 算例 · cases |\n"
            "|---|---|---|---|\n" + "".join(map(_row, table))
        )
    return "\n".join(parts)


def _row(row: Row) -> str:
    words = row.line.part.words.words()
    places = "<br>".join(
        f"`{spot.place}` {_key(spot.path)}{f' = {spot.shown}' if spot.shown else ''}"
        for spot in row.line.spots
    )
    cases = ", ".join(f"`{case}`" for case in row.cases[:_SHOWN])
    more = len(row.cases) - _SHOWN
    if more > 0:
        cases += f" +{more}"
    if row.declared:
        cases = "只作记录 · kept, decides nothing"
    cells = (
        "<br>".join(part for part in (words.zh, words.en) if part),
        row.line.part.reference,
        places or "**缺 · missing**",
        cases or "**缺 · missing**",
    )
    return f"| {' | '.join(cells)} |\n"


def _key(path: Sequence[str | int]) -> str:
    """The last word of the keys; the line says the rest."""
    return str(next(part for part in reversed(path) if isinstance(part, str)))
