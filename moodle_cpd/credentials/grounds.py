"""What an award rests on: asked by which regulation, decided how, valid until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from moodle_cpd.certificates.wording import one_line
from moodle_cpd.model.decision import Decision, RequirementResult, Text
from moodle_cpd.model.period import end_of_day
from moodle_cpd.model.quantity import show

_UNITS = {"hours": "学时 / hours", "points": "分 / points", "items": "项 / items"}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a credential says beside what stands on the certificate; nothing of it is personal.

    Attributes:
        decision_digest: SHA-256 of the decision that earned the award; empty where it is not known.
        rules_digest: SHA-256 of the rules that it was made with; empty likewise.
        criteria: what was asked, in words with the regulation's paragraphs, one line each.
        valid_until: the moment (UTC) at which the qualification lapses, None: never.
        status_index: its place in the list of certificates that hold no more, None: in none.
    """

    decision_digest: str = ""
    rules_digest: str = ""
    criteria: tuple[str, ...] = ()
    valid_until: datetime | None = None
    status_index: int | None = None


def grounds_of(
    decision: Decision, digest: str, valid_until: date | None, status_index: int | None
) -> Grounds:
    """What an award rests on, from the decision that earned it.

    Args:
        decision: that earned it.
        digest: its SHA-256.
        valid_until: the last day on which the certificate is valid, in the scheme's zone; None:
            for ever.
        status_index: the certificate's place in the status list, None: in none.
    """
    return Grounds(
        decision_digest=digest,
        rules_digest=decision.rules_digest,
        criteria=tuple(_criteria(decision.requirement)),
        valid_until=None if valid_until is None else end_of_day(valid_until, decision.time_zone),
        status_index=status_index,
    )


def _criteria(result: RequirementResult | None, level: int = 0) -> Iterator[str]:
    """A tree of requirements as lines of a Markdown list; how far the teacher was is left out."""
    if result is None:
        return
    line = "  " * level + "- " + _both(result.title)
    if result.need is not None:
        line += f": {show(result.need)} {_UNITS.get(result.unit, '')}".rstrip()
    if result.place.reference:
        line += f" [{one_line(result.place.reference)}]"
    yield line
    for part in result.parts:
        yield from _criteria(part, level + 1)


def _both(title: Text) -> str:
    return " / ".join(one_line(words) for words in (title.zh, title.en) if words)
