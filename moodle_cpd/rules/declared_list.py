"""What regulations say of schools and offices, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from moodle_cpd.model.decision import Text
from moodle_cpd.model.quantity import show
from moodle_cpd.rules.levels import LEVELS
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_declared import (
    Approval,
    ArchiveItem,
    DeclaredItem,
    OrgUnitAssessment,
    Quota,
)


def declared_lines(scheme: Scheme) -> Iterator[tuple[int, str]]:
    """What a scheme declares, each with the paragraph and the place that says so.

    Args:
        scheme: the scheme; one that declares nothing yields nothing.

    Yields:
        Level from 0, and words in Chinese with English beside.
    """
    items = list(scheme.declared.items())
    if items:
        yield 0, f"{scheme.id} · {_both(scheme.title)}"
    for item in items:
        place = item.place
        yield 1, f"{_both(item.title)}: {_words(item)} ← {place.reference} ({place})"
        for part in item.components if isinstance(item, OrgUnitAssessment) else ():
            due = "".join(f" · {day} {_both(title)}" for day, title in part.due)
            words = f"{_both(part.title)}: {show(part.points)}分 points{due}"
            yield 2, f"{words} ← {part.place.reference} ({part.place})"


def _words(item: DeclaredItem) -> str:
    match item:
        case OrgUnitAssessment():
            words = f"{_level(item.unit)}，满分 possible {show(item.possible)}"
            into = item.converted_into
            words += f"，转入 converted into {_both(into)}" if into != Text() else ""
            entered = item.teachers_results_enter
            return words + ("，含教师成绩 with the teachers' results" if entered else "")
        case Quota():
            amount = f"{show(item.percent)}%" if item.percent is not None else f"{item.number}人"
            words = amount + ("" if item.in_each is None else f"，每 each {_level(item.in_each)}")
            by = item.trained_by
            return words + ("" if by is None else f"，培训 trained by {_level(by)}")
        case Approval():
            kind = "备案 filed" if item.kind == "filed" else "审定 approved"
            return f"{_level(item.of)} → {_level(item.by)}，{kind}"
        case ArchiveItem():
            when = "" if item.when is None else f"，{item.when.value}"
            return f"{_level(item.kept_by)}{when}"
    assert_never(item)


def _level(level: str) -> str:
    return _both(LEVELS[level])


def _both(text: Text) -> str:
    return " ".join(part for part in (text.zh, text.en) if part)
