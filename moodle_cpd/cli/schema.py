"""``moodle-cpd schema``: the formats of the rule files for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from moodle_cpd.cases import CaseFile
from moodle_cpd.cases.regulations import RegulationFile
from moodle_cpd.cli.session import Session
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules.json_schema import json_schema
from moodle_cpd.rules.schema_base import Part
from moodle_cpd.rules.schema_courses import CourseMapFile
from moodle_cpd.rules.schema_scheme import SchemeFile

KINDS: Final[dict[str, type[Part]]] = {
    "scheme": SchemeFile,
    "course-map": CourseMapFile,
    "case": CaseFile,
    "regulation": RegulationFile,
}
"""Kinds of files, each with its format; also the names of the files in ``mappings/schema/``."""


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of file, as it stands in ``mappings/schema/``."""
    model = KINDS[kind]
    document = json_schema(model, f"moodle_cpd: {kind}", dated=model in {SchemeFile, CourseMapFile})
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


@click.command()
@click.argument("kind", type=click.Choice([*KINDS]), required=False)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the schemas into this folder instead of printing one.",
)
@click.pass_obj
def schema(session: Session, kind: str | None, into: Path | None) -> None:
    """Print the JSON Schema of KIND: scheme, course-map, case or regulation.

    Editors with a YAML language server check and complete rule files by it.
    """
    if into is None:
        if kind is None:
            raise click.UsageError(f"name one of {', '.join(KINDS)}, or a folder with --into")
        click.echo(schema_text(kind), nl=False)
        return
    for each in KINDS if kind is None else (kind,):
        try:
            into.mkdir(parents=True, exist_ok=True)
            (into / f"{each}.json").write_text(schema_text(each), encoding="utf-8")
        except OSError as error:
            raise InputError(Problem(str(into), f"cannot be written: {error.strerror}")) from None
        session.console.say(f"Wrote {into / each}.json.")
