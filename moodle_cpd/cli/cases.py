"""``moodle-cpd cases``: worked cases held against the rules, without a site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from moodle_cpd.cases import (
    CaseFile,
    CheckResult,
    Fate,
    Mutant,
    check_cases,
    mutants,
    read_cases,
    run_cases,
)
from moodle_cpd.cases.reading import CASES
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import table
from moodle_cpd.cli.session import Session
from moodle_cpd.errors import ExitCode, InputError
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.rules import Rulebook, load_rulebook
from moodle_cpd.rules.loader import SCHEMES


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True), required=False)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Hold the cases against the rules in this folder instead of those they lie beside.",
)
@click.option(
    "--mutate",
    is_flag=True,
    help="Change each value of the rules, one at a time, and tell which case notices.",
)
@json_option
@click.pass_obj
def cases(session: Session, path: Path | None, rules: Path | None, mutate: bool) -> int:
    """Run worked cases: what policy people expect of the rules, and what comes out.

    PATH is a rules folder, a folder of cases, or one file of them; without it the settings' rules,
    or the shipped ones where there are no settings. Asks nothing of a site or a ledger.
    """
    where, own = _where(session, path)
    rulebook = load_rulebook(rules or own)
    folder = read_cases(where, own)
    problems = [*folder.problems, *check_cases(rulebook, folder.files)]
    if not folder.files and not problems:
        problems.append(
            Problem(str(where), "no cases here", f"files such as {CASES}/my-scheme/first.yaml")
        )
    if problems:
        raise InputError(*problems)
    without = {each.id for each in rulebook.schemes} - {f.scheme for f in folder.files.values()}
    if where == own / CASES and without:
        session.console.say(f"Without any case: {', '.join(sorted(without))}.")
    results = list(run_cases(rulebook, folder.files))
    if any(result.differences for result in results) or not mutate:
        return _show_results(session, results)
    return _mutate(session, rules or own, rulebook, folder.files)


def _where(session: Session, path: Path | None) -> tuple[Path, Path]:
    """Where the cases lie, and the rules' folder that they belong to."""
    if path is None or (path / SCHEMES).is_dir():
        own = session.rules_folder() if path is None else path
        return own / CASES, own
    for above in path.resolve().parents:
        if (above / SCHEMES).is_dir():
            return path.resolve(), above
    return path, session.rules_folder()


def _show_results(session: Session, results: list[CheckResult]) -> int:
    wrong = [result for result in results if result.differences]
    lines: list[str] = []
    for result in wrong:
        lines.append(f"{result.place}: {result.case}, on {result.on}")
        rows = [("", "expected", "got")]
        rows += [(d.what, one_line(d.expected), one_line(d.got)) for d in result.differences]
        lines += [f"    {line}" for line in table(rows).splitlines()]
    count = len({(result.place.split(":")[0], result.case) for result in results})
    lines.append(
        f"{count} cases, {len(results)} checks: {len(results) - len(wrong)} as expected, "
        f"{len(wrong)} not."
    )
    session.console.result(
        "\n".join(lines),
        {
            "cases": count,
            "checks": len(results),
            "failed": len(wrong),
            "results": [asdict(result) for result in results],
        },
    )
    return ExitCode.CHANGES_PENDING if wrong else ExitCode.DONE


def _mutate(
    session: Session, rules: Path, rulebook: Rulebook, files: Mapping[str, CaseFile]
) -> int:
    told = {rulebook.scheme(file.scheme) for file in files.values()}
    schemes = sorted({scheme.frame_of or scheme.id for scheme in told})
    found: list[Mutant] = []
    session.console.start("change values", None)
    for scheme in schemes:
        for mutant in mutants(rules, scheme, files):
            found.append(mutant)
            session.console.advance()
    session.console.close_bars()
    counts = Counter(mutant.fate for mutant in found)
    rows = [("place", "value", "was", "now", "fate", "case")]
    rows += [(m.place, m.key, one_line(m.was), one_line(m.now), m.fate.value, m.by) for m in found]
    summary = ", ".join(f"{counts[fate]} {fate.value}" for fate in Fate)
    session.console.result(
        f"{table(rows)}\n{len(found)} changes: {summary}.",
        {
            "changes": [_told(mutant) for mutant in found],
            "counts": {fate.value: counts[fate] for fate in Fate},
        },
    )
    return ExitCode.CHANGES_PENDING if counts[Fate.SURVIVED] else ExitCode.DONE


def _told(mutant: Mutant) -> dict[str, str]:
    names = ("place", "key", "was", "now", "fate", "by")
    return {name: str(getattr(mutant, name)) for name in names}
