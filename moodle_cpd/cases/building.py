"""A case in friendly words → courses, facts and attributes as a pull would have recorded them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from moodle_cpd.cases.adjusting import build_adjustments
from moodle_cpd.cases.naming import SITE, TEACHER
from moodle_cpd.cases.schema import (
    UNKNOWN,
    Attributes,
    CaseCourse,
    CaseFile,
    CasePart,
    FactPart,
    RecordPart,
    moment_of,
)
from moodle_cpd.decide import TeacherRecord
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.fact import Fact, FactKind, Record, Source, cut_to_minute
from moodle_cpd.model.people import Attribute, DatedAttribute

_NOON = time(12)
_ALWAYS = date(1900, 1, 1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a case is about, as the decision takes it.

    Attributes:
        catalogue: the courses of the made-up site by id.
        known: facts and attributes of the teacher.
    """

    catalogue: Mapping[int, Course]
    known: TeacherRecord


def build(file: CaseFile, case: CasePart) -> Situation:
    """Make a site and a teacher of a case.

    Courses without an id get one in the order of their ID numbers. An assignment carries the word
    that the case gives it as its ID number and as its name, so that either can select it.

    Args:
        file: the file, for its courses and time zone.
        case: the case.
    """
    zone = ZoneInfo(file.time_zone)
    declared = {each.course: each for each in (*file.courses, *case.courses)}
    happened = facts_of(file, case)
    names = sorted({*declared, *(fact.course for fact in happened)})
    taken = {each.id for each in declared.values()}
    free = (number for number in range(1, 2 * len(names) + 2) if number not in taken)
    ids = {name: _id(declared.get(name)) or next(free) for name in names}
    assignments = sorted({(f.course, f.assignment) for f in happened if f.assignment is not None})
    modules = {key: 1001 + number for number, key in enumerate(assignments)}
    catalogue = {
        ids[name]: _course(
            ids[name],
            declared.get(name) or CaseCourse(course=name),
            tuple(
                Activity(module, module, assignment, assignment)
                for (course, assignment), module in modules.items()
                if course == name
            ),
        )
        for name in names
    }
    facts = tuple(
        fact
        for part in happened
        for fact in _facts(
            part, ids[part.course], modules.get((part.course, part.assignment or "")), zone
        )
    )
    facts += tuple(_record(part, zone) for part in case.records)
    known = TeacherRecord(
        site=SITE,
        teacher=TEACHER,
        facts=facts,
        attributes=tuple(_attributes(case)),
        dispensations=tuple(_dispensations(file, case)),
        adjustments=tuple(
            build_adjustments(case.adjustments, file.scheme, facts, ids, modules, zone)
        ),
    )
    return Situation(catalogue, known)


def facts_of(file: CaseFile, case: CasePart) -> list[FactPart]:
    """All that happens in a case: the stories that it takes up, then its own facts."""
    told = {story.story: story.facts for story in file.stories}
    return [
        *(fact for name in case.stories for fact in told.get(name, ())),
        *case.facts,
    ]


def _id(part: CaseCourse | None) -> int | None:
    return None if part is None else part.id


def _course(number: int, part: CaseCourse, activities: tuple[Activity, ...]) -> Course:
    return Course(
        site=SITE,
        id=number,
        idnumber=part.course,
        short_name=part.short_name or part.course,
        full_name=part.course,
        course_categories=tuple(part.course_categories),
        custom_fields={each.name: each.value for each in part.custom_fields},
        activities=activities,
    )


def _facts(part: FactPart, course: int, module: int | None, zone: ZoneInfo) -> Iterator[Fact]:
    retracted = part.state == "retracted"

    def fact(
        kind: FactKind, at: str, value: Decimal | None = None, maximum: Decimal | None = None
    ) -> Fact:
        return Fact(
            kind,
            SITE,
            TEACHER,
            course,
            module,
            part.attempt - 1,
            _moment(at, zone),
            value,
            maximum,
            retracted,
            Source("case", "{}"),
        )

    if part.completed is not None:
        yield fact(FactKind.COURSE_COMPLETED, part.completed)
    if part.handed_in is not None:
        characters = None if part.characters is None else Decimal(part.characters)
        yield fact(FactKind.SUBMISSION, part.handed_in, characters)
    if part.marked is not None:
        yield fact(FactKind.GRADE, part.marked, part.points, part.out_of or _HUNDRED)


def _record(part: RecordPart, zone: ZoneInfo) -> Fact:
    return Fact(
        FactKind.RECORD,
        SITE,
        TEACHER,
        0,
        at=_moment(part.day, zone),
        value=part.points,
        maximum=part.out_of or (None if part.points is None else _HUNDRED),
        retracted=part.state == "retracted",
        source=Source("case", "{}"),
        record=Record(
            part.what,
            date.fromisoformat(part.day),
            part.document,
            part.hours,
            part.characters,
            part.level or "",
        ),
    )


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    return None if text == UNKNOWN else cut_to_minute(moment_of(text, zone, _NOON))


def _attributes(case: CasePart) -> Iterator[DatedAttribute]:
    teacher = case.teacher
    since = _ALWAYS if teacher.known_since is None else date.fromisoformat(teacher.known_since)
    yield from _rows(teacher, since)
    for change in teacher.changes:
        yield from _rows(change, date.fromisoformat(change.since))


def _dispensations(file: CaseFile, case: CasePart) -> Iterator[Dispensation]:
    for part in case.teacher.dispensations:
        yield Dispensation(
            SITE,
            TEACHER,
            part.scheme or file.scheme,
            DispensationKind(part.kind),
            date.fromisoformat(part.first_day),
            None if part.last_day is None else date.fromisoformat(part.last_day),
            part.document,
        )


def _rows(part: Attributes, since: date) -> Iterator[DatedAttribute]:
    if part.role is not None:
        for role in part.role or [""]:
            yield DatedAttribute(SITE, TEACHER, Attribute.ROLE, role, since)
    for name, value in (
        (Attribute.STAGE, part.stage),
        (Attribute.SCHOOL, part.school),
        (Attribute.HIRE_DATE, part.hired),
        (Attribute.BIRTH_DATE, part.born),
    ):
        if value is not None:
            yield DatedAttribute(SITE, TEACHER, name, value, since)
