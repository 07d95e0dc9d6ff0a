"""Rows of a file of records → facts, with every mistake of every line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from moodle_cpd.model.fact import Fact, FactKind, Record, Source
from moodle_cpd.model.people import Person
from moodle_cpd.records.cells import count_of, day_of, level_of, number_of
from moodle_cpd.records.lines import STATE_COLUMN, TEACHER_COLUMNS, Checked, Layout, Line, Sheet
from moodle_cpd.records.tables import Row

RECORDS: Final = Layout(
    {
        **TEACHER_COLUMNS,
        "what": ("项目", "名称"),
        "date": ("日期",),
        "document": ("文件", "文号"),
        "hours": ("学时",),
        "points": ("分数", "成绩"),
        "out_of": ("满分",),
        "characters": ("字数",),
        "level": ("级别",),
        **STATE_COLUMN,
    },
    needed=("what", "date", "document"),
)


def check_records(
    file: str,
    rows: Iterable[Row],
    site: str,
    people: Iterable[Person],
    zone: ZoneInfo,
    now: datetime,
) -> Checked[Fact]:
    """Hold the rows of a file of records against what they must say.

    Args:
        file: its name, for messages.
        rows: the header first.
        site: the site's name in the configuration.
        people: the known teachers.
        zone: at whose noon a record counts.
        now: the moment of the import (UTC); no record may be of a day that comes after it in the
            zone, unless it is taken back.
    """
    sheet = Sheet(file, RECORDS, people)
    today = now.astimezone(zone).date()
    facts = tuple(_facts(sheet.lines(list(rows)), site, zone, today))
    return Checked(facts, tuple(sheet.problems))


def _facts(lines: Iterable[Line], site: str, zone: ZoneInfo, today: date) -> Iterator[Fact]:
    seen: dict[str, int] = {}
    for line in lines:
        fact = _fact(line, site, zone, today)
        if fact is None:
            continue
        first = seen.setdefault(fact.subject, line.number)
        if first != line.number:
            line.tell("what", f"the record of line {first} again", "each record once")
        if line.good:
            yield fact


def _fact(line: Line, site: str, zone: ZoneInfo, today: date) -> Fact | None:
    teacher = line.teacher()
    what, document = line.words("what"), line.words("document")
    day = line.value("date", day_of, "a day such as 2026-05-01", needed=True)
    hours = line.value("hours", number_of, "a number of hours such as 12 or 1.5")
    points = line.value("points", number_of, "a number of points")
    out_of = line.value("out_of", number_of, "a number of points")
    characters = line.value("characters", count_of, "a whole number of characters")
    level = line.value("level", level_of, "a level such as county or 县（区）级")
    retracted = line.retracted()
    if day is not None and day > today and not retracted:
        until = f"a day up to today, {today}; what is still to come is imported once it was"
        line.tell("date", f"{day}, which is to come", until)
    if hours == 0 or out_of == 0:
        line.tell("hours" if hours == 0 else "out_of", "the number 0", "more than 0")
    if teacher is None or day is None or not what or not document:
        return None
    return Fact(
        FactKind.RECORD,
        site,
        teacher,
        0,
        at=datetime.combine(day, time(12), zone).astimezone(UTC),
        value=points,
        maximum=out_of,
        retracted=retracted,
        source=Source("import records", f'{{"line":{line.number}}}'),
        record=Record(
            what,
            day,
            document,
            hours,
            characters,
            level or "",
        ),
    )
