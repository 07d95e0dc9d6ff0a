"""The format of a file of worked cases. ``docs/administrators/cases.md`` explains it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from moodle_cpd.model.decision import Outcome
from moodle_cpd.rules.levels import Level
from moodle_cpd.rules.schema_base import (
    Flag,
    Id,
    Line,
    Number,
    Part,
    PositiveNumber,
    Text,
    Whole,
    misfit,
    refuse,
)

UNKNOWN: Final = "unknown"
"""Stands where Moodle tells no time."""

UNDECIDED: Final = "undecided"
"""Stands for an outcome where nothing is decided, because something needed is unknown."""

_OUTCOMES = [*(outcome.value for outcome in Outcome), UNDECIDED]
# Nobody alive was born earlier, and a time zone needs room on both sides.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")


def _readable(text: str, *patterns: re.Pattern[str]) -> bool:
    if not any(pattern.fullmatch(text) for pattern in patterns):
        return False
    try:
        return _FIRST_YEAR <= datetime.fromisoformat(text).year <= _LAST_YEAR
    except ValueError:
        return False


def _day(value: str) -> str:
    if not _readable(value, _DAY):
        raise refuse("a day such as 2026-02-28")
    return value


def _moment(value: str) -> str:
    if not _readable(value, _DAY, _MOMENT):
        raise refuse("a day such as 2026-02-28, or with its time: 2026-02-28 23:59")
    return value


def _moment_or_unknown(value: str) -> str:
    return value if value == UNKNOWN else _moment(value)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise refuse("a time zone's name such as Asia/Shanghai") from None
    return value


def _outcome(value: str) -> str:
    if value not in _OUTCOMES:
        raise refuse("one of " + ", ".join(_OUTCOMES))
    return value


def _period(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Day = Annotated[Line, AfterValidator(_day)]
Moment = Annotated[Line, AfterValidator(_moment)]
Happened = Annotated[Line, AfterValidator(_moment_or_unknown)]
OutcomeName = Annotated[
    Line, AfterValidator(_outcome), Field(json_schema_extra={"enum": list(_OUTCOMES)})
]
PeriodKey = Annotated[
    str, BeforeValidator(_period), Field(json_schema_extra={"type": ["string", "integer"]})
]


class CustomFieldPart(Part):
    """A course custom field (by its short name) and its value."""

    name: Line
    value: Line


class CaseCourse(Part):
    """A course of the made-up site, beyond its ID number; short form: the ID number alone."""

    short_form = "course"

    course: Line
    id: Annotated[Whole, Field(ge=1)] | None = None
    short_name: Line | None = None
    course_categories: list[Line] = Field(default_factory=list)
    custom_fields: list[CustomFieldPart] = Field(default_factory=list)


class Attributes(Part):
    """What is known of a teacher; what is left out is unknown."""

    role: list[Line] | None = None
    stage: Line | None = None
    school: Line | None = None
    hired: Day | None = None
    born: Day | None = None


class AttributeChange(Attributes):
    """What became different on a day; an empty list of roles takes all away."""

    since: Day


class DispensationPart(Part):
    """A document that frees the teacher of the scheme, or by which the teacher declined."""

    kind: Literal["exempt", "waived"]
    scheme: Id | None = None
    document: Line
    first_day: Day
    last_day: Day | None = None

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last_day is not None and self.last_day < self.first_day:
            raise misfit("'last_day' before first_day", "first_day or a later day", key="last_day")
        return self


class TeacherPart(Attributes):
    """The teacher of a case."""

    known_since: Day | None = None
    changes: list[AttributeChange] = Field(default_factory=list)
    dispensations: list[DispensationPart] = Field(default_factory=list)


class FactPart(Part):
    """One thing that happened: a course was completed, or an assignment attempted."""

    course: Line
    completed: Happened | None = None
    assignment: Line | None = None
    attempt: Annotated[Whole, Field(ge=1)] = 1
    handed_in: Happened | None = None
    characters: Annotated[Whole, Field(ge=0)] | None = None
    marked: Happened | None = None
    points: Annotated[Number, Field(ge=0)] | None = None
    out_of: PositiveNumber | None = None
    state: Literal["retracted", "vanished"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.completed is None) == (self.assignment is None):
            raise misfit("not exactly one thing that happened", "completed:, or assignment:")
        if self.assignment is None:
            for key in ("attempt", "handed_in", "characters", "marked", "points", "out_of"):
                if key in self.model_fields_set:
                    raise misfit(
                        f"'{key}' for a whole course", "it only beside assignment", key=key
                    )
        elif self.handed_in is None and self.marked is None:
            raise misfit("an assignment to which nothing happened", "handed_in:, or marked:")
        if self.characters is not None and self.handed_in is None:
            raise misfit("'characters' without handed_in", "both together", key="characters")
        for key in ("points", "out_of"):
            if key in self.model_fields_set and self.marked is None:
                raise misfit(f"'{key}' without marked", "it only beside marked", key=key)
        return self


class RecordPart(Part):
    """A record as a person would import it: what Moodle can't know."""

    what: Line
    day: Day
    document: Line
    hours: PositiveNumber | None = None
    points: Annotated[Number, Field(ge=0)] | None = None
    out_of: PositiveNumber | None = None
    characters: Annotated[Whole, Field(ge=0)] | None = None
    level: Level | None = None
    state: Literal["retracted"] | None = None


_ADJUSTED: Final = {
    "add": ("category", "hours", "on"),
    "remove": (),
    "date": ("course", "on"),
    "excuse": ("of", "on"),
}
"""What each kind of adjustment must say."""

_ADJUSTED_TOO: Final = {
    "add": ("level",),
    "remove": ("course", "assignment", "record"),
    "date": ("assignment",),
    "excuse": (),
}
"""What each kind of adjustment may say besides."""


_ADJUSTED_ALWAYS: Final = ("kind", "document", "reason", "recorded_on")


class AdjustmentPart(Part):
    """What a person changed by hand; it holds for all facts of what it names."""

    kind: Literal["add", "remove", "date", "excuse"]
    document: Line
    reason: Line = "-"
    recorded_on: Moment | None = None
    on: Day | None = None
    category: Id | None = None
    hours: PositiveNumber | None = None
    level: Level | None = None
    of: Id | None = None
    course: Line | None = None
    assignment: Line | None = None
    record: Line | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed, also = _ADJUSTED[self.kind], _ADJUSTED_TOO[self.kind]
        for key in needed:
            if getattr(self, key) is None:
                raise misfit(f"{self.kind} without '{key}'", f"the keys {', '.join(needed)}")
        for key in self.model_fields_set - {*needed, *also, *_ADJUSTED_ALWAYS}:
            raise misfit(f"'{key}' beside kind: {self.kind}", "it left out", key=key)
        if self.kind == "remove" and (self.course is None) == (self.record is None):
            raise misfit("not exactly one thing to remove", "course:, or record:")
        if self.assignment is not None and self.course is None:
            raise misfit("'assignment' without course", "both together", key="assignment")
        return self


class ClosedPart(Part):
    """A period that was closed: its decision stands, until an adjustment is recorded."""

    period: PeriodKey
    closed_on: Moment


class StoryPart(Part):
    """Things that happen in several cases of a file, told once."""

    story: Id
    facts: Annotated[list[FactPart], Field(min_length=1)]


class AwardsPart(Part):
    """All awards that an outcome earns, by kind; those not named must not be there."""

    badges: list[Id] = Field(default_factory=list)
    certificates: list[Id] = Field(default_factory=list)
    elsewhere: list[Id] = Field(default_factory=list)


class CheckPart(Part):
    """What is expected on a day; only what stands there is compared."""

    on: Moment
    period: PeriodKey | None = None
    outcome: OutcomeName
    hours: Number | None = None
    earned: Number | None = None
    credits: Number | None = None
    categories: dict[str, Number] = Field(default_factory=dict)
    levels: dict[str, Number] = Field(default_factory=dict)
    score: Number | None = None
    band: Id | None = None
    awards: AwardsPart | None = None
    consequences: list[Flag] | None = None
    explanation: list[Line] = Field(default_factory=list)
    problems: list[Line] | None = None


class CasePart(Part):
    """One teacher's story and what is expected of it."""

    case: Id
    title: Text
    courses: list[CaseCourse] = Field(default_factory=list)
    teacher: TeacherPart
    stories: list[Id] = Field(default_factory=list)
    facts: list[FactPart] = Field(default_factory=list)
    records: list[RecordPart] = Field(default_factory=list)
    adjustments: list[AdjustmentPart] = Field(default_factory=list)
    closed: list[ClosedPart] = Field(default_factory=list)
    checks: Annotated[list[CheckPart], Field(min_length=1)]


class CaseFile(Part):
    """A file in ``cases/``: worked cases of one scheme."""

    scheme: Id
    title: Text
    time_zone: Annotated[Line, AfterValidator(_zone)]
    notes: list[Line] = Field(default_factory=list)
    courses: list[CaseCourse] = Field(default_factory=list)
    stories: list[StoryPart] = Field(default_factory=list)
    cases: Annotated[list[CasePart], Field(min_length=1)]


def moment_of(text: str, zone: ZoneInfo, day_at: time) -> datetime:
    """A local moment in UTC.

    Args:
        text: a day, or a day and a time.
        zone: whose local time it is.
        day_at: the time that a day alone stands for.
    """
    local = datetime.fromisoformat(text)
    if len(text) == len("2026-02-28"):
        local = datetime.combine(date.fromisoformat(text), day_at)
    return local.replace(tzinfo=zone).astimezone(UTC)
