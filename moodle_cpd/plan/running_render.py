"""Running hours of a plan in words: a count for each assignment, and who, as far as it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from moodle_cpd.model.people import Person
from moodle_cpd.model.quantity import show
from moodle_cpd.model.running_hours import HoursUpdate
from moodle_cpd.model.text import one_line

_NAMED: Final = 24
"""Teachers that are named for each assignment; the JSON plan names all."""
_IN_LINE: Final = 4


def running_lines(updates: Sequence[HoursUpdate], people: Mapping[int, Person]) -> Iterator[str]:
    """For each assignment and period how many change, and of the first the old and new number.

    Args:
        updates: in the plan's order.
        people: by Moodle's user id.
    """
    groups = groupby(
        sorted(updates, key=lambda each: (*each.place[1:], each.scheme, each.period)),
        key=lambda each: (*each.place[1:], each.scheme, each.period),
    )
    for (course, activity, scheme, period), group in groups:
        changed = list(group)
        first = sum(each.before is None for each in changed)
        yield (
            f"> hours     {len(changed)} teachers  {scheme} {period} "
            f"[{course} / {activity}]" + (f"  {first} for the first time" if first else "")
        )
        named = [_old_and_new(each, people) for each in changed[:_NAMED]]
        for start in range(0, len(named), _IN_LINE):
            yield "    " + ", ".join(named[start : start + _IN_LINE])
        if len(changed) > _NAMED:
            yield f"    … and {len(changed) - _NAMED} more; 'plan --json' names all"


def running_as_json(updates: Sequence[HoursUpdate]) -> list[dict[str, object]]:
    """All of them, teachers by id."""
    return [
        {
            "teacher": each.place.teacher,
            "course": each.place.course,
            "activity": each.place.activity,
            "scheme": each.scheme,
            "period": each.period,
            "before": None if each.before is None else str(each.before),
            "amount": str(each.amount),
            "text_sha256": each.text_sha256,
        }
        for each in updates
    ]


def who(teacher: int, people: Mapping[int, Person]) -> str:
    """A teacher for people to read: name and number, or Moodle's id where neither is known."""
    person = people.get(teacher)
    if person is None:
        return f"#{teacher}"
    return f"{one_line(person.full_name)} ({one_line(person.idnumber) or f'#{person.id}'})"


def _old_and_new(update: HoursUpdate, people: Mapping[int, Person]) -> str:
    before = "–" if update.before is None else show(update.before)
    return f"{who(update.place.teacher, people)} {before} → {show(update.amount)}"
