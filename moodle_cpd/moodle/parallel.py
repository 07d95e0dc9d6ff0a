"""A few requests at a time, never more, with their answers in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


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
