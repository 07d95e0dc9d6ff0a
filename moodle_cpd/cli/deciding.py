"""``moodle-cpd decide``: facts, rules and a date into decisions."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from moodle_cpd.cli.app import json_option, language_option
from moodle_cpd.cli.console import problem_as_dict, table
from moodle_cpd.cli.deciding_step import decide_step, everybody
from moodle_cpd.cli.everybody import Everybody, Outcomes, summed
from moodle_cpd.cli.session import Session, now
from moodle_cpd.errors import ExitCode
from moodle_cpd.rules import load_rulebook


@click.command()
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Decide as of the end of this day (where the teachers live) instead of now.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Decide by the rules in this folder instead of the settings'; nothing is kept.",
)
@click.option(
    "--compare",
    is_flag=True,
    help="With --rules: show whose outcome these rules would change, and why.",
)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Decide everybody again, also whom nothing new concerns.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Decide in so many processes, each of which takes a core and some memory.",
)
@language_option("With --compare: in which language it is told.")
@click.option(
    "--all-changes",
    is_flag=True,
    help="With --compare: name every teacher of each kind of change.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --compare: write all changes into this file, as a table (CSV).",
)
@json_option
@click.pass_obj
def decide(
    session: Session,
    on: datetime | None,
    rules: Path | None,
    compare: bool,
    every: bool,
    jobs: int,
    language: str,
    all_changes: bool,
    into: Path | None,
) -> int:
    """Decide every teacher, scheme and period from what is known; asks nothing of Moodle.

    A teacher is decided again only where something changed that the decision rests on: what is
    known of the teacher, the rules, the courses, this program, or a period that began or ended.
    With --on nothing is kept: a look at another day. With --rules neither: a look at other rules.
    """
    moment = now() if on is None else _end_of_day(session, on)
    if rules is not None and compare:
        # Only this needs them, and to read them takes longer than to decide a few teachers.
        from moodle_cpd.cli.comparing import Comparison, compare_rules  # noqa: PLC0415  # as said

        wanted = Comparison(rules, moment, language == "zh", all_changes, into)
        return compare_rules(session, wanted)
    if compare:
        raise click.UsageError("--compare needs --rules: the folder with the other rules")
    if all_changes or into is not None:
        raise click.UsageError("--all-changes and --into go with --compare")
    if rules is not None:
        return _by_other_rules(session, rules, moment)
    with session.run("decide") as run:
        if on is None:
            decided = decide_step(session, run, moment, every=every, jobs=jobs)
            outcomes, new = decided.outcomes, decided.new
        else:
            outcomes, new = summed(everybody(session, run, moment).look()), 0
            run.summary |= {"decisions": outcomes.decisions, "decisions_new": 0}
    _show(session, moment, outcomes, new)
    return run.exit_code


def _end_of_day(session: Session, day: datetime) -> datetime:
    """The last second of a day in the zone of the settings, UTC."""
    if not 1900 <= day.year <= 2999:
        raise click.BadParameter("a year from 1900 to 2999", param_hint="--on")
    zone = ZoneInfo(session.settings.people.time_zone)
    return datetime.combine(day.date(), time(23, 59, 59), zone).astimezone(UTC)


def _by_other_rules(session: Session, rules: Path, moment: datetime) -> int:
    rulebook = load_rulebook(rules)
    with session.ledger() as ledger:
        site = session.settings.site.name
        outcomes = summed(Everybody(ledger, site, rulebook, moment, moment).look())
    _show(session, moment, outcomes, 0)
    return ExitCode.DONE


def _show(session: Session, moment: datetime, outcomes: Outcomes, new: int) -> None:
    session.console.problems(outcomes.problems)
    counts = sorted(outcomes.counts.items())
    rows = [(*key, str(count)) for key, count in counts]
    session.console.result(
        f"{table(rows)}\n{outcomes.decisions} decisions, {new} new or changed, "
        f"{len(outcomes.problems)} things to look at.",
        {
            "on": moment.isoformat(),
            "decisions": outcomes.decisions,
            "new": new,
            "outcomes": [
                {"scheme": scheme, "period": period, "outcome": outcome, "teachers": count}
                for (scheme, period, outcome), count in counts
            ],
            "problems": [problem_as_dict(problem) for problem in outcomes.problems],
        },
    )
