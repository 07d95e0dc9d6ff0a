"""Serial numbers: the pattern that an authority writes them by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_FIELD = re.compile(r"\{(year|number)(?::0?(\d{1,2}))?\}")
_DIGITS: Final = frozenset("0123456789")
_LONGEST = 60
_MOST_DIGITS = 12


@dataclass(frozen=True)
class SerialPattern:
    """How numbers are written, for example ``千继教字[{year}]第{number:05}号``.

    ``{number}`` stands for the running number, ``{number:05}`` for one with five digits at least;
    ``{year}`` for the four digits of the year. Numbers count from 1 for each pattern, and where
    it has a year, for each year.

    Args:
        text: the pattern.

    Raises:
        ValueError: it is no such pattern; the message says why, for people.
    """

    text: str

    def __post_init__(self) -> None:
        fields = [match[1] for match in _FIELD.finditer(self.text)]
        rest = _FIELD.sub("", self.text)
        if fields.count("number") != 1 or fields.count("year") > 1:
            raise ValueError("must hold {number} once, or {number:05}, and {year} at most once")
        if any(m[1] == "year" and m[2] is not None for m in _FIELD.finditer(self.text)):
            raise ValueError("must write {year} without a width")
        if "{" in rest or "}" in rest:
            raise ValueError("must hold no braces besides {year} and {number:05}")
        if len(self.text) > _LONGEST:
            raise ValueError(f"must be no longer than {_LONGEST} characters")
        if rest != " ".join(rest.split()) or not rest.isprintable():
            raise ValueError("must be one line without spaces at its ends")
        if self._width > _MOST_DIGITS:
            raise ValueError(f"must ask for {_MOST_DIGITS} digits at most")

    @cached_property
    def series(self) -> str:
        """What numbers are counted by: another width goes on with the same numbers."""
        return _FIELD.sub(lambda match: f"{{{match[1]}}}", self.text)

    @property
    def has_year(self) -> bool:
        """Whether each year counts anew."""
        return "{year}" in self.text

    def number(self, year: int, number: int) -> str:
        """The serial number.

        Args:
            year: in which it is given, where the scheme is.
            number: from 1.
        """
        parts = {"year": f"{year:04d}", "number": f"{number:0{self._width}d}"}
        return _FIELD.sub(lambda match: parts[match[1]], self.text)

    def parts(self) -> list[tuple[str, str]]:
        """What it is made of, in order: ``("text", …)``, ``("year", "")``, ``("number", "")``."""
        found: list[tuple[str, str]] = []
        end = 0
        for match in _FIELD.finditer(self.text):
            found += [("text", self.text[end : match.start()]), (match[1], "")]
            end = match.end()
        found.append(("text", self.text[end:]))
        return [part for part in found if part != ("text", "")]

    def may_meet(self, other: SerialPattern) -> bool:
        """Whether the two could ever give the same number, and are not the same series."""
        return self.series != other.series and _meet(self._steps(), other._steps())

    @cached_property
    def _width(self) -> int:
        widths = [match[2] for match in _FIELD.finditer(self.text) if match[1] == "number"]
        return max(1, int(widths[0] or 1)) if widths else 1

    def _steps(self) -> list[tuple[frozenset[str], bool]]:
        """Which characters may stand where; True: any number of them, none too."""
        steps: list[tuple[frozenset[str], bool]] = []
        for kind, text in self.parts():
            if kind == "text":
                steps += [(frozenset(character), False) for character in text]
            else:
                steps += [(_DIGITS, False)] * (4 if kind == "year" else self._width)
                steps += [(_DIGITS, True)] * (kind == "number")
        return steps


def _meet(one: list[tuple[frozenset[str], bool]], other: list[tuple[frozenset[str], bool]]) -> bool:
    """Whether some text fits both: a walk through both at once."""
    waiting, seen = [(0, 0)], {(0, 0)}
    while waiting:
        i, j = waiting.pop()
        if i == len(one) and j == len(other):
            return True
        following = []
        if i < len(one) and one[i][1]:
            following.append((i + 1, j))
        if j < len(other) and other[j][1]:
            following.append((i, j + 1))
        if i < len(one) and j < len(other) and one[i][0] & other[j][0]:
            following.append((i + (not one[i][1]), j + (not other[j][1])))
        for place in following:
            if place not in seen:
                seen.add(place)
                waiting.append(place)
    return False
