"""Every value of a regulation names the paragraph that says so."""

from __future__ import annotations

from collections.abc import Iterator

from moodle_cpd.model.decision import Place
from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_requirements import Group, OnlyFor, Requirement
from moodle_cpd.rules.rulebook_score import Band, Change, Component


def unreferenced(scheme: Scheme) -> Iterator[Problem]:
    """What the regulation must have said somewhere, and nobody can look up.

    Args:
        scheme: one scheme, or a frame of one.
    """
    for place, what in _values(scheme):
        if not place.reference:
            yield Problem(
                str(place),
                f"{what} has no reference",
                "reference: and the paragraph of the regulation",
                "Whoever is told this number must be able to look it up",
            )


def _values(scheme: Scheme) -> Iterator[tuple[Place, str]]:
    """What the regulation says; a badge is this installation's own and not among it."""
    yield scheme.audience.place, "audience"
    yield from _leaves(scheme.requirement, "")
    if scheme.recognised_when is not None:
        yield from _leaves(scheme.recognised_when, "")
    categories: dict[str | None, str] = {None: ""}
    for category in scheme.categories:
        above = categories[category.parent]
        categories[category.id] = category.place.reference or above
        yield _under(category.place, above), f"category '{category.id}'"
    yield from ((each.place, f"assessment '{each.id}'") for each in scheme.assessments)
    yield from ((each.place, f"evidence '{each.id}'") for each in scheme.evidence)
    score = scheme.score
    if score is not None:
        parts: tuple[Component | Change | Band, ...]
        parts = (*score.components, *score.changes, *score.bands)
        for part in parts:
            yield _under(part.place, score.place.reference), f"'{part.id}' of the score"
    for award in scheme.awards:
        if award.kind == "certificate":
            yield award.place, f"award '{award.id}'"
    yield from ((each.place, f"consequence '{each.flag}'") for each in scheme.consequences)
    yield from ((each.place, f"dispensation '{each.kind}'") for each in scheme.dispensations)
    for carried in scheme.carry_over:
        yield carried.place, f"carry-over of '{carried.category}'"
    if scheme.qualification is not None:
        for renewal in scheme.qualification.renewals:
            yield _under(renewal.place, scheme.qualification.place.reference), "renewal"


def _under(place: Place, above: str) -> Place:
    """A place with the paragraph of what it stands in, where it names none itself."""
    return Place(place.file, place.line, place.column, place.reference or above)


def _leaves(requirement: Requirement, above: str) -> Iterator[tuple[Place, str]]:
    place = requirement.place
    reference = place.reference or above
    if isinstance(requirement, Group):
        for part in requirement.parts:
            yield from _leaves(part, reference)
    elif isinstance(requirement, OnlyFor):
        yield from _leaves(requirement.part, reference)
    else:
        yield _under(place, reference), "the requirement"
