"""How far a long step is, as plain lines for a log: now and then, with an honest estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SECONDS: Final = 30.0
"""Between two lines; a step that is shorter writes none."""


class Estimate:
    """Counts a step's items and tells now and then how far it is.

    Args:
        label: the step.
        total: items in all; None: nobody knows.
        clock: seconds, from any moment on.
    """

    def __init__(self, label: str, total: int | None, clock: Callable[[], float]) -> None:
        self._label, self._total, self._clock = label, total, clock
        self._began = self._told = clock()
        self._done = 0

    def advance(self, count: int) -> str | None:
        """So many more are done; a line to write, where the last one was long enough ago.

        The rate is that of the whole step so far, and the rest is reckoned by it.
        """
        self._done += count
        now = self._clock()
        if now - self._told < SECONDS:
            return None
        self._told = now
        rate = self._done / (now - self._began)
        if self._total is None or self._total <= 0:
            return f"{self._label}: {self._done}, {_rate(rate)}"
        line = f"{self._label}: {self._done}/{self._total} ({100 * self._done // self._total} %)"
        left = self._total - self._done
        if left <= 0 or not rate:
            return line
        return f"{line}, {_rate(rate)}, about {_span(left / rate)} left"


def _rate(rate: float) -> str:
    return f"{rate:.0f} a second" if rate >= 10 else f"{rate * 60:.0f} a minute"


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "a minute"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
