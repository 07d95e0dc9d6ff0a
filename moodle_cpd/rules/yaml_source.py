"""YAML text → plain values that know where they stand.

The tree is built from the parser's events, without YAML's type guessing: only what looks like a
number, ``true``, ``false`` or nothing at all is not text, so that ``03-01`` and ``no`` stay what an
administrator wrote. What YAML offers beyond plain data (anchors, aliases, tags, several documents)
is refused, because a rule must be readable at the place where it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from moodle_cpd.errors import InputError
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem

MAX_DEPTH: Final = 40
"""Levels of nesting; a real rule needs fewer than ten."""

_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,9}")

Scalar: TypeAlias = str | int | Decimal | bool | None
Value: TypeAlias = "Scalar | Table | Items"


class Mark(NamedTuple):
    """A position in a file, both from 1."""

    line: int
    column: int


class Table(dict[str, Any]):
    """A mapping that knows where it, its keys and its values stand."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.key_marks: dict[str, Mark] = {}
        self.value_marks: dict[str, Mark] = {}


class Items(list[Any]):
    """A list that knows where it and its items stand."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []


class _BrokenError(Exception):
    """What makes further reading of the file pointless."""

    def __init__(self, mark: Mark, found: str, expected: str = "", hint: str = "") -> None:
        super().__init__(found)
        self.mark, self.found, self.expected, self.hint = mark, found, expected, hint


class YamlSource:
    """One file of rules: its text as a tree, and names for the places in it.

    Args:
        name: the file as messages name it.
        content: the file's bytes.

    Raises:
        InputError: the bytes are not a plain YAML mapping; all duplicate keys are told at once.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._duplicates: list[Problem] = []
        try:
            self.root = self._read(_decode(content))
        except _BrokenError as broken:
            problem = Problem(
                self.at(broken.mark), one_line(broken.found), broken.expected, broken.hint
            )
            raise InputError(*self._duplicates, problem) from None
        if self._duplicates:
            raise InputError(*self._duplicates)

    def at(self, mark: Mark) -> str:
        """A place in this file as ``file:line:column``."""
        return f"{self.name}:{mark.line}:{mark.column}"

    def _read(self, text: str) -> Table:
        events = _events(text)
        root: Value = None
        for event in events:
            if isinstance(event, NodeEvent):
                root = self._value(event, events, 1)
                break
        for event in events:
            if isinstance(event, DocumentStartEvent):
                raise _BrokenError(_mark(event), "a second YAML document", "one document in a file")
        if root is None or root == "":
            raise _BrokenError(Mark(1, 1), "the file is empty", "a scheme or a course map")
        if not isinstance(root, Table):
            raise _BrokenError(
                Mark(1, 1), "no mapping", "keys and values, such as 'scheme: my-scheme'"
            )
        return root

    def _value(self, event: NodeEvent, events: Iterator[Event], depth: int) -> Value:
        _refuse_extras(event)
        if depth > MAX_DEPTH:
            raise _BrokenError(_mark(event), f"more than {MAX_DEPTH} levels inside each other")
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        if isinstance(event, SequenceStartEvent):
            items = Items(_mark(event))
            for item in events:
                if isinstance(item, CollectionEndEvent):
                    break
                items.marks.append(_mark(item))
                items.append(self._value(_node(item), events, depth + 1))
            return items
        return self._table(event, events, depth)

    def _table(self, event: NodeEvent, events: Iterator[Event], depth: int) -> Table:
        table = Table(_mark(event))
        for key_event in events:
            if isinstance(key_event, CollectionEndEvent):
                break
            if not isinstance(key_event, ScalarEvent):
                raise _BrokenError(
                    _mark(key_event), "a key that is no plain word", "a key such as 'title'"
                )
            _refuse_extras(key_event)
            key, mark = (
                str(_scalar(key_event) if key_event.style else key_event.value),
                _mark(key_event),
            )
            value_event = next(events)
            value = self._value(_node(value_event), events, depth + 1)
            if key in table:
                first = table.key_marks[key]
                self._duplicates.append(
                    Problem(
                        self.at(mark),
                        f"'{one_line(key)}' stands here a second time",
                        "each key once",
                        f"The first one is on line {first.line}; leave one of them out",
                    )
                )
                continue
            table[key] = value
            table.key_marks[key] = mark
            # The parser sees the value of a bare key only where the next line begins.
            table.value_marks[key] = mark if value is None else _mark(value_event)
        return table


def read_source(path: Path, name: str) -> YamlSource:
    """Read one file of rules.

    Args:
        path: the file.
        name: the file as messages name it.

    Raises:
        InputError: it can't be read, or is not a plain YAML mapping.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(name, f"cannot be read: {error.strerror}")) from None
    return YamlSource(name, content)


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise _BrokenError(
            Mark(before.count(b"\n") + 1, column),
            "the file is not UTF-8 text",
            "UTF-8",
            "Save it again with the encoding UTF-8",
        ) from None
    return text.removeprefix("\ufeff")  # Windows editors put this mark in front


def _events(text: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Mark(1, 1) if mark is None else Mark(mark.line + 1, mark.column + 1)
        reason = error.problem or error.context or "it cannot be understood"
        raise _BrokenError(place, f"not valid YAML: {reason}", "", _hint(reason)) from None
    except ReaderError as error:
        before = text[: error.position]
        place = Mark(before.count("\n") + 1, error.position - before.rfind("\n"))
        raise _BrokenError(
            place, f"a character that YAML does not allow (U+{error.character:04X})"
        ) from None
    except YAMLError:
        raise _BrokenError(Mark(1, 1), "not valid YAML") from None


def _hint(reason: str) -> str:
    if "\\t" in reason:
        return "Indent with spaces, not with tabs"
    if "mapping values are not allowed" in reason:
        return "Put text with a colon in quotes, and check the indentation"
    return ""


def _mark(event: Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _node(event: Event) -> NodeEvent:
    # The parser yields nothing but nodes where a value is due.
    assert isinstance(event, NodeEvent)  # noqa: S101 - narrows the type, never fails
    return event


def _refuse_extras(event: NodeEvent) -> None:
    if isinstance(event, AliasEvent):
        raise _BrokenError(
            _mark(event),
            f"the alias '*{event.anchor}'",
            "the value itself",
            "Write the value out, so that each rule can be read where it stands",
        )
    if event.anchor is not None:
        raise _BrokenError(
            _mark(event),
            f"the anchor '&{event.anchor}'",
            "the value alone",
            "Anchors and aliases are not used in rules",
        )
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise _BrokenError(_mark(event), f"the tag '{tag}'", "the value alone", "Leave the tag out")


def _scalar(event: ScalarEvent) -> Scalar:
    text = str(event.value)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _BrokenError(
            _mark(event), "half a character (an escaped surrogate)", "whole characters"
        )
    if event.style is not None:
        return text
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text
