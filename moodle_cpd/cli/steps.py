"""The pipeline's steps as the commands string them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

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
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import DecisionRecord, Ledger
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Decision
from moodle_cpd.moodle import Moodle, Writer
from moodle_cpd.plan import Plan, make_plan, plan_as_json
from moodle_cpd.problems import Problem
from moodle_cpd.pull import PullReport, pull
from moodle_cpd.rules import Rulebook, check_against_site


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


def pull_step(session: Session, moodle: Moodle, run: Run) -> Pulled:
    """Read the site into the ledger; what had to be skipped makes the run partial."""
    report = pull(
        moodle,
        run.ledger,
        session.settings,
        run.id,
        selected=session.rulebook.uses,
        now=now(),
        progress=session.console,
    )
    session.console.close_bars()
    problems = (*report.problems, *_map_problems(session, run.ledger))
    data = _counts(report)
    run.summary |= {"pulled": True, **data}
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
    }


def _in_words(report: PullReport) -> str:
    new = ", ".join(f"{count} {kind}" for kind, count in sorted(report.new.items()) if count)
    text = (
        f"Read {report.people} teachers, {report.courses} courses, {report.activities} "
        f"assignments in {report.requests} requests. New: {new or 'nothing'}."
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
    for found, trouble in decide_all(session, run.ledger, on, session.rulebook):
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
    session: Session, ledger: Ledger, on: datetime, rulebook: Rulebook
) -> Iterator[tuple[list[Decision], list[Problem]]]:
    """Decide every known teacher by some rules; keeps nothing.

    Args:
        session: settings.
        ledger: whose facts.
        on: the moment of which it is decided, UTC.
        rulebook: the rules.
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
        )
        yield decide_prepared(prepared, known, on)


def plan_step(session: Session, run: Run, decided: Decided) -> Plan:
    """Compare decisions with awards, and keep the plan that will be shown."""
    site = session.settings.site
    planned = make_plan(
        site=site.name,
        url=site.url,
        rules_digest=session.rulebook.digest,
        decisions=decided.decisions,
        awards=run.ledger.awards(site.name),
        routes=session.settings.awards,
        absent=run.ledger.absent_people(site.name),
    )
    run.ledger.record_plan(run.id, planned.digest, plan_as_json(planned))
    run.summary |= {"plan": planned.digest, "actions": len(planned.actions)}
    return planned


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
    if report.unfinished or report.problems:
        run.exit_code = ExitCode.PARTIAL
    return report
