"""Two versions of the rules, value by value: what differs, and where it stands in each.

Files are compared as they are written, so that every value has its line. Words for people (titles,
notes, references) are left out: they decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from moodle_cpd.rules.loader import COURSES, SCHEMES
from moodle_cpd.rules.yaml_source import Items, Table, YamlSource, read_source

WORDS: Final = frozenset(
    {"title", "notes", "reference", "authority", "regulation", "course_map", "scheme", "zh", "en"}
)
"""Keys whose values decide nothing: words for people, and the ids that files know each other by."""

_NAMES: Final = ("id", "flag", "record", "record_like", "first_day", "kind")
"""Keys that tell the items of a list apart, the first that stands there."""

_ASKS: Final = ("hours_at_least", "present", "passed", "evidence", "score_at_least", "band")
"""What single requirements ask; with what it is about it tells them apart."""

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One value that differs between two versions of the rules.

    Attributes:
        scheme: the scheme's id.
        section: the file's key that it stands below, for example ``requirements``.
        keys: the keys that lead to it, with the names of list items.
        old: what stood there, empty: nothing.
        new: what stands there now, empty: nothing.
        before: ``file:line:column`` where it stood, empty: nowhere.
        after: where it stands now, likewise.
        within_before: places of all mappings that it stood in, as ``before``.
        within_after: likewise for where it stands now.
    """

    scheme: str
    section: str
    keys: tuple[str, ...]
    old: str
    new: str
    before: str
    after: str
    within_before: frozenset[str] = frozenset()
    within_after: frozenset[str] = frozenset()


def rule_changes(before: Path, after: Path) -> tuple[RuleChange, ...]:
    """All that differs between the schemes and course maps of two folders.

    Args:
        before: the folder with the present rules.
        after: the folder with the other rules.

    Returns:
        By scheme, the scheme's own file before its course maps, in the files' order.

    Raises:
        InputError: a file can't be read.
    """
    old, new = _files(before), _files(after)
    return tuple(
        change
        for key in sorted(old.keys() | new.keys())
        for change in _of_file(key.scheme, old.get(key), new.get(key))
    )


class _Key(NamedTuple):
    """What files of two folders are known to be the same by."""

    scheme: str
    rank: int
    course_map: str


class _Side(NamedTuple):
    """A value in one version: where it stands, and what it stands in."""

    value: Any
    place: str
    within: frozenset[str]


def _files(folder: Path) -> dict[_Key, YamlSource]:
    found = {}
    for rank, kind in enumerate((SCHEMES, COURSES)):
        for path in sorted((folder / kind).glob("[!.]*.y*ml")):
            source = read_source(path, f"{kind}/{path.name}")
            scheme, own = (str(source.root.get(key, "")) for key in ("scheme", "course_map"))
            found[_Key(scheme, rank, own)] = source
    return found


def _of_file(scheme: str, old: YamlSource | None, new: YamlSource | None) -> Iterator[RuleChange]:
    if old is None or new is None:
        was, now = ("" if each is None else each.name for each in (old, new))
        yield RuleChange(scheme, "file", (), was, now, was and f"{was}:1:1", now and f"{now}:1:1")
        return
    one, other = (_Side(each.root, each.at(each.root.mark), frozenset()) for each in (old, new))
    yield from _Comparison(scheme, old, new).values(one, other, ())


class _Comparison:
    def __init__(self, scheme: str, old: YamlSource, new: YamlSource) -> None:
        self._scheme = scheme
        self._old = old
        self._new = new

    def values(self, old: _Side, new: _Side, keys: tuple[str, ...]) -> Iterator[RuleChange]:
        """What differs in a value and all below it."""
        one, other = _unwrapped(self._old, old), _unwrapped(self._new, new)
        if isinstance(one.value, Table) and isinstance(other.value, Table):
            yield from self._tables(one, other, keys)
        elif isinstance(one.value, Items) and isinstance(other.value, Items):
            yield from self._lists(one, other, keys)
        elif _plain(one.value) != _plain(other.value):
            yield self._change(keys, one, other)

    def _tables(self, old: _Side, new: _Side, keys: tuple[str, ...]) -> Iterator[RuleChange]:
        for key in dict.fromkeys((*new.value, *old.value)):
            if key in WORDS:
                continue
            one = _below(self._old, old, key) if key in old.value else None
            other = _below(self._new, new, key) if key in new.value else None
            yield from self._maybe(one, other, (*keys, key))

    def _lists(self, old: _Side, new: _Side, keys: tuple[str, ...]) -> Iterator[RuleChange]:
        before, after = _named(self._old, old), _named(self._new, new)
        for name in dict.fromkeys((*after, *before)):
            yield from self._maybe(before.get(name), after.get(name), (*keys, name))

    def _maybe(
        self, old: _Side | None, new: _Side | None, keys: tuple[str, ...]
    ) -> Iterator[RuleChange]:
        if old is not None and new is not None:
            yield from self.values(old, new, keys)
        else:
            yield self._change(keys, old, new)

    def _change(self, keys: tuple[str, ...], old: _Side | None, new: _Side | None) -> RuleChange:
        return RuleChange(
            self._scheme,
            keys[0] if keys else "file",
            keys,
            "" if old is None else _short(old.value),
            "" if new is None else _short(new.value),
            "" if old is None else old.place,
            "" if new is None else new.place,
            frozenset() if old is None else _around(self._old, old),
            frozenset() if new is None else _around(self._new, new),
        )


def _below(source: YamlSource, side: _Side, key: str) -> _Side:
    """The value of a key; its place is the key's, where a person looks for it."""
    table: Table = side.value
    return _Side(table[key], source.at(table.key_marks[key]), _around(source, side))


def _around(source: YamlSource, side: _Side) -> frozenset[str]:
    """The mappings that a value stands in, itself included."""
    own = {source.at(side.value.mark)} if isinstance(side.value, Table) else set()
    return side.within | own


def _unwrapped(source: YamlSource, side: _Side) -> _Side:
    """A value in its long form (``value:`` beside ``reference:``) as in its short one."""
    if isinstance(side.value, Table) and "value" in side.value and side.value.keys() <= _LONG:
        return _below(source, side, "value")
    return side


_LONG = frozenset({"value", "reference"})


def _named(source: YamlSource, side: _Side) -> dict[str, _Side]:
    """The items of a list by name; equal names are numbered."""
    found: dict[str, _Side] = {}
    items: Items = side.value
    for item, mark in zip(items, items.marks, strict=True):
        name, number = _name(item), 1
        while name in found:
            number += 1
            name = f"{_name(item)} #{number}"
        found[name] = _Side(item, source.at(mark), side.within)
    return found


def _name(item: object) -> str:
    if not isinstance(item, Table):
        return _short(item)
    if "course" in item:
        course, activity = _short(item["course"]), item.get("activity")
        return course if activity is None else f"{course} / {_short(activity)}"
    for key in _ASKS:
        if key in item:
            numbered = isinstance(item[key], int | Decimal | Table)
            about = [item[each] for each in ("of", "from_level") if each in item]
            return " ".join([key, *([] if numbered else [_short(item[key])]), *map(_short, about)])
    for key in (*_NAMES, "all", "any", "at_least"):
        if key in item:
            value = item[key]
            return key if isinstance(value, list) or key == "at_least" else _short(value)
    return "-"


def _plain(value: object) -> object:
    """A value without where it stands, numbers in one form, words for people left out."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key not in WORDS}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    return value


def _short(value: object) -> str:
    """A value in one short line."""
    text = _line(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _line(value: object) -> str:
    if isinstance(value, dict):
        parts = (f"{key}: {_line(each)}" for key, each in value.items() if key not in WORDS)
        return ", ".join(parts)
    if isinstance(value, list):
        return f"[{', '.join(map(_line, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
