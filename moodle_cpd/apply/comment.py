"""The feedback comment: the reason in short, in the teacher's language."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from moodle_cpd.model.award import Award
from moodle_cpd.model.decision import Decision, RequirementResult
from moodle_cpd.model.quantity import show
from moodle_cpd.plan.words import Words, language_of, words_of

_LINES = 8
"""Requirements that are told one by one; more would be no short comment."""


def award_comment(award: Award, decision: Decision, language: str) -> str:
    """Number, regulation with its paragraph, period, hours, and what they are made of, as HTML.

    Args:
        award: with its number.
        decision: that earned it.
        language: Moodle's code of the teacher's language.
    """
    words = words_of(language_of(language))
    requirement = decision.requirement
    reference = requirement.place.reference if requirement else ""
    lines = [
        words.number.format(award.serial),
        words.ground.format(
            scheme=words.of(decision.title),
            paragraph=f" {reference}" if reference else "",
            period=words.of(decision.period_label),
            hours=show(award.hours),
        ),
    ]
    if requirement is not None:
        counted = list(_counted(words, requirement))
        lines += counted if 1 < len(counted) <= _LINES else []
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _counted(words: Words, requirement: RequirementResult) -> Iterator[str]:
    if requirement.parts:
        for part in requirement.parts:
            yield from _counted(words, part)
    elif requirement.have is not None and requirement.need is not None:
        title, unit = words.of(requirement.title), words.units.get(requirement.unit, "")
        have, need = show(requirement.have), show(requirement.need)
        yield f"{title}{words.colon}{have} / {need} {unit}".rstrip()
