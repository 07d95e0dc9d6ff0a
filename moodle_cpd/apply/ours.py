"""What of that which Moodle holds was written by us: the journal of our writes tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from moodle_cpd.apply.grades import is_rescaled, same_grade
from moodle_cpd.ledger import JournalEntry

SAVE: Final = "save_grade"
"""A certificate with its grade and comment is written."""
SAVE_NOTICE: Final = "save_notice"
"""The notice that it was withdrawn is written in its place."""
FAILED: Final = "failed"
"""Moodle refused the write, or it surely never arrived."""


@dataclass(frozen=True, slots=True)
class Ours:
    """All that we ever set out to write into a record activity for one award.

    A write that was cut off may have left a part of it, beside a part of the one before.

    Attributes:
        files: names of feedback files.
        grades: each with the assignment's maximum when it was written, 0 where that is not known.
        serials: numbers; every comment of ours names one.
    """

    files: frozenset[str]
    grades: frozenset[tuple[Decimal, int]]
    serials: frozenset[str]

    def covers(
        self, *, grades: Iterable[Decimal | None], comment: str, files: Iterable[str]
    ) -> bool:
        """Whether what Moodle holds is nothing but what we set out to write, or a part of it.

        Args:
            grades: in the gradebook and in the assignment; None where there is none.
            comment: the feedback comment, empty where there is none.
            files: names of the feedback files.
        """
        if not self.serials:
            return False
        if comment and not any(serial in comment for serial in self.serials):
            return False
        return self._wrote(grades) and self.files.issuperset(files)

    def rescaled(self, grades: Sequence[Decimal | None], maximum: int) -> int | None:
        """The maximum under which grades were written that Moodle scaled since; None: it did not.

        Args:
            grades: in the gradebook and in the assignment; None where there is none.
            maximum: the assignment's now.
        """
        if self._wrote(grades):
            return None
        scaled = (then for due, then in self.grades if is_rescaled(grades, due, then, maximum))
        return min(scaled, default=None)

    def _wrote(self, grades: Iterable[Decimal | None]) -> bool:
        return all(
            any(same_grade(grade, due) for due, _ in self.grades)
            for grade in grades
            if grade is not None
        )


def ours(journal: Iterable[JournalEntry]) -> Ours:
    """What we set out to write, by an award's journal; what surely never arrived is left out."""
    written = [
        entry.intent
        for entry in journal
        if entry.step in {SAVE, SAVE_NOTICE} and entry.outcome != FAILED
    ]
    return Ours(
        files=frozenset(str(each["file"]) for each in written),
        grades=frozenset((Decimal(each["grade"]), int(each.get("maximum", 0))) for each in written),
        serials=frozenset(str(each["serial"]) for each in written),
    )
