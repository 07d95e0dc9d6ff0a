"""Rows of a report on a site with a crowd: found by counting, made only for the page asked for."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, overload

from moodle_cpd.demo.crowd import Crowd
from moodle_cpd.demo.functions.report_rows import Bounds, Row
from moodle_cpd.demo.state import CourseCompletion, Enrolment, Report
from moodle_cpd.demo.tables import Tables

SORT = ["user:id", "course:id"]
"""The one sorting that can be counted; a report with another is put together row by row."""


class CrowdRows(Sequence[Row]):
    """All rows of a report sorted by teacher and course, none of them held.

    Args:
        tables: the site's.
        crowd: what they derive from.
        report: whose rows.
        values: filter values that apply to it.
    """

    def __init__(
        self, tables: Tables, crowd: Crowd, report: Report, values: Mapping[str, Any]
    ) -> None:
        self._tables = tables
        self._crowd = crowd
        bounds = Bounds.of(values)
        touched = _touched(tables, crowd)
        self._places = _places(crowd, touched, bounds)
        self._beside = [
            row
            for row in _beside(tables, crowd, touched)
            if not (report.active_only and row.enrolment.suspended) and bounds.admit(row.completed)
        ]
        self._beside.sort(key=lambda row: (row.user.id, row.course.id, row.enrolment.id))
        self._numbers = [
            bisect_left(self._places, self._bound(row)) + number
            for number, row in enumerate(self._beside)
        ]

    def __len__(self) -> int:
        return len(self._places) + len(self._beside)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row(number) for number in range(*index.indices(len(self)))]
        return self._row(range(len(self))[index])

    def _row(self, number: int) -> Row:
        before = bisect_left(self._numbers, number)
        if before < len(self._numbers) and self._numbers[before] == number:
            return self._beside[before]
        place = self._places[number - before]
        user, course = self._crowd.pair(place)
        at = self._crowd.completed[place]
        tables = self._tables
        return Row(
            tables.users[user],
            tables.courses[course],
            self._crowd.enrolment(place),
            CourseCompletion(user, course, at) if at else None,
        )

    def _bound(self, row: Row) -> int:
        """The place before which a row beside the crowd stands."""
        crowd = self._crowd
        teacher = row.user.id - crowd.first_user
        if not 0 <= teacher < crowd.teachers:
            return 0 if teacher < 0 else crowd.teachers * crowd.width
        return teacher * crowd.width + min(max(row.course.id - crowd.first_course, 0), crowd.width)


def _places(crowd: Crowd, touched: set[int], bounds: Bounds) -> Sequence[int]:
    everywhere = range(crowd.teachers * crowd.width)
    if bounds.everything:
        if not touched:
            return everywhere
        return array("I", [place for place in everywhere if place not in touched])
    low, high = bounds.low, bounds.high
    found = [
        place
        for place, at in enumerate(crowd.completed)
        if (low <= at <= high if at else bounds.empty)
    ]
    return array("I", [place for place in found if place not in touched] if touched else found)


def _touched(tables: Tables, crowd: Crowd) -> set[int]:
    """Places of the pairs that may no longer be as in the beginning."""
    places: set[int | None] = set()
    for course in crowd.enrolments.touched():
        places.update(crowd.place(user, course) for user in crowd.users)
    gone = {user for user in crowd.users if (row := tables.users.get(user)) is None or row.deleted}
    for user in crowd.enrolments_of.touched() | gone:
        places.update(crowd.place(user, course) for course in crowd.courses)
    for course in crowd.courses:
        if course not in tables.courses:
            places.update(crowd.place(user, course) for user in crowd.users)
    places.update(crowd.place(*pair) for pair in crowd.completions.touched())
    return {place for place in places if place is not None}


def _beside(tables: Tables, crowd: Crowd, touched: set[int]) -> list[Row]:
    """A row for every enrolment that is not an untouched one of the crowd."""
    changed = crowd.enrolments.touched()
    enrolments: list[Enrolment] = [row for course in changed for row in tables.enrolments[course]]
    rest: dict[int, set[int]] = defaultdict(set)
    for place in touched:
        user, course = crowd.pair(place)
        if course not in changed:
            rest[user].add(course)
    for user, courses in rest.items():
        enrolments += [row for row in tables.enrolments_of.get(user, ()) if row.course in courses]
    return [
        Row(who, where, row, tables.completions.get((row.user, row.course)))
        for row in enrolments
        if (who := tables.users.get(row.user)) is not None
        and not who.deleted
        and (where := tables.courses.get(row.course)) is not None
    ]
