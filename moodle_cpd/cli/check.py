"""``moodle-cpd check``: everything that is wrong with the rules, at once and without a site."""

from __future__ import annotations

from pathlib import Path

import click

from moodle_cpd.cases import check_cases, read_cases, read_regulations
from moodle_cpd.cases.reading import CASES
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.session import Session
from moodle_cpd.errors import ExitCode, InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules import Rulebook, load_rulebook
from moodle_cpd.rules.declared_list import declared_lines
from moodle_cpd.rules.soundness import check_rules


@click.command()
@click.argument(
    "rules_dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=False,
)
@click.option(
    "--declared",
    is_flag=True,
    help="List what the regulations say of schools and offices: assessments, quotas, archive.",
)
@json_option
@click.pass_obj
def check(session: Session, rules_dir: Path | None, *, declared: bool) -> int:
    """Check schemes, course maps, worked cases and regulations: all mistakes of all files at once.

    RULES_DIR is a folder with schemes/ and courses/; without it the settings' rules are checked
    together with the settings' award tables, or the shipped rules where there are no settings.
    """
    folder = rules_dir or session.rules_folder()
    problems: list[Problem] = []
    rulebook: Rulebook | None = None
    try:
        rulebook = load_rulebook(folder)
    except InputError as error:
        problems += error.problems
    try:
        read_regulations(folder)
    except InputError as error:
        problems += error.problems
    read = read_cases(folder / CASES, folder)
    problems += read.problems
    if rulebook is not None:
        problems += check_rules(rulebook)
        problems += check_cases(rulebook, read.files)
        if rules_dir is None and session.config.exists():
            problems += session.award_problems(rulebook)
    if problems:
        raise InputError(*dict.fromkeys(problems))
    assert rulebook is not None  # noqa: S101 - narrows the type: without it there are problems
    entries = sum(len(scheme.entries) for scheme in rulebook.schemes)
    cases = sum(len(file.cases) for file in read.files.values())
    lines = [line for each in rulebook.schemes for line in declared_lines(each)] if declared else []
    listed = "".join(f"{'  ' * level}{words}\n" for level, words in lines)
    session.console.result(
        f"{listed}{len(rulebook.schemes)} schemes, {entries} lines of course maps, "
        f"{cases} worked cases: nothing wrong.",
        {
            "exit_code": int(ExitCode.DONE),
            "problems": [],
            "schemes": [scheme.id for scheme in rulebook.schemes],
            "entries": entries,
            "cases": cases,
            "rules_digest": rulebook.digest,
            "declared": {each.id: len([*each.declared.items()]) for each in rulebook.schemes},
        },
    )
    return ExitCode.DONE
