"""When within a period a teacher has the role, stage and school that an audience asks for."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from moodle_cpd.decide.history import Held
from moodle_cpd.model.people import Attribute
from moodle_cpd.rules.rulebook_requirements import Audience

Answer: TypeAlias = bool | None
"""True, False, or None for unknown."""


class Share(NamedTuple):
    """Months of a period that somebody is in an audience, and months of the period."""

    months: int
    of: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which nothing changes.

    Attributes:
        first: the first of them.
        last: the last of them.
        member: whether role, stage and school are those asked for, None where that is unknown.
        assumed: that is only assumed from what was known first, later.
        lacking: the attributes that are needed and unknown.
    """

    first: date
    last: date
    member: Answer
    assumed: bool
    lacking: tuple[Attribute, ...]


def stretches(
    audience: Audience, placed: Held, first: date, last: date, today: date
) -> list[Stretch]:
    """How role, stage and school stand from one day to another.

    Args:
        audience: whom the scheme concerns.
        placed: the role, stage and school of the teacher.
        first: the first day that is looked at.
        last: the last one.
        today: nothing later is known; what is so today is taken to stay.
    """
    wanted = [
        (name, values)
        for name, values in (
            (Attribute.ROLE, audience.roles),
            (Attribute.STAGE, audience.stages),
            (Attribute.SCHOOL, audience.schools),
        )
        if values
    ]
    changes = {day for name, _ in wanted for day in placed.changes(name)}
    days = [first, *sorted(day for day in changes if first < day <= min(last, today))]
    ends = [*(day - timedelta(days=1) for day in days[1:]), last]
    return [_stretch(placed, wanted, begin, end) for begin, end in zip(days, ends, strict=True)]


def _stretch(
    placed: Held, wanted: list[tuple[Attribute, frozenset[str]]], first: date, last: date
) -> Stretch:
    member: Answer = True
    assumed = False
    lacking = []
    for name, values in wanted:
        held, only_assumed = placed.on(name, first)
        assumed = assumed or only_assumed
        if not held:
            lacking.append(name)
        member = both(member, bool(held & values) if held else None)
    return Stretch(first, last, member, assumed, tuple(lacking) if member is None else ())


def share_of(places: list[Stretch], first: date, last: date, *, whole: bool) -> Share:
    """The months of a period in which somebody is in an audience.

    Months begin on the day of the month on which the period begins; the last one may be shorter.

    Args:
        places: stretches within the period; before the first of them nobody belongs.
        first: the period's first day.
        last: its last day.
        whole: a month counts only if it is one from its first day to its last.
    """
    inside = [(each.first, each.last) for each in places if each.member]
    every = list(_months(first, last))
    count = 0
    for begin, end in every:
        days = sum(
            max(0, (min(end, until) - max(begin, since)).days + 1) for since, until in inside
        )
        count += days == (end - begin).days + 1 if whole else days > 0
    return Share(count, len(every))


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    number, begin = 1, first
    while begin <= last:
        after = _later(first, number)
        yield begin, min(after - timedelta(days=1), last)
        number, begin = number + 1, after


def _later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def both(one: Answer, other: Answer) -> Answer:
    """Whether both hold; where one does not, it does not matter that the other is unknown."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
