"""What a row of the report over course participants says: who, which course, completed when.

Cells are texts as Moodle displays them, in the language and time zone that every request asks for
(English, UTC). They are read strictly: what looks otherwise is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Final, Self

from moodle_cpd.problems import Problem

SOURCE: Final = "core_course\\reportbuilder\\datasource\\participants"

COLUMNS: Final = {
    "the teacher": ("Username",),
    "the course": (
        "Course short name with link",
        "Course full name with link",
        "Course ID number with link",
    ),
    "the course's ID number": ("Course ID number", "Course ID number with link"),
    "the time of completion": ("Time completed",),
}
"""What a row must tell → headings of the columns that tell it, as Moodle's English names them."""

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_TIME: Final = re.compile(
    rf"({'|'.join(_DAYS)}), (\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}), (\d{{1,2}}):(\d\d) ([AP])M"
)
_LINK: Final = re.compile(
    r'<a\b[^>]*\bhref="[^"]*/course/view\.php\?id=(\d+)"[^>]*>(.*)</a>', re.DOTALL
)


class UnreadableCellError(ValueError):
    """A cell that is not what Moodle displays in the language and zone that were asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        username: Moodle's user name of the teacher.
        course: Moodle's course id.
        idnumber: the course's, may be empty.
        name: of the course, as the link shows it.
        at: when the course was completed, UTC, whole minutes; None: it is not.
        shown: the same as displayed.
    """

    username: str
    course: int
    idnumber: str
    name: str
    at: datetime | None
    shown: str


@dataclass(frozen=True, slots=True)
class Layout:
    """In which columns the report tells what is needed.

    Attributes:
        teacher: place of the user name.
        course: place of the link to the course.
        idnumber: place of the course's ID number.
        time: place of the time of completion.
    """

    teacher: int
    course: int
    idnumber: int
    time: int

    @classmethod
    def of(cls, headers: Sequence[str]) -> Self | None:
        """The layout that headings show; None where ``missing`` names something."""
        if missing(headers):
            return None
        return cls(*(_place(headers, names) for names in COLUMNS.values()))

    def row(self, cells: Sequence[str | None]) -> Row | None:
        """What a row says; None for an enrolment method that nobody uses.

        Raises:
            UnreadableCellError: a time or a link that Moodle does not display so.
        """
        username = unescape(cells[self.teacher] or "")
        if not username:
            return None
        link = _LINK.fullmatch(cells[self.course] or "")
        if link is None:
            raise UnreadableCellError("the link to a course")
        shown = cells[self.time] or ""
        return Row(
            username,
            int(link[1]),
            unescape(_text(cells[self.idnumber] or "")),
            unescape(_text(link[2])),
            parse_time(shown) if shown else None,
            shown,
        )


def missing(headers: Sequence[str]) -> list[str]:
    """What the report's columns don't tell."""
    return [what for what, names in COLUMNS.items() if not set(names) & set(headers)]


def missing_columns(where: str, headers: Sequence[str]) -> Problem:
    """The same as a problem."""
    wanted = "; ".join(" or ".join(COLUMNS[what]) for what in missing(headers))
    return Problem(
        where,
        f"no column tells {', '.join(missing(headers))}; there are: {', '.join(headers)}",
        "",
        f"Add the column, and leave it the name that Moodle gives it ({wanted})",
    )


def parse_time(shown: str) -> datetime:
    """A time as Moodle's English shows it, ``Sunday, 12 July 2026, 1:07 AM``, taken as UTC.

    Raises:
        UnreadableCellError: it is written otherwise, or the day of the week does not fit the date.
    """
    match = _TIME.fullmatch(shown)
    if match is None:
        raise UnreadableCellError("a time")
    weekday, day, month, year, hour, minute, half = match.groups()
    if not 1 <= int(hour) <= 12:
        raise UnreadableCellError("a time")
    try:
        moment = datetime(
            int(year),
            _MONTHS.index(month) + 1,
            int(day),
            int(hour) % 12 + (12 if half == "P" else 0),
            int(minute),
            tzinfo=UTC,
        )
    except ValueError:
        raise UnreadableCellError("a time") from None
    if _DAYS[moment.weekday()] != weekday:
        raise UnreadableCellError("a day of the week")
    return moment


def _place(headers: Sequence[str], names: Sequence[str]) -> int:
    return next(headers.index(name) for name in names if name in headers)


def _text(cell: str) -> str:
    """A cell without the link around its text."""
    link = _LINK.fullmatch(cell)
    return link[2] if link else cell
