"""Where things stand in a TOML file; the standard library's reader keeps no positions.

Found by looking at the text again after it was read as valid TOML, so only keys and headers must
be told apart from values, not good TOML from bad.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

Path = tuple[str | int, ...]

_QUOTES = ('"""', "'''")


class Places:
    """Lines and columns of the keys of a TOML file.

    Args:
        text: the file's text; it is valid TOML.
    """

    def __init__(self, text: str) -> None:
        self._places: dict[Path, tuple[int, int]] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        quote = ""
        for number, line in enumerate(text.split("\n"), start=1):
            if quote:
                quote = "" if line.count(quote) % 2 else quote
                continue
            found = self._header(line) if line.lstrip().startswith("[") else None
            if found is not None:
                table, added = found, found
            else:
                keys = _keys_before_value(line)
                added = (*table, *keys) if keys else ()
                quote = next((mark for mark in _QUOTES if line.count(mark) % 2), "")
            column = len(line) - len(line.lstrip()) + 1
            for end in range(1, len(added) + 1):
                self._places.setdefault(added[:end], (number, column))

    def of(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Line and column, from 1, of a key or of the nearest table around it."""
        for end in range(len(path), 0, -1):
            place = self._places.get(tuple(path[:end]))
            if place is not None:
                return place
        return 1, 1

    def _header(self, line: str) -> Path | None:
        """The path that a ``[table]`` or ``[[array]]`` line opens, None for another line."""
        end = line.rfind("]") + 1
        try:
            keys = _first_path(tomllib.loads(line[:end].strip()))
        except tomllib.TOMLDecodeError:
            return None
        is_array = line.lstrip().startswith("[[")
        path: Path = ()
        for position, key in enumerate(keys, start=1):
            path = (*path, key)
            if is_array and position == len(keys):
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path


def _keys_before_value(line: str) -> Path:
    """The keys of a ``key = value`` line, dotted ones in parts; empty for another line."""
    end = line.find("=")
    while end >= 0:
        try:
            return _first_path(tomllib.loads(f"{line[:end]} = 0"))
        except tomllib.TOMLDecodeError:
            end = line.find("=", end + 1)
    return ()


def _first_path(tree: object) -> tuple[str, ...]:
    keys: list[str] = []
    while True:
        if isinstance(tree, list):
            tree = tree[0]
        elif isinstance(tree, dict) and tree:
            key, tree = next(iter(tree.items()))
            keys.append(key)
        else:
            return tuple(keys)
