"""Words in one of two languages, and moments in a scheme's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from moodle_cpd.model.decision import Outcome, Place, State, Text
from moodle_cpd.model.fact import FactKind

OUTCOMES = {
    Outcome.NOT_APPLICABLE: Text("不适用", "not applicable"),
    Outcome.EXEMPT: Text("免修", "exempt"),
    Outcome.WAIVED: Text("自愿放弃", "waived"),
    Outcome.IN_PROGRESS: Text("进行中", "in progress"),
    Outcome.MET: Text("达到要求", "met"),
    Outcome.NOT_MET: Text("未达到要求", "not met"),
    Outcome.VALID: Text("资格有效", "valid"),
    Outcome.EXPIRING: Text("资格即将失效", "expiring"),
    Outcome.LAPSED: Text("资格已失效", "lapsed"),
}
"""Outcomes in words."""

STATES = {
    State.MET: Text("达到", "met"),
    State.MISSING: Text("未达到", "missing"),
    State.UNKNOWN: Text("待定", "not known yet"),
}
"""How far a requirement is, in words."""

KINDS = {
    FactKind.COURSE_COMPLETED: Text("课程完成", "course completed"),
    FactKind.GRADE: Text("评分", "marked"),
    FactKind.SUBMISSION: Text("提交", "handed in"),
    FactKind.RECORD: Text("导入的记录", "imported record"),
}
"""What a fact tells, in words."""

UNITS = {
    "hours": Text("学时", "hours"),
    "points": Text("分", "points"),
    "items": Text("项", "items"),
}
"""What is counted, in words."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Chooses words by language.

    Attributes:
        chinese: in Chinese, else in English.
        zone: in which moments are shown.
    """

    chinese: bool
    zone: ZoneInfo

    def say(self, zh: str, en: str) -> str:
        """One of two wordings."""
        return zh if self.chinese else en

    def of(self, text: Text) -> str:
        """A text in the language, or in the other one if it has no such words."""
        return text.told(chinese=self.chinese)

    def time(self, at: datetime) -> str:
        """A moment (UTC) as local time."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def place(self, place: Place) -> str:
        """Where a rule stands, with the regulation's paragraph, to be put behind something."""
        paragraph = f" {place.reference}" if place.reference else ""
        return f" ← {place}{paragraph}"
