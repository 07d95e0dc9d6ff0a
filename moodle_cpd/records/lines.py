"""What all files that people bring in have in common: a header, teachers, values, mistakes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from moodle_cpd.model.people import Person
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.records.cells import exact, text_of
from moodle_cpd.records.tables import Row
from moodle_cpd.records.workbook import Cell

T = TypeVar("T")
V = TypeVar("V")

TEACHER_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "idnumber": ("工号", "编号"),
    "username": ("用户名",),
}
STATE_COLUMN: Final[Mapping[str, tuple[str, ...]]] = {"state": ("状态",)}
RETRACTED: Final = ("撤销", "retracted")
"""What the column ``state`` says of a line that is taken back."""

_LONGEST = 200
_CUT_OFF = "a number of more than 15 digits, of which Excel keeps the first 15"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a kind of file.

    Attributes:
        columns: by name their Chinese names, the usual one first; in the order of a template.
        needed: those without which there is nothing to read, besides the teacher's.
    """

    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """What a file comes to.

    Attributes:
        entries: of the lines without a mistake, in their order.
        problems: all mistakes, by line.
        notes: what a person should look at although it is no mistake.
    """

    entries: tuple[T, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()


class Sheet:
    """One file while it is checked.

    Args:
        file: its name, for messages.
        layout: its columns.
        people: the known teachers.
    """

    def __init__(self, file: str, layout: Layout, people: Iterable[Person]) -> None:
        self.problems: list[Problem] = []
        self._file, self._layout = file, layout
        self._teachers: dict[str, dict[str, list[int]]] = {
            name: defaultdict(list) for name in TEACHER_COLUMNS
        }
        for person in people:
            self._teachers["idnumber"][person.idnumber].append(person.id)
            self._teachers["username"][person.username].append(person.id)

    def lines(self, rows: Sequence[Row]) -> Iterator[Line]:
        """The lines below the header; none where the header is no good."""
        columns = self._columns(rows[0]) if rows else {}
        if not rows:
            self.tell(1, 1, "an empty file", "a header and lines")
        if not self.problems:
            yield from (Line(self, row, columns) for row in rows[1:])

    def teachers(self, column: str, key: str) -> list[int]:
        """Moodle's user ids of those who have a key, usually one."""
        return self._teachers[column].get(key, [])

    def place(self, line: int, column: int) -> str:
        """A place as messages name it, both numbers from 1."""
        return f"{self._file}:{line}:{column}"

    def tell(self, line: int, column: int, found: str, expected: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(self.place(line, column), found, expected))

    def _columns(self, header: Row) -> dict[str, int]:
        columns = self._layout.columns
        names = {name: name for name in columns}
        names |= {each: name for name, others in columns.items() for each in others}
        found: dict[str, int] = {}
        for number, cell in enumerate(header.cells):
            name = names.get(text_of(cell).lower())
            if name is None:
                if text_of(cell):
                    expected = "one of " + ", ".join(columns)
                    self.tell(header.line, number + 1, "an unknown column", expected)
            elif name in found:
                self.tell(header.line, number + 1, f"'{name}' a second time", "each column once")
            else:
                found[name] = number
        missing = [name for name in self._layout.needed if name not in found]
        if ("idnumber" in found) == ("username" in found):
            missing.append("exactly one of idnumber and username")
        if missing:
            self.tell(header.line, 1, f"without {', '.join(missing)}", "these columns")
        return found


class Line:
    """One line, value by value; what can't be used is told and read as nothing.

    Args:
        sheet: where it stands.
        row: its cells.
        columns: which column is which cell, from 0.
    """

    def __init__(self, sheet: Sheet, row: Row, columns: Mapping[str, int]) -> None:
        self.number = row.line
        self._sheet, self._cells, self._columns = sheet, row.cells, columns
        self._told = 0

    @property
    def good(self) -> bool:
        """Whether nothing was told of it so far."""
        return not self._told

    def teacher(self) -> int | None:
        """Whose it is, Moodle's user id."""
        name = "idnumber" if "idnumber" in self._columns else "username"
        if not exact(self._cell(name)):
            self.tell(name, _CUT_OFF, f"the {name} as text")
            return None
        key = text_of(self._cell(name))
        found = self._sheet.teachers(name, key) if key else []
        if len(found) == 1:
            return found[0]
        told = "several teachers with this key" if found else "no known teacher with this key"
        self.tell(name, told if key else "nothing", f"the {name} of one teacher")
        return None

    def words(self, name: str) -> str:
        """A text that must be there; empty where it is not, or can't be meant so."""
        cell = self._cell(name)
        text = text_of(cell)
        wrong = ""
        if not text:
            wrong = "nothing"
        elif len(text) > _LONGEST:
            wrong = "a long text"
        elif not exact(cell):
            wrong = _CUT_OFF
        elif not _plain(text):
            wrong = "several lines, or a character that can't be seen"
        if wrong:
            self.tell(name, wrong, f"{name}, {_LONGEST} long")
        return "" if wrong else text

    def value(
        self, name: str, read: Callable[[Cell], V | None], expected: str, *, needed: bool = False
    ) -> V | None:
        """A value.

        Args:
            name: of the column.
            read: makes it from a cell, None where it can't.
            expected: what should stand there, for the message.
            needed: an empty cell is a mistake.
        """
        cell = self._cell(name)
        if not text_of(cell):
            if needed:
                self.tell(name, "nothing", expected)
            return None
        value = read(cell)
        if value is None:
            # What stands there may be a name that slipped into another column.
            self.tell(name, f"'{name}' can't be read", expected)
        return value

    def retracted(self) -> bool:
        """Whether it takes back what it says."""
        return bool(self.value("state", _state, "nothing, or retracted (撤销)"))

    def place(self, name: str) -> str:
        """Where a column's cell stands, as messages name it."""
        return self._sheet.place(self.number, self._columns.get(name, 0) + 1)

    def tell(self, name: str, found: str, expected: str) -> None:
        """Note a mistake in a column."""
        self._told += 1
        self._sheet.tell(self.number, self._columns.get(name, 0) + 1, found, expected)

    def _cell(self, name: str) -> Cell:
        number = self._columns.get(name)
        return "" if number is None or number >= len(self._cells) else self._cells[number]


def _state(cell: Cell) -> bool | None:
    return True if text_of(cell) in RETRACTED else None


def _plain(text: str) -> bool:
    """Whether it is one line without characters that nobody sees."""
    seen = "".join(one_line(text).split())
    return len(text.splitlines()) == 1 and seen == "".join(text.split())
