"""``moodle-cpd schema``: what it says of shipped and of broken files, and where its own lie."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from moodle_cpd.cli import app
from moodle_cpd.cli.schema import KINDS, schema_text
from moodle_cpd.errors import ExitCode
from moodle_cpd.rules.shipped import shipped_mappings
from moodle_cpd.rules.yaml_source import read_source
from tests.cases.making import CASES
from tests.rules.files import COURSES, SCHEME

MAPPINGS = shipped_mappings()
FOLDERS = {
    "schemes": "scheme",
    "courses": "course-map",
    "cases": "case",
    "regulations": "regulation",
}
FILES = sorted(MAPPINGS.rglob("*.yaml"))
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, Decimal),
}
UNDERSTOOD = {
    *("$schema", "$defs", "$ref", "title", "description", "default", "type", "anyOf", "enum"),
    *("const", "properties", "required", "additionalProperties", "items", "minItems"),
    *("minimum", "maximum", "exclusiveMinimum", "maxLength", "minLength"),
}


def fits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a value fits a schema, by the keywords that ours use; others are an error."""
    assert schema.keys() <= UNDERSTOOD, schema.keys() - UNDERSTOOD
    if "$ref" in schema:
        return fits(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    return (
        ("anyOf" not in schema or any(fits(value, each, root) for each in schema["anyOf"]))
        and value in schema.get("enum", [value])
        and value == schema.get("const", value)
        and _type_fits(value, schema)
        and _content_fits(value, schema, root)
    )


def _type_fits(value: Any, schema: dict[str, Any]) -> bool:
    names = schema.get("type", [])
    wanted = [TYPES[name] for name in ([names] if isinstance(names, str) else names)]
    if isinstance(value, bool) and wanted:
        return bool in wanted
    return not wanted or any(isinstance(value, each) for each in wanted)


def _content_fits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    if isinstance(value, dict):
        return _object_fits(value, schema, root)
    if isinstance(value, list):
        items = schema.get("items", {})
        return len(value) >= schema.get("minItems", 0) and all(
            fits(each, items, root) for each in value
        )
    if isinstance(value, str):
        longest: int = schema.get("maxLength", len(value))
        return len(value) <= longest
    return _number_fits(value, schema)


def _object_fits(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any]) -> bool:
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    return set(schema.get("required", ())) <= value.keys() and all(
        fits(each, properties[key], root)
        if key in properties
        else (fits(each, others, root) if isinstance(others, dict) else others)
        for key, each in value.items()
    )


def _number_fits(value: Any, schema: dict[str, Any]) -> bool:
    return not (
        ("minimum" in schema and value < schema["minimum"])
        or ("maximum" in schema and value > schema["maximum"])
        or ("exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"])
    )


def schema_of(kind: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(schema_text(kind))
    return made


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(MAPPINGS)))
def test_shipped_files_fit(file: Path) -> None:
    schema = schema_of(FOLDERS[file.relative_to(MAPPINGS).parts[0]])
    assert fits(read_source(file, file.name).root, schema, schema)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(MAPPINGS)))
def test_shipped_files_lead_editors_to_their_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found, f"the first line of {file} should name its schema"
    kind = FOLDERS[file.relative_to(MAPPINGS).parts[0]]
    assert (file.parent / found[1]).resolve() == (MAPPINGS / "schema" / f"{kind}.json").resolve()


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_schemas_are_up_to_date(kind: str) -> None:
    shipped = (MAPPINGS / "schema" / f"{kind}.json").read_text(encoding="utf-8")
    assert shipped == schema_text(kind), "run 'moodle-cpd schema --into mappings/schema'"


@pytest.mark.parametrize(
    ("kind", "text", "good", "broken"),
    [
        ("scheme", SCHEME, "scheme: sample", "scheem: sample"),
        ("scheme", SCHEME, "grace_days: 30", "grace_days: -1"),
        ("scheme", SCHEME, "duty: every_period", "duty: sometimes"),
        ("scheme", SCHEME, "kind: badge", "kind: medal"),
        ("scheme", SCHEME, "percent: 60", "percent: 160"),
        ("scheme", SCHEME, "hours_at_least: 72", "hours_at_least: 0"),
        ("scheme", SCHEME, "issued_here: true", "issued_here: yes"),
        ("course-map", COURSES, "hours: 12", "hours: twelve"),
        ("course-map", COURSES, "attempt: latest", "attempt: last"),
        ("course-map", COURSES, "course: C-ETHICS", "course: {nr: 3}"),
        ("case", CASES, "outcome: met", "outcome: good"),
        ("case", CASES, "points: 30", "points: thirty"),
        ("case", CASES, "    teacher: {role: [teacher]}\n", ""),
    ],
)
def test_editors_see_mistakes(tmp_path: Path, kind: str, text: str, good: str, broken: str) -> None:
    schema = schema_of(kind)
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    assert fits(read_source(file, "file").root, schema, schema)
    assert good in text
    file.write_text(text.replace(good, broken, 1), encoding="utf-8")
    assert not fits(read_source(file, "file").root, schema, schema)


@pytest.mark.parametrize(
    ("good", "dated"),
    [
        ("grace_days: 30", "grace_days: {by_period: [{value: 30, until: 2026-02-28}]}"),
        ("- present: ethics", "- {present: ethics, from: 2026-03-01}"),
    ],
)
def test_editors_take_values_with_days(tmp_path: Path, good: str, dated: str) -> None:
    schema = schema_of("scheme")
    file = tmp_path / "file.yaml"
    assert good in SCHEME
    file.write_text(SCHEME.replace(good, dated, 1), encoding="utf-8")
    assert fits(read_source(file, "file").root, schema, schema)


def test_a_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["schema", "course-map"]) == ExitCode.DONE
    assert capsys.readouterr().out == schema_text("course-map")


def test_schemas_are_written(tmp_path: Path) -> None:
    assert app.run(["-q", "schema", "--into", str(tmp_path / "schema")]) == ExitCode.DONE
    assert {file.stem for file in (tmp_path / "schema").iterdir()} == set(KINDS)


@pytest.mark.parametrize("arguments", [[], ["award"]])
def test_what_cannot_be_told(arguments: list[str]) -> None:
    assert app.run(["schema", *arguments]) == ExitCode.BAD_INPUT
