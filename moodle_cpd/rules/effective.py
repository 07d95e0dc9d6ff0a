"""Values that hold from or until a day: a rule file as it stands for the periods of its time.

Two forms say so. An item of a list may carry ``from:`` and ``until:``; and any value may be
written as ``by_period:``, a list of what it was, one after the other without a gap. The days are
those on which the governed periods begin: a period is never split (``docs/administrators/rules``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from datetime import date, timedelta
from typing import Any, Final

from moodle_cpd.problems import Problem
from moodle_cpd.rules.yaml_source import Items, Mark, Table, YamlSource

FROM: Final = "from"
UNTIL: Final = "until"
BY_PERIOD: Final = "by_period"

_ONE_DAY = timedelta(days=1)


def change_days(source: YamlSource, problems: list[Problem]) -> list[date]:
    """The days from which a file says something else, the beginning of time first.

    Args:
        source: the file.
        problems: where days that can't be read, gaps and overlaps are collected.
    """
    days = {date.min}
    for first, last in _limits(source, source.root, problems):
        days.add(first)
        if last < date.max:
            days.add(last + _ONE_DAY)
    return sorted(days)


def as_of(source: YamlSource, day: date) -> YamlSource:
    """The file as it stands for periods that begin on a day, without any dates of validity.

    Args:
        source: the file, in which ``change_days`` found no problem.
        day: the first local day of a period.
    """
    other = copy(source)
    other.root = _resolved(source.root, day)
    return other


def _limits(
    source: YamlSource, value: object, problems: list[Problem]
) -> Iterator[tuple[date, date]]:
    """First and last day of everything below a value that has such limits."""
    if isinstance(value, Table):
        for each in value.values():
            yield from _limits(source, each, problems)
        choices = value.get(BY_PERIOD)
        if choices is not None:
            _check_sequence(source, value, problems)
    elif isinstance(value, Items):
        for each in value:
            if isinstance(each, Table) and (FROM in each or UNTIL in each):
                yield _valid(each, source, problems)
            yield from _limits(source, each, problems)


def _valid(
    item: Table, source: YamlSource | None = None, problems: list[Problem] | None = None
) -> tuple[date, date]:
    """First and last day of an item; what can't be read is a problem and no limit."""
    days = []
    for key, open_ in ((FROM, date.min), (UNTIL, date.max)):
        day = _day(item.get(key)) if key in item else open_
        if day is None and source is not None and problems is not None:
            problems.append(
                Problem(
                    source.at(item.value_marks[key]), f"{key}: {item[key]}", "a day like 2027-03-01"
                )
            )
        days.append(day or open_)
    first, last = days
    if first > last and source is not None and problems is not None:
        problems.append(
            Problem(
                source.at(item.value_marks[UNTIL]),
                f"until {last}, before it begins on {first}",
                "a day after that of from:",
            )
        )
    return first, max(first, last)


def _day(text: object) -> date | None:
    if not isinstance(text, str) or not re.fullmatch(r"(19|20)\d\d-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check_sequence(source: YamlSource, table: Table, problems: list[Problem]) -> None:
    """What stands under ``by_period:`` must say of each day what holds, and only once."""
    choices = table[BY_PERIOD]
    if len(table) > 1:
        other = next(key for key in table if key != BY_PERIOD)
        problems.append(
            Problem(
                source.at(table.key_marks[other]),
                f"'{other}' beside by_period",
                "by_period: alone",
                "Put it into each item of by_period:",
            )
        )
    if not isinstance(choices, Items) or not choices:
        problems.append(
            Problem(source.at(table.value_marks[BY_PERIOD]), "no list", "items with from: or until")
        )
        return
    following: date | None = date.min
    for item, mark in zip(choices, choices.marks, strict=True):
        if not isinstance(item, Table) or set(item) <= {FROM, UNTIL}:
            problems.append(
                Problem(
                    source.at(mark),
                    "no value" if isinstance(item, Table) else f"{item} without a day",
                    "value: (or the keys of the value) with from: or until:",
                )
            )
            return
        first, last = _valid(item)
        if first != following:
            _not_in_line(source, item, mark, first, following, problems)
        following = None if last == date.max else last + _ONE_DAY
    if following is not None:
        problems.append(
            Problem(
                source.at(choices.marks[-1]),
                f"nothing holds from {following} on",
                "a last item without until:",
            )
        )


def _not_in_line(
    source: YamlSource,
    item: Table,
    mark: Mark,
    first: date,
    following: date | None,
    problems: list[Problem],
) -> None:
    if following is not None and first > following:
        since = "the beginning" if following == date.min else str(following)
        found, expected = f"nothing holds between {since} and {first}", f"from: {following}"
        if following == date.min:
            expected = "a first item without from:"
    else:
        found = f"begins on {first}, when the item before it still holds"
        expected = "items one after the other" if following is None else f"from: {following}"
        if first == date.min:
            found = "no from:, when the item before it still holds"
    problems.append(Problem(source.at(item.value_marks.get(FROM, mark)), found, expected))


def _resolved(value: Table, day: date) -> Table:
    """A mapping with what holds on a day."""
    table = Table(value.mark)
    table.key_marks, table.value_marks = value.key_marks, dict(value.value_marks)
    for key, each in value.items():
        table[key], mark = _at(each, day, value.value_marks[key])
        table.value_marks[key] = mark
    return table


def _at(value: Any, day: date, mark: Mark) -> tuple[Any, Mark]:  # noqa: ANN401 - any YAML value
    """A value as it holds on a day, and where that stands."""
    if isinstance(value, Table):
        choices = value.get(BY_PERIOD)
        if not isinstance(choices, Items):
            return _resolved(value, day), mark
        for item in choices:
            if isinstance(item, Table) and _holds(item, day):
                return _plain(_without_days(item, day))
        return None, mark
    if isinstance(value, Items):
        items = Items(value.mark)
        for each, each_mark in zip(value, value.marks, strict=True):
            if isinstance(each, Table) and (FROM in each or UNTIL in each):
                if not _holds(each, day):
                    continue
                items.append(_without_days(each, day))
                items.marks.append(each_mark)
                continue
            found, found_mark = _at(each, day, each_mark)
            items.append(found)
            items.marks.append(found_mark)
        return items, mark
    return value, mark


def _holds(item: Table, day: date) -> bool:
    first, last = _valid(item)
    return first <= day <= last


def _without_days(item: Table, day: date) -> Table:
    table = _resolved(item, day)
    table.pop(FROM, None)
    table.pop(UNTIL, None)
    return table


def _plain(item: Table) -> tuple[Any, Mark]:
    """What an item of ``by_period:`` puts in the value's place: ``value:`` alone stands for it."""
    if set(item) == {"value"}:
        return item["value"], item.value_marks["value"]
    return item, item.mark
