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

_INTRODUCTION: Final = """# 规定逐条对照 · Regulations, line by line

每一条原文要求：写在规则的哪一行（`文件:行`），哪些算例守着它。改动这一行的数值，所列的算例就会算出别的结果。
Each thing that an original asks: the line of the rules that says it (`file:line`), and the worked
cases that guard it: change the value there, and these cases come out otherwise.

本页由命令生成，规则或算例改动后请重新生成。This page is made by a command; make it again when rules
or cases have changed:

```sh
moodle-cpd regulations homeroom-teacher-30h    # one of them; without a name, all
```

条目写在 `mappings/regulations/`，每个文件一份规定。`in_scheme:`（规则）或
`in_courses:`（课程对应表）写出通向数值的键，从外到内，用空格隔开；
列表中的一项用它的 id，或用它的一个键、一个值来指：
The lines stand in `mappings/regulations/`, a file for each regulation. `in_scheme:` (the scheme) or
`in_courses:` (its course map) names the keys that lead to the value, from the outside inwards, with
a space between; an item of a list is named by its id, or by a key and its value:

```yaml
  - id: assessment
    words:
      zh: 培训考核合格
      en: Its assessment passed
    reference: 二.2(3)
    in_scheme:
      - assessments homeroom-exam
      - requirements passed=homeroom-exam
```

没有规则写着的条目，或改了数值也没有算例发现的条目，命令会指出，退出码为 2。
学校考核、名额、备案审定和档案只作记录，不影响任何教师的结果，因此没有算例。
The command tells lines that no rule says, and lines whose values can be changed without any case
noticing; its exit code is 2 then. Assessments of schools, quotas, approvals and the archive are
kept and decide nothing of a teacher, so no case can guard them.

"""

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
            problems.append(
                Problem(row.line.place, found, "in_scheme: with the keys that lead there")
            )
        elif not row.cases and not row.declared:
            places = ", ".join(spot.place for spot in row.line.spots)
            found = f"{name}: no worked case notices a change of {places}"
            problems.append(Problem(row.line.place, found, "a case that comes out otherwise"))
    return problems


def page(tables: Sequence[tuple[Regulation, Sequence[Row]]]) -> str:
    """The page ``docs/administrators/regulations.md``: an introduction, and all tables."""
    parts = []
    for regulation, table in tables:
        title = regulation.title.words()
        parts.append(
            f"## {title.zh} · {title.en}\n\n"
            "| 要求 · what is asked | 原文 · paragraph | 规则 · rules | 算例 · cases |\n"
            "|---|---|---|---|\n" + "".join(map(_row, table))
        )
    return _INTRODUCTION + "\n".join(parts)


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
