"""``moodle-cpd explain``: from an outcome down to Moodle's reply, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import click

from moodle_cpd.cli.app import json_option, language_option
from moodle_cpd.cli.console import table
from moodle_cpd.cli.everybody import Everybody
from moodle_cpd.cli.session import Session, now
from moodle_cpd.decide import (
    Explanation,
    TeacherRecord,
    decision_digest,
    decision_from_json,
    escaped,
    explain_fully,
    explain_old,
)
from moodle_cpd.errors import InputError
from moodle_cpd.ledger import DecisionRecord, Ledger
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.people import Person
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook import Rulebook

_SETTLED = (
    *(Outcome.NOT_MET, Outcome.MET),
    *(Outcome.EXEMPT, Outcome.WAIVED, Outcome.NOT_APPLICABLE),
)
"""Outcomes about which nothing can be done any more, in this order behind all others."""


@click.command("explain")
@click.argument("teacher")
@click.option("--scheme", help="Only this scheme.")
@click.option("--period", help="Only this period, for example 2026.")
@click.option("--brief", is_flag=True, help="Only the outcome, what is missing and what to do.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How it is shown.",
)
@language_option("In which language.")
@json_option
@click.pass_obj
def explain_command(
    session: Session,
    teacher: str,
    scheme: str | None,
    period: str | None,
    brief: bool,
    form: str,
    language: Literal["zh", "en"],
) -> None:
    """Show why TEACHER's outcome is as it is, from the rule down to Moodle's reply.

    What is missing comes first: by when, and which courses and activities would give it. TEACHER is
    an ID number, a user name, Moodle's user id or a full name. What is shown is the latest recorded
    decision; asks nothing of Moodle.
    """
    site = session.settings.site.name
    _check_scheme(session.rulebook, scheme)
    with session.ledger() as ledger:
        person = find_teacher(ledger, site, teacher)
        former = ledger.former_names(site, person.id)
        view = _View.of(ledger, person, session.rulebook, now())
        records = [
            record
            for record in ledger.latest_decisions(site, [person.id])
            if scheme in {None, record.scheme} and period in {None, record.period}
        ]
        found = sorted(view.explanations(ledger, records), key=_urgency)
    session.console.problems(view.problems)
    if not found:
        raise InputError(
            Problem(
                "TEACHER",
                "no decision is recorded for that teacher, scheme and period",
                "",
                "Run 'moodle-cpd decide'",
            )
        )
    told = found
    if brief and len(found) > 1:
        # Why a scheme does not apply stands in the overview.
        told = [each for each in found if each.decision.outcome is not Outcome.NOT_APPLICABLE]
    name = f"{one_line(person.full_name)} ({person.idnumber or f'#{person.id}'})"
    for until, other in former:
        words = ("曾用名", "至") if language == "zh" else ("formerly", "until")
        name += f" · {words[0]} {one_line(other)} {words[1]} {until}"
    if form == "markdown":
        parts = [f"# {escaped(name)}", *(each.markdown(language, brief=brief) for each in told)]
    else:
        parts = [name, *(each.text(language, brief=brief) for each in told)]
    if len(found) > 1:
        parts.insert(1, _overview(found, language, markdown=form == "markdown"))
    session.console.result("\n\n".join(parts), [each.json() for each in found])


@dataclass(frozen=True, slots=True)
class _View:
    """One teacher as of now, beside what was recorded.

    Attributes:
        rulebook: the rules.
        on: now, UTC.
        known: what is known of the teacher.
        decisions: what would be decided now, by scheme and period.
        problems: what a person should look at.
    """

    rulebook: Rulebook
    on: datetime
    known: TeacherRecord
    decisions: dict[tuple[str, str], Decision]
    problems: list[Problem]

    @classmethod
    def of(cls, ledger: Ledger, person: Person, rulebook: Rulebook, on: datetime) -> _View:
        """Decide one teacher; keeps nothing."""
        read = ledger.last_pull(person.site, complete=True)
        everybody = Everybody(ledger, person.site, rulebook, on, read)
        (known,) = everybody.known([person.id])
        decisions, problems = everybody.decide_one(known)
        by_key = {(each.scheme, each.period.key): each for each in decisions}
        return cls(rulebook, on, known, by_key, problems)

    def explanations(self, ledger: Ledger, records: list[DecisionRecord]) -> Iterator[Explanation]:
        """Recorded decisions explained; what lacks only where they still hold."""
        site = self.known.site
        catalogue, written = ledger.courses(site), ledger.record_courses_seen(site, ())
        history = [
            fact
            for _, facts in ledger.facts(site, [self.known.teacher], history=True)
            for fact in facts
        ]
        schemes = {each.id: each for each in self.rulebook.schemes}
        for record in records:
            scheme = schemes.get(record.scheme)
            if scheme is None:
                continue
            today = self.decisions.get((record.scheme, record.period))
            if today is not None and decision_digest(today) == record.digest:
                # The same decision, with the places that the files have now.
                yield explain_fully(today, self.rulebook, catalogue, self.known, self.on, written)
            else:
                yield explain_old(decision_from_json(record.body), scheme, history)


def _check_scheme(rulebook: Rulebook, scheme: str | None) -> None:
    known = sorted(each.id for each in rulebook.schemes)
    if scheme is not None and scheme not in known:
        raise InputError(
            Problem("--scheme", f"no scheme '{scheme}'", f"one of: {', '.join(known)}")
        )


def find_teacher(ledger: Ledger, site: str, teacher: str) -> Person:
    """The one teacher whom a text that a person typed means.

    Raises:
        InputError: nobody fits, or several do.
    """
    found = ledger.find_teacher(site, teacher)
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            Problem(
                "TEACHER",
                f"nobody of the {len(ledger.people(site))} known teachers fits",
                "an ID number, user name, Moodle's user id or full name",
                "Run 'moodle-cpd pull' if the teacher is new",
            )
        )
    names = ", ".join(person.idnumber or f"#{person.id}" for person in found[:10])
    raise InputError(Problem("TEACHER", f"{len(found)} teachers fit", f"one of: {names}"))


def _urgency(explanation: Explanation) -> tuple[int, datetime, str]:
    """What asks something of somebody first, and of that what is due first."""
    decision = explanation.decision
    rank = 1 + _SETTLED.index(decision.outcome) if decision.outcome in _SETTLED else 0
    return rank, decision.period.end, decision.scheme


def _overview(found: list[Explanation], language: Literal["zh", "en"], *, markdown: bool) -> str:
    """All outcomes at a glance, a line each."""
    rows = [each.headline(language) for each in found]
    if not markdown:
        return table([("", *map(one_line, row)) for row in rows])
    return "\n".join(f"- {escaped(' · '.join(filter(None, row)))}" for row in rows)
