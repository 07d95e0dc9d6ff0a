"""``moodle-cpd doctor``: is the site ready, and where is it mended if not."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import table
from moodle_cpd.cli.session import Session, now
from moodle_cpd.doctor import Verdict, examine
from moodle_cpd.errors import ExitCode

_SIGNS = {
    Verdict.OK: "ok",
    Verdict.WARNING: "warning",
    Verdict.LACK: "LACK",
    Verdict.UNTESTED: "untested",
}


@click.command()
@click.option(
    "--try-write",
    is_flag=True,
    help="Also try a write that harms nobody, on the service account's own user.",
)
@json_option
@click.pass_obj
def doctor(session: Session, try_write: bool) -> int:
    """Check site, account, service, rules and targets; say where each lack is mended.

    Only reads, unless --try-write is given.
    """
    console = session.console
    findings = []
    with session.moodle(at_any_hour=True) as moodle:
        for finding in examine(
            moodle, session.settings, session.rulebook, try_write=try_write, now=now()
        ):
            findings.append(finding)
            if not console.as_json:
                line = table([(f"{_SIGNS[finding.verdict]:<8}", finding.check, finding.found)])
                click.echo(line)
                if finding.remedy:
                    click.echo(f"          → {finding.remedy}")
        requests = moodle.requests_sent
    counts = Counter(finding.verdict for finding in findings)
    lacks = counts[Verdict.LACK]
    console.result(
        f"\n{counts[Verdict.OK]} in order, {lacks} lacking, {counts[Verdict.WARNING]} warnings, "
        f"{counts[Verdict.UNTESTED]} untested; {requests} requests.",
        {"findings": [asdict(finding) for finding in findings], "requests": requests},
    )
    return ExitCode.SITE_PROBLEM if lacks else ExitCode.DONE
