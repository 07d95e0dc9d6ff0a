"""Comparing parameters and replies with Moodle's descriptions of them.

A description is built of the three shapes of ``tests.live.describe``: a value, a list, fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Shape = Mapping[str, Any]

_SENT = {
    "int": r"-?\d+",
    "bool": r"[01]",
    "float": r"-?\d+(\.\d+)?",
    "alpha": r"[a-zA-Z]*",
    "alphanum": r"[a-zA-Z0-9]*",
    "alphanumext": r"[a-zA-Z0-9_-]*",
    "component": r"[a-z][a-z0-9_]*",
    "area": r"[a-z][a-z0-9_]*",
}


def wrong_parameters(shape: Shape, value: Any, at: str = "") -> Iterator[str]:
    """What Moodle would refuse in nested parameters; empty lists are left out of a form.

    Args:
        shape: a description of parameters.
        value: nested parameters; single values as text, or numbers from the JSON of a batch.
        at: path, for the messages.
    """
    if "fields" in shape:
        if not isinstance(value, Mapping):
            yield f"{at}: not a structure"
            return
        for name in value.keys() - shape["fields"].keys():
            yield f"{at}.{name}: unknown"
        for name, inner in shape["fields"].items():
            if name in value:
                yield from wrong_parameters(inner, value[name], f"{at}.{name}")
            elif "need" not in inner:
                yield f"{at}.{name}: missing"
    elif "list" in shape:
        if not isinstance(value, list):
            yield f"{at}: not a list"
            return
        for place, item in enumerate(value):
            yield from wrong_parameters(shape["list"], item, f"{at}.{place}")
    elif isinstance(value, Mapping | list):
        yield f"{at}: not a single value"
    elif not re.fullmatch(_SENT.get(shape["type"], ".*"), str(value), re.DOTALL):
        yield f"{at}: {value!r} is no {shape['type']}"


def wrong_reply(shape: Shape | None, value: Any, at: str = "") -> Iterator[str]:
    """Where a reply is not as described: names, what must be there, and JSON types.

    Args:
        shape: a description of a reply; None for a function that answers ``null``.
        value: decoded JSON.
        at: path, for the messages.
    """
    if shape is None:
        if value is not None:
            yield f"{at}: not null"
    elif "fields" in shape:
        if not isinstance(value, Mapping):
            yield f"{at}: not an object"
            return
        for name in value.keys() - shape["fields"].keys():
            yield f"{at}.{name}: not described"
        for name, inner in shape["fields"].items():
            if name in value:
                yield from wrong_reply(inner, value[name], f"{at}.{name}")
            elif inner.get("need") != "optional":
                yield f"{at}.{name}: missing"
    elif "list" in shape:
        if not isinstance(value, list):
            yield f"{at}: not a list"
            return
        for place, item in enumerate(value):
            yield from wrong_reply(shape["list"], item, f"{at}.{place}")
    elif not _is_a(shape, value):
        yield f"{at}: {type(value).__name__} is no {shape['type']}"


def _is_a(shape: Shape, value: Any) -> bool:
    if value is None:
        return bool(shape.get("null"))
    kind = shape["type"]
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind.startswith("raw"):
        # Moodle passes these on as they are: some texts come as numbers.
        return isinstance(value, str | int | float)
    return isinstance(value, str)
