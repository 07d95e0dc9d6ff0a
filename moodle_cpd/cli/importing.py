"""``moodle-cpd import``: what Moodle can't know, from a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import problem_as_dict
from moodle_cpd.cli.session import Session
from moodle_cpd.errors import ExitCode, InputError
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.records import check_records, read_table
from moodle_cpd.rules.matching import Match, RecordIndex


@click.group("import")
def import_() -> None:
    """Bring in what Moodle can't know, each with its document."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--yes", is_flag=True, help="Record them; without this they are only shown.")
@click.option("--skip-bad-rows", is_flag=True, help="Take the good lines of a file with mistakes.")
@json_option
@click.pass_obj
def records(session: Session, file: Path, yes: bool, skip_bad_rows: bool) -> int:
    """Import records from FILE, a CSV or Excel file; what is known already adds nothing."""
    site, zone = session.settings.site.name, ZoneInfo(session.settings.people.time_zone)
    rows = read_table(file)
    with session.run("import") as run:
        people = run.ledger.people(site).values()
        checked = check_records(file.name, rows, site, people, zone)
        if checked.problems and not (skip_bad_rows and checked.facts):
            raise InputError(*checked.problems)
        teachers = {fact.teacher for fact in checked.facts}
        standing = {
            fact.subject: fact.key
            for _, facts in run.ledger.facts(site, teachers)
            for fact in facts
        }
        fresh = [fact for fact in checked.facts if _is_new(fact, standing)]
        new = run.ledger.record_facts(run.id, fresh) if yes else len(fresh)
        changed = bool(new) and not yes
        run.exit_code = ExitCode.CHANGES_PENDING if changed else ExitCode.DONE
        if checked.problems:
            run.exit_code = ExitCode.PARTIAL
        run.summary |= {"records": new if yes else 0}
    notes = list(dict.fromkeys(_unused(session, checked.facts)))
    session.console.problems([*checked.problems, *notes], most=100)
    known = len(checked.facts) - new
    said = "recorded" if yes else "to record; nothing was recorded, --yes does it"
    session.console.result(
        f"{new} {said}. {known} known already.",
        {
            "new": new,
            "known": known,
            "recorded": yes,
            "problems": [problem_as_dict(each) for each in (*checked.problems, *notes)],
        },
    )
    return run.exit_code


def _is_new(fact: Fact, standing: Mapping[str, str]) -> bool:
    """Whether a fact says otherwise than what stands: another thing, or that it is no more."""
    known = standing.get(fact.subject)
    return known is not None if fact.retracted else known != fact.key


def _unused(session: Session, facts: tuple[Fact, ...]) -> Iterator[Problem]:
    """Records that count in no scheme, or whose hours can't count."""
    indexes = [RecordIndex(scheme.entries) for scheme in session.rulebook.schemes]
    for fact in facts:
        if fact.record is None or fact.retracted:
            continue
        found = [match for index in indexes if (match := index.match(fact.record)) is not None]
        if not found:
            what = f"record '{one_line(fact.record.what)}'"
            yield Problem(what, "no line of a course map takes it", "", "It counts nowhere so far")
        for match in found:
            if not isinstance(match, Match) or match.problem is not None:
                problem = match.problem
                if problem is not None:
                    yield problem
