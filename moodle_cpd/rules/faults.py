"""What pydantic found wrong with a file → problems with places and the nearest right name."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.rules.yaml_source import Items, Mark, Table, YamlSource


def faults(source: YamlSource, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """All problems of one file.

    Args:
        source: the file.
        model: what it was held against.
        error: what came of it.
    """
    return [_problem(source, model, detail) for detail in error.errors(include_url=False)]


def nearest(name: str, names: Collection[str]) -> str:
    """The right name that a wrong one was probably meant to be, as a hint; may be empty."""
    close = difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.55)
    if close:
        return f"Did you mean '{close[0]}'?"
    return ""


def _problem(source: YamlSource, model: type[BaseModel], detail: Mapping[str, Any]) -> Problem:
    location, context = detail["loc"], detail.get("ctx", {})
    kind, key = detail["type"], str(location[-1]) if location else ""
    parent, mark, value, reached = _look_up(source.root, location)
    if kind == "extra_forbidden":
        names = _keys(model, location[:-1])
        place = parent.key_marks.get(key, mark) if isinstance(parent, Table) else mark
        return Problem(
            source.at(place),
            f"unknown key '{_short(key)}'",
            "one of " + ", ".join(names),
            nearest(key, names),
        )
    if kind == "missing":
        return Problem(source.at(mark), f"'{key}' is missing", f"the key '{key}' here")
    if kind == "misfit":
        if isinstance(value, Table) and context["key"] in value.key_marks:
            mark = value.key_marks[context["key"]]
        return Problem(source.at(mark), context["found"], context["expected"], context["hint"])
    name = f"{reached}: " if isinstance(parent, Table) else ""
    expected, hint = _expected(detail, value)
    return Problem(source.at(mark), name + _describe(value), expected, hint)


_EXPECTED: Final[Mapping[str, str]] = {
    "literal_error": "{expected}",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least one item in the list",
    "list_type": "a list: lines that begin with '- '",
    "bool_type": "true or false",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
}
"""pydantic's error types that an administrator can cause, in words; ``ctx`` fills them."""


def _expected(detail: Mapping[str, Any], value: object) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "rule":
        return context["expected"], context["hint"]
    if kind == "string_pattern_mismatch":
        dash = "_" if "_" in context["pattern"] else "-"
        return f"small letters a-z, digits and '{dash}', such as my{dash}name", ""
    hint = ""
    if kind == "literal_error":
        hint = nearest(str(value), re.findall(r"'([^']+)'", context["expected"]))
    return _EXPECTED.get(kind, str(detail["msg"])).format(**context), hint


def _look_up(
    root: Table, location: tuple[int | str, ...]
) -> tuple[object, Mark, object, int | str]:
    """Container, place, value and key that a location leads to, as far as the file goes.

    A location can go on where the file has a short form.
    """
    reached: int | str = ""
    parent: object = None
    value: object = root
    mark = root.mark
    for part in location:
        if isinstance(value, Table) and isinstance(part, str) and part in value:
            parent, mark, value, reached = value, value.value_marks[part], value[part], part
        elif isinstance(value, Items) and isinstance(part, int) and part < len(value):
            parent, mark, value, reached = value, value.marks[part], value[part], part
        else:
            break
    return parent, mark, value, reached


def _keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that are right where a location leads to."""
    current = model
    for part in location:
        if isinstance(part, str) and part in current.model_fields:
            current = _model_in(current.model_fields[part].annotation) or current
    return list(current.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in {list, types.UnionType, typing.Union, typing.Annotated}:
        for argument in typing.get_args(annotation):
            found = _model_in(argument)
            if found is not None:
                return found
    return None


def _describe(value: object) -> str:
    if isinstance(value, Table):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text '{_short(value)}'" if value.strip() else "an empty text"
    return f"the number {value}"


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 60 else line[:57] + "..."
