"""What a regulation says of schools and offices: ids checked, parts no larger than wholes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal

from moodle_cpd.model.decision import Outcome, Place, Text
from moodle_cpd.problems import Problem
from moodle_cpd.rules.build_requirements import Checks
from moodle_cpd.rules.names import Names
from moodle_cpd.rules.rulebook_declared import (
    Approval,
    ArchiveItem,
    Declared,
    OrgUnitAssessment,
    OrgUnitComponent,
    Quota,
)
from moodle_cpd.rules.rulebook_score import Band
from moodle_cpd.rules.schema_declared import ArchivePart, OrgUnitAssessmentPart, QuotaPart
from moodle_cpd.rules.schema_scheme import SchemeFile

_SOURCES: Final[tuple[Literal["category", "assessment", "evidence", "award"], ...]] = (
    "category",
    "assessment",
    "evidence",
    "award",
)


def build_declared(file: str, part: SchemeFile, checks: Checks) -> Declared:
    """Make it of its parts of a file.

    Args:
        file: the file's path relative to the rules' folder.
        part: what the file says.
        checks: note problems and the use of ids.
    """
    problems = checks.problems
    awards = Names("award", problems)
    for award in {each.id: each for each in part.awards}.values():
        awards.add(award.id, award.place(file))
    check = {
        "category": checks.category,
        "assessment": checks.assessment,
        "evidence": checks.evidence,
        "award": awards.check,
    }
    every = (
        ("assessment of org units", part.org_unit_assessments),
        ("approval", part.approvals),
        ("archive item", part.archive),
    )
    for kind, parts in every:
        names = Names(kind, problems)
        for each in parts:
            names.add(each.id, each.place(file))
    _check_quotas(file, part.quotas, problems)
    return Declared(
        tuple(_assessment(file, each, problems) for each in part.org_unit_assessments),
        tuple(_quota(file, each) for each in part.quotas),
        tuple(
            Approval(e.id, e.title.words(), e.kind, e.of, e.by, e.place(file))
            for e in part.approvals
        ),
        tuple(_archive(file, each, check) for each in part.archive),
    )


def _assessment(
    file: str, part: OrgUnitAssessmentPart, problems: list[Problem]
) -> OrgUnitAssessment:
    component_names, band_names = Names("component", problems), Names("band", problems)
    for each in part.components:
        component_names.add(each.id, each.place(file))
    for band in part.bands:
        band_names.add(band.id, band.place(file))
    return OrgUnitAssessment(
        part.id,
        part.title.words(),
        part.unit,
        part.possible,
        tuple(
            OrgUnitComponent(
                each.id,
                each.title.words(),
                each.points,
                tuple((date.fromisoformat(due.day), due.title.words()) for due in each.due),
                each.place(file),
            )
            for each in part.components
        ),
        tuple(Band(b.id, b.title.words(), b.from_points, b.place(file)) for b in part.bands),
        part.converted_into.words() if part.converted_into else Text(),
        part.teachers_results_enter,
        part.place(file),
    )


def _check_quotas(file: str, parts: list[QuotaPart], problems: list[Problem]) -> None:
    """A part is a part of another quota, and no larger."""
    wholes = {part.id: part for part in parts}
    names = Names("quota", problems)
    for part in parts:
        names.add(part.id, part.place(file))
    for part in parts:
        if part.part_of is None:
            continue
        names.check(part.part_of, part.place(file))
        whole = wholes.get(part.part_of)
        if whole is part or (whole is not None and whole.part_of is not None):
            found = f"part of '{part.part_of}', which is a part itself"
            problems.append(Problem(str(part.place(file)), found, "a whole quota"))
        elif whole is not None and not _fits(part, whole):
            found = f"more than '{part.part_of}', of which it is a part, or another measure"
            problems.append(Problem(str(part.place(file)), found, f"at most that of {whole.id}"))


def _fits(part: QuotaPart, whole: QuotaPart) -> bool:
    if part.number is not None:
        return whole.number is not None and part.number <= whole.number
    return True


def _quota(file: str, part: QuotaPart) -> Quota:
    return Quota(
        part.id,
        part.title.words(),
        part.number,
        part.percent,
        part.in_each,
        part.trained_by,
        part.part_of,
        tuple(part.role),
        tuple(part.stage),
        part.place(file),
    )


def _archive(
    file: str, part: ArchivePart, checks: Mapping[str, Callable[[str, Place], None]]
) -> ArchiveItem:
    source = None
    for kind in _SOURCES:
        name = getattr(part, kind)
        if name is not None:
            checks[kind](name, part.place(file))
            source = (kind, name)
    when = None if part.when is None else Outcome(part.when)
    return ArchiveItem(part.id, part.title.words(), part.kept_by, when, source, part.place(file))
