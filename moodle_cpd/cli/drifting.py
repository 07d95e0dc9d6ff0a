"""``moodle-cpd verify``: does Moodle still hold what was handed over?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import click

from moodle_cpd.apply.verifying import Verification, Verifier
from moodle_cpd.apply.verifying_hours import compare_hours
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import problem_as_dict
from moodle_cpd.cli.session import Session
from moodle_cpd.cli.steps import reach_site
from moodle_cpd.errors import ExitCode
from moodle_cpd.model.drift import Drift, DriftKind

_TELLING = {DriftKind.MISSING, DriftKind.CHANGED, DriftKind.EXTRA}
_FILES = {
    "report": "files compared by hash",
    "content": "files compared byte for byte",
    "not": "files not compared: set [site] files_report, or add --files",
}


@click.command()
@click.option("--files", is_flag=True, help="Fetch every certificate and compare its bytes.")
@json_option
@click.pass_obj
def verify(session: Session, files: bool) -> int:
    """Compare what was handed over with what Moodle holds now; writes nothing to Moodle.

    Exit code 3 where something is missing, changed or extra; the next 'plan' offers to hand over
    again what is missing. A badge that isn't seen may be hidden by its holder: that is told, and
    is no difference.
    """
    with session.moodle() as moodle, session.run("verify") as run:
        reach_site(session, moodle, run)
        found = Verifier(moodle, run.ledger, session.settings, content=files).compare(
            session.console
        )
        session.console.close_bars()
        site = session.settings.site.name
        hours = compare_hours(moodle, session.settings.running_hours, run.ledger.hours_shown(site))
        found = replace(
            found,
            drifts=tuple(sorted((*found.drifts, *hours.drifts))),
            problems=(*found.problems, *hours.problems),
        )
        run.ledger.record_drifts(site, found.drifts)
        run.ledger.forget_hours(site, hours.missing)
        run.summary |= {"checked": found.checked, "drifts": len(found.drifts)}
        if found.problems:
            run.exit_code = ExitCode.PARTIAL
        elif any(drift.kind in _TELLING for drift in found.drifts):
            run.exit_code = ExitCode.CHANGES_PENDING
        requests = moodle.requests_sent
    session.console.problems(found.problems)
    session.console.result(
        _as_text(found, hours.checked, requests),
        {
            "checked": found.checked,
            "running_hours": hours.checked,
            "files": found.files,
            "requests": requests,
            "drifts": [_as_dict(drift) for drift in found.drifts],
            "problems": [problem_as_dict(problem) for problem in found.problems],
        },
    )
    return run.exit_code


def _as_text(found: Verification, hours: int, requests: int) -> str:
    counts = Counter(drift.kind for drift in found.drifts)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in DriftKind if counts[kind])
    # What could not be compared, or was scaled, is told as a problem.
    alike = "no other difference" if found.problems else "all as handed over"
    lines = [_line(drift) for drift in found.drifts]
    shown = f" and {hours} running hours" if hours else ""
    lines.append(
        f"{found.checked} awards{shown} compared in {requests} requests, {_FILES[found.files]}: "
        f"{told or alike}."
    )
    return "\n".join(lines)


def _line(drift: Drift) -> str:
    what = {
        DriftKind.MISSING: f"{drift.due} is not there any more",
        DriftKind.CHANGED: f"{drift.found} instead of {drift.due}",
        DriftKind.EXTRA: f"{drift.found} is not by us, or was taken back",
        DriftKind.UNSEEN: f"{drift.due} is not seen; it may be hidden",
    }[drift.kind]
    key = drift.key
    serial = f" {drift.serial}" if drift.serial else ""
    return f"  {drift.kind:<8} {drift.thing:<7} teacher {key.teacher}{serial}: {what}"


def _as_dict(drift: Drift) -> dict[str, object]:
    key = drift.key
    return {
        "kind": drift.kind.value,
        "thing": drift.thing.value,
        "teacher": key.teacher,
        "scheme": key.scheme,
        "period": key.period,
        "award": key.award,
        "serial": drift.serial,
        "due": drift.due,
        "found": drift.found,
    }
