"""Grades of plain assignments that somebody wrote into the gradebook by hand.

The assignment knows nothing of them: ``mod_assign_get_grades`` goes on telling its own grade. They
are found when everything is read anew, teacher by teacher; from then on the gradebook is the truth
about that teacher's assignment, and is asked whenever the assignment tells something new of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from moodle_cpd.model.fact import FactKind
from moodle_cpd.moodle.replies import GradeItem
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.gradebook import GRADEBOOK, Line, read_lines
from moodle_cpd.pull.reading import Reading
from moodle_cpd.pull.watermarks import Stream

_ASSIGN: Final = "assign"


class Overrides:
    """Of whose assignments the gradebook tells the truth, plain though they are.

    Args:
        reading: the pull.
        works: assignments that are read.
    """

    def __init__(self, reading: Reading, works: Sequence[Work]) -> None:
        self._reading = reading
        self._plain = {work.settings.cmid for work in works if work.settings.is_plain}
        self._first = Stream.GRADES not in reading.ledger.readings(reading.site)
        self._known: set[tuple[int, int | None]] = set()

    @property
    def due(self) -> bool:
        """Whether they are to be looked for: everything is read, and not for the first time."""
        full = self._reading.marks.span(Stream.GRADES).full
        return full and not self._first and self._reading.settings.pull.overrides

    def look_up(self, teachers: Iterable[int]) -> None:
        """Learn what is known of some teachers."""
        reading = self._reading
        if not self._first:
            self._known |= reading.ledger.activities_known_by(
                reading.site, FactKind.GRADE, GRADEBOOK, teachers
            )

    def holds(self, teacher: int, activity: int) -> bool:
        """Whether the gradebook is the truth about a teacher's assignment; after ``look_up``."""
        return (teacher, activity) in self._known

    def keep(self, teacher: int, activity: int, item: GradeItem) -> bool:
        """Whether a line of the gradebook tells the truth about an assignment."""
        return (
            activity not in self._plain
            or bool(item.gradeisoverridden)
            or self.holds(teacher, activity)
        )

    def search(self, catalogue: Catalogue, of: Mapping[int, Mapping[Line, int]]) -> set[int]:
        """Look for them in all gradebooks of the courses with plain assignments.

        Args:
            catalogue: the courses.
            of: by course the lines of the assignments that are read.

        Returns:
            Courses in which Moodle refused some of it.
        """
        reading, marks = self._reading, self._reading.marks
        key = reading.key("overrides", *sorted(of))
        position = marks.resume(Stream.GRADES, key)
        done: list[int] = [] if position is None else list(position.state["courses"])
        failed: set[int] = set()
        for course in sorted(of):
            if course in done or not self._plain & set(of[course].values()):
                continue
            teachers = catalogue.enrolled(course)
            self.look_up(teachers)
            failed |= read_lines(reading, of, ((t, course) for t in teachers), self.keep)
            done.append(course)
            marks.keep(Stream.GRADES, key, {"courses": done})
        return failed


def lines_of(works: Iterable[Work]) -> dict[int, dict[Line, int]]:
    """By course the lines of assignments in the gradebook, with the course module of each."""
    found: dict[int, dict[Line, int]] = {}
    for work in works:
        lines = found.setdefault(work.course, {})
        lines[_ASSIGN, work.settings.id] = work.settings.cmid
    return found
