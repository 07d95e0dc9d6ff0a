"""A few requests at a time, never more, with their answers in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

WORTH_A_REQUEST: Final = 10
"""Calls or awards that take Moodle longer than to begin another request for them."""


def even_parts(items: Sequence[T], most: int, beside: int) -> list[Sequence[T]]:
    """Cut a list into parts of like size, for requests that go side by side and end together.

    Args:
        items: what to cut; fewer than are worth two requests stay together.
        most: items in a part.
        beside: requests that go side by side.
    """
    if not items:
        return []
    fewest = -(-len(items) // most)
    rounds = -(-fewest // beside)
    parts = max(fewest, min(rounds * beside, len(items) // WORTH_A_REQUEST))
    size = -(-len(items) // parts)
    return [items[start : start + size] for start in range(0, len(items), size)]


def side_by_side(most: int, parts: Iterable[T], ask: Callable[[T], list[R]]) -> Iterator[R]:
    """Ask about parts, up to ``most`` of them at a time.

    Args:
        most: how many at a time; with 1 no thread is made.
        parts: taken one by one, when there is room for another.
        ask: gives a part's answers.

    Yields:
        All answers, in the order of the parts.

    Raises:
        Exception: what ``ask`` raised for the first part for which it did; parts that were not
            begun by then are not asked about.
    """
    if most == 1:
        for part in parts:
            yield from ask(part)
        return
    under_way: deque[Future[list[R]]] = deque()
    with ThreadPoolExecutor(most, thread_name_prefix="moodle") as pool:
        try:
            for part in parts:
                under_way.append(pool.submit(ask, part))
                if len(under_way) == most:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
