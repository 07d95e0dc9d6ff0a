"""Which values of the rules bring a change of a decision about.

A decision names the places of the rules that it rests on. What stands otherwise than before is held
against the values that differ between the two versions; where nothing fits, everything below the
keys that can have such an effect is named, and at last everything that differs in the scheme.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

from moodle_cpd.model.decision import AwardDue, Decision, Outcome, RequirementResult, State
from moodle_cpd.rules.changes import RuleChange

Numbered: TypeAlias = tuple[int, RuleChange]

_WHOM = frozenset({"audience", "period", "duty", "time_zone", "dispensations", "file"})
"""Keys that decide whom and when a scheme concerns."""

_WHEN = frozenset({"grace_days", "period", "time_zone"})
"""Keys that decide when a period is over."""


def causes(
    before: Decision | None, after: Decision | None, rules: Sequence[Numbered]
) -> tuple[int, ...]:
    """The numbers of the values that bring a change about, in their order.

    Args:
        before: by the rules that hold, None where they decide nothing.
        after: by the other rules, likewise.
        rules: what differs in the scheme, with its number.
    """
    if before is None or after is None or _applies(before) != _applies(after):
        found = {number for number, each in rules if each.section in _WHOM}
    else:
        found = {number for number, each in rules if _tells(each, before, after)}
    return tuple(sorted(found)) or tuple(number for number, _ in rules)


def _tells(rule: RuleChange, before: Decision, after: Decision) -> bool:
    """Whether a value is one of those that make two decisions differ."""
    return (
        _in_requirements(rule, before, after)
        or _in_lines(rule, before, after)
        or rule.section in _sections(before, after)
        or ("hours_at_most" in rule.keys and _cut(before) != _cut(after))
    )


def _in_requirements(rule: RuleChange, before: Decision, after: Decision) -> bool:
    """Whether it stands in a requirement that turns out otherwise; one met both times does not."""
    old = {leaf.state for leaf in _leaves(before) if str(leaf.place) in rule.within_before}
    new = {leaf.state for leaf in _leaves(after) if str(leaf.place) in rule.within_after}
    if old != new:
        return (old | new) != {State.MET}
    if rule.section == "requirements" or not rule.keys:
        return False
    # What work must reach stands elsewhere than the requirement that asks for the work.
    about = _ABOUT.intersection(rule.keys)
    return bool(about) and any(
        one.unit != "hours" and one.state != other.state for one, other in _pairs(before, after)
    )


_ABOUT = frozenset({"assessments", "evidence", "assessment", "pass_at", "counts_when"})


def _in_lines(rule: RuleChange, before: Decision, after: Decision) -> bool:
    """Whether it stands in a line of a course map, or of a score, that brings something else."""
    scored = _points_matter(before, after)
    was, now = _brought(before, scored=scored), _brought(after, scored=scored)
    old = {place for said, place in was.items() if said not in now}
    new = {place for said, place in now.items() if said not in was}
    return bool(old & rule.within_before or new & rule.within_after)


def _sections(before: Decision, after: Decision) -> Iterator[str]:
    """Keys of the file that can make two decisions differ as these do."""
    if before.recognised == after.recognised and before.credits != after.credits:
        yield "hours_per_credit"
    if before.earned == after.earned and before.recognised != after.recognised:
        yield "recognised_when"
        yield "score"
    if _band(before) != _band(after) and _points_matter(before, after):
        yield "score"
    states = [[leaf.state for leaf in _leaves(each)] for each in (before, after)]
    if before.outcome is not after.outcome and states[0] == states[1]:
        yield from _WHEN
    if _until(before) != _until(after):
        yield "qualification"
    if before.outcome is after.outcome:
        if _keys(before.awards) != _keys(after.awards):
            yield "awards"
        if {each.flag for each in before.consequences} != {e.flag for e in after.consequences}:
            yield "consequences"


def _until(decision: Decision) -> object:
    return None if decision.qualification is None else decision.qualification.until


def _band(decision: Decision) -> object:
    score = decision.score
    return None if score is None else (score.band, score.possible)


def _applies(decision: Decision) -> bool:
    return decision.outcome is not Outcome.NOT_APPLICABLE


def _keys(awards: Iterable[AwardDue]) -> set[tuple[str, str, bool]]:
    return {(each.key, each.kind, each.issued_here) for each in awards}


def _pairs(
    before: Decision, after: Decision
) -> Iterator[tuple[RequirementResult, RequirementResult]]:
    """Requirements of both decisions that have the same title."""
    by_title = {leaf.title: leaf for leaf in _leaves(before)}
    for leaf in _leaves(after):
        if leaf.title in by_title:
            yield by_title[leaf.title], leaf


def _leaves(decision: Decision) -> Iterator[RequirementResult]:
    for tree in (decision.requirement, decision.gate):
        if tree is not None:
            yield from leaves(tree)


def _points_matter(before: Decision, after: Decision) -> bool:
    """Whether points can be what makes two decisions differ, not only points themselves."""
    if before.outcome is after.outcome or before.recognised != after.recognised:
        return True
    return any(one.state != other.state for one, other in _pairs(before, after) if _scored(one))


def _scored(leaf: RequirementResult) -> bool:
    return leaf.unit == "points" and not leaf.facts


def _brought(decision: Decision, *, scored: bool) -> dict[object, str]:
    """What lines of course maps gave, and what lines of a score came to; and their places."""
    found: dict[object, str] = {
        (line.facts, line.category, line.given): str(line.entry) for line in decision.credit_lines
    }
    if scored and decision.score is not None:
        found |= {(x.title, x.points, x.of): str(x.place) for x in decision.score.lines}
    return found


def _cut(decision: Decision) -> object:
    """How many hours caps leave of each piece of work, and of all together."""
    return {line.facts: line.given - line.counted for line in decision.credit_lines}, sum(
        (line.counted for line in decision.credit_lines), Decimal(0)
    ) - decision.earned


def leaves(requirement: RequirementResult) -> Iterator[RequirementResult]:
    """The single requirements of a tree."""
    if not requirement.parts:
        yield requirement
    for part in requirement.parts:
        yield from leaves(part)
