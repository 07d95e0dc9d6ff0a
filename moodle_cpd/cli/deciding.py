"""``moodle-cpd decide``: facts, rules and a date into decisions."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import problem_as_dict, table
from moodle_cpd.cli.session import Session, now
from moodle_cpd.cli.steps import decide_step


@click.command()
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Decide as of the end of this day (UTC) instead of now.",
)
@json_option
@click.pass_obj
def decide(session: Session, on: datetime | None) -> int:
    """Decide every teacher, scheme and period from what is known; asks nothing of Moodle.

    With --on nothing is kept: a look at another day.
    """
    moment = now() if on is None else datetime.combine(on.date(), time.max, UTC)
    with session.run("decide") as run:
        decided = decide_step(session, run, moment, record=on is None)
    session.console.problems(decided.problems)
    outcomes = Counter(
        (decision.scheme, decision.period.key, str(decision.outcome))
        for decision, _ in decided.decisions
    )
    rows = [(*key, str(count)) for key, count in sorted(outcomes.items())]
    session.console.result(
        f"{table(rows)}\n{len(decided.decisions)} decisions, {decided.new} new or changed, "
        f"{len(decided.problems)} things to look at.",
        {
            "on": moment.isoformat(),
            "decisions": len(decided.decisions),
            "new": decided.new,
            "outcomes": [
                {"scheme": scheme, "period": period, "outcome": outcome, "teachers": count}
                for (scheme, period, outcome), count in sorted(outcomes.items())
            ],
            "problems": [problem_as_dict(problem) for problem in decided.problems],
        },
    )
    return run.exit_code
