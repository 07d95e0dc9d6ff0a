"""``moodle-cpd regulations``: each line of the regulations, its rules and its worked cases."""

from __future__ import annotations

from pathlib import Path

import click

from moodle_cpd.cases import check_cases, guards, lacking, page, read_cases, read_regulations, rows
from moodle_cpd.cases.reading import CASES
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.session import Session
from moodle_cpd.errors import ExitCode, InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules import load_rulebook


@click.command()
@click.argument("schemes", nargs=-1, metavar="[SCHEME]...")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Take the rules in this folder instead of the settings'.",
)
@json_option
@click.pass_obj
def regulations(session: Session, schemes: tuple[str, ...], rules: Path | None) -> int:
    """Show each line of the regulations with the rules that say it and the cases that guard it.

    SCHEME picks single ones; without it all are shown. The lines stand in regulations/ of the
    rules' folder. A line that no rule says, or whose value can be changed without any worked case
    noticing, is told as a problem. Asks nothing of a site or a ledger.
    """
    folder = rules or session.rules_folder()
    rulebook = load_rulebook(folder)
    read = read_cases(folder / CASES, folder)
    every = read_regulations(folder)
    problems = [*read.problems, *check_cases(rulebook, read.files)]
    known = [each.scheme for each in every]
    problems += (
        Problem(name, "no regulation of this scheme", f"one of {', '.join(known)}")
        for name in schemes
        if name not in known
    )
    if problems:
        raise InputError(*problems)
    picked = [each for each in every if not schemes or each.scheme in schemes]
    tables = [(each, rows(each, guards(folder, each, read.files))) for each in picked]
    session.console.result(
        page(tables).rstrip("\n"),
        {
            "regulations": [
                {
                    "scheme": regulation.scheme,
                    "lines": [
                        {
                            "id": row.line.part.id,
                            "reference": row.line.part.reference,
                            "rules": [spot.place for spot in row.line.spots],
                            "cases": list(row.cases),
                            "declared": row.declared,
                        }
                        for row in table
                    ],
                }
                for regulation, table in tables
            ]
        },
    )
    missing = [problem for _, table in tables for problem in lacking(table)]
    if missing:
        raise InputError(*missing)
    return ExitCode.DONE
