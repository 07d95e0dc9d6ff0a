"""Course maps as read → their lines as used."""

from __future__ import annotations

from decimal import Decimal

from moodle_cpd.problems import Problem
from moodle_cpd.rules.levels import reaches
from moodle_cpd.rules.rulebook import Acceptance, Entry, PassMark
from moodle_cpd.rules.schema_courses import (
    RECORDED,
    ActivityPart,
    CourseMapFile,
    CoursePart,
    EntryPart,
)
from moodle_cpd.rules.schema_work import Characters, PassAt
from moodle_cpd.rules.selectors import (
    ACTIVITY_KINDS,
    COURSE_KINDS,
    ActivitySelector,
    CourseSelector,
    RecordSelector,
    Selector,
)


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


def pass_mark(part: PassAt) -> PassMark:
    """What a grade must reach."""
    return PassMark(part.percent, part.points)


def acceptance(
    when: str | None, pass_at: PassAt | None, characters: Characters | None
) -> Acceptance:
    """What makes a piece of work count, from the keys that say so."""
    return Acceptance(
        pass_at=None if pass_at is None else pass_mark(pass_at),
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
        accepted=acceptance(when, part.pass_at, part.characters_at_least),
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
