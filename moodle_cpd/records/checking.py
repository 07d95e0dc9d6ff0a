"""Rows of a file of records → facts, with every mistake of every line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from moodle_cpd.model.fact import Fact, FactKind, Record, Source
from moodle_cpd.model.people import Person
from moodle_cpd.problems import Problem
from moodle_cpd.records.cells import day_of, level_of, number_of, text_of
from moodle_cpd.records.tables import Cell, Row

V = TypeVar("V")

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "idnumber": ("工号", "编号"),
    "username": ("用户名",),
    "what": ("项目", "名称"),
    "date": ("日期",),
    "document": ("文件", "文号"),
    "hours": ("学时",),
    "points": ("分数", "成绩"),
    "out_of": ("满分",),
    "characters": ("字数",),
    "level": ("级别",),
    "state": ("状态",),
}
"""The columns and their Chinese names."""

_RETRACTED = ("retracted", "撤销")
_NEEDED = ("what", "date", "document")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file comes to.

    Attributes:
        facts: of the lines without a mistake, in their order.
        problems: all mistakes, by line.
    """

    facts: tuple[Fact, ...]
    problems: tuple[Problem, ...]


def check_records(
    file: str, rows: Iterable[Row], site: str, people: Iterable[Person], zone: ZoneInfo
) -> Checked:
    """Hold the rows of a file of records against what they must say.

    Args:
        file: its name, for messages.
        rows: the header first.
        site: the site's name in the configuration.
        people: the known teachers.
        zone: at whose noon a record counts.
    """
    return _Check(file, site, people, zone).all(list(rows))


class _Check:
    def __init__(self, file: str, site: str, people: Iterable[Person], zone: ZoneInfo) -> None:
        self._file, self._site, self._zone = file, site, zone
        self._by: dict[str, dict[str, list[int]]] = {
            "idnumber": defaultdict(list),
            "username": defaultdict(list),
        }
        for person in people:
            self._by["idnumber"][person.idnumber].append(person.id)
            self._by["username"][person.username].append(person.id)
        self._problems: list[Problem] = []
        self._seen: dict[str, int] = {}

    def all(self, rows: list[Row]) -> Checked:
        columns = self._columns(rows[0]) if rows else {}
        if not rows:
            self._tell(1, 1, "an empty file", "a header and lines")
        facts = [] if self._problems else list(self._facts(rows[1:], columns))
        return Checked(tuple(facts), tuple(self._problems))

    def _facts(self, rows: Iterable[Row], columns: Mapping[str, int]) -> Iterator[Fact]:
        for row in rows:
            before = len(self._problems)
            fact = _Line(self, row, columns).fact()
            if fact is not None and len(self._problems) == before:
                yield fact

    def _columns(self, header: Row) -> dict[str, int]:
        names = {name: name for name in COLUMNS}
        names |= {each: name for name, others in COLUMNS.items() for each in others}
        found: dict[str, int] = {}
        for number, cell in enumerate(header.cells):
            name = names.get(text_of(cell).lower())
            if name is None:
                if text_of(cell):
                    expected = "one of " + ", ".join(COLUMNS)
                    self._tell(header.line, number + 1, "an unknown column", expected)
            elif name in found:
                self._tell(header.line, number + 1, f"'{name}' a second time", "each column once")
            else:
                found[name] = number
        missing = [name for name in _NEEDED if name not in found]
        if ("idnumber" in found) == ("username" in found):
            missing.append("exactly one of idnumber and username")
        if missing:
            self._tell(header.line, 1, f"without {', '.join(missing)}", "these columns")
        return found

    def _tell(self, line: int, column: int, found: str, expected: str, hint: str = "") -> None:
        self._problems.append(Problem(f"{self._file}:{line}:{column}", found, expected, hint))


class _Line:
    """One line, value by value."""

    def __init__(self, check: _Check, row: Row, columns: Mapping[str, int]) -> None:
        self._check, self._row, self._columns = check, row, columns

    def fact(self) -> Fact | None:
        check = self._check
        teacher = self._teacher()
        what, document = self._words("what"), self._words("document")
        day = self._value("date", day_of, "a day such as 2026-05-01", needed=True)
        hours = self._value("hours", number_of, "a number of hours such as 12 or 1.5")
        points = self._value("points", number_of, "a number of points")
        out_of = self._value("out_of", number_of, "a number of points")
        characters = self._value("characters", number_of, "a number of characters")
        level = self._value("level", level_of, "a level such as county or 县（区）级")
        state = self._value("state", _state, "nothing, or retracted (撤销)")
        if hours == 0 or out_of == 0:
            self._tell("hours" if hours == 0 else "out_of", "the number 0", "more than 0")
        if teacher is None or day is None or not what or not document:
            return None
        local = datetime.combine(day, time(12), check._zone)  # noqa: SLF001 - parts of one check
        fact = Fact(
            FactKind.RECORD,
            check._site,  # noqa: SLF001 - parts of one check
            teacher,
            0,
            at=local.astimezone(UTC),
            value=points,
            maximum=out_of,
            retracted=bool(state),
            source=Source("import records", f'{{"line":{self._row.line}}}'),
            record=Record(
                what,
                day,
                document,
                hours,
                None if characters is None else int(characters),
                level or "",
            ),
        )
        first = check._seen.setdefault(fact.subject, self._row.line)  # noqa: SLF001 - see above
        if first != self._row.line:
            self._tell("what", f"the record of line {first} again", "each record once")
        return fact

    def _teacher(self) -> int | None:
        name = "idnumber" if "idnumber" in self._columns else "username"
        key = text_of(self._cell(name))
        found = self._check._by[name].get(key, []) if key else []  # noqa: SLF001 - see above
        if len(found) == 1:
            return found[0]
        told = "several teachers with this key" if found else "no known teacher with this key"
        self._tell(name, told if key else "nothing", f"the {name} of one teacher")
        return None

    def _words(self, name: str) -> str:
        text = text_of(self._cell(name))
        if not text or len(text) > _LONGEST:
            self._tell(name, "nothing" if not text else "a long text", f"{name}, {_LONGEST} long")
            return ""
        return text

    def _value(
        self, name: str, read: Callable[[Cell], V | None], expected: str, *, needed: bool = False
    ) -> V | None:
        cell = self._cell(name)
        if not text_of(cell):
            if needed:
                self._tell(name, "nothing", expected)
            return None
        value = read(cell)
        if value is None:
            # What stands there may be a name that slipped into another column.
            self._tell(name, f"a {name} that can't be read", expected)
        return value

    def _cell(self, name: str) -> Cell:
        number = self._columns.get(name)
        cells = self._row.cells
        return "" if number is None or number >= len(cells) else cells[number]

    def _tell(self, name: str, found: str, expected: str) -> None:
        column = self._columns.get(name, 0) + 1
        self._check._tell(self._row.line, column, found, expected)  # noqa: SLF001 - see above


def _state(cell: Cell) -> bool | None:
    return True if text_of(cell) in _RETRACTED else None
