"""``moodle-cpd close``: what was decided in a period stands from now on (封存)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import table
from moodle_cpd.cli.deciding_step import decide_step
from moodle_cpd.cli.session import Run, Session, now
from moodle_cpd.decide import decision_from_json
from moodle_cpd.errors import ExitCode, InputError, RefusedError
from moodle_cpd.ledger import DecisionRecord, Ledger
from moodle_cpd.model.closure import Closure
from moodle_cpd.model.decision import Outcome
from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook import Scheme

_FEW = 20


@click.command()
@click.argument("scheme")
@click.argument("period")
@click.option("--document", required=True, help="The document by which the period is closed.")
@click.option(
    "--although-open",
    is_flag=True,
    help="Yes, also while outcomes are open, for example because work is not marked.",
)
@click.option("--yes", is_flag=True, help="Do it; without this it is only shown.")
@json_option
@click.pass_obj
def close(
    session: Session, scheme: str, period: str, document: str, although_open: bool, yes: bool
) -> int:
    """Close PERIOD of SCHEME: its decisions then change only by an adjustment.

    New facts and new rules don't change them any more; what would be otherwise is told by 'decide'.
    """
    rules = _scheme(session, scheme)
    site = session.settings.site.name
    if not document.strip():
        raise InputError(Problem("--document", "nothing", "a document's number or place"))
    with session.run("close") as run:
        decide_step(session, run, now())
        decisions: list[DecisionRecord] = []
        decided: set[int] = set()
        for each in run.ledger.latest_decisions(site):
            decided.add(each.teacher)
            if (each.scheme, each.period) == (scheme, period):
                decisions.append(each)
        _refuse_early(session, run, rules, period, decisions)
        open_ = [each.teacher for each in decisions if each.outcome == Outcome.IN_PROGRESS]
        if open_ and not although_open:
            raise RefusedError(_still_open(scheme, period, open_))
        if yes:
            closure = Closure(site, scheme, period, document, now().replace(microsecond=0))
            run.ledger.close_period(run.id, closure)
            run.summary |= {"closed": f"{scheme} {period}"}
        run.exit_code = ExitCode.DONE if yes else ExitCode.CHANGES_PENDING
        # Of whom nothing was ever decided, what comes late still counts.
        missed = len(decided - {each.teacher for each in decisions})
    counts = dict.fromkeys(sorted({each.outcome for each in decisions}), 0)
    for each in decisions:
        counts[each.outcome] += 1
    said = (
        f"Closed: period {period} of '{scheme}', by document {document}."
        if yes
        else "Nothing was recorded. With --yes these decisions are closed."
    )
    rows = [(name, str(count)) for name, count in counts.items()]
    if missed:
        rows.append(("no decision; what comes late counts for nothing", str(missed)))
    session.console.result(
        f"{table(rows)}\n{said}",
        {
            "scheme": scheme,
            "period": period,
            "closed": yes,
            "outcomes": counts,
            "open": open_,
            "without_decision": missed,
        },
    )
    return run.exit_code


def _scheme(session: Session, scheme: str) -> Scheme:
    known = {each.id: each for each in session.rulebook.schemes}
    if scheme not in known:
        raise InputError(
            Problem("SCHEME", f"no scheme '{scheme}'", f"one of: {', '.join(sorted(known))}")
        )
    return known[scheme]


def _refuse_early(
    session: Session, run: Run, scheme: Scheme, period: str, decisions: Sequence[DecisionRecord]
) -> None:
    """Refuse what is not decided, closed already, not over, or not read to its end."""
    if not decisions:
        raise InputError(
            Problem(
                "PERIOD",
                f"nothing is decided in period '{period}' of scheme '{scheme.id}'",
                "a period's key such as 2025, as 'moodle-cpd status' shows it",
            )
        )
    closed = closure_of(run.ledger, session.settings.site.name, scheme.id, period)
    if closed is not None:
        found = f"period {period} was closed on {closed.closed_at:%Y-%m-%d} ({closed.document})"
        raise InputError(Problem("PERIOD", found))
    final = max(_final_from(each, scheme) for each in decisions)
    day = f"{final.astimezone(scheme.zone):%Y-%m-%d}"
    if now() < final:
        raise RefusedError(
            Problem(
                f"scheme '{scheme.id}', period {period}",
                f"the period and its {scheme.grace_days} days of grace are not over",
                f"closing on {day} or later",
            )
        )
    if run.read_until is None or run.read_until < final:
        raise RefusedError(
            Problem(
                f"scheme '{scheme.id}', period {period}",
                "Moodle was not read without gaps since the days of grace were over",
                f"a complete reading on {day} or later",
                "Run 'moodle-cpd pull'",
            )
        )


def _final_from(record: DecisionRecord, scheme: Scheme) -> datetime:
    end = decision_from_json(record.body).period.end.astimezone(scheme.zone)
    # Local midnights: a zone may change its clock within the days of grace.
    return end + timedelta(days=scheme.grace_days)


def _still_open(scheme: str, period: str, teachers: Sequence[int]) -> Problem:
    named = ", ".join(f"#{each}" for each in teachers[:_FEW])
    more = f" and {len(teachers) - _FEW} more" if len(teachers) > _FEW else ""
    return Problem(
        f"scheme '{scheme}', period {period}",
        f"the outcome of {len(teachers)} teachers is still open: {named}{more}",
        "every outcome decided",
        "Have their work marked ('moodle-cpd decide' names it), or close with --although-open",
    )


def closure_of(ledger: Ledger, site: str, scheme: str, period: str) -> Closure | None:
    """The closure of a period, None where it is open."""
    found = (
        each for each in ledger.closures(site) if (each.scheme, each.period) == (scheme, period)
    )
    return next(found, None)
