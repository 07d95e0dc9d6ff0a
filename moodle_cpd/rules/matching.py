"""Which line of a course map holds for which course, activity or record of a real site."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.fact import Record
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.rules.levels import reaches
from moodle_cpd.rules.rulebook import Entry
from moodle_cpd.rules.selectors import EXACT_KINDS, RecordSelector, Selector


class Target(NamedTuple):
    """What work is done on.

    Attributes:
        course: Moodle's course id; 0 for a record.
        activity: course module id; None for the course as a whole, or a record.
        record: each record is a target of its own; None for Moodle's.
    """

    course: int
    activity: int | None = None
    record: Record | None = None

    def __str__(self) -> str:
        """How messages name it, by ids."""
        if self.record is not None:
            return name_of_record(self.record)
        whole = f"course {self.course}"
        return whole if self.activity is None else f"activity {self.activity} in {whole}"


@dataclass(frozen=True, slots=True)
class Match:
    """The one line that holds for a target.

    Attributes:
        entry: the line.
        hours: what it gives here; None where it gives none, or where they can't be told.
        problem: why the hours can't be told, else None.
        level: the level that gives the hours here, None where it is not said.
    """

    entry: Entry
    hours: Decimal | None
    problem: Problem | None = None
    level: str | None = None


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
    """Lines of course maps, of one scheme or of all, ready to be held against courses.

    Args:
        entries: the lines.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: dict[tuple[str, str], list[tuple[Entry, Selector]]] = defaultdict(list)
        self._others: list[tuple[Entry, Selector]] = []
        for entry in entries:
            selector = entry.selector
            if isinstance(selector, RecordSelector):
                continue
            course = selector.course
            if course.kind in EXACT_KINDS:
                self._exact[course.kind, course.value].append((entry, selector))
            else:
                self._others.append((entry, selector))

    def fitting(self, course: Course) -> Iterator[tuple[Entry, Selector, tuple[int, int]]]:
        """The lines whose course selector fits, each with it and how specifically it does."""
        names = (str(course.id), course.idnumber, course.short_name)
        for kind, name in zip(EXACT_KINDS, names, strict=True):
            for entry, selector in self._exact.get((kind, name), ()):
                rank = selector.course.rank(course)
                if rank is not None:
                    yield entry, selector, rank
        for entry, selector in self._others:
            rank = selector.course.rank(course)
            if rank is not None:
                yield entry, selector, rank

    def uses(self, course: Course) -> bool:
        """Whether any line is about a course; its activities are not looked at."""
        return any(True for _ in self.fitting(course))

    def uses_work(self, course: Course, activity: Activity) -> bool:
        """Whether any line is about an activity of a course."""
        return any(
            selector.activity is not None and selector.activity.rank(activity) is not None
            for _, selector, _ in self.fitting(course)
        )

    def matches(self, course: Course) -> Iterator[tuple[Target, Match | Tie]]:
        """What holds for a course and for each of its activities; nothing where no line fits."""
        fitting = list(self.fitting(course))
        if not fitting:
            return
        whole = [(rank, entry) for entry, selector, rank in fitting if selector.activity is None]
        if whole:
            found = _most_specific(whole, name_of(course, None))
            yield Target(course.id), found if isinstance(found, Tie) else _with_hours(found, course)
        for activity in course.activities:
            ranked = [
                ((of_activity, *rank), entry)
                for entry, selector, rank in fitting
                if selector.activity is not None
                and (of_activity := selector.activity.rank(activity)) is not None
            ]
            if ranked:
                found = _most_specific(ranked, name_of(course, activity))
                match = found if isinstance(found, Tie) else _with_hours(found, course)
                yield Target(course.id, activity.id), match


class RecordIndex:
    """The course maps' lines of one scheme, ready to be held against records.

    Args:
        entries: the lines.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = [
            (entry, entry.selector)
            for entry in entries
            if isinstance(entry.selector, RecordSelector)
        ]
        self._found: dict[str, Entry | Tie | None] = {}

    def match(self, record: Record) -> Match | Tie | None:
        """What holds for a record; None where no line fits."""
        if record.what not in self._found:
            ranked = [
                ((rank,), entry)
                for entry, selector in self._entries
                if (rank := selector.rank(record.what)) is not None
            ]
            what = f"record '{one_line(record.what)}'"
            self._found[record.what] = _most_specific(ranked, what) if ranked else None
        found = self._found[record.what]
        return _of_record(found, record) if isinstance(found, Entry) else found


def _of_record(entry: Entry, record: Record) -> Match:
    """What a line gives for a record, held to the levels that its course map may give."""
    level = record.level or entry.level
    most = entry.level_at_most
    if entry.category is None:
        return Match(entry, None, None, level)
    what = name_of_record(record)
    if level is not None and most is not None and level != most and reaches(level, most):
        problem = Problem(
            str(entry.place),
            f"{what} names the level '{level}', and this is a map of the level '{most}'",
            f"no level above '{most}'",
            "It gives no hours until this line names the certificate of that level in "
            "certificate:, or the record is corrected",
        )
        return Match(entry, None, problem, level)
    hours = record.hours if entry.hours_recorded else entry.hours
    if hours is None:
        problem = Problem(
            str(entry.place),
            f"{what} says no hours",
            "hours in the record, since this line has hours: recorded",
            "It gives no hours until the record is imported again with hours, or this line says "
            "hours: itself",
        )
        return Match(entry, None, problem, level)
    return Match(entry, hours, None, level)


def _most_specific(ranked: Sequence[tuple[tuple[int, ...], Entry]], what: str) -> Entry | Tie:
    best = min(rank for rank, _ in ranked)
    winners = [entry for rank, entry in ranked if rank == best]
    if len(winners) == 1:
        return winners[0]
    winners.sort(key=lambda entry: (entry.place.file, entry.place.line, entry.place.column))
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


def name_of_record(record: Record) -> str:
    """A record as messages name it."""
    document = one_line(record.document)
    return f"record '{one_line(record.what)}' of {record.day} (document {document})"


def _with_hours(entry: Entry, course: Course) -> Match:
    if entry.hours_field is None:
        return Match(entry, entry.hours, None, entry.level)
    value = course.custom_fields.get(entry.hours_field, "").strip()
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value) and Decimal(value) > 0:
        return Match(entry, Decimal(value), None, entry.level)
    problem = Problem(
        str(entry.place),
        f"{name_of(course, None)} has "
        + (f"'{one_line(value[:40])}'" if value else "nothing")
        + f" in its custom field '{entry.hours_field}'",
        "a number of hours such as 12",
        "It gives no hours until the field is filled in, or this line says hours: itself",
    )
    return Match(entry, None, problem, entry.level)
