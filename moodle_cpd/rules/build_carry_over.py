"""Surplus hours that go into the next period: no hour by two ways."""

from __future__ import annotations

from moodle_cpd.problems import Problem
from moodle_cpd.rules.names import Names
from moodle_cpd.rules.rulebook import Category
from moodle_cpd.rules.rulebook_periods import CarryOver
from moodle_cpd.rules.schema_periods import CarryOverPart


def build_carry_over(
    file: str,
    parts: list[CarryOverPart],
    categories: tuple[Category, ...],
    problems: list[Problem],
) -> tuple[CarryOver, ...]:
    """Make the carry-over of its parts of a file.

    Args:
        file: the file's path relative to the rules' folder.
        parts: what the file says.
        categories: of the scheme.
        problems: where problems are collected.
    """
    known = Names("category", problems)
    for category in categories:
        known.add(category.id, category.place)
    parents = {category.id: category.parent for category in categories}
    names = Names("carry-over of", problems)
    carried = {part.category for part in parts}
    for part in parts:
        place = part.place(file)
        known.check(part.category, place)
        names.add(part.category, place)
        above = parents.get(part.category)
        while above is not None and above not in carried:
            above = parents.get(above)
        if above is not None:
            problems.append(
                Problem(
                    str(place),
                    f"hours of '{part.category}' are carried over here and with '{above}' too",
                    "each hour once",
                    "Carry over the categories below, or the one above them",
                )
            )
    return tuple(
        CarryOver(part.category, part.beyond, part.hours_at_most.value, part.place(file))
        for part in parts
    )
