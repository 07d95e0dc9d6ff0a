"""``moodle-cpd pull``: read Moodle, record facts."""

from __future__ import annotations

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import problem_as_dict
from moodle_cpd.cli.session import Session
from moodle_cpd.cli.steps import pull_step, reach_site


@click.command()
@click.option(
    "--moved",
    is_flag=True,
    help="Yes, this is the same Moodle as before, at a new address.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Read everything, not only what is new; finds what was taken back in Moodle.",
)
@json_option
@click.pass_obj
def pull(session: Session, moved: bool, full: bool) -> int:
    """Read people, courses, completions, grades and submissions into the ledger.

    Nothing is written to Moodle. Running it again adds only what is new.
    """
    rulebook = session.rulebook
    with session.moodle() as moodle, session.run("pull") as run:
        reach_site(session, moodle, run, moved=moved)
        report = pull_step(session, moodle, run, full=full)
    session.console.problems(report.problems)
    session.console.result(
        report.text,
        {
            **report.data,
            "rules_digest": rulebook.digest,
            "problems": [problem_as_dict(problem) for problem in report.problems],
        },
    )
    return run.exit_code
