"""How far a long step is, told to whoever watches."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Hears of progress; a terminal draws it, a log writes a line, a test ignores it."""

    def start(self, label: str, total: int | None) -> None:
        """A step begins.

        Args:
            label: what is done, for a person.
            total: how many items there are, None where that is not known.
        """

    def advance(self, count: int = 1) -> None:
        """So many more items of the step are done."""
