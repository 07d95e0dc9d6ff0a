"""How far a teacher is with a scheme's requirements: met, missing, or not known yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from moodle_cpd.decide.caps import Totals
from moodle_cpd.decide.claim import ZERO, Judged, Standing, best, choose, joined
from moodle_cpd.decide.credit import Assessed
from moodle_cpd.model.decision import RequirementResult, Score, State, Text
from moodle_cpd.model.quick import quick
from moodle_cpd.rules.rulebook import Assessment
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

_RECURRING = 8192
"""So many results that rest on no facts of one teacher alone are kept for the others."""

_NOTHING_THERE = Text("没有提交", "Nothing was handed in")
_NO_WORDS = Text()
_NOT_TAKEN = Text("没有成绩", "No grade")


@quick
@dataclass(frozen=True, slots=True)
class PastTotals:
    """Hours of a period that requirements of later ones may read.

    Attributes:
        sure: hours that count.
        possible: hours there would be if everything unknown turned out well.
        lasting: hours that nothing later can take away.
    """

    sure: Totals
    possible: Totals
    lasting: Totals


@quick
@dataclass(frozen=True, slots=True)
class Standpoint:
    """What requirements are held against.

    Attributes:
        sure: hours that count.
        possible: hours there would be if everything unknown turned out well.
        assessments: the scheme's, by id.
        assessed: attempts at each assessment, as ``PeriodWork`` has them.
        evidence: attempts at the activities of each kind of evidence, likewise.
        score: points, None where the scheme has none.
        only_certain: leave out what a later attempt could take away.
        earlier: hours of periods before, each with how many periods before it is.
    """

    sure: Totals
    possible: Totals
    assessments: Mapping[str, Assessment]
    assessed: Mapping[str, Iterable[Assessed]]
    evidence: Mapping[str, Iterable[Assessed]]
    score: Score | None = None
    only_certain: bool = False
    earlier: tuple[tuple[int, PastTotals], ...] = ()

    def chosen(self, assessed: Iterable[Assessed]) -> list[Judged]:
        """The attempt that counts at each activity."""
        found = (
            choose(each.attempts, latest=each.latest)
            for each in assessed
            if not (each.latest and self.only_certain)
        )
        return [each for each in found if each is not None]


def evaluate(requirement: Requirement, stand: Standpoint) -> RequirementResult:
    """Hold a requirement and those below it against what there is.

    Args:
        requirement: what is asked of the teacher, as ``asked`` left it.
        stand: what there is.
    """
    return _HOW[type(requirement)](requirement, stand)


def _enough(requirement: HoursAtLeast | Present, stand: Standpoint) -> RequirementResult:
    level, years = requirement.from_level, requirement.years
    have = could = _hours(stand.sure, requirement.category, level)
    if stand.possible is not stand.sure:
        could = _hours(stand.possible, requirement.category, level)
    if years > 1:
        earlier = [each for before, each in stand.earlier if before < years]
        have += sum((_hours(e.sure, requirement.category, level) for e in earlier), ZERO)
        could += sum((_hours(e.possible, requirement.category, level) for e in earlier), ZERO)
    return _hours_result(requirement, have, could)


@lru_cache(_RECURRING)
def _hours_result(
    requirement: HoursAtLeast | Present, have: Decimal, could: Decimal
) -> RequirementResult:
    need, state, reason = None, _state(have > 0, could > 0), _NO_WORDS
    if isinstance(requirement, HoursAtLeast):
        need, reason = requirement.need, requirement.reason
        state = _state(have >= need, could >= need)
    place = requirement.place
    return RequirementResult(requirement.title, state, have, need, "hours", place, reason=reason)


def _hours(totals: Totals, category: str | None, level: str | None) -> Decimal:
    # Periods before may have been governed by rules without the category.
    if level is not None:
        return totals.from_level[level].get(category or "", ZERO)
    return totals.total if category is None else totals.by_category.get(category, ZERO)


def _state(met: bool, possible: bool) -> State:
    if met:
        return State.MET
    return State.UNKNOWN if possible else State.MISSING


def _passed(requirement: Passed, stand: Standpoint) -> RequirementResult:
    candidates = stand.chosen(stand.assessed.get(requirement.assessment, ()))
    if not candidates:
        return RequirementResult(
            requirement.title, State.MISSING, None, None, "", requirement.place, reason=_NOT_TAKEN
        )
    states = {
        Standing.COUNTS: State.MET,
        Standing.PENDING: State.UNKNOWN,
        Standing.NOTHING: State.MISSING,
    }
    chosen = best(candidates)
    attempt = chosen.attempt
    pass_at = stand.assessments[requirement.assessment].pass_at
    return RequirementResult(
        requirement.title,
        states[chosen.standing],
        attempt.points,
        None if pass_at is None else pass_at.needed(attempt.maximum),
        "points",
        requirement.place,
        facts=attempt.facts,
        reason=chosen.reason,
    )


def _pieces(requirement: Pieces, stand: Standpoint) -> RequirementResult:
    found = stand.evidence.get(requirement.evidence)
    if not found:
        return _no_pieces(requirement)
    pieces = stand.chosen(found)
    if not pieces:
        return _no_pieces(requirement)
    # Facts come in any order, which must not show.
    pieces.sort(key=lambda each: each.attempt.facts)
    accepted = [each for each in pieces if each.standing is Standing.COUNTS]
    pending = sum(each.standing is Standing.PENDING for each in pieces)
    others = [each.reason for each in pieces if each.standing is not Standing.COUNTS]
    # What is there speaks for itself once it is enough; until then it matters what is wrong.
    enough = len(accepted) >= requirement.need
    reasons = [each.reason for each in accepted[:1]] if enough else others
    return RequirementResult(
        requirement.title,
        _state(enough, len(accepted) + pending >= requirement.need),
        Decimal(len(accepted)),
        Decimal(requirement.need),
        "items",
        requirement.place,
        facts=tuple(key for each in pieces for key in each.attempt.facts),
        reason=joined(*reasons),
    )


@lru_cache(_RECURRING)
def _no_pieces(requirement: Pieces) -> RequirementResult:
    return RequirementResult(
        requirement.title,
        State.MISSING,
        ZERO,
        Decimal(requirement.need),
        "items",
        requirement.place,
        reason=_NOTHING_THERE,
    )


def _score(requirement: ScoreAtLeast, stand: Standpoint) -> RequirementResult:
    score = stand.score
    have = Decimal(0) if score is None else score.assured
    open_ = Decimal(0) if score is None else score.open_total
    state = _state(have >= requirement.need, open_ >= requirement.need)
    if state is State.MET and stand.only_certain:
        state = State.UNKNOWN
    return RequirementResult(
        requirement.title, state, have, requirement.need, "points", requirement.place
    )


def _group(requirement: Group, stand: Standpoint) -> RequirementResult:
    parts = tuple([evaluate(part, stand) for part in requirement.parts])
    states = [part.state for part in parts]
    met, open_ = states.count(State.MET), states.count(State.UNKNOWN)
    state = _state(met >= requirement.count, met + open_ >= requirement.count)
    counted = requirement.kind == "at_least"
    return RequirementResult(
        requirement.title,
        state,
        Decimal(met) if counted else None,
        Decimal(requirement.count) if counted else None,
        "items" if counted else "",
        requirement.place,
        parts,
    )


def _only_for(requirement: OnlyFor, stand: Standpoint) -> RequirementResult:
    return evaluate(requirement.part, stand)


_HOW: dict[type, Callable[[Any, Standpoint], RequirementResult]] = {
    HoursAtLeast: _enough,
    Present: _enough,
    Pieces: _pieces,
    Group: _group,
    Passed: _passed,
    ScoreAtLeast: _score,
    OnlyFor: _only_for,
}
"""How each kind of requirement is held against what there is."""
