"""The completions that the ledger holds, packed: 17 bytes each, so that a county fits in memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime

_COURSES = 1 << 32
_UNKNOWN = -1


class KnownCompletions:
    """Which completions stand, at what minute, and which of them were seen again.

    Args:
        moments: for each teacher the courses and moments of standing completions; teachers by id,
            courses by id within a teacher. Moments are UTC; None where the time is uncertain.
    """

    def __init__(
        self, moments: Iterable[tuple[int, Iterable[tuple[int, datetime | None]]]]
    ) -> None:
        self._pairs = array("Q")
        self._minutes = array("q")
        for teacher, found in moments:
            for course, at in found:
                self._pairs.append(teacher * _COURSES + course)
                self._minutes.append(_UNKNOWN if at is None else _minute(at))
        self._seen = bytearray(len(self._pairs))

    def __len__(self) -> int:
        return len(self._pairs)

    def see(self, teacher: int, course: int) -> None:
        """The pair was met again."""
        for place in self._places(teacher, course):
            self._seen[place] = 1

    def has(self, teacher: int, course: int) -> bool:
        """Whether any completion of the pair stands."""
        return any(True for _ in self._places(teacher, course))

    def is_dated(self, teacher: int, course: int) -> bool:
        """Whether one stands whose time is known."""
        return any(self._minutes[place] != _UNKNOWN for place in self._places(teacher, course))

    def stands_at(self, teacher: int, course: int, at: datetime) -> bool:
        """Whether one stands at just this minute."""
        minute = _minute(at)
        return any(self._minutes[place] == minute for place in self._places(teacher, course))

    def unseen(self) -> Iterator[tuple[int, int]]:
        """Teacher and course of those that were not met again; a pair can come twice."""
        for place, pair in enumerate(self._pairs):
            if not self._seen[place]:
                yield divmod(pair, _COURSES)

    def _places(self, teacher: int, course: int) -> Iterator[int]:
        pair = teacher * _COURSES + course
        place = bisect_left(self._pairs, pair)
        while place < len(self._pairs) and self._pairs[place] == pair:
            yield place
            place += 1


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
