"""Schemes through time: how each stands for the periods that begin from a day on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from moodle_cpd.problems import Problem
from moodle_cpd.rules.build import build_schemes
from moodle_cpd.rules.build_courses import build_entries, check_ties
from moodle_cpd.rules.rulebook import Entry, Scheme
from moodle_cpd.rules.schema_base import Part
from moodle_cpd.rules.schema_courses import CourseMapFile
from moodle_cpd.rules.schema_scheme import CategoryPart, SchemeFile

P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Editions(Generic[P]):
    """What a file says from which day on.

    Attributes:
        parts: first days and what holds from them, the oldest first.
    """

    parts: tuple[tuple[date, P], ...]

    @property
    def days(self) -> Iterator[date]:
        """The days from which it says something else."""
        return (day for day, _ in self.parts)

    @property
    def latest(self) -> P:
        """What it says last."""
        return self.parts[-1][1]

    def at(self, day: date) -> P:
        """What it says on a day."""
        return self.parts[bisect_right(self.parts, day, key=lambda each: each[0]) - 1][1]


def build_editions(
    file: str,
    scheme: Editions[SchemeFile],
    maps: Mapping[str, Editions[CourseMapFile]],
    problems: list[Problem],
) -> list[Scheme]:
    """Make a scheme and its frames, each with how it stood before.

    Args:
        file: the scheme's file, relative to the rules' folder.
        scheme: what it says.
        maps: its course maps by file.
        problems: where problems are collected; with any, the result is not to be used.
    """
    _check_lasting(file, scheme, problems)
    days = sorted({*scheme.days, *(day for each in maps.values() for day in each.days)})
    known = _Ids.union(part for _, part in scheme.parts)
    by_id: dict[str, list[Scheme]] = {}
    for day in days:
        part = scheme.at(day)
        entries = tuple(
            entry
            for map_file, course_map in maps.items()
            for entry in build_entries(map_file, course_map.at(day), problems)
        )
        check_ties(entries, problems)
        own = tuple(_in_force(entries, _Ids.union([part]), known))
        for built in build_schemes(file, part, own, problems):
            by_id.setdefault(built.id, []).append(replace(built, since=day))
    return [_with_earlier(each) for each in by_id.values()]


def _with_earlier(editions: list[Scheme]) -> Scheme:
    """The last edition with those before it.

    What consists of recognised hours has all categories at all times: a period of several years may
    hold hours that were recognised by later rules than those that govern it.
    """
    if editions[-1].recognised_only:
        every = {category.id: category for each in editions for category in each.categories}
        editions = [
            replace(
                each,
                categories=tuple({**every, **{one.id: one for one in each.categories}}.values()),
            )
            for each in editions
        ]
    return replace(editions[-1], earlier=tuple(editions[:-1]))


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids that a scheme has for course maps to use."""

    categories: frozenset[str]
    assessments: frozenset[str]
    evidence: frozenset[str]

    @classmethod
    def union(cls, parts: Iterator[SchemeFile] | list[SchemeFile]) -> _Ids:
        categories: set[str] = set()
        assessments: set[str] = set()
        evidence: set[str] = set()
        for part in parts:
            categories.update(_category_ids(part.categories))
            assessments.update(each.id for each in part.assessments)
            evidence.update(each.id for each in part.evidence)
        return cls(frozenset(categories), frozenset(assessments), frozenset(evidence))


def _category_ids(parts: list[CategoryPart]) -> Iterator[str]:
    for part in parts:
        yield part.id
        yield from _category_ids(part.categories)


def _in_force(entries: tuple[Entry, ...], now: _Ids, ever: _Ids) -> Iterator[Entry]:
    """Lines with what the scheme has at the time.

    What it has at another time only gives nothing at this one; what it never has stays, so that
    it is told as unknown.
    """
    for entry in entries:
        found = entry
        if entry.category in ever.categories - now.categories:
            found = replace(found, category=None, hours=None, hours_field=None)
        if entry.assessment in ever.assessments - now.assessments:
            found = replace(found, assessment=None)
        if entry.evidence in ever.evidence - now.evidence:
            found = replace(found, evidence=None)
        if (found.category, found.assessment, found.evidence) != (None, None, None):
            yield found


def _check_lasting(file: str, scheme: Editions[SchemeFile], problems: list[Problem]) -> None:
    """What tells a scheme's periods apart can't change from one to the next."""
    (_, first), *others = scheme.parts
    for day, part in others:
        problems.extend(
            Problem(
                str(part.place(file)),
                f"'{key}' changes on {day}",
                f"one '{key}' for all periods",
                "Give the new rules a file and an id of their own",
            )
            for key in ("scheme", "time_zone", "period", "duty")
            if getattr(part, key) != getattr(first, key)
        )
    frames = {frame.id: frame for frame in scheme.latest.frames}
    for day, part in scheme.parts[:-1]:
        for frame in part.frames:
            lasting = frames.get(frame.id)
            if lasting is None or lasting.period != frame.period:
                problems.append(
                    Problem(
                        str(frame.place(file)),
                        f"frame '{frame.id}' ends, or has another period, after {day}",
                        "a frame that goes on with its period",
                        "A frame that is over needs no end; give a new span an id of its own",
                    )
                )
