"""``moodle-cpd plan``, ``apply`` and ``sync``: show what would change, then do just that."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from moodle_cpd.cli.allowing import allow_options
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import problem_as_dict
from moodle_cpd.cli.deciding_step import decide_step
from moodle_cpd.cli.session import Run, Session, now
from moodle_cpd.cli.steps import (
    apply_step,
    plan_step,
    pull_step,
    reach_site,
    refuse_old_facts,
)
from moodle_cpd.errors import ExitCode, RefusedError
from moodle_cpd.model.people import Person
from moodle_cpd.moodle import Moodle
from moodle_cpd.plan import (
    Allowed,
    Plan,
    check_limits,
    plan_as_json,
    plan_as_markdown,
    plan_as_text,
)
from moodle_cpd.problems import Problem

_SHORTEST_DIGEST = 8
_FEW = 5
"""Problems that ``sync`` shows of each kind; ``pull`` and ``decide`` show more."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Names for people to read, which a plan does not keep.

    Attributes:
        people: by Moodle's user id, as they are called now.
        printed: by serial, as they stand on certificates.
    """

    people: Mapping[int, Person]
    printed: Mapping[str, str]


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How the plan is shown.",
)
@json_option
@click.pass_obj
def plan(session: Session, form: str) -> int:
    """Show what would change in Moodle. Exit code 3 where something would.

    Asks nothing of Moodle: what the last 'pull' brought is decided and compared.
    """
    with session.run("plan") as run:
        decided = decide_step(session, run, now())
        planned = plan_step(session, run, decided)
        run.exit_code = _pending(planned)
        known = _Known(run.ledger.people(planned.site), run.ledger.printed_names(planned.site))
    session.console.problems(decided.outcomes.problems)
    _show(session, known, planned, form, decided.outcomes.problems)
    return run.exit_code


@click.command()
@click.argument("digest")
@allow_options
@json_option
@click.pass_obj
def apply(session: Session, digest: str, allowed: Allowed) -> int:
    """Do what 'plan' showed; DIGEST is the plan's last line, or its first 8 or more letters.

    A plan that no longer matches what is known is refused.
    """
    if len(digest) < _SHORTEST_DIGEST:
        raise click.BadParameter(f"at least {_SHORTEST_DIGEST} letters", param_hint="DIGEST")
    with session.moodle() as moodle, session.run("apply") as run:
        reach_site(session, moodle, run)
        refuse_old_facts(session, run)
        decided = decide_step(session, run, now())
        planned = plan_step(session, run, decided)
        if not planned.digest.startswith(digest.lower()):
            raise RefusedError(
                Problem(
                    f"plan {digest}",
                    f"no longer matches what is known, which gives plan {planned.digest[:12]}",
                    "",
                    "Run 'moodle-cpd plan', read it, and apply that one",
                )
            )
        _execute(session, moodle, run, planned, allowed, decided.outcomes.problems)
    return run.exit_code


@click.command()
@click.option("--yes", is_flag=True, help="Do it; without this the plan is only shown.")
@allow_options
@json_option
@click.pass_obj
def sync(session: Session, yes: bool, allowed: Allowed) -> int:
    """Pull, decide and plan; with --yes also apply."""
    _ = session.rulebook
    with session.moodle() as moodle, session.run("sync") as run:
        reach_site(session, moodle, run)
        report = pull_step(session, moodle, run)
        session.console.say(report.text)
        session.console.problems(report.problems, most=_FEW)
        decided = decide_step(session, run, now())
        _tell_undecided(session, decided.outcomes.problems)
        planned = plan_step(session, run, decided)
        problems = (*report.problems, *decided.outcomes.problems)
        pulled_code = run.exit_code
        known = _Known(run.ledger.people(planned.site), run.ledger.printed_names(planned.site))
        if yes:
            session.console.say(plan_as_text(planned, known.people, known.printed))
            _execute(session, moodle, run, planned, allowed, problems)
            if run.exit_code is ExitCode.DONE:
                run.exit_code = pulled_code
        else:
            run.exit_code = _pending(planned) or pulled_code
            _show(session, known, planned, "text", problems)
            if planned.would_write:
                session.console.say("Nothing was written. 'moodle-cpd sync --yes' does this.")
    return run.exit_code


def _tell_undecided(session: Session, problems: Sequence[Problem]) -> None:
    """They stay from night to night until a person mends them, so a quiet run only counts them."""
    if session.console.quiet:
        if problems:
            session.console.problems([_undecided(len(problems))])
    else:
        session.console.problems(problems, most=_FEW)


def _undecided(count: int) -> Problem:
    return Problem("decide", f"{count} things to look at", "", "'moodle-cpd decide' lists them")


def _pending(planned: Plan) -> ExitCode:
    changes = planned.actions or planned.running_hours
    return ExitCode.CHANGES_PENDING if changes else ExitCode.DONE


def _show(
    session: Session,
    known: _Known,
    planned: Plan,
    form: str,
    problems: Sequence[Problem],
) -> None:
    render = plan_as_markdown if form == "markdown" else plan_as_text
    listed = [problem_as_dict(problem) for problem in (*problems, *planned.problems)]
    document = json.loads(plan_as_json(planned)) | {"problems": listed}
    session.console.result(render(planned, known.people, known.printed), document)


def _execute(
    session: Session,
    moodle: Moodle,
    run: Run,
    planned: Plan,
    allowed: Allowed,
    problems: Sequence[Problem],
) -> None:
    refused = check_limits(
        planned,
        session.settings.limits,
        teachers=len(run.ledger.people(planned.site)),
        allowed=allowed,
    )
    if refused:
        raise RefusedError(*refused)
    if session.console.quiet:
        session.console.problems(planned.problems, most=_FEW)
    report = apply_step(session, moodle, run, planned, withdraw=allowed.withdraw)
    session.console.problems(report.problems)
    for note in report.notes:
        session.console.say(f"  {note}")
    waiting = 0 if allowed.withdraw else len(planned.withdrawals)
    wait = f"{waiting} withdrawals wait for --allow-withdrawals; " if waiting else ""
    hours = f"{report.hours} running hours written, {report.hours_unfinished} unfinished; "
    session.console.result(
        f"{report.confirmed} awards confirmed by Moodle, {report.unfinished} unfinished; "
        f"{report.ended} withdrawn or expired; {wait}{hours if planned.running_hours else ''}"
        f"{report.writes} writes, {moodle.requests_sent} requests.",
        {
            "plan": json.loads(plan_as_json(planned)),
            "confirmed": report.confirmed,
            "unfinished": report.unfinished,
            "ended": report.ended,
            "withdrawals_shown": waiting,
            "running_hours": {"written": report.hours, "unfinished": report.hours_unfinished},
            "writes": report.writes,
            "requests": moodle.requests_sent,
            "problems": [
                problem_as_dict(problem)
                for problem in (*problems, *planned.problems, *report.problems)
            ],
            "notes": [problem_as_dict(note) for note in report.notes],
        },
    )
