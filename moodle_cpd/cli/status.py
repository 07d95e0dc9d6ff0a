"""``moodle-cpd status``: what is known, what was issued, what was left unfinished."""

from __future__ import annotations

from collections import Counter

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import table
from moodle_cpd.cli.session import Session
from moodle_cpd.ledger import Ledger


@click.command()
@json_option
@click.pass_obj
def status(session: Session) -> None:
    """Show what the ledger knows of this site; asks nothing of Moodle."""
    site = session.settings.site.name
    with session.ledger() as ledger:
        data = _gather(ledger, site)
    session.console.result(_as_text(data), data)


def _gather(ledger: Ledger, site: str) -> dict[str, object]:
    outcomes: Counter[tuple[str, str, str]] = Counter()
    for record in ledger.latest_decisions(site):
        outcomes[record.scheme, record.period, record.outcome] += 1
    awards = Counter(
        (key.scheme, key.period, key.award, str(award.state))
        for key, award in ledger.awards(site).items()
    )
    runs = ledger.runs(site)
    pulled = next(
        (run for run in runs if run.command in {"pull", "sync"} and run.summary.get("pulled")),
        None,
    )
    return {
        "site": site,
        "ledger": str(ledger.path),
        "teachers": len(ledger.people(site)),
        "courses": len(ledger.courses(site)),
        "facts": ledger.count_facts(site),
        "last_pull": None if pulled is None else pulled.started_at.isoformat(),
        "strategy": None if pulled is None else pulled.summary.get("strategy"),
        "decisions": [
            {"scheme": scheme, "period": period, "outcome": outcome, "teachers": count}
            for (scheme, period, outcome), count in sorted(outcomes.items())
        ],
        "awards": [
            {"scheme": scheme, "period": period, "award": award, "state": state, "count": count}
            for (scheme, period, award, state), count in sorted(awards.items())
        ],
        "open_intents": [
            {"entry": entry.entry, "award": str(entry.key), "step": entry.step}
            for entry in ledger.open_intents(site)
        ],
        "runs": [
            {
                "run": run.id,
                "command": run.command,
                "started": run.started_at.isoformat(),
                "exit_code": run.exit_code,
            }
            for run in runs[:5]
        ],
    }


def _as_text(data: dict[str, object]) -> str:
    def rows(name: str) -> list[dict[str, object]]:
        listed = data[name]
        return listed if isinstance(listed, list) else []

    lines = [
        f"Site {data['site']}, ledger {data['ledger']}",
        f"{data['teachers']} teachers, {data['courses']} courses, {data['facts']} facts; "
        f"last pull {data['last_pull'] or 'never'}"
        + (f" (strategy {data['strategy']})" if data["strategy"] else ""),
    ]
    for title, name in (("Decisions", "decisions"), ("Awards", "awards"), ("Last runs", "runs")):
        found = rows(name)
        lines += ["", f"{title}: none" if not found else title]
        if found:
            drawn = table([[_cell(value) for value in row.values()] for row in found])
            lines += [f"  {line}" for line in drawn.splitlines()]
    for intent in rows("open_intents"):
        lines.append(
            f"! write {intent['entry']} ({intent['step']} for {intent['award']}) was not seen to "
            "end: the next 'sync' reads back what Moodle holds"
        )
    return "\n".join(lines)


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
