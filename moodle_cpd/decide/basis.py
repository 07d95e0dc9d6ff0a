"""What all decisions rest on besides what is known of each teacher, as one digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256

from moodle_cpd.decide.matcher import Prepared


def basis_of(prepared: Prepared, program: str) -> str:
    """SHA-256 over rules, courses and program: while it stays, only news changes decisions.

    Lines and columns of rule files count here, since decisions name them.

    Args:
        prepared: the rules, held against the site's courses.
        program: digest of the program that decides.
    """
    content = [
        program,
        prepared.digest,
        [_plain(scheme.scheme) for scheme in prepared.schemes],
        [_plain(course) for _, course in sorted(prepared.catalogue.items())],
        sorted(prepared.record_courses),
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """A value of the rules as lists and texts, the same in every process."""
    kind = type(value)
    if is_dataclass(kind):
        return [kind.__name__, *[_plain(getattr(value, name)) for name in _fields(kind)]]
    if isinstance(value, Mapping):
        return sorted(([str(key), _plain(each)] for key, each in value.items()), key=str)
    if isinstance(value, frozenset):
        return sorted((_plain(each) for each in value), key=str)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return str(value)


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields; there are few classes and thousands of values."""
    return tuple(field.name for field in fields(kind))
