"""Spans of time, from the newest back: for what Moodle gives in no pages, but by its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from moodle_cpd.errors import TransientError

R = TypeVar("R")

ROWS: Final = 4_000
"""How many are asked for at once, as far as that can be foreseen."""

_FIRST: Final = 7 * 86_400
_SHORTEST: Final = 3_600
_GROWTH: Final = 16
_PATIENCE: Final = 4.0


def backwards(
    newest: int,
    ask: Callable[[int, int | None], tuple[R, int]],
    *,
    expected: int,
    clock: Callable[[], float],
    target: float,
) -> Iterator[R]:
    """Ask about all of time, span by span, each as long as the one before it suggests.

    A row that changes meanwhile moves out of a span that is still to come into one that was read
    already; so what changed since the beginning must be asked about once more.

    Args:
        newest: Unix time at which to begin; what is newer belongs to the first span.
        ask: gives the answer for a first and a last second, both inclusive (None: no end), and how
            many rows it has.
        expected: rows that there are at most, or so: the last few are asked for together.
        clock: monotonic seconds.
        target: seconds that a request should take; a few times as many are borne, since there is
            no way to ask for many short spans at once.

    Yields:
        The answers.

    Raises:
        TransientError: the site did not answer about a span however short.
    """
    length, seen = _FIRST, False
    end, before = newest, None
    while True:
        since = 0 if expected <= ROWS else max(0, end - length)
        began = clock()
        try:
            answer, rows = ask(since, before)
        except TransientError:
            if length <= _SHORTEST:
                raise
            # A gateway's or PHP's time limit, perhaps: less may fit.
            length = max(_SHORTEST, length // _GROWTH)
            expected = max(expected, ROWS + 1)
            continue
        yield answer
        if since == 0:
            return
        expected -= rows
        if seen and not rows:
            # Before the first row there is nothing, most likely.
            length *= _GROWTH
        seen = seen or rows > 0
        length = _next(length, rows, (clock() - began) / (_PATIENCE * target))
        end = before = since - 1


def _next(length: int, rows: int, share: float) -> int:
    """The length of the next span, after one with so many rows that took a share of its time."""
    fullness = max(rows / ROWS, share, 1 / _GROWTH)
    return max(_SHORTEST, int(length / fullness))
