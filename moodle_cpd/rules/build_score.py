"""A score's file part → the score as used: ids checked, points possible summed up."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from moodle_cpd.problems import Problem
from moodle_cpd.rules.build_audience import build_audience
from moodle_cpd.rules.build_requirements import Checks
from moodle_cpd.rules.names import Names
from moodle_cpd.rules.rulebook_score import Band, Change, Component, ScoreRule
from moodle_cpd.rules.schema_score import BonusPart, ComponentPart, DeductionPart, ScorePart

_ZERO = Decimal(0)


def build_score(file: str, part: ScorePart, checks: Checks, problems: list[Problem]) -> ScoreRule:
    """Make a score of its part of a file.

    Args:
        file: the file's path relative to the rules' folder.
        part: what the file says.
        checks: note the use of ids of categories, assessments and evidence.
        problems: where problems are collected.
    """
    component_names = Names("component", problems)
    for each in part.components:
        component_names.add(each.id, each.place(file))
    change_names = Names("deduction or bonus", problems)
    changes = []
    parts: tuple[DeductionPart | BonusPart, ...] = (*part.deductions, *part.bonuses)
    for change in parts:
        change_names.add(change.id, change.place(file))
        if change.component is not None:
            component_names.check(change.component, change.place(file))
        changes.append(_change(file, change, checks))
    components = tuple(_component(file, each, checks) for each in part.components)
    starts_at = part.starts_at or _ZERO
    return ScoreRule(
        title=part.title.words(),
        starts_at=starts_at,
        possible=part.possible or starts_at + sum((each.points for each in components), _ZERO),
        components=components,
        changes=tuple(changes),
        bands=tuple(
            Band(each.id, each.title.words(), each.from_points, each.place(file))
            for each in part.bands
        ),
        place=part.place(file),
    )


def _component(file: str, part: ComponentPart, checks: Checks) -> Component:
    place = part.place(file)
    kind: Literal["proportion", "all", "each"]
    if part.in_proportion_to is not None:
        kind, source = "proportion", part.in_proportion_to
        checks.assessment(source, place)
    else:
        kind = "all" if part.all_for is not None else "each"
        source = part.all_for or part.for_each or ""
        checks.evidence(source, place)
    return Component(
        id=part.id,
        title=part.title.words(),
        points=part.points,
        kind=kind,
        source=source,
        each=part.points_each,
        pieces=part.pieces or 1,
        place=place,
        only_for=None if part.only_for is None else build_audience(file, part.only_for),
    )


def _change(file: str, part: DeductionPart | BonusPart, checks: Checks) -> Change:
    place = part.place(file)
    kind: Literal["each", "missing", "failed", "hours"] = "each"
    source = part.for_each
    expected = _ZERO
    if isinstance(part, DeductionPart):
        if part.missing is not None:
            kind, source, expected = "missing", part.missing, Decimal(part.expected or 0)
        elif part.failed is not None:
            kind, source = "failed", part.failed
        elif part.hours_short_of is not None:
            kind, source, expected = "hours", part.of, part.hours_short_of
    if source is not None:
        check = {"failed": checks.assessment, "hours": checks.category}.get(kind, checks.evidence)
        check(source, place)
    return Change(
        id=part.id,
        title=part.title.words(),
        sign=-1 if isinstance(part, DeductionPart) else 1,
        kind=kind,
        source=source,
        each=part.points_each,
        expected=expected,
        at_most=part.at_most,
        component=part.component,
        place=place,
    )
