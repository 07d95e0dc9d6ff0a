"""How many people a course has, those whom we don't read among them.

Moodle answers about an assignment for everybody in it. On a site of 15,000 teachers the work handed
in by a cohort of 200 comes among everybody's, so how large a reply can be is told by the course.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from moodle_cpd.errors import CpdError
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.reading import Reading

_TOGETHER: Final = 5
"""Teachers asked in one request: each costs Moodle a count for each of their courses."""


class Sizes:
    """How many people are enrolled in courses; each course is asked about once in a pull.

    Args:
        reading: the pull.
        catalogue: who of our teachers is in which course.
    """

    def __init__(self, reading: Reading, catalogue: Catalogue) -> None:
        self._reading = reading
        self._catalogue = catalogue
        self._sizes: dict[int, int] = {}

    def of(self, courses: Collection[int]) -> dict[int, int]:
        """How many are enrolled in each of these courses.

        Where Moodle does not tell it, our own teachers are what is known.
        """
        left = sorted(set(courses) - self._sizes.keys())
        if left:
            ours = self._reading.ledger.count_enrolled(self._reading.site)
            self._ask(left)
            for course in left:
                self._sizes[course] = max(self._sizes.get(course, 0), ours.get(course, 0))
        return {course: self._sizes[course] for course in courses}

    def _ask(self, courses: Collection[int]) -> None:
        """Ask teachers' lists of courses until each course was on one, or its teacher was asked."""
        teachers = {course: self._catalogue.some_enrolled(course, 1) for course in courses}
        asked: set[int] = set()
        while True:
            waiting = dict.fromkeys(
                teacher
                for course, some in teachers.items()
                for teacher in some
                if course not in self._sizes and teacher not in asked
            )
            part = list(waiting)[:_TOGETHER]
            if not part:
                return
            asked.update(part)
            for _, answer in self._reading.moodle.users_courses(part, count=True):
                for each in () if isinstance(answer, CpdError) else answer:
                    self._sizes[each.id] = each.enrolledusercount or 0
