"""``moodle-cpd explain``: from an outcome down to Moodle's reply."""

from __future__ import annotations

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.session import Session
from moodle_cpd.decide import Explanation, decision_from_json, explain
from moodle_cpd.errors import InputError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.people import Person
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem


@click.command("explain")
@click.argument("teacher")
@click.option("--scheme", help="Only this scheme.")
@click.option("--period", help="Only this period, for example 2026.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How it is shown.",
)
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="In which language.",
)
@json_option
@click.pass_obj
def explain_command(
    session: Session, teacher: str, scheme: str | None, period: str | None, form: str, language: str
) -> None:
    """Show why TEACHER's outcome is as it is, from the rule down to Moodle's reply.

    TEACHER is an ID number, a user name, Moodle's user id or a full name. What is shown is the
    latest recorded decision; asks nothing of Moodle.
    """
    site = session.settings.site.name
    with session.ledger() as ledger:
        person = _find(ledger, site, teacher)
        found = _explanations(session, ledger, person, scheme, period)
    heading = f"{one_line(person.full_name)} ({person.idnumber or f'#{person.id}'})"
    if form == "markdown":
        parts = [each.markdown("zh" if language == "zh" else "en") for each in found]
    else:
        parts = [heading, *(each.text("zh" if language == "zh" else "en") for each in found)]
    session.console.result("\n\n".join(parts), [each.json() for each in found])


def _find(ledger: Ledger, site: str, teacher: str) -> Person:
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


def _explanations(
    session: Session, ledger: Ledger, person: Person, scheme: str | None, period: str | None
) -> list[Explanation]:
    schemes = {each.id: each for each in session.rulebook.schemes}
    if scheme is not None and scheme not in schemes:
        raise InputError(
            Problem("--scheme", f"no scheme '{scheme}'", f"one of: {', '.join(sorted(schemes))}")
        )
    facts = [
        fact for _, facts in ledger.facts(person.site, [person.id], history=True) for fact in facts
    ]
    found = [
        explain(decision_from_json(record.body), schemes[record.scheme], facts)
        for record in ledger.latest_decisions(person.site, [person.id])
        if record.scheme in schemes
        and scheme in {None, record.scheme}
        and period in {None, record.period}
    ]
    if not found:
        raise InputError(
            Problem(
                "TEACHER",
                "no decision is recorded for that teacher, scheme and period",
                "",
                "Run 'moodle-cpd decide'",
            )
        )
    return found
