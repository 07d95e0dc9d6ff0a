"""Rules, courses and facts in a few words, for the tests of this room and its neighbours."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from moodle_cpd.decide import TeacherRecord, decide_teacher
from moodle_cpd.model.adjustment import Adjustment, AdjustmentKind
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.fact import Fact, FactKind, Record, Source
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.problems import Problem
from moodle_cpd.rules import Rulebook, load_rulebook

SITE = "m"
TEACHER = 7
SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIPPED = Path(__file__).parents[2] / "mappings"

HEAD = """
scheme: sample
title: {zh: 样例, en: Sample}
authority: {en: Authority}
regulation: {en: Regulation}
reference: one
time_zone: Asia/Shanghai
"""

BODY = """
period: {every: year, starts: 03-01}
grace_days: 30
duty: every_period
audience: {role: [teacher]}
categories:
  - {id: a, title: {en: A}}
  - {id: b, title: {en: B}}
requirements: {hours_at_least: 10}
"""


def rules(body: str = BODY, entries: str = "", head: str = HEAD) -> Rulebook:
    """A rulebook of one scheme and one course map."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schemes").mkdir()
        (folder / "courses").mkdir()
        (folder / "schemes" / "sample.yaml").write_text(head + body, encoding="utf-8")
        if entries:
            text = (
                f"course_map: sample-map\ntitle: {{en: Map}}\nscheme: sample\nentries:\n{entries}"
            )
            (folder / "courses" / "sample.yaml").write_text(text, encoding="utf-8")
        return load_rulebook(folder)


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A local moment such as ``2026-02-28 23:59`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def course(
    number: int,
    idnumber: str = "",
    *,
    activities: Sequence[Activity] = (),
    fields: Mapping[str, str] | None = None,
    categories: tuple[str, ...] = (),
) -> Course:
    return Course(
        SITE,
        number,
        idnumber or f"C{number}",
        f"short {number}",
        f"Course {number}",
        categories,
        fields or {},
        tuple(activities),
    )


def activity(number: int, idnumber: str = "", name: str = "") -> Activity:
    return Activity(number, number + 1000, idnumber, name or f"Activity {number}")


def done(number: int, at: datetime | None) -> Fact:
    source = Source("report", '{"timecompleted":1}')
    return Fact(FactKind.COURSE_COMPLETED, SITE, TEACHER, number, at=at, source=source)


def handed_in(
    number: int,
    module: int,
    at: datetime | None,
    attempt: int = 0,
    *,
    length: int | None = 800,
) -> Fact:
    source = Source("mod_assign_get_submissions", '{"status":"submitted"}')
    return Fact(
        FactKind.SUBMISSION,
        SITE,
        TEACHER,
        number,
        module,
        attempt,
        at,
        None if length is None else Decimal(length),
        None,
        source=source,
    )


def marked(
    number: int,
    module: int | None,
    points: str | None,
    at: datetime | None,
    *,
    attempt: int = 0,
    maximum: str | None = "100",
) -> Fact:
    return Fact(
        FactKind.GRADE,
        SITE,
        TEACHER,
        number,
        module,
        attempt,
        at,
        None if points is None else Decimal(points),
        None if maximum is None else Decimal(maximum),
        source=Source("mod_assign_get_grades", '{"grade":"x"}'),
    )


def record(
    what: str,
    day: str,
    hours: str | None = None,
    *,
    points: str | None = None,
    maximum: str | None = "100",
    document: str = "D 1",
    characters: int | None = None,
    level: str = "",
) -> Fact:
    return Fact(
        FactKind.RECORD,
        SITE,
        TEACHER,
        0,
        at=local(f"{day} 12:00"),
        value=None if points is None else Decimal(points),
        maximum=None if points is None or maximum is None else Decimal(maximum),
        source=Source("import records", '{"file":"a.csv","line":2}'),
        record=Record(
            what,
            date.fromisoformat(day),
            document,
            None if hours is None else Decimal(hours),
            characters,
            level,
        ),
    )


def adjusted(
    kind: str,
    day: str | None = None,
    *,
    of: Fact | None = None,
    category: str = "",
    hours: str | None = None,
    level: str = "",
    target: str = "",
    document: str = "D 9",
) -> Adjustment:
    """What a person changed in the sample scheme."""
    return Adjustment(
        SITE,
        TEACHER,
        "sample",
        AdjustmentKind(kind),
        "the list was lost",
        document,
        local("2026-06-01 09:00"),
        None if day is None else date.fromisoformat(day),
        "" if of is None else of.subject,
        category,
        None if hours is None else Decimal(hours),
        level,
        target,
    )


def attribute(name: Attribute, value: str, since: str = "2020-01-01") -> DatedAttribute:
    return DatedAttribute(SITE, TEACHER, name, value, date.fromisoformat(since))


def teacher(
    *roles: str, stage: str = "primary", hired: str = "2010-09-01"
) -> tuple[DatedAttribute, ...]:
    """Attributes of somebody who has been everything for long."""
    return (
        *(attribute(Attribute.ROLE, role) for role in roles or ("teacher",)),
        attribute(Attribute.STAGE, stage),
        attribute(Attribute.HIRE_DATE, hired),
    )


def decide(
    book: Rulebook,
    courses: Iterable[Course],
    facts: Sequence[Fact],
    on: datetime,
    attributes: Sequence[DatedAttribute] | None = None,
    record_courses: frozenset[int] = frozenset(),
    adjustments: Sequence[Adjustment] = (),
) -> tuple[dict[tuple[str, str], Decision], list[Problem]]:
    """Decisions by scheme and period key, and problems."""
    known = TeacherRecord(
        SITE,
        TEACHER,
        facts,
        teacher() if attributes is None else attributes,
        adjustments=adjustments,
    )
    catalogue = {each.id: each for each in courses}
    decisions, problems = decide_teacher(book, catalogue, known, on, record_courses)
    return {(each.scheme, each.period.key): each for each in decisions}, problems


def decide_one(
    book: Rulebook,
    courses: Iterable[Course],
    facts: Sequence[Fact],
    on: datetime,
    period: str,
    attributes: Sequence[DatedAttribute] | None = None,
    adjustments: Sequence[Adjustment] = (),
) -> Decision:
    """The decision of the sample scheme in one period."""
    decisions, _ = decide(book, courses, facts, on, attributes, adjustments=adjustments)
    return decisions["sample", period]
