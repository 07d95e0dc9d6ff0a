"""Descriptions of web service parameters, and the checks that Moodle makes with them.

The names of types are Moodle's own (``int``, ``raw``, ``alpha`` …), as its administration pages
and error messages show them. Booleans are 0 or 1 only; words are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from moodle_cpd.demo.failures import MoodleError, invalid_parameter

_PATTERNS: Final = {
    "alpha": r"[a-zA-Z]*",
    "alphanum": r"[a-zA-Z0-9]*",
    "alphaext": r"[a-zA-Z_-]*",
    "alphanumext": r"[a-zA-Z0-9_-]*",
    "capability": r"([a-zA-Z0-9_]+/)*[a-zA-Z0-9_]+:[a-zA-Z0-9_]+",
    "component": r"[a-z][a-z0-9_]*|",
    "area": r"[a-z][a-z0-9_]*|",
    "lang": r"[a-zA-Z0-9_-]*",
}
_FLOAT: Final = re.compile(r"[+-]?[0-9]*\.?[0-9]*(e[-+]?[0-9]+)?", re.IGNORECASE)
_MISSING: Final = object()

Argument = Any
"""A checked parameter: text, number, truth value, list or dictionary, as its description says."""


@dataclass(frozen=True, slots=True)
class Value:
    """A single value."""

    type: str
    need: str = "required"
    default: Any = None


@dataclass(frozen=True, slots=True)
class Many:
    """A list of the same."""

    of: Spec
    need: str = "required"
    default: Any = None


@dataclass(frozen=True, slots=True)
class Struct:
    """Named parts."""

    parts: Mapping[str, Spec]
    need: str = "required"
    default: Any = None


Spec = Value | Many | Struct

INT: Final = Value("int")
FLOAT: Final = Value("float")
BOOL: Final = Value("bool")
RAW: Final = Value("raw")
TEXT: Final = Value("text")
ALPHA: Final = Value("alpha")
ALPHANUM: Final = Value("alphanum")
ALPHANUMEXT: Final = Value("alphanumext")


def default(spec: Spec, value: object) -> Spec:
    """The same, with a value that stands in where none is sent."""
    return replace(spec, need="default", default=value)


def optional(spec: Spec) -> Spec:
    """The same, left out of the arguments where none is sent."""
    return replace(spec, need="optional")


def many(of: Spec) -> Many:
    """A list."""
    return Many(of)


def struct(**parts: Spec) -> Struct:
    """Named parts."""
    return Struct(parts)


def check(spec: Spec, value: object) -> Argument:
    """Bring parameters into Python's types as their description asks.

    Args:
        spec: the description.
        value: nested text from a form, or values from the JSON of a batch.

    Raises:
        MoodleError: ``invalidparameter``; the debug information names the path to the fault.
    """
    if value is None:
        return None
    if isinstance(spec, Value):
        return _scalar(spec, value)
    if isinstance(value, dict):
        entries: dict[str, Any] = value
    elif isinstance(value, list):
        entries = {str(place): item for place, item in enumerate(value)}
    else:
        raise invalid_parameter(f"Only arrays accepted. The bad value is: '{value}'")
    if isinstance(spec, Many):
        return [check(spec.of, item) for item in entries.values()]
    return _struct(spec, entries)


def _struct(spec: Struct, entries: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, part in spec.parts.items():
        value = entries.get(name, _MISSING)
        if value is _MISSING:
            if part.need == "required":
                raise invalid_parameter(f"Missing required key in single structure: {name}")
            if part.need == "optional":
                continue
            value = part.default
        try:
            result[name] = check(part, value)
        except MoodleError as error:
            raise invalid_parameter(f"{name} => {error.message}: {error.debuginfo}") from None
    unknown = [name for name in entries if name not in spec.parts]
    if unknown:
        raise invalid_parameter(
            f"Unexpected keys ({', '.join(unknown)}) detected in parameter array."
        )
    return result


def _scalar(spec: Value, value: object) -> Argument:
    if isinstance(value, dict | list):
        raise invalid_parameter("Scalar type expected, array or object received.")
    wrong = invalid_parameter(
        f'Invalid external api parameter: the value is "{_text(value)}", '
        f'the server was expecting "{spec.type}" type'
    )
    text = _text(value)
    if spec.type == "bool":
        if value in {"0", "1", 0, 1} or isinstance(value, bool):
            return bool(int(value))
        raise wrong
    if spec.type == "int":
        if not re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
            raise wrong
        return int(text)
    if spec.type == "float":
        if not _FLOAT.fullmatch(text) or not any(sign.isdigit() for sign in text):
            raise wrong
        return float(text)
    pattern = _PATTERNS.get(spec.type)
    if pattern is not None and not re.fullmatch(pattern, text):
        raise wrong
    return text


def _text(value: object) -> str:
    """A scalar as PHP turns it into text."""
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)
