"""Awards, consequences and dispensations: names checked, bands found."""

from __future__ import annotations

from collections import defaultdict

from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.dispensation import DispensationKind
from moodle_cpd.problems import Problem
from moodle_cpd.rules.build_audience import build_audience
from moodle_cpd.rules.build_requirements import Checks
from moodle_cpd.rules.names import Names
from moodle_cpd.rules.rulebook_outcomes import (
    AwardRule,
    Condition,
    ConsequenceRule,
    DispensationRule,
)
from moodle_cpd.rules.rulebook_score import Band
from moodle_cpd.rules.schema_outcomes import AwardPart, ConsequencePart, DispensationPart


def build_awards(file: str, parts: list[AwardPart], checks: Checks) -> tuple[AwardRule, ...]:
    """Make the awards of their parts of a file.

    Args:
        file: the file's path relative to the rules' folder.
        parts: what the file says.
        checks: note problems and the use of bands.
    """
    names = Names("award", checks.problems)
    for each in parts:
        names.add(each.id, each.place(file))
    return tuple(
        AwardRule(
            each.id,
            each.kind,
            each.title.words(),
            each.issued_here,
            _condition(file, each, checks),
            each.place(file),
        )
        for each in parts
    )


def build_consequences(
    file: str, parts: list[ConsequencePart], checks: Checks
) -> tuple[ConsequenceRule, ...]:
    """Make the consequences; one flag may follow from several outcomes, from each of them once."""
    names: dict[str, Names] = defaultdict(lambda: Names("flag", checks.problems))
    for each in parts:
        names[each.when].add(each.flag, each.place(file))
    return tuple(
        ConsequenceRule(
            each.flag, each.title.words(), _condition(file, each, checks), each.place(file)
        )
        for each in parts
    )


def build_dispensations(
    file: str, parts: list[DispensationPart], problems: list[Problem]
) -> tuple[DispensationRule, ...]:
    """Make the dispensations, each kind once."""
    names = Names("dispensation", problems)
    for each in parts:
        names.add(each.kind, each.place(file))
    return tuple(
        DispensationRule(DispensationKind(each.kind), each.title.words(), each.place(file))
        for each in parts
    )


def _condition(file: str, part: AwardPart | ConsequencePart, checks: Checks) -> Condition:
    only_for = None if part.only_for is None else build_audience(file, part.only_for)
    return Condition(Outcome(part.when), _band(file, part, checks), only_for)


def _band(file: str, part: AwardPart | ConsequencePart, checks: Checks) -> Band | None:
    if part.from_band is None:
        return None
    place = part.place(file)
    if checks.score is None or checks.bands is None:
        checks.problems.append(
            Problem(
                str(place),
                f"'from_band: {part.from_band}' without a score",
                "score: with bands: in this scheme",
            )
        )
        return None
    checks.bands.check(part.from_band, place)
    return next((band for band in checks.score.bands if band.id == part.from_band), None)
