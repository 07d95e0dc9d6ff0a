"""Hours so far and what is missing, in a few words and in the teacher's language."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from moodle_cpd.model.decision import Decision, Outcome, Place
from moodle_cpd.model.quantity import show
from moodle_cpd.plan.lacking import lacking
from moodle_cpd.plan.words import Words, words_of

_LINES: Final = 12
"""Requirements that are told one by one; more would be no few words."""
_NOTHING_ASKED: Final = frozenset(
    {Outcome.NOT_APPLICABLE, Outcome.EXEMPT, Outcome.WAIVED, Outcome.MET, Outcome.VALID}
)


def running_text(
    decision: Decision, language: str, *, points: bool, choices: Collection[Place]
) -> str:
    """What a teacher reads beside the grade, as HTML.

    It says no date of its own: the same decision always reads the same, and is written once.

    Args:
        decision: on the period that is shown.
        language: as ``language_of`` says.
        points: the grade is the score's points.
        choices: where the rules let a teacher choose one of several requirements.
    """
    words = words_of(language)
    title, period = words.of(decision.title), words.of(decision.period_label)
    lines = [
        f"{title}{words.colon}{period or decision.period.key}",
        _so_far(words, decision, points),
    ]
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    if decision.outcome in _NOTHING_ASKED:
        return body
    missing = list(lacking(words, decision, choices))
    if not missing:
        return f"{body}<p>{escape(words.all_there)}</p>"
    shown = missing[:_LINES]
    if len(missing) > _LINES:
        shown.append(words.more.format(len(missing) - _LINES))
    items = "".join(f"<li>{escape(line)}</li>" for line in shown)
    return f"{body}<p>{escape(words.missing)}</p><ul>{items}</ul>"


def _so_far(words: Words, decision: Decision, points: bool) -> str:
    parts = []
    if points and decision.score is not None:
        parts.append(words.points.format(show(decision.score.total)))
    hours = words.hours.format(show(decision.recognised))
    if show(decision.earned) != show(decision.recognised):
        hours += words.earned.format(show(decision.earned))
    parts += [hours, words.outcomes[decision.outcome]]
    if decision.qualification is not None:
        last = decision.qualification.until - timedelta(seconds=1)
        day = last.astimezone(ZoneInfo(decision.time_zone)).date()
        parts.append(words.until.format(day.isoformat()))
    return words.between.join(parts) + words.stop
