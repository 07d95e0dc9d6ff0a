"""The hours behind a certificate (学时清单), as they stand on its further pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from moodle_cpd.certificates.wording import one_line
from moodle_cpd.model.decision import CreditLine, Decision, Text

_NOTHING = Text()


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One course or activity.

    Attributes:
        day: in the scheme's time zone; None: its time is not known.
        course: its name when it was pulled.
        category: the category's title.
        given: hours that it gives.
        counted: hours that were counted, after caps of entry and category.
        reason: why less was counted than given; empty where nothing is to be said.
    """

    day: date | None
    course: str
    category: Text
    given: Decimal
    counted: Decimal
    reason: Text = _NOTHING


@dataclass(frozen=True, slots=True)
class Transcript:
    """All lines, and the sums that a decision made of them.

    Attributes:
        lines: in the order in which the hours were earned.
        sums: categories in the scheme's order, each with its hours after caps.
        earned: hours after all caps.
        recognised: hours that count.
    """

    lines: tuple[TranscriptLine, ...]
    sums: tuple[tuple[Text, Decimal], ...]
    earned: Decimal
    recognised: Decimal

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON: numbers with their exact digits, days as ``2026-03-01``."""
        return {
            "lines": [
                [
                    "" if line.day is None else line.day.isoformat(),
                    one_line(line.course),
                    *_both(line.category),
                    _plain(line.given),
                    _plain(line.counted),
                    *_both(line.reason),
                ]
                for line in self.lines
            ],
            "sums": [[*_both(title), _plain(hours)] for title, hours in self.sums],
            "earned": _plain(self.earned),
            "recognised": _plain(self.recognised),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Transcript:
        """The transcript that ``as_json`` wrote.

        Raises:
            ValueError, KeyError, TypeError, ArithmeticError: it is none.
        """
        lines = []
        for day, course, zh, en, given, counted, reason_zh, reason_en in said["lines"]:
            lines.append(
                TranscriptLine(
                    date.fromisoformat(day) if day else None,
                    str(course),
                    Text(str(zh), str(en)),
                    Decimal(given),
                    Decimal(counted),
                    Text(str(reason_zh), str(reason_en)),
                )
            )
        sums = tuple((Text(str(zh), str(en)), Decimal(hours)) for zh, en, hours in said["sums"])
        return cls(tuple(lines), sums, Decimal(said["earned"]), Decimal(said["recognised"]))


def transcript_of(decision: Decision, titles: Mapping[str, Text]) -> Transcript:
    """The hours behind a decision; what brought none and could bring none is left out.

    Args:
        decision: as it was recorded.
        titles: the categories' titles by their ids; one that is not there is called by its id.
    """
    zone = ZoneInfo(decision.time_zone)

    def title(category: str) -> Text:
        return titles.get(category, Text(category))

    def line(credit: CreditLine) -> TranscriptLine:
        return TranscriptLine(
            day=None if credit.at is None else credit.at.astimezone(zone).date(),
            course=credit.course_name,
            category=title(credit.category),
            given=credit.given,
            counted=credit.counted,
            reason=credit.reason if credit.counted != credit.given else _NOTHING,
        )

    return Transcript(
        lines=tuple(
            line(credit) for credit in decision.credit_lines if credit.given or credit.counted
        ),
        sums=tuple((title(category), hours) for category, hours in decision.by_category if hours),
        earned=decision.earned,
        recognised=decision.recognised,
    )


def _both(text: Text) -> tuple[str, str]:
    return one_line(text.zh), one_line(text.en)


def _plain(value: Decimal) -> str:
    """A number's exact digits; 30, 30.0 and 3E+1 give the same text."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
