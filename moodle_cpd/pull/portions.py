"""In which portions assignments are asked about, from when on, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from moodle_cpd.moodle.replies import CallWarning
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.reading import Reading, parts
from moodle_cpd.pull.sizes import Sizes
from moodle_cpd.pull.watermarks import Stream

_MOST: Final = 300
"""Assignments in one request."""

_NO_ACCESS: Final = "1"


@dataclass(frozen=True, slots=True)
class Portion:
    """Assignments that are asked about together.

    Attributes:
        works: them.
        since: Unix time from which on; 0: everything.
        expected: rows that may come at most, or so, where everything is asked for.
    """

    works: Sequence[Work]
    since: int
    expected: int = 0


def portions(
    reading: Reading, sizes: Sizes, stream: Stream, works: Sequence[Work], rows: int
) -> Iterator[Portion]:
    """Assignments in the portions in which they are asked about.

    What the watermark doesn't hold for is asked about from its beginning: an assignment that is
    new, that the rules did not use, or was refused, one whose settings were changed, one in a
    course of a newcomer.

    Args:
        reading: the pull.
        sizes: how many people the courses have.
        stream: grades or submissions.
        works: assignments that are read.
        rows: how many one reply should hold at most; everybody enrolled may have one.
    """
    span = reading.marks.span(stream)
    newcomers = frozenset() if span.full else reading.marks.newcomers(stream)
    entered = {
        course
        for course in {work.course for work in works if newcomers}
        if newcomers.intersection(reading.ledger.enrolled(reading.site, course))
    }
    known: list[Work] = []
    others: list[Work] = []
    for work in works:
        holds = work.settings.id in span.covered and work.course not in entered
        changed = span.is_changed_since(work.settings.timemodified)
        (known if holds and not changed else others).append(work)
    yield from _from_the_beginning(sizes, others, rows)
    for part in parts(known, _MOST):
        yield Portion(part, span.since_seconds)


def _from_the_beginning(sizes: Sizes, works: Sequence[Work], rows: int) -> Iterator[Portion]:
    enrolled = sizes.of({work.course for work in works})
    together: list[Work] = []
    expected = 0
    for work in works:
        size = enrolled[work.course]
        if together and (expected + size > rows or len(together) == _MOST):
            yield Portion(together, 0, expected)
            together, expected = [], 0
        together.append(work)
        expected += size
    if together:
        yield Portion(together, 0, expected)


class Answered:
    """Of which assignments an answer came, and of which Moodle refused one.

    Args:
        reading: the pull; hears what is missing.
        function: what was asked.

    Attributes:
        ids: of those answered so far.
    """

    def __init__(self, reading: Reading, function: str) -> None:
        self.ids: set[int] = set()
        self._reading = reading
        self._where = f"{reading.site}: {function}"
        self._warned: set[int] = set()
        self._refused: set[int] = set()

    def by_warnings(self, warnings: Iterable[CallWarning]) -> None:
        """A warning is an answer too: that there is nothing, or that there is no access."""
        for warning in warnings:
            self._warned.add(warning.itemid)
            if warning.warningcode == _NO_ACCESS:
                self._refused.add(warning.itemid)

    def close(self, asked: Iterable[int]) -> set[int]:
        """Note what is missing.

        Returns:
            Ids of the assignments that were answered without refusal.
        """
        self._reading.tally.missing(
            self._where,
            "Moodle gives no access to the assignments",
            self._refused,
            "Allow mod/assign:grade to the service account's role in their courses",
        )
        self._reading.tally.missing(
            self._where,
            "Moodle did not answer about the assignments",
            set(asked) - self.ids - self._warned,
            "Deleted ones are gone at the next pull; if they stay, ask the site's administrator",
        )
        return (self.ids | (self._warned & set(asked))) - self._refused
