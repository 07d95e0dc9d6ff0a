"""Files as read → the rules as used, with every check that needs more than one value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from moodle_cpd.problems import Problem
from moodle_cpd.rules.build_audience import build_audience, check_judged_on
from moodle_cpd.rules.build_carry_over import build_carry_over
from moodle_cpd.rules.build_courses import acceptance, pass_mark
from moodle_cpd.rules.build_declared import build_declared
from moodle_cpd.rules.build_outcomes import build_awards, build_consequences, build_dispensations
from moodle_cpd.rules.build_pass_marks import check_pass_marks
from moodle_cpd.rules.build_qualification import build_qualification
from moodle_cpd.rules.build_requirements import Checks, build_requirement
from moodle_cpd.rules.build_score import build_score
from moodle_cpd.rules.names import Names
from moodle_cpd.rules.rulebook import (
    Assessment,
    Category,
    Entry,
    Evidence,
    Scheme,
)
from moodle_cpd.rules.rulebook_periods import Periods, PostPeriods, Term, TermPeriods, YearPeriods
from moodle_cpd.rules.rulebook_requirements import Group, OnlyFor, Requirement
from moodle_cpd.rules.rulebook_score import ScoreRule
from moodle_cpd.rules.schema_periods import PeriodPart
from moodle_cpd.rules.schema_scheme import (
    CategoryPart,
    EvidencePart,
    SchemeFile,
)


def build_schemes(
    file: str, part: SchemeFile, entries: tuple[Entry, ...], problems: list[Problem]
) -> Iterator[Scheme]:
    """Make a scheme, and one of each of its frames, of its file and the course maps' lines for it.

    Args:
        file: the file's path relative to the rules' folder.
        part: what the file says.
        entries: the lines, in the order of their places.
        problems: where problems are collected; with any, the result is not to be used.
    """
    yield _scheme(file, part, entries, problems)
    for frame in part.frames:
        scheme = _scheme(file, part.framed(frame), entries, problems)
        scheme = replace(scheme, frame_of=part.scheme)
        if frame.counts == "recognised":
            # The scheme's own periods applied the caps already.
            uncapped = tuple(replace(each, at_most=None) for each in scheme.categories)
            scheme = replace(scheme, recognised_only=True, categories=uncapped)
        yield scheme


def _scheme(
    file: str, part: SchemeFile, entries: tuple[Entry, ...], problems: list[Problem]
) -> Scheme:
    categories = tuple(_categories(file, part.categories, None))
    category_names = Names("category", problems)
    for category in categories:
        category_names.add(category.id, category.place)
    assessment_names = Names("assessment", problems)
    assessments = []
    for each in part.assessments:
        assessment_names.add(each.id, each.place(file))
        pass_at = None if each.pass_at is None else pass_mark(each.pass_at)
        assessments.append(Assessment(each.id, each.title.words(), pass_at, each.place(file)))
    evidence_names = Names("evidence", problems)
    for kind in part.evidence:
        evidence_names.add(kind.id, kind.place(file))
    for entry in entries:
        if entry.category is not None:
            category_names.check(entry.category, entry.place)
        if entry.assessment is not None:
            assessment_names.check(entry.assessment, entry.place)
        if entry.evidence is not None:
            evidence_names.check(entry.evidence, entry.place)
    titles = {category.id: category.title for category in categories}
    titles |= {assessment.id: assessment.title for assessment in assessments}
    titles |= {kind.id: kind.title.words() for kind in part.evidence}
    checks = Checks(problems, category_names.check, assessment_names.check, evidence_names.check)
    score = build_score(file, part.score, checks, problems) if part.score else None
    checks = checks._replace(score=score, bands=_bands(score, problems))
    requirement = build_requirement(file, part.requirements, titles, checks)
    gate = None
    if part.recognised_when is not None:
        gate = build_requirement(file, part.recognised_when, titles, checks)
    _check_only_for(requirement, gate, problems)
    scheme = Scheme(
        id=part.scheme,
        title=part.title.words(),
        authority=part.authority.words(),
        regulation=part.regulation.words(),
        notes=tuple(note.strip() for note in part.notes),
        zone=ZoneInfo(part.time_zone),
        periods=_periods(part.period),
        grace_days=part.grace_days.value,
        once=part.duty.value == "once",
        hours_per_credit=part.hours_per_credit.value if part.hours_per_credit else None,
        at_most=part.hours_at_most.value if part.hours_at_most else None,
        audience=build_audience(file, part.audience),
        dispensations=build_dispensations(file, part.dispensations, problems),
        categories=categories,
        assessments=tuple(assessments),
        evidence=tuple(_evidence(file, kind) for kind in part.evidence),
        score=score,
        requirement=requirement,
        recognised_when=gate,
        awards=build_awards(file, part.awards, checks),
        consequences=build_consequences(file, part.consequences, checks),
        entries=entries,
        place=part.place(file),
        carry_over=build_carry_over(file, part.carry_over, categories, problems),
        declared=build_declared(file, part, checks),
        qualification=build_qualification(file, part.qualification, titles, checks),
    )
    check_pass_marks(scheme, problems)
    check_judged_on((scheme.audience, *scheme.part_audiences()), scheme.periods, problems)
    return scheme


def _categories(file: str, parts: list[CategoryPart], parent: str | None) -> Iterator[Category]:
    for part in parts:
        at_most = part.hours_at_most.value if part.hours_at_most else None
        yield Category(part.id, part.title.words(), at_most, parent, part.place(file), part.apart)
        yield from _categories(file, part.categories, part.id)


def _periods(part: PeriodPart) -> Periods:
    if part.first_day is not None and part.years is not None:
        return PostPeriods(part.years, date.fromisoformat(part.first_day))
    if part.first_day is not None and part.last_day is not None and part.title is not None:
        first, last = date.fromisoformat(part.first_day), date.fromisoformat(part.last_day)
        return TermPeriods((Term(part.title.words(), first, last),))
    if part.terms is not None:
        return TermPeriods(
            tuple(
                Term(
                    each.title.words(),
                    date.fromisoformat(each.first_day),
                    date.fromisoformat(each.last_day),
                )
                for each in part.terms
            )
        )
    month, day = (part.starts or "").split("-")
    return YearPeriods(int(month), int(day), part.first, part.years or 1)


def _check_only_for(
    requirement: Requirement, gate: Requirement | None, problems: list[Problem]
) -> None:
    """What is asked only of some must leave something that is asked, and never opens a gate."""
    wrong = [requirement] if isinstance(requirement, OnlyFor) else []
    wrong += [] if gate is None else list(_only_for(gate))
    problems.extend(
        Problem(
            str(each.place),
            "'only_for' on all that is asked",
            "it only on one of several requirements in all:",
            "Whom the scheme as a whole concerns stands in audience:",
        )
        for each in wrong
    )


def _only_for(requirement: Requirement) -> Iterator[OnlyFor]:
    if isinstance(requirement, OnlyFor):
        yield requirement
    for part in requirement.parts if isinstance(requirement, Group) else ():
        yield from _only_for(part)


def _bands(score: ScoreRule | None, problems: list[Problem]) -> Names:
    names = Names("band", problems)
    for band in score.bands if score is not None else ():
        names.add(band.id, band.place)
    return names


def _evidence(file: str, part: EvidencePart) -> Evidence:
    accepted = acceptance(part.accepted_when, part.pass_at, part.characters_at_least)
    return Evidence(part.id, part.title.words(), accepted, part.place(file))
