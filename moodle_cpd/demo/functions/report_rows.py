"""Rows of a report over course participants: cells as displayed, filters, sorting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final, Self

from moodle_cpd.demo import formats
from moodle_cpd.demo.registry import Call
from moodle_cpd.demo.state import Course, CourseCompletion, Enrolment, User

_ANY, _NOT_EMPTY, _EMPTY, _RANGE = range(4)
_CHECKED, _NOT_CHECKED = 1, 2
_FOREVER: Final = 1 << 62

_HEADINGS: Final = {
    "user:idnumber": ("ID number", "编号"),
    "user:username": ("Username", "用户名"),
    "user:fullname": ("Full name", "全名"),
    "user:firstname": ("First name", "名"),
    "user:lastname": ("Last name", "姓"),
    "user:email": ("Email address", "电子邮件"),
    "user:timemodified": ("Time modified", "修改时间"),
    "course:idnumber": ("Course ID number", "课程编号"),
    "course:shortname": ("Course short name", "课程简称"),
    "course:courseshortnamewithlink": ("Course short name with link", "课程简称，带链接"),
    "course:coursefullnamewithlink": ("Course full name with link", "课程全称，带链接"),
    "course:courseidnumberewithlink": ("Course ID number with link", "课程编号，带链接"),
    "course:fullname": ("Course full name", "课程全称"),
    "enrolment:status": ("Status", "状态"),
    "enrolment:method": ("Method", "选课方式"),
    "completion:completed": ("Completed", "已完成"),
    "completion:timecompleted": ("Time completed", "完成时间"),
}


_LINKED: Final = {
    "course:courseshortnamewithlink": "shortname",
    "course:coursefullnamewithlink": "fullname",
    "course:courseidnumberewithlink": "idnumber",
}
"""Columns that link to the course (the last one is misspelt in Moodle) → what they show."""


@dataclass(frozen=True, slots=True)
class Row:
    """One enrolment of a user in a course, with the completion if there is one."""

    user: User
    course: Course
    enrolment: Enrolment
    completion: CourseCompletion | None

    @property
    def completed(self) -> int | None:
        """When the course was completed; None if it was not."""
        return None if self.completion is None else self.completion.timecompleted


def heading(key: str, language: str) -> str:
    """A column's heading where the administrator gave none."""
    english, chinese = _HEADINGS[key]
    return chinese if language == "zh_cn" else english


def cell(call: Call, row: Row, key: str) -> str:
    """A cell as displayed: text escaped for HTML, times to the minute, yes and no in words."""
    language = call.language
    if key == "completion:timecompleted":
        return formats.date_time(row.completed, call.zone, language)
    if key == "completion:completed":
        # Not completed is an empty cell, not "No".
        text = _word(language, bool(row.completed), "Yes", "", "是", "")
    elif key == "enrolment:status":
        text = _word(language, row.enrolment.suspended, "Suspended", "Active", "暂停", "活跃")
    elif key == "enrolment:method":
        text = row.enrolment.method
    elif key in _LINKED:
        address = f"{call.world.wwwroot}/course/view.php?id={row.course.id}"
        return f'<a href="{address}">{formats.plain(getattr(row.course, _LINKED[key]))}</a>'
    elif key == "user:fullname":
        text = call.full_name(row.user)
    else:
        text = str(_value(row, key))
    return escape(text, quote=True)


def sort_key(row: Row, key: str) -> tuple[int, Any]:
    """What a report sorts by; empty values come last."""
    if key == "completion:timecompleted":
        return (1, 0) if row.completed is None else (0, row.completed)
    if key == "completion:completed":
        return (0, bool(row.completed))
    return (0, _value(row, key))


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the filters of an account let through, by when a course was completed.

    Attributes:
        low: earliest Unix seconds.
        high: latest, inclusive.
        empty: whether what is not completed passes.
    """

    low: int = 0
    high: int = _FOREVER
    empty: bool = True

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The bounds of filter values such as ``completion:timecompleted_operator``.

        Operators that the report has no use for let everything pass.
        """
        low, high, empty = 0, _FOREVER, True
        operator = _number(values.get("completion:timecompleted_operator"))
        flag = _number(values.get("completion:completed_operator"))
        if operator == _NOT_EMPTY or flag == _CHECKED:
            empty = False
        if operator == _RANGE:
            low = _number(values.get("completion:timecompleted_from"))
            end = _number(values.get("completion:timecompleted_to"))
            high = end or _FOREVER
            empty = empty and not (low or end)
        if operator == _EMPTY or flag == _NOT_CHECKED:
            high = -1
        return cls(low, high, empty)

    @property
    def everything(self) -> bool:
        """Whether nothing is held back."""
        return self.empty and self.low <= 0 and self.high == _FOREVER

    def admit(self, completed: int | None) -> bool:
        """Whether a row passes."""
        return self.empty if completed is None else self.low <= completed <= self.high


def _value(row: Row, key: str) -> int | str:
    entity, _, field = key.partition(":")
    value = getattr(row.user if entity == "user" else row.course, _LINKED.get(key, field))
    return value if isinstance(value, int) else str(value)


def _word(language: str, truth: bool, *words: str) -> str:
    """English for true and false, then Chinese."""
    place = (2 if language == "zh_cn" else 0) + (0 if truth else 1)
    return words[place]


def _number(value: object) -> int:
    try:
        return int(str(value or 0))
    except ValueError:
        return 0
