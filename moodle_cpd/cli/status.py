"""``moodle-cpd status``: what is known, what was issued, what was left unfinished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import table
from moodle_cpd.cli.everybody import summed, tallied
from moodle_cpd.cli.session import Session, now
from moodle_cpd.cli.status_awards import badges_left, being_withdrawn, ending_soon, words
from moodle_cpd.ledger import Ledger

_NAMED = 5


@click.command()
@json_option
@click.pass_obj
def status(session: Session) -> None:
    """Show what the ledger knows of this site; asks nothing of Moodle."""
    site = session.settings.site.name
    with session.ledger() as ledger:
        data = _gather(ledger, site)
        on_awards = {
            "ending_soon": ending_soon(ledger, site, now()),
            "being_withdrawn": being_withdrawn(ledger, site),
            "badges_left": badges_left(ledger, session.settings),
        }
    text = "\n".join((_as_text(data, now()), *words(on_awards)))
    session.console.result(text, {**data, **on_awards})


def _gather(ledger: Ledger, site: str) -> dict[str, object]:
    """What is shown, as JSON values."""
    outcomes = summed(tallied(ledger, site)).counts
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
        "read": [
            {
                "what": stream,
                "everything": state.full_at.isoformat(),
                "news": state.read_at.isoformat(),
            }
            for stream, state in sorted(ledger.readings(site).items())
        ],
        "vanished": [
            {"teacher": teacher, "course": course, "since": since.isoformat()}
            for (teacher, course), since in ledger.vanished(site).items()
        ],
        "decisions": [
            {"scheme": scheme, "period": period, "outcome": outcome, "teachers": count}
            for (scheme, period, outcome), count in sorted(outcomes.items())
        ],
        "awards": [
            {"scheme": scheme, "period": period, "award": award, "state": state, "count": count}
            for (scheme, period, award, state), count in sorted(awards.items())
        ],
        "by_hand": {
            "adjustments": sum(map(len, ledger.adjustments(site).values())),
            "dispensations": sum(map(len, ledger.dispensations(site).values())),
        },
        "closed": [
            {
                "scheme": each.scheme,
                "period": each.period,
                "closed_at": each.closed_at.isoformat(),
                "document": each.document,
            }
            for each in ledger.closures(site)
        ],
        "running_hours": {
            "shown": len(ledger.hours_shown(site)),
            "in_doubt": len(ledger.hours_meant(site)),
        },
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


def _as_text(data: dict[str, object], at: datetime) -> str:
    def rows(name: str) -> list[dict[str, object]]:
        listed = data[name]
        return listed if isinstance(listed, list) else []

    lines = [
        f"Site {data['site']}, ledger {data['ledger']}",
        f"{data['teachers']} teachers, {data['courses']} courses, {data['facts']} facts; "
        f"last pull {data['last_pull'] or 'never'}"
        + (f" (strategy {data['strategy']})" if data["strategy"] else ""),
    ]
    lines += _ages(rows("read"), at)
    if vanished := rows("vanished"):
        named = ", ".join(f"{v['teacher']} in {v['course']}" for v in vanished[:_NAMED])
        more = f" and {len(vanished) - _NAMED} more" if len(vanished) > _NAMED else ""
        lines.append(
            f"Completions not seen any more, still counted: teacher {named}{more}. Look whether "
            "they left the course, or it was reset"
        )
    counts = data["by_hand"]
    if isinstance(counts, dict) and any(counts.values()):
        lines.append(
            f"Brought in by people: {counts['adjustments']} adjustments, "
            f"{counts['dispensations']} dispensations"
        )
    hours = data["running_hours"]
    if isinstance(hours, dict) and any(hours.values()):
        doubt = f"; {hours['in_doubt']} in doubt, written again" if hours["in_doubt"] else ""
        lines.append(f"Running hours: {hours['shown']} shown{doubt}")
    tables = (
        *(("Decisions", "decisions"), ("Closed periods", "closed")),
        *(("Awards", "awards"), ("Last runs", "runs")),
    )
    for title, name in tables:
        found = rows(name)
        if name == "closed" and not found:
            continue
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


def _ages(read: list[dict[str, object]], at: datetime) -> Iterator[str]:
    """How old what is known is: the oldest stream tells."""
    for name, title in (("news", "Last read"), ("everything", "Everything read")):
        oldest = min((str(each[name]) for each in read), default=None)
        if oldest is not None:
            yield f"{title} {oldest}, {_age(at - datetime.fromisoformat(oldest))} ago"


def _age(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds())) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
