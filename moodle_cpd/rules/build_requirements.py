"""The tree of requirements: names checked, and titles made where the file gives none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from moodle_cpd.model.decision import Place, Text
from moodle_cpd.model.quantity import show
from moodle_cpd.problems import Problem
from moodle_cpd.rules.build_audience import build_audience
from moodle_cpd.rules.levels import LEVELS
from moodle_cpd.rules.names import Names
from moodle_cpd.rules.rulebook_requirements import (
    Group,
    HoursAtLeast,
    OnlyFor,
    Passed,
    Pieces,
    Present,
    Requirement,
    ScoreAtLeast,
)
from moodle_cpd.rules.rulebook_score import ScoreRule
from moodle_cpd.rules.schema_requirements import RequirementPart

_Check = Callable[[str, Place], None]


class Checks(NamedTuple):
    """What notes the use of an id, by the kind of thing that it names.

    Attributes:
        problems: where problems are collected.
        category: for categories.
        assessment: for assessments.
        evidence: for kinds of evidence.
        score: the scheme's score, None where it has none.
        bands: the score's bands.
    """

    problems: list[Problem]
    category: _Check
    assessment: _Check
    evidence: _Check
    score: ScoreRule | None = None
    bands: Names | None = None


def build_requirement(
    file: str,
    part: RequirementPart,
    titles: Mapping[str, Text],
    checks: Checks,
) -> Requirement:
    """Make a requirement and those below it.

    Args:
        file: the file's path relative to the rules' folder.
        part: what the file says.
        titles: titles of categories, assessments and evidence by id.
        checks: note the use of ids.
    """
    found = _build(file, part, titles, checks)
    if part.only_for is None:
        return found
    return OnlyFor(build_audience(file, part.only_for), found, found.title, found.place)


def _build(
    file: str, part: RequirementPart, titles: Mapping[str, Text], checks: Checks
) -> Requirement:
    place = part.place(file)
    if part.hours_at_least is not None:
        if part.of is not None:
            checks.category(part.of, place)
        made = _limited(_hours_title(part.hours_at_least, part.of, titles), part)
        hours, title = part.hours_at_least, _title(part, made)
        years = part.within_years or 1
        return HoursAtLeast(hours, part.of, title, place, part.from_level, years=years)
    if part.present is not None:
        checks.category(part.present, place)
        made = _limited(titles.get(part.present, Text(part.present)), part)
        years = part.within_years or 1
        return Present(part.present, _title(part, made), place, part.from_level, years)
    if part.passed is not None:
        checks.assessment(part.passed, place)
        name = titles.get(part.passed, Text(part.passed))
        made = Text(f"{name}：合格", f"{name.en or name.zh}: passed")
        return Passed(part.passed, _title(part, made), place)
    if part.evidence is not None:
        checks.evidence(part.evidence, place)
        need = part.pieces or 1
        name = titles.get(part.evidence, Text(part.evidence))
        return Pieces(part.evidence, need, _title(part, _pieces_title(need, name)), place)
    if part.score_at_least is not None or part.band is not None:
        return _score(part, place, checks)
    kind, count, below = _group(part)
    parts = tuple(build_requirement(file, each, titles, checks) for each in below)
    return Group(kind, count, parts, _title(part, _group_title(kind, count)), place)


def _limited(made: Text, part: RequirementPart) -> Text:
    """A made-up title with the level and the years that a requirement is limited to."""
    if part.from_level is not None:
        level = LEVELS[part.from_level]
        zh, en = made.zh or made.en, made.en or made.zh
        made = Text(f"{level.zh}及以上：{zh}", f"{en}, from {level.en} upwards")
    if part.within_years is not None:
        years = part.within_years
        made = Text(f"近{years}年内{made.zh}", f"{made.en}, within {years} years")
    return made


def _score(part: RequirementPart, place: Place, checks: Checks) -> ScoreAtLeast:
    need, name = part.score_at_least, Text()
    if checks.score is None or checks.bands is None:
        checks.problems.append(
            Problem(str(place), "points are asked for", "score: in this scheme, which gives them")
        )
    elif part.band is not None:
        checks.bands.check(part.band, place)
        for band in checks.score.bands:
            if band.id == part.band:
                need, name = band.minimum, band.title
    need = Decimal(0) if need is None else need
    points = Text(f"得分不少于{show(need)}分", f"A score of at least {show(need)} points")
    made = points
    if part.band is not None:
        made = Text(f"{points.zh}（{name.zh or name.en}）", f"{points.en} ({name.en or name.zh})")
    return ScoreAtLeast(need, part.band, _title(part, made), place)


def _group(
    part: RequirementPart,
) -> tuple[Literal["all", "any", "at_least"], int, list[RequirementPart]]:
    if part.all is not None:
        return "all", len(part.all), part.all
    if part.any is not None:
        return "any", 1, part.any
    return "at_least", part.at_least or 1, part.among or []


def _title(part: RequirementPart, made: Text) -> Text:
    return part.title.words() if part.title else made


def _hours_title(need: Decimal, category: str | None, titles: Mapping[str, Text]) -> Text:
    number = show(need)
    if category is None:
        return Text(f"合计不少于{number}学时", f"At least {number} hours in all")
    name = titles.get(category, Text(category))
    return Text(f"{name}不少于{number}学时", f"At least {number} hours of {name.en or name.zh}")


def _pieces_title(need: int, name: Text) -> Text:
    if need == 1:
        return name
    zh, en = name.zh or name.en, name.en or name.zh
    return Text(f"{zh}不少于{need}份", f"At least {need} pieces: {en}")


def _group_title(kind: str, count: int) -> Text:
    if kind == "all":
        return Text("以下各项全部达到", "All of these")
    if kind == "any":
        return Text("以下至少一项", "Any of these")
    return Text(f"以下至少{count}项", f"At least {count} of these")
