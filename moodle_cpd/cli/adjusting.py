"""``moodle-cpd adjust``: what a person changes by hand, with reason and document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import click

from moodle_cpd.cli.explaining import find_teacher
from moodle_cpd.cli.session import now, session_of
from moodle_cpd.errors import InputError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.adjustment import Adjustment, AdjustmentKind
from moodle_cpd.model.fact import Fact
from moodle_cpd.problems import Problem
from moodle_cpd.rules.faults import nearest
from moodle_cpd.rules.levels import LEVELS
from moodle_cpd.rules.rulebook import Scheme

F = TypeVar("F", bound=Callable[..., Any])

_in_scheme = click.option(
    "--scheme", required=True, help="In which scheme; other schemes are not touched."
)
_day = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The day on which it counts, such as 2026-05-01.",
)


def _founded(command: F) -> F:
    """Add what every adjustment needs: why, and by which document."""
    for name, text in (
        ("--document", "The document's number or place in the archive."),
        ("--reason", "Why, in your words; without names."),
    ):
        command = click.option(name, required=True, help=text)(command)
    return command


@click.group()
@click.argument("teacher")
@click.pass_context
def adjust(context: click.Context, teacher: str) -> None:
    """Change by hand what counts for TEACHER; each change needs a reason and a document.

    Nothing is deleted: 'withdraw' lets a change count no more. 'explain' shows each with its key.
    """
    context.meta["teacher"] = teacher


@adjust.command()
@_in_scheme
@click.option("--category", required=True, help="Category of the hours, by its id.")
@click.option("--hours", required=True, help="How many.")
@click.option("--level", type=click.Choice(list(LEVELS)), help="The level that gave them.")
@_day
@_founded
@click.pass_context
def add(
    context: click.Context,
    scheme: str,
    category: str,
    hours: str,
    level: str | None,
    on: datetime,
    reason: str,
    document: str,
) -> None:
    """Add hours that nothing else brings."""
    rules = _scheme(context, scheme)
    _check("--category", category, (each.id for each in rules.categories))
    _record(
        context,
        rules,
        AdjustmentKind.ADD,
        reason,
        document,
        day=on.date(),
        category=category,
        hours=_hours(hours),
        level=level or "",
    )


@adjust.command()
@_in_scheme
@click.argument("fact")
@_founded
@click.pass_context
def remove(context: click.Context, scheme: str, fact: str, reason: str, document: str) -> None:
    """Let FACT count no more; its key stands in 'explain'."""
    rules = _with_facts(_scheme(context, scheme))
    _record(context, rules, AdjustmentKind.REMOVE, reason, document, fact=fact)


@adjust.command("date")
@_in_scheme
@click.argument("fact")
@_day
@_founded
@click.pass_context
def date_(
    context: click.Context, scheme: str, fact: str, on: datetime, reason: str, document: str
) -> None:
    """Give a day to FACT, for which Moodle gives no time."""
    rules = _with_facts(_scheme(context, scheme))
    _record(context, rules, AdjustmentKind.DATE, reason, document, day=on.date(), fact=fact)


@adjust.command()
@_in_scheme
@click.argument("work")
@_day
@_founded
@click.pass_context
def excuse(
    context: click.Context, scheme: str, work: str, on: datetime, reason: str, document: str
) -> None:
    """Let WORK count as passed, or as one accepted piece: an assessment or evidence, by its id."""
    rules = _scheme(context, scheme)
    known = [each.id for each in rules.assessments] + [each.id for each in rules.evidence]
    _check("WORK", work, known)
    components = () if rules.score is None else rules.score.components
    if any(each.kind == "proportion" and each.source == work for each in components):
        raise InputError(
            Problem(
                "WORK",
                f"the score of scheme '{rules.id}' takes its points from the grade of '{work}', "
                "and what is excused has none",
                "",
                "Import a record with the points instead",
            )
        )
    _record(context, rules, AdjustmentKind.EXCUSE, reason, document, day=on.date(), target=work)


@adjust.command()
@click.argument("key")
@_founded
@click.pass_context
def withdraw(context: click.Context, key: str, reason: str, document: str) -> None:
    """Let the adjustment KEY count no more; it stays readable."""
    session = session_of(context)
    site = session.settings.site.name
    with session.run("adjust") as run:
        person = find_teacher(run.ledger, site, context.meta["teacher"])
        standing = run.ledger.adjustments(site, [person.id]).get(person.id, [])
        found = next((each for each in standing if each.key == key), None)
        if found is None:
            keys = ", ".join(each.key for each in standing) or "none: there is no adjustment"
            raise InputError(Problem("KEY", "no adjustment of that teacher has this key", keys))
        run.ledger.withdraw_adjustment(run.id, found, now(), reason=reason, document=document)
        run.summary |= {"withdrawn": key}
    session.console.result(
        f"Withdrawn: {key}. 'moodle-cpd plan' shows what follows.", {"withdrawn": key}
    )


def _scheme(context: click.Context, scheme: str) -> Scheme:
    schemes = {each.id: each for each in session_of(context).rulebook.schemes}
    _check("--scheme", scheme, schemes)
    return schemes[scheme]


def _with_facts(rules: Scheme) -> Scheme:
    """A scheme whose hours come from facts, not from what another one recognised."""
    if rules.recognised_only:
        raise InputError(
            Problem(
                "--scheme",
                f"'{rules.id}' consists of hours that another scheme recognises",
                f"the scheme that recognises them: {rules.frame_of}",
            )
        )
    return rules


def _check(where: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        expected = f"one of: {', '.join(names)}" if names else "none: the scheme has none"
        raise InputError(Problem(where, f"unknown: '{name}'", expected, nearest(name, names)))


def _hours(text: str) -> Decimal:
    try:
        hours = Decimal(text)
    except InvalidOperation:
        hours = Decimal(0)
    if not (hours.is_finite() and 0 < hours <= 100_000):
        raise InputError(Problem("--hours", f"'{text}'", "a number of hours such as 4 or 1.5"))
    return hours


def _record(
    context: click.Context,
    rules: Scheme,
    kind: AdjustmentKind,
    reason: str,
    document: str,
    *,
    day: date | None = None,
    fact: str = "",
    category: str = "",
    hours: Decimal | None = None,
    level: str = "",
    target: str = "",
) -> None:
    session = session_of(context)
    empty = [name for name, text in (("--reason", reason), ("--document", document)) if not text]
    if empty:
        raise InputError(*(Problem(name, "nothing", "words") for name in empty))
    site = session.settings.site.name
    with session.run("adjust") as run:
        person = find_teacher(run.ledger, site, context.meta["teacher"])
        about = _fact(run.ledger, site, person.id, fact, kind) if fact else None
        adjustment = Adjustment(
            site=site,
            teacher=person.id,
            scheme=rules.id,
            kind=kind,
            reason=reason,
            document=document,
            recorded_at=now().replace(microsecond=0),
            day=day,
            subject="" if about is None else about.subject,
            category=category,
            hours=hours,
            level=level,
            target=target,
        )
        same = run.ledger.record_adjustment(run.id, adjustment)
        if same is not None:
            found = f"is recorded already, as {same.key}"
            raise InputError(Problem("adjustment", found, "", "Withdraw that one to replace it"))
        run.summary |= {"adjustment": adjustment.key}
    session.console.result(
        f"Recorded: {adjustment.key}. 'moodle-cpd plan' shows what follows; "
        "'adjust TEACHER withdraw KEY' takes it back.",
        {"adjustment": adjustment.key, "teacher": person.id, "kind": kind.value},
    )


def _fact(ledger: Ledger, site: str, teacher: int, key: str, kind: AdjustmentKind) -> Fact:
    facts = dict(ledger.facts(site, [teacher])).get(teacher, [])
    found = next((each for each in facts if each.key == key), None)
    if found is None:
        raise InputError(
            Problem(
                "FACT",
                f"no fact of that teacher stands under the key '{key}'",
                "a key of 16 digits and letters, as 'moodle-cpd explain' shows it",
            )
        )
    if kind is AdjustmentKind.DATE and found.at is not None:
        raise InputError(
            Problem("FACT", f"Moodle gives a time for '{key}'", "a fact whose time is uncertain")
        )
    return found
