"""``moodle-cpd import``: what Moodle can't know, from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypedDict, TypeVar, Unpack
from zoneinfo import ZoneInfo

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import problem_as_dict
from moodle_cpd.cli.session import Run, Session, now
from moodle_cpd.errors import ExitCode, InputError
from moodle_cpd.model.dispensation import Dispensation
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Person
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.records import (
    ATTRIBUTES,
    DISPENSATIONS,
    RECORDS,
    AttributeDay,
    Checked,
    Layout,
    Row,
    check_attributes,
    check_dispensations,
    check_records,
    read_table,
    write_template,
)
from moodle_cpd.records.attributes import ATTRIBUTE_WORDS, DayKey
from moodle_cpd.records.dispensations import KIND_WORDS, Stated, scheme_words, subject_of
from moodle_cpd.records.lines import RETRACTED
from moodle_cpd.rules.levels import LEVELS
from moodle_cpd.rules.matching import Match, RecordIndex

C = TypeVar("C", bound=Callable[..., Any])
T = TypeVar("T")
F = TypeVar("F")

_STATES = RETRACTED[:1]


@dataclass(frozen=True, slots=True)
class _Kind(Generic[T, F]):
    """One kind of file.

    Attributes:
        name: in the run's summary.
        layout: its columns.
        choices: by column what a template offers.
        check: a file's rows, held against what they must say.
        fresh: what those entries say that is new, as the ledger takes it.
        record: writes them down; how many were new.
        notes: what a person should look at although it is no mistake.
    """

    name: str
    layout: Layout
    choices: Mapping[str, Sequence[str]]
    check: Callable[[str, list[Row], Iterable[Person]], Checked[T]]
    fresh: Callable[[Run, Sequence[T]], list[F]]
    record: Callable[[Run, Sequence[F]], int]
    notes: Callable[[Sequence[T]], Iterable[Problem]] = lambda _: ()


class _Wanted(TypedDict):
    """What was asked on the command line: a file to read, or a template to write."""

    file: Path | None
    template: Path | None
    yes: bool
    skip_bad_rows: bool


def _options(command: C) -> C:
    """Add what all kinds have in common."""
    for add in (
        json_option,
        click.option(
            "--skip-bad-rows", is_flag=True, help="Take the good lines of a file with mistakes."
        ),
        click.option("--yes", is_flag=True, help="Record them; without this they are only shown."),
        click.option(
            "--template",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Instead of reading a file, write an empty one (.xlsx or .csv) to fill in.",
        ),
        click.argument(
            "file",
            type=click.Path(path_type=Path, dir_okay=False, exists=True),
            required=False,
        ),
    ):
        command = add(command)
    return command


@click.group("import")
def import_() -> None:
    """Bring in what Moodle can't know, each with its document."""


@import_.command()
@_options
@click.pass_obj
def records(session: Session, **wanted: Unpack[_Wanted]) -> int:
    """Import records from FILE, a CSV or Excel file; what is known already adds nothing."""
    site, zone = session.settings.site.name, ZoneInfo(session.settings.people.time_zone)
    kind = _Kind(
        "records",
        RECORDS,
        {"level": [title.zh for title in LEVELS.values()], "state": _STATES},
        lambda name, rows, people: check_records(name, rows, site, people, zone, now()),
        _fresh_facts,
        lambda run, facts: run.ledger.record_facts(run.id, facts),
        lambda facts: _unused(session, facts),
    )
    return _bring_in(session, kind, wanted)


@import_.command()
@_options
@click.pass_obj
def dispensations(session: Session, **wanted: Unpack[_Wanted]) -> int:
    """Import from FILE, CSV or Excel, whom a document frees of a scheme, or who declined."""
    site, schemes = session.settings.site.name, session.rulebook.schemes
    kind = _Kind(
        "dispensations",
        DISPENSATIONS,
        {
            "scheme": list(scheme_words(schemes).values()),
            "kind": list(KIND_WORDS.values()),
            "state": _STATES,
        },
        lambda name, rows, people: check_dispensations(name, rows, site, people, schemes),
        _fresh_dispensations,
        lambda run, stated: run.ledger.record_dispensations(run.id, stated),
    )
    return _bring_in(session, kind, wanted)


@import_.command()
@_options
@click.pass_obj
def attributes(session: Session, **wanted: Unpack[_Wanted]) -> int:
    """Import from FILE, CSV or Excel, what schools, roles and stages teachers had since when."""
    people = session.settings.people
    words = {
        name: source.values | {each: each for each in source.cohorts.values()}
        for name, source in people.attributes.items()
    }
    today = now().astimezone(ZoneInfo(people.time_zone)).date()
    kind = _Kind(
        "attributes",
        ATTRIBUTES,
        {"attribute": list(ATTRIBUTE_WORDS.values()), "state": _STATES},
        lambda name, rows, known: check_attributes(name, rows, known, words, today),
        _fresh_days,
        lambda run, days: run.ledger.record_history(run.site, dict(days)),
    )
    return _bring_in(session, kind, wanted)


def _bring_in(session: Session, kind: _Kind[T, F], wanted: _Wanted) -> int:
    file, template = wanted["file"], wanted["template"]
    if template is not None and file is None:
        write_template(template, kind.layout, kind.choices)
        session.console.result(f"{template.name} is written.", {"template": str(template)})
        return ExitCode.DONE
    if file is None or template is not None:
        raise click.UsageError("Give either FILE or --template.")
    yes = wanted["yes"]
    rows = read_table(file)
    with session.run("import") as run:
        people = run.ledger.people(run.site).values()
        checked = kind.check(file.name, rows, people)
        if checked.problems and not (wanted["skip_bad_rows"] and checked.entries):
            raise InputError(*checked.problems)
        fresh = kind.fresh(run, checked.entries)
        new = kind.record(run, fresh) if yes else len(fresh)
        changed = bool(new) and not yes
        run.exit_code = ExitCode.CHANGES_PENDING if changed else ExitCode.DONE
        if checked.problems:
            run.exit_code = ExitCode.PARTIAL
        run.summary |= {kind.name: new if yes else 0}
    notes = [*checked.notes, *dict.fromkeys(kind.notes(checked.entries))]
    session.console.problems([*checked.problems, *notes], most=100)
    known = len(checked.entries) - new
    said = "recorded" if yes else "to record; nothing was recorded, --yes does it"
    session.console.result(
        f"{new} {said}. {known} known already.",
        {
            "new": new,
            "known": known,
            "recorded": yes,
            "problems": [problem_as_dict(each) for each in (*checked.problems, *notes)],
        },
    )
    return run.exit_code


def _fresh_facts(run: Run, facts: Sequence[Fact]) -> list[Fact]:
    known = run.ledger.facts(run.site, {fact.teacher for fact in facts})
    standing = {fact.subject: fact.key for _, of_one in known for fact in of_one}
    return [fact for fact in facts if _is_new(fact, standing)]


def _is_new(fact: Fact, standing: Mapping[str, str]) -> bool:
    """Whether a fact says otherwise than what stands: another thing, or that it is no more."""
    known = standing.get(fact.subject)
    return known is not None if fact.retracted else known != fact.key


def _fresh_dispensations(run: Run, stated: Sequence[Stated]) -> list[Stated]:
    known: dict[object, Dispensation] = {
        subject_of(each): each
        for of_one in run.ledger.dispensations(run.site).values()
        for each in of_one
    }
    return [
        (each, retracted)
        for each, retracted in stated
        if (subject_of(each) in known if retracted else known.get(subject_of(each)) != each)
    ]


def _fresh_days(
    run: Run, days: Sequence[AttributeDay]
) -> list[tuple[DayKey, frozenset[str] | None]]:
    known: dict[DayKey, frozenset[str]] = {}
    for teacher, rows in run.ledger.attributes(run.site).items():
        for row in rows:
            key = (teacher, row.name, row.since)
            known[key] = known.get(key, frozenset()) | {row.value}
    after = ((day.key, day.after(known.get(day.key))) for day in days)
    return [(key, values) for key, values in after if values != known.get(key)]


def _unused(session: Session, facts: Sequence[Fact]) -> Iterator[Problem]:
    """Records that count in no scheme, or whose hours can't count."""
    indexes = [RecordIndex(scheme.entries) for scheme in session.rulebook.schemes]
    for fact in facts:
        if fact.record is None or fact.retracted:
            continue
        found = [match for index in indexes if (match := index.match(fact.record)) is not None]
        if not found:
            what = f"record '{one_line(fact.record.what)}'"
            yield Problem(what, "no line of a course map takes it", "", "It counts nowhere so far")
        for match in found:
            if not isinstance(match, Match) or match.problem is not None:
                problem = match.problem
                if problem is not None:
                    yield problem
