"""Which line of a course map holds for which course or activity of a real site."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook import Entry
from moodle_cpd.rules.selectors import EXACT_KINDS

Target: TypeAlias = tuple[int, int | None]
"""Course id, and course module id or None for the course as a whole."""


@dataclass(frozen=True, slots=True)
class Match:
    """The one line that holds for a target.

    Attributes:
        entry: the line.
        hours: what it gives here; None where it gives none, or where they can't be told.
        problem: why the hours can't be told, else None.
    """

    entry: Entry
    hours: Decimal | None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """Lines that fit a target equally well: nobody gets credit until a person decides.

    Attributes:
        entries: the lines, in the order of their places.
        problem: the same in words.
    """

    entries: tuple[Entry, ...]
    problem: Problem


class EntryIndex:
    """The course maps' lines of one scheme, ready to be held against courses.

    Args:
        entries: the lines.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self._others: list[Entry] = []
        for entry in entries:
            course = entry.selector.course
            if course.kind in EXACT_KINDS:
                self._exact[course.kind, course.value].append(entry)
            else:
                self._others.append(entry)

    def fitting(self, course: Course) -> Iterator[tuple[Entry, tuple[int, int]]]:
        """The lines whose course selector fits, each with how specifically it does."""
        names = (str(course.id), course.idnumber, course.short_name)
        for kind, name in zip(EXACT_KINDS, names, strict=True):
            for entry in self._exact.get((kind, name), ()):
                rank = entry.selector.course.rank(course)
                if rank is not None:
                    yield entry, rank
        for entry in self._others:
            rank = entry.selector.course.rank(course)
            if rank is not None:
                yield entry, rank

    def matches(self, course: Course) -> Iterator[tuple[Target, Match | Tie]]:
        """What holds for a course and for each of its activities; nothing where no line fits."""
        fitting = list(self.fitting(course))
        if not fitting:
            return
        whole = [(rank, entry) for entry, rank in fitting if entry.selector.activity is None]
        if whole:
            yield (course.id, None), _most_specific(whole, course, None)
        for activity in course.activities:
            ranked = [
                ((of_activity, *rank), entry)
                for entry, rank in fitting
                if entry.selector.activity is not None
                and (of_activity := entry.selector.activity.rank(activity)) is not None
            ]
            if ranked:
                yield (course.id, activity.id), _most_specific(ranked, course, activity)


def _most_specific(
    ranked: Sequence[tuple[tuple[int, ...], Entry]], course: Course, activity: Activity | None
) -> Match | Tie:
    best = min(rank for rank, _ in ranked)
    winners = [entry for rank, entry in ranked if rank == best]
    if len(winners) == 1:
        return _with_hours(winners[0], course)
    winners.sort(key=lambda entry: (entry.place.file, entry.place.line, entry.place.column))
    what = name_of(course, activity)
    lines = " and ".join(str(entry.place) for entry in winners)
    problem = Problem(
        str(winners[0].place),
        f"{what} is selected equally well by {lines}",
        "one line that is the most specific",
        "It gives no credit until one line names it by id, or one of the lines is taken out",
    )
    return Tie(tuple(winners), problem)


def name_of(course: Course, activity: Activity | None) -> str:
    """A course or activity as messages name it: by id and what a person knows it by."""
    text = f"course {course.id} ({one_line(course.idnumber or course.short_name)})"
    if activity is None:
        return text
    return f"activity {activity.id} ({one_line(activity.idnumber or activity.name)}) in {text}"


def _with_hours(entry: Entry, course: Course) -> Match:
    if entry.hours_field is None:
        return Match(entry, entry.hours)
    value = course.custom_fields.get(entry.hours_field, "").strip()
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value) and Decimal(value) > 0:
        return Match(entry, Decimal(value))
    problem = Problem(
        str(entry.place),
        f"{name_of(course, None)} has "
        + (f"'{one_line(value[:40])}'" if value else "nothing")
        + f" in its custom field '{entry.hours_field}'",
        "a number of hours such as 12",
        "It gives no hours until the field is filled in, or this line says hours: itself",
    )
    return Match(entry, None, problem)
