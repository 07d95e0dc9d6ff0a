"""Files as read → the rules as used, with every check that needs more than one value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from moodle_cpd.problems import Problem
from moodle_cpd.rules.build_audience import build_audience, check_judged_on
from moodle_cpd.rules.build_carry_over import build_carry_over
from moodle_cpd.rules.build_outcomes import build_awards, build_consequences, build_dispensations
from moodle_cpd.rules.build_requirements import Checks, build_requirement
from moodle_cpd.rules.build_score import build_score
from moodle_cpd.rules.levels import reaches
from moodle_cpd.rules.names import Names
from moodle_cpd.rules.rulebook import (
    Acceptance,
    Assessment,
    Category,
    Entry,
    Evidence,
    PassMark,
    Scheme,
)
from moodle_cpd.rules.rulebook_periods import Periods, Term, TermPeriods, YearPeriods
from moodle_cpd.rules.rulebook_requirements import Group, OnlyFor, Requirement
from moodle_cpd.rules.rulebook_score import ScoreRule
from moodle_cpd.rules.schema_courses import (
    RECORDED,
    ActivityPart,
    CourseMapFile,
    CoursePart,
    EntryPart,
)
from moodle_cpd.rules.schema_periods import PeriodPart
from moodle_cpd.rules.schema_scheme import CategoryPart, EvidencePart, SchemeFile
from moodle_cpd.rules.schema_work import Characters, PassAt
from moodle_cpd.rules.selectors import (
    ACTIVITY_KINDS,
    COURSE_KINDS,
    ActivitySelector,
    CourseSelector,
    RecordSelector,
    Selector,
)


def build_scheme(
    file: str, part: SchemeFile, entries: tuple[Entry, ...], problems: list[Problem]
) -> Scheme:
    """Make a scheme of its file and the course maps' lines for it.

    Args:
        file: the file's path relative to the rules' folder.
        part: what the file says.
        entries: the lines, in the order of their places.
        problems: where problems are collected; with any, the result is not to be used.
    """
    categories = tuple(_categories(file, part.categories, None))
    category_names = Names("category", problems)
    for category in categories:
        category_names.add(category.id, category.place)
    assessment_names = Names("assessment", problems)
    assessments = []
    for each in part.assessments:
        assessment_names.add(each.id, each.place(file))
        pass_at = _pass_mark(each.pass_at)
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
    )
    check_judged_on((scheme.audience, *scheme.part_audiences()), scheme.periods, problems)
    return scheme


def build_entries(file: str, part: CourseMapFile, problems: list[Problem]) -> tuple[Entry, ...]:
    """The lines of a course map.

    Args:
        file: the file's path relative to the rules' folder.
        part: what the file says.
        problems: where problems are collected.
    """
    for each in part.entries:
        above = part.level is not None and each.level is not None and each.level != part.level
        if above and reaches(each.level, part.level or "") and each.certificate is None:
            problems.append(
                Problem(
                    str(each.place(file)),
                    f"hours of the level '{each.level}' in a map of the level '{part.level}'",
                    f"no level above '{part.level}', or certificate: with the certificate of that "
                    "level that backs the hours",
                )
            )
    return tuple(_entry(file, part, each) for each in part.entries)


def check_ties(entries: tuple[Entry, ...], problems: list[Problem]) -> None:
    """Find lines of one scheme that select the same thing in the same words."""
    seen: dict[Selector | RecordSelector, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.selector, entry)
        if first is not entry:
            problems.append(
                Problem(
                    str(entry.place),
                    f"selects {entry.selector}, as {first.place} does",
                    "each course, activity or record in one line of a scheme",
                    "Take one of the two lines out, or make one of them more specific",
                )
            )


def _categories(file: str, parts: list[CategoryPart], parent: str | None) -> Iterator[Category]:
    for part in parts:
        at_most = part.hours_at_most.value if part.hours_at_most else None
        yield Category(part.id, part.title.words(), at_most, parent, part.place(file))
        yield from _categories(file, part.categories, part.id)


def _periods(part: PeriodPart) -> Periods:
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
    accepted = _acceptance(part.accepted_when, part.pass_at, part.characters_at_least)
    return Evidence(part.id, part.title.words(), accepted, part.place(file))


def _pass_mark(part: PassAt) -> PassMark:
    return PassMark(part.percent, part.points)


def _acceptance(
    when: str | None, pass_at: PassAt | None, characters: Characters | None
) -> Acceptance:
    return Acceptance(
        pass_at=None if pass_at is None else _pass_mark(pass_at),
        needs_grade=when != "handed_in",
        characters=None if characters is None else characters.value,
    )


def _entry(file: str, course_map: CourseMapFile, part: EntryPart) -> Entry:
    value = None if part.hours is None else part.hours.value
    in_proportion = part.hours is not None and part.hours.in_proportion_to is not None
    when = part.counts_when
    if part.course is None and part.pass_at is None and not in_proportion:
        when = "handed_in"
    return Entry(
        scheme=course_map.scheme,
        selector=_selector(part),
        category=part.category,
        hours=value if isinstance(value, Decimal) else None,
        hours_field=part.hours.custom_field if part.hours else None,
        at_most=part.hours_at_most.value if part.hours_at_most else None,
        accepted=_acceptance(when, part.pass_at, part.characters_at_least),
        latest=part.attempt == "latest",
        earned_graded=part.earned == "graded",
        repeatable=part.repeatable,
        assessment=part.assessment,
        evidence=part.evidence,
        place=part.place(file),
        level=part.level or course_map.level,
        in_proportion=in_proportion,
        level_at_most=None if part.certificate is not None else course_map.level,
        hours_recorded=value == RECORDED,
    )


def _selector(part: EntryPart) -> Selector | RecordSelector:
    if part.course is not None:
        return Selector(_course(part.course), _activity(part.activity))
    if part.record is not None:
        return RecordSelector("record", part.record)
    return RecordSelector("record_like", part.record_like or "")


def _course(part: CoursePart) -> CourseSelector:
    if part.custom_field is not None:
        return CourseSelector("custom_field", part.custom_field.value, part.custom_field.name)
    kind = next(name for name in COURSE_KINDS if getattr(part, name) is not None)
    return CourseSelector(kind, str(getattr(part, kind)))


def _activity(part: ActivityPart | None) -> ActivitySelector | None:
    if part is None:
        return None
    kind = next(name for name in ACTIVITY_KINDS if getattr(part, name) is not None)
    return ActivitySelector(kind, str(getattr(part, kind)))
