"""The feedback comment: the reason in short, in the teacher's language."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from moodle_cpd.decide.wording import UNITS
from moodle_cpd.model.award import Award
from moodle_cpd.model.decision import Decision, RequirementResult, Text
from moodle_cpd.model.quantity import show

_LINES = 8
"""Requirements that are told one by one; more would be no short comment."""


def is_chinese(language: str) -> bool:
    """Whether Moodle's language code (``zh_cn``, ``zh_tw``) is Chinese."""
    return language.startswith("zh")


def award_comment(award: Award, decision: Decision, language: str) -> str:
    """Number, regulation with its paragraph, period, hours, and what they are made of, as HTML.

    Args:
        award: with its number.
        decision: that earned it.
        language: Moodle's code of the teacher's language; everything but Chinese is English.
    """
    chinese = is_chinese(language)
    hours = show(award.hours)
    requirement = decision.requirement
    reference = requirement.place.reference if requirement else ""
    paragraph = f" {reference}" if reference else ""
    title = decision.title.told(chinese=chinese)
    period = decision.period_label.told(chinese=chinese)
    if chinese:
        lines = [
            f"证书编号：{award.serial}",
            f"依据《{title}》{paragraph}：{period}，认定 {hours} 学时，各项要求均已达到。",
        ]
    else:
        lines = [
            f"Certificate No. {award.serial}",
            f"{title}{paragraph}: {period}, {hours} hours recognised, every requirement met.",
        ]
    if requirement is not None:
        counted = list(_counted(requirement, chinese=chinese))
        lines += counted if 1 < len(counted) <= _LINES else []
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _counted(requirement: RequirementResult, *, chinese: bool) -> Iterator[str]:
    if requirement.parts:
        for part in requirement.parts:
            yield from _counted(part, chinese=chinese)
    elif requirement.have is not None and requirement.need is not None:
        unit = UNITS.get(requirement.unit, Text()).told(chinese=chinese)
        title = requirement.title.told(chinese=chinese)
        colon = "：" if chinese else ": "
        yield f"{title}{colon}{show(requirement.have)} / {show(requirement.need)} {unit}".rstrip()
