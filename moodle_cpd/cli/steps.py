"""The pipeline's steps as the commands string them together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256

from moodle_cpd.apply import ApplyReport, Delivery, apply_plan
from moodle_cpd.certificates import NoticeRenderer, Press
from moodle_cpd.cli.deciding_step import Decided
from moodle_cpd.cli.everybody import standing
from moodle_cpd.cli.keys import key_store
from moodle_cpd.cli.pull_words import pull_counts, pull_in_words
from moodle_cpd.cli.session import Run, Session, now
from moodle_cpd.credentials import Signer
from moodle_cpd.decide import decision_from_json
from moodle_cpd.errors import ExitCode, RefusedError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.decision import Decision
from moodle_cpd.moodle import Moodle, Writer
from moodle_cpd.plan import Plan, RunningHours, choices_of, make_plan, plan_as_json
from moodle_cpd.problems import Problem
from moodle_cpd.pull import pull
from moodle_cpd.rules import EntryIndex, check_against_site


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought, for people and for programs."""

    text: str
    data: Mapping[str, object]
    problems: tuple[Problem, ...]


def reach_site(session: Session, moodle: Moodle, run: Run, *, moved: bool = False) -> None:
    """Make sure that this is the Moodle that the ledger knows, and that the clocks agree.

    Args:
        session: settings.
        moodle: the site.
        run: which run; its ledger holds what the site's name stands for.
        moved: a person says that the same Moodle has a new address.

    Raises:
        InputError: the site's name stands for another Moodle.
        SiteError: the clocks differ so far that dates on certificates would be wrong.
    """
    run.ledger.claim_site(session.settings.site.name, moodle.info.siteurl, moved=moved)
    moodle.check_clock()


def pull_step(session: Session, moodle: Moodle, run: Run, *, full: bool = False) -> Pulled:
    """Read the site into the ledger; what had to be skipped makes the run partial."""
    began = now()
    used = EntryIndex(session.rulebook.entries())
    report = pull(
        moodle,
        run.ledger,
        session.settings,
        run.id,
        selected=used.uses,
        wanted=used.uses_work,
        now=began,
        progress=session.console,
        scope=session.rulebook.digest,
        full=full,
    )
    session.console.close_bars()
    moodle.check_clock()
    problems = (*report.problems, *_map_problems(session, run.ledger))
    data = pull_counts(report)
    run.summary |= {"pulled": True, "complete": not report.problems, **data}
    run.read_at = report.began
    if not report.problems:
        run.read_until = report.began
    if report.problems:
        run.exit_code = ExitCode.PARTIAL
    return Pulled(pull_in_words(report), data, problems)


def _map_problems(session: Session, ledger: Ledger) -> list[Problem]:
    courses = list(ledger.courses(session.settings.site.name).values())
    return check_against_site(session.rulebook, courses)


def plan_step(session: Session, run: Run, decided: Decided) -> Plan:
    """Compare decisions with awards, and keep the plan that will be shown."""
    site = session.settings.site
    running = _running_hours(session, run, decided)
    planned = make_plan(
        site=site.name,
        url=site.url,
        rules_digest=session.rulebook.digest,
        certificates=_certificates_digest(session, run, decided),
        read_at=run.read_at,
        on=decided.on,
        results=standing(run.ledger, site.name),
        awards=run.ledger.awards(site.name),
        routes=session.settings.awards,
        absent=run.ledger.absent_people(site.name),
        names={person.id: person.full_name for person in run.ledger.people(site.name).values()},
        printed=run.ledger.printed_names(site.name),
        drifts=run.ledger.drifts(site.name),
        running=running,
        titles={
            (scheme.id, award.id): award.title
            for scheme in session.rulebook.schemes
            for edition in scheme.editions
            for award in edition.awards
        },
        decision=partial(_decision, run.ledger, site.name),
        choices=choices_of(session.rulebook),
    )
    if running is not None:
        run.ledger.note_grounds(site.name, running.same)
        run.summary |= {"running_hours": len(planned.running_hours)}
    run.ledger.record_plan(run.id, planned.digest, plan_as_json(planned))
    run.summary |= {"plan": planned.digest, "actions": len(planned.actions)}
    return planned


def _running_hours(session: Session, run: Run, decided: Decided) -> RunningHours | None:
    wanted = session.settings.running_hours
    if not wanted:
        return None
    site, ledger = session.settings.site.name, run.ledger
    absent = ledger.absent_people(site)
    return RunningHours(
        wanted,
        ledger.hours_shown(site),
        ledger.hours_meant(site).keys(),
        {person.id: person for person in ledger.people(site).values() if person.id not in absent},
        partial(_decision, ledger, site),
        choices_of(session.rulebook),
        decided.on,
    )


def _decision(ledger: Ledger, site: str, teacher: int, digest: str) -> Decision | None:
    body = ledger.decision(site, teacher, digest)
    return None if body is None else decision_from_json(body)


def _certificates_digest(session: Session, run: Run, decided: Decided) -> str:
    """Names and settings that will stand on certificates: a plan that was shown covers them."""
    people = run.ledger.people(session.settings.site.name)
    met = sorted(decided.outcomes.met)
    content = {
        "settings": session.settings.certificates.model_dump(mode="json"),
        "names": [people[teacher].full_name for teacher in met if teacher in people],
    }
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def refuse_old_facts(session: Session, run: Run) -> None:
    """What Moodle said days ago is no ground for a certificate today.

    Raises:
        RefusedError: Moodle was not read lately.
    """
    most = timedelta(hours=session.settings.limits.pull_age_hours)
    if run.read_at is None or now() - run.read_at > most:
        read = "never" if run.read_at is None else f"on {run.read_at:%Y-%m-%d %H:%M} UTC"
        raise RefusedError(
            Problem(
                "[limits] pull_age_hours",
                f"Moodle was last read {read}",
                f"less than {session.settings.limits.pull_age_hours:g} hours ago",
                "Run 'moodle-cpd pull' and 'moodle-cpd plan', read it, and apply that one",
            )
        )


def apply_step(
    session: Session, moodle: Moodle, run: Run, planned: Plan, *, withdraw: bool
) -> ApplyReport:
    """Carry out a plan; awards that Moodle doesn't confirm make the run partial.

    Args:
        session: settings.
        moodle: the site.
        run: which run.
        planned: what was shown.
        withdraw: a person said that awards may be taken back.
    """
    certificates = session.settings.certificates
    keys = None if certificates.keys is None else key_store(certificates.keys)
    delivery = Delivery(
        moodle=moodle,
        writer=Writer(moodle),
        ledger=run.ledger,
        settings=session.settings,
        people=run.ledger.people(planned.site),
        run=run.id,
        clock=now,
        signer=None if keys is None else Signer(keys),
    )
    with Press.of(session.settings) as press:
        report = apply_plan(
            planned,
            delivery,
            lambda: press,
            lambda: NoticeRenderer(fonts=certificates.fonts),
            session.console,
            withdraw=withdraw,
        )
    session.console.close_bars()
    run.summary |= {
        "confirmed": report.confirmed,
        "ended": report.ended,
        "writes": report.writes,
    }
    if planned.running_hours:
        run.summary |= {"hours_written": report.hours}
    if report.problems or report.unfinished > report.unseen:
        run.exit_code = ExitCode.PARTIAL
    return report
