"""What must be passed needs a mark at which it is."""

from __future__ import annotations

from collections.abc import Iterator

from moodle_cpd.model.decision import Place
from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_requirements import Group, OnlyFor, Passed, Requirement


def check_pass_marks(scheme: Scheme, problems: list[Problem]) -> None:
    """Find assessments that something asks to be passed, and that have no pass mark.

    Args:
        scheme: the scheme.
        problems: where problems are collected.
    """
    without = {each.id: each.place for each in scheme.assessments if each.pass_at is None}
    for assessment, place in _asked(scheme):
        if assessment in without:
            problems.append(
                Problem(
                    str(place),
                    f"assessment '{assessment}' is to be passed, and has no pass mark",
                    "an assessment with pass_at:",
                    f"Add pass_at: to the assessment at {without[assessment]}",
                )
            )


def _asked(scheme: Scheme) -> Iterator[tuple[str, Place]]:
    yield from _passed(scheme.requirement)
    if scheme.recognised_when is not None:
        yield from _passed(scheme.recognised_when)
    for change in scheme.score.changes if scheme.score is not None else ():
        if change.kind == "failed" and change.source is not None:
            yield change.source, change.place


def _passed(requirement: Requirement) -> Iterator[tuple[str, Place]]:
    if isinstance(requirement, Passed):
        yield requirement.assessment, requirement.place
    elif isinstance(requirement, OnlyFor):
        yield from _passed(requirement.part)
    for part in requirement.parts if isinstance(requirement, Group) else ():
        yield from _passed(part)
