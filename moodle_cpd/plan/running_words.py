"""Hours so far and what is missing, in a few words and in the teacher's language."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from moodle_cpd.decide.wording import OUTCOMES
from moodle_cpd.model.decision import (
    Decision,
    Outcome,
    Place,
    RequirementResult,
    State,
    Text,
)
from moodle_cpd.model.quantity import show, show_lacking

_LINES: Final = 12
"""Requirements that are told one by one; more would be no few words."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one language; those of the rules come as the rules have them."""

    chinese: bool
    outcomes: dict[Outcome, str]
    hours: str
    earned: str
    points: str
    missing: str
    lacks: str
    unknown: str
    of_all: str
    any_of: str
    more: str
    all_there: str
    until: str
    colon: str
    stop: str
    between: str

    def of(self, text: Text) -> str:
        """A text of the rules in this language, or in the other one."""
        return text.told(chinese=self.chinese)


_SIMPLIFIED: Final = _Words(
    chinese=True,
    outcomes={outcome: words.zh for outcome, words in OUTCOMES.items()},
    hours="目前认定 {} 学时",
    earned="（已修 {} 学时）",
    points="目前 {} 分",
    missing="还差：",
    lacks="还差 {} 学时",
    unknown="待定",
    of_all="（{} / {}）",
    any_of="以下任选 {} 项：{}",
    more="另有 {} 项",
    all_there="各项要求均已达到，等周期结束。",
    until="有效期至 {}",
    colon="：",
    stop="。",
    between="，",
)
_TRADITIONAL: Final = _Words(
    chinese=True,
    outcomes={
        Outcome.NOT_APPLICABLE: "不適用",
        Outcome.EXEMPT: "免修",
        Outcome.WAIVED: "自願放棄",
        Outcome.IN_PROGRESS: "進行中",
        Outcome.MET: "達到要求",
        Outcome.NOT_MET: "未達到要求",
        Outcome.VALID: "資格有效",
        Outcome.EXPIRING: "資格即將失效",
        Outcome.LAPSED: "資格已失效",
    },
    hours="目前認定 {} 學時",
    earned="（已修 {} 學時）",
    points="目前 {} 分",
    missing="還差：",
    lacks="還差 {} 學時",
    unknown="待定",
    of_all="（{} / {}）",
    any_of="以下任選 {} 項：{}",
    more="另有 {} 項",
    all_there="各項要求均已達到，等週期結束。",
    until="有效期至 {}",
    colon="：",
    stop="。",
    between="，",
)
_ENGLISH: Final = _Words(
    chinese=False,
    outcomes={outcome: words.en for outcome, words in OUTCOMES.items()}
    | {
        Outcome.VALID: "qualification valid",
        Outcome.EXPIRING: "qualification lapses soon",
        Outcome.LAPSED: "qualification lapsed",
    },
    hours="{} hours recognised so far",
    earned=" ({} earned)",
    points="{} points so far",
    missing="Still missing:",
    lacks="{} hours to go",
    unknown="not known yet",
    of_all=" ({} / {})",
    any_of="any {} of these: {}",
    more="and {} more",
    all_there="All is there; the period must end.",
    until="valid until {}",
    colon=": ",
    stop=".",
    between=", ",
)
_TRADITIONAL_CODES: Final = ("zh_tw", "zh_hk", "zh_mo", "zh_hant")
_NOTHING_ASKED: Final = frozenset(
    {Outcome.NOT_APPLICABLE, Outcome.EXEMPT, Outcome.WAIVED, Outcome.MET, Outcome.VALID}
)


def language_of(code: str) -> str:
    """The language in which a teacher is told: ``zh``, ``zh-tw`` or ``en``.

    Args:
        code: Moodle's code of the teacher's language, for example ``zh_cn``.
    """
    if code.lower().startswith(_TRADITIONAL_CODES):
        return "zh-tw"
    return "zh" if code.lower().startswith("zh") else "en"


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
    words = {"zh": _SIMPLIFIED, "zh-tw": _TRADITIONAL}.get(language, _ENGLISH)
    title, period = words.of(decision.title), words.of(decision.period_label)
    lines = [
        f"{title}{words.colon}{period or decision.period.key}",
        _so_far(words, decision, points),
    ]
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    if decision.outcome in _NOTHING_ASKED:
        return body
    missing = list(_missing(words, decision, choices))
    if not missing:
        return f"{body}<p>{escape(words.all_there)}</p>"
    shown = missing[:_LINES]
    if len(missing) > _LINES:
        shown.append(words.more.format(len(missing) - _LINES))
    items = "".join(f"<li>{escape(line)}</li>" for line in shown)
    return f"{body}<p>{escape(words.missing)}</p><ul>{items}</ul>"


def _so_far(words: _Words, decision: Decision, points: bool) -> str:
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


def _missing(words: _Words, decision: Decision, choices: Collection[Place]) -> Iterator[str]:
    found: dict[str, None] = {}
    for tree in (decision.gate, decision.requirement):
        if tree is not None:
            found |= dict.fromkeys(_lacking(words, tree, choices))
    yield from found


def _lacking(words: _Words, result: RequirementResult, choices: Collection[Place]) -> Iterator[str]:
    if result.state is State.MET:
        return
    chosen = result.place in choices or result.need is not None
    if result.parts and not chosen:
        for part in result.parts:
            yield from _lacking(words, part, choices)
    elif result.parts:
        open_ = [words.of(part.title) for part in result.parts if part.state is not State.MET]
        met = len(result.parts) - len(open_)
        count = 1 if result.need is None else int(result.need) - met
        yield words.any_of.format(count, words.between.join(open_))
    else:
        yield words.of(result.title) + _amount(words, result)


def _amount(words: _Words, result: RequirementResult) -> str:
    of = ""
    if result.have is not None and result.need is not None:
        of = words.of_all.format(show(result.have), show(result.need))
    if result.state is State.UNKNOWN:
        return f"{words.colon}{words.unknown}{of}"
    # What an examination lacks is not made up for by the points that are missing.
    if result.unit != "hours" or result.have is None or result.need is None:
        return of
    return words.colon + words.lacks.format(show_lacking(result.need - result.have)) + of
