"""Whom a scheme concerns beside what is known of a teacher: why it does not apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from moodle_cpd.decide.audience import completed_years, held_day, judged_day
from moodle_cpd.decide.codec import Json, place_json
from moodle_cpd.decide.governing import days_of
from moodle_cpd.decide.history import History
from moodle_cpd.decide.wording import Wording
from moodle_cpd.model.decision import Place, Text
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.model.period import Period
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_periods import PostPeriods
from moodle_cpd.rules.rulebook_requirements import Audience

_NAMES = {
    Attribute.ROLE: Text("职务", "role"),
    Attribute.STAGE: Text("学段", "stage"),
    Attribute.SCHOOL: Text("学校", "school"),
    Attribute.HIRE_DATE: Text("教龄", "years of service"),
    Attribute.BIRTH_DATE: Text("年龄", "age"),
}
_VALUES = {
    "teacher": Text("教师", "teacher"),
    "homeroom_teacher": Text("班主任", "homeroom teacher"),
    "prospective_homeroom_teacher": Text("拟任班主任", "prospective homeroom teacher"),
    "backbone_teacher": Text("骨干教师", "backbone teacher"),
    "grade_one_teacher": Text("高一教师", "senior-secondary grade-1 teacher"),
    "principal": Text("校长", "principal"),
    "support_staff": Text("教辅人员", "support staff"),
    "kindergarten": Text("幼儿园", "kindergarten"),
    "primary": Text("小学", "primary"),
    "junior_secondary": Text("初中", "junior secondary"),
    "senior_secondary": Text("高中", "senior secondary"),
    "vocational": Text("中职", "vocational"),
}
"""Words that the shipped rules use; others are shown as they stand."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """One thing that an audience asks, and what is known of it.

    Attributes:
        attribute: what it is about.
        wanted: one of these values; empty where a number is asked.
        at_least: completed years, None: not asked.
        at_most: likewise.
        held: the values on any day of the period; a number of years as text.
        assumed: only known from a later day.
        fits: None where nothing is known.
        place: where the scheme says so.
    """

    attribute: Attribute
    wanted: tuple[str, ...]
    at_least: int | None
    at_most: int | None
    held: tuple[str, ...]
    assumed: bool
    fits: bool | None
    place: Place


def belonging(
    scheme: Scheme, attributes: Iterable[DatedAttribute], period: Period, on: datetime
) -> tuple[Belonging, ...]:
    """All that a scheme asks of whom it concerns, and what is known of a teacher.

    Args:
        scheme: as it stands for the period.
        attributes: all rows of the teacher.
        period: the period.
        on: the moment (UTC) of the decision; nothing later is known.
    """
    days = days_of(scheme, period)
    first, last = days.first, days.last
    if isinstance(scheme.periods, PostPeriods):
        # Who is to take the post is looked at on the day of taking it.
        first = last = last + timedelta(days=1)
    history, today = History(attributes), on.astimezone(scheme.zone).date()
    looked_at = _Look(scheme.audience, history, first, last, today)
    return (*looked_at.years(), *looked_at.values())


def belonging_words(found: Belonging, words: Wording) -> str:
    """The same in words."""
    name = words.of(_NAMES[found.attribute])
    held = _listed(found.held, words) or words.say("未知", "unknown")
    if found.assumed:
        held += words.say("（按首次读取时的情况推定）", " (assumed from what was known first)")
    wanted = _listed(found.wanted, words)
    if not found.wanted:
        wanted = _bounds(found, words)
    text = words.say("{}：{}；适用范围：{}", "{}: {}; asked: {}")
    return text.format(name, held, wanted) + words.place(found.place)


def belonging_json(found: Belonging) -> Json:
    """The same as plain values."""
    return {
        "attribute": found.attribute.value,
        "wanted": list(found.wanted),
        "at_least": found.at_least,
        "at_most": found.at_most,
        "held": list(found.held),
        "assumed": found.assumed,
        "fits": found.fits,
        "place": place_json(found.place),
    }


@dataclass(frozen=True, slots=True)
class _Look:
    """An audience held against a teacher's history, from one day to another."""

    audience: Audience
    history: History
    first: date
    last: date
    until: date

    def years(self) -> Iterator[Belonging]:
        audience = self.audience
        day = judged_day(audience, self.first, self.last)
        for name, least, most in (
            (Attribute.HIRE_DATE, audience.service_at_least, audience.service_at_most),
            (Attribute.BIRTH_DATE, audience.age_at_least, audience.age_at_most),
        ):
            if least is None and most is None:
                continue
            begin = self.history.date_of(name, self.until)
            years = None if begin is None else completed_years(begin, day)
            fits = None
            if years is not None:
                fits = (least is None or years >= least) and (most is None or years <= most)
            held = () if years is None else (str(max(years, 0)),)
            yield Belonging(name, (), least, most, held, False, fits, audience.place)

    def values(self) -> Iterator[Belonging]:
        audience = self.audience
        hired = self.history.date_of(Attribute.HIRE_DATE, self.until)
        first, last = max(self.first, hired or self.first), min(self.last, self.until)
        if audience.by_date:
            first = last = min(held_day(audience, self.first, self.last), self.until)
        for name, wanted in (
            (Attribute.ROLE, audience.roles),
            (Attribute.STAGE, audience.stages),
            (Attribute.SCHOOL, audience.schools),
        ):
            if not wanted:
                continue
            days = [day for day in self.history.changes(name) if first < day <= last]
            found = [self.history.on(name, day) for day in (first, *days)]
            held = frozenset(value for values, _ in found for value in values)
            yield Belonging(
                name,
                tuple(sorted(wanted)),
                None,
                None,
                tuple(sorted(held)),
                bool(held) and all(assumed for _, assumed in found),
                bool(held & wanted) if held else None,
                audience.place,
            )


def _listed(values: Iterable[str], words: Wording) -> str:
    found = (words.of(_VALUES.get(value, Text(value))) for value in values)
    return words.say("、", ", ").join(found)


def _bounds(found: Belonging, words: Wording) -> str:
    unit = "岁" if found.attribute is Attribute.BIRTH_DATE else "年"
    bounds = []
    if found.at_least is not None:
        bounds.append(words.say("满 {} {}", "at least {}").format(found.at_least, unit))
    if found.at_most is not None:
        bounds.append(words.say("不超过 {} {}", "at most {}").format(found.at_most, unit))
    return words.say("，", ", ").join(bounds)
