"""The pipeline's steps as the commands string them together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from moodle_cpd.apply import ApplyReport, Delivery, apply_plan
from moodle_cpd.certificates import CertificateRenderer
from moodle_cpd.cli.session import Run, Session, now
from moodle_cpd.decide import (
    TeacherRecord,
    decide_prepared,
    decision_digest,
    decision_to_json,
    prepare,
)
from moodle_cpd.errors import ExitCode, RefusedError, SiteError
from moodle_cpd.ledger import DecisionRecord, Ledger
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.moodle import Moodle, Writer
from moodle_cpd.plan import Plan, make_plan, plan_as_json
from moodle_cpd.problems import Problem
from moodle_cpd.pull import PullReport, pull
from moodle_cpd.rules import Rulebook, check_against_site

_NEVER = datetime.min.replace(tzinfo=UTC)
_CLOCKS_APART = 600.0
"""Seconds that this computer's clock and the site's may differ."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought, for people and for programs."""

    text: str
    data: Mapping[str, object]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions with their digests, and what could not be decided."""

    decisions: tuple[tuple[Decision, str], ...]
    problems: tuple[Problem, ...]
    new: int


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
    offset = moodle.client.transport.clock_offset
    if offset is not None and abs(offset) > _CLOCKS_APART:
        raise SiteError(
            Problem(
                f"{moodle.name}: clock",
                f"this computer and the site differ by {abs(offset):.0f} s",
                f"at most {_CLOCKS_APART:.0f} s, since dates of issue and deadlines hang on it",
                "Set the clock that is wrong (NTP)",
            )
        )


def pull_step(session: Session, moodle: Moodle, run: Run, *, full: bool = False) -> Pulled:
    """Read the site into the ledger; what had to be skipped makes the run partial."""
    began = now()
    report = pull(
        moodle,
        run.ledger,
        session.settings,
        run.id,
        selected=session.rulebook.uses,
        now=began,
        progress=session.console,
        scope=session.rulebook.digest,
        full=full,
    )
    session.console.close_bars()
    problems = (*report.problems, *_map_problems(session, run.ledger))
    data = _counts(report)
    run.summary |= {"pulled": True, "complete": not report.problems, **data}
    run.read_at = report.began
    if not report.problems:
        run.read_until = report.began
    if report.problems:
        run.exit_code = ExitCode.PARTIAL
    return Pulled(_in_words(report), data, problems)


def _counts(report: PullReport) -> dict[str, object]:
    return {
        "people": report.people,
        "people_changed": report.people_changed,
        "attributes_changed": report.attributes_changed,
        "courses": report.courses,
        "activities": report.activities,
        "new": {str(kind): count for kind, count in report.new.items()},
        "retracted": report.retracted,
        "vanished": [list(pair) for pair in report.vanished],
        "requests": report.requests,
        "strategy": str(report.strategy),
        "full": report.full,
        "began": report.began.isoformat(),
    }


def _in_words(report: PullReport) -> str:
    new = ", ".join(f"{count} {kind}" for kind, count in sorted(report.new.items()) if count)
    text = (
        f"Read {report.people} teachers, {report.courses} courses, {report.activities} "
        f"assignments in {report.requests} requests (strategy {report.strategy}, "
        f"{'everything' if report.full else 'only what is new'}). New: {new or 'nothing'}."
    )
    if report.retracted:
        text += f" Retracted by Moodle: {report.retracted}."
    if report.vanished:
        text += f" Not seen any more, still counted: {len(report.vanished)}."
    return text


def _map_problems(session: Session, ledger: Ledger) -> list[Problem]:
    courses = list(ledger.courses(session.settings.site.name).values())
    return check_against_site(session.rulebook, courses)


def decide_step(session: Session, run: Run, on: datetime, *, record: bool = True) -> Decided:
    """Decide every known teacher and record what changed.

    Args:
        session: settings and rules.
        run: which run decides; facts come from its ledger.
        on: the moment of which it is decided, UTC.
        record: whether the decisions are kept; those of another day are not.
    """
    problems: list[Problem] = []
    decisions: list[tuple[Decision, str]] = []
    records: list[DecisionRecord] = []
    people = run.ledger.people(session.settings.site.name)
    session.console.start("decide", len(people))
    for found, trouble in decide_all(session, run.ledger, on, session.rulebook, run.read_until):
        problems += trouble
        for decision in found:
            body = decision_to_json(decision)
            digest = decision_digest(decision)
            decisions.append((decision, digest))
            records.append(
                DecisionRecord(
                    decision.site,
                    decision.teacher,
                    decision.scheme,
                    decision.period.key,
                    str(decision.outcome),
                    digest,
                    body,
                )
            )
        session.console.advance()
    new = run.ledger.record_decisions(run.id, records) if record else 0
    session.console.close_bars()
    run.summary |= {"decisions": len(decisions), "decisions_new": new}
    return Decided(tuple(decisions), tuple(dict.fromkeys(problems)), new)


def decide_all(
    session: Session,
    ledger: Ledger,
    on: datetime,
    rulebook: Rulebook,
    read_until: datetime | None,
) -> Iterator[tuple[list[Decision], list[Problem]]]:
    """Decide every known teacher by some rules; keeps nothing.

    Args:
        session: settings.
        ledger: whose facts.
        on: the moment of which it is decided, UTC.
        rulebook: the rules.
        read_until: when the site was last read with nothing left out, UTC; None: never.
    """
    site = session.settings.site.name
    courses: dict[int, Course] = ledger.courses(site)
    written = ledger.record_courses_seen(site, ())
    prepared = prepare(rulebook, courses, written)
    attributes = ledger.attributes(site)
    facts = dict(ledger.facts(site))
    for teacher in ledger.people(site):
        known = TeacherRecord(
            site=site,
            teacher=teacher,
            facts=tuple(facts.get(teacher, ())),
            attributes=tuple(attributes.get(teacher, ())),
            read_until=read_until or _NEVER,
        )
        yield decide_prepared(prepared, known, on)


def plan_step(session: Session, run: Run, decided: Decided) -> Plan:
    """Compare decisions with awards, and keep the plan that will be shown."""
    site = session.settings.site
    planned = make_plan(
        site=site.name,
        url=site.url,
        rules_digest=session.rulebook.digest,
        certificates=_certificates_digest(session, run, decided),
        read_at=run.read_at,
        decisions=decided.decisions,
        awards=run.ledger.awards(site.name),
        routes=session.settings.awards,
        absent=run.ledger.absent_people(site.name),
    )
    run.ledger.record_plan(run.id, planned.digest, plan_as_json(planned))
    run.summary |= {"plan": planned.digest, "actions": len(planned.actions)}
    return planned


def _certificates_digest(session: Session, run: Run, decided: Decided) -> str:
    """Names and settings that will stand on certificates: a plan that was shown covers them."""
    people = run.ledger.people(session.settings.site.name)
    met = sorted({d.teacher for d, _ in decided.decisions if d.outcome is Outcome.MET})
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


def apply_step(session: Session, moodle: Moodle, run: Run, planned: Plan) -> ApplyReport:
    """Carry out a plan; awards that Moodle doesn't confirm make the run partial."""
    delivery = Delivery(
        moodle=moodle,
        writer=Writer(moodle),
        ledger=run.ledger,
        settings=session.settings,
        people=run.ledger.people(planned.site),
        run=run.id,
        clock=now,
    )
    fonts = session.settings.certificates.fonts
    report = apply_plan(
        planned, delivery, lambda: CertificateRenderer(fonts=fonts), session.console
    )
    session.console.close_bars()
    run.summary |= {"confirmed": report.confirmed, "writes": report.writes}
    if report.problems or report.unfinished > len(report.notes):
        run.exit_code = ExitCode.PARTIAL
    return report
