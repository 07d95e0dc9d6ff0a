"""Rows of a file of former schools, roles and the like → days of attributes, with every mistake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from moodle_cpd.model.people import Attribute, Person
from moodle_cpd.problems import Problem
from moodle_cpd.records.cells import day_of, text_of
from moodle_cpd.records.lines import STATE_COLUMN, TEACHER_COLUMNS, Checked, Layout, Line, Sheet
from moodle_cpd.records.tables import Row
from moodle_cpd.records.workbook import Cell

ATTRIBUTES: Final = Layout(
    {
        **TEACHER_COLUMNS,
        "attribute": ("属性",),
        "value": ("内容", "值"),
        "since": ("开始日期", "起始日期", "起"),
        **STATE_COLUMN,
    },
    needed=("attribute", "value", "since"),
)

ATTRIBUTE_WORDS: Final[Mapping[Attribute, str]] = {
    Attribute.ROLE: "职务",
    Attribute.STAGE: "学段",
    Attribute.SCHOOL: "学校",
    Attribute.BIRTH_DATE: "出生日期",
    Attribute.HIRE_DATE: "入职日期",
}
"""The attributes as people write them."""

_DATES = frozenset({Attribute.BIRTH_DATE, Attribute.HIRE_DATE})
_NONE = frozenset({"无", "none"})
_EARLIEST = date(1900, 1, 1)
_LISTED = ", ".join(f"{each.value} ({word})" for each, word in ATTRIBUTE_WORDS.items())

DayKey: TypeAlias = tuple[int, Attribute, date]
"""Moodle's user id, the attribute and the first day on which its values held."""


@dataclass(frozen=True, slots=True)
class AttributeDay:
    """What a file says of an attribute from some day on.

    Attributes:
        key: whose, which, since when.
        values: all that held from that day on; the empty text alone where it was taken away.
        retracted: values that lines of the file take back.
        stated: whether any line says what held; else the file only takes back.
    """

    key: DayKey
    values: frozenset[str]
    retracted: frozenset[str]
    stated: bool

    def after(self, known: frozenset[str] | None) -> frozenset[str] | None:
        """The values of that day once the file is taken, None where nothing is known of it.

        Args:
            known: what is known of that day before, written as ``values``; None: nothing.
        """
        if self.stated:
            return self.values
        left = (known or frozenset()) - self.retracted
        return left or None


def check_attributes(
    file: str,
    rows: Iterable[Row],
    people: Iterable[Person],
    words: Mapping[Attribute, Mapping[str, str]],
    today: date,
) -> Checked[AttributeDay]:
    """Hold the rows of a file of attributes against what they must say.

    A teacher with a mistake in any line is left out altogether: of several roles of one day those
    in the good lines are not all.

    Args:
        file: its name, for messages.
        rows: the header first.
        people: the known teachers.
        words: by attribute, what people write → what the rules call it; others stay as they are,
            and where there are any words, a note tells of them.
        today: no day may come after it.
    """
    sheet = Sheet(file, ATTRIBUTES, people)
    check = _Check(words, today)
    for line in sheet.lines(list(rows)):
        check.take(line)
    return Checked(tuple(check.days()), tuple(sheet.problems), tuple(check.notes))


class _Check:
    def __init__(self, words: Mapping[Attribute, Mapping[str, str]], today: date) -> None:
        self.notes: list[Problem] = []
        self._words, self._today = words, today
        self._stated: dict[DayKey, set[str]] = defaultdict(set)
        self._retracted: dict[DayKey, set[str]] = defaultdict(set)
        self._seen: dict[DayKey, set[str]] = {}
        self._first: dict[DayKey, int] = {}
        self._keys: dict[DayKey, None] = {}
        self._bad: set[int] = set()

    def days(self) -> Iterable[AttributeDay]:
        for key in self._keys:
            if key[0] not in self._bad:
                stated = self._stated.get(key)
                yield AttributeDay(
                    key,
                    frozenset(stated or ()),
                    frozenset(self._retracted[key]),
                    stated is not None,
                )

    def take(self, line: Line) -> None:
        teacher = line.teacher()
        attribute = line.value("attribute", _attribute, f"one of {_LISTED}", needed=True)
        values = self._values(line, attribute)
        since = line.value("since", self._day, "a day such as 2020-09-01, not to come", needed=True)
        retracted = line.retracted()
        if teacher is not None and attribute is not None and since is not None:
            key = (teacher, attribute, since)
            if not retracted:
                self._once(line, key, values)
            if line.good:
                self._keys[key] = None
                (self._retracted if retracted else self._stated)[key].update(values)
        if teacher is not None and not line.good:
            self._bad.add(teacher)

    def _once(self, line: Line, key: DayKey, values: Iterable[str]) -> None:
        """Of one day there may be several roles; anything else holds once."""
        first = self._first.setdefault(key, line.number)
        if first == line.number:
            self._seen[key] = set(values)
        elif key[1] is not Attribute.ROLE:
            line.tell("attribute", f"the attribute and day of line {first} again", "each once")
        elif not self._seen[key].isdisjoint(values):
            line.tell("value", "a role of the same day again", "each once")
        elif "" in self._seen[key].union(values):
            line.tell("value", f"roles and none beside line {first}", "roles, or none (无)")
        self._seen[key].update(values)

    def _values(self, line: Line, attribute: Attribute | None) -> tuple[str, ...]:
        if attribute is None:
            return ()
        if attribute in _DATES:
            expected = "a day such as 1985-09-01, not to come"
            day = line.value("value", self._day, expected, needed=True)
            return () if day is None else (day.isoformat(),)
        text = line.words("value")
        if text.lower() in _NONE:
            return ("",)
        pieces = text.split("、") if attribute is Attribute.ROLE else [text]
        found = tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))
        if text and not found:
            line.tell("value", "no role", "roles, or none (无)")
        words = self._words.get(attribute, {})
        if words and any(each not in words and each not in words.values() for each in found):
            self.notes.append(
                Problem(
                    line.place("value"),
                    f"a {attribute.value} that the settings have no word for",
                    ", ".join(words),
                    f"It stays as it is; check its spelling, or name it in "
                    f"[people.attributes] {attribute.value}",
                )
            )
        return tuple(dict.fromkeys(words.get(each, each) for each in found))

    def _day(self, cell: Cell) -> date | None:
        day = day_of(cell)
        return day if day is not None and _EARLIEST <= day <= self._today else None


def _attribute(cell: Cell) -> Attribute | None:
    names = {each.value: each for each in Attribute}
    return (names | {word: each for each, word in ATTRIBUTE_WORDS.items()}).get(text_of(cell))
