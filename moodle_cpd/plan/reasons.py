"""Why an action is planned, in words; no names of people, which a plan doesn't keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from moodle_cpd.certificates.wording import one_line
from moodle_cpd.config import AwardSettings
from moodle_cpd.model.award import Award, Route
from moodle_cpd.model.decision import Decision, Outcome, Place, Text
from moodle_cpd.model.quantity import show
from moodle_cpd.model.result import Result
from moodle_cpd.plan.lacking import lacking
from moodle_cpd.plan.words import ENGLISH, SIMPLIFIED
from moodle_cpd.problems import Problem

ENDING: Final = Text(
    "已同意撤销，先前未完成，现予完成",
    "a withdrawal that was agreed to and cut off: finished",
)

_LISTED: Final = 4
"""Requirements and courses that a reason names; ``explain`` has all."""
_NOT_MET: Final = Text("未达到要求", "requirements not met")
_OPEN: Final = Text(
    "未达到要求（周期未结束，仍可补足）",
    "requirements not met (the period is open, and they still can be)",
)


def met(result: Result) -> Text:
    """Why something is issued."""
    hours = show(result.recognised)
    rule = f" ({result.place})" if result.place is not None else ""
    by_hand = result.by_hand
    return Text(
        f"{result.title.zh} {result.period}：认定 {hours} 学时，各项要求均已达到{rule}"
        + "".join(f"；{each.zh}" for each in by_hand),
        f"{result.title.en} {result.period}: {hours} hours recognised, "
        f"every requirement met{rule}" + "".join(f"; {each.en}" for each in by_hand),
    )


def resumed(award: Award) -> Text:
    """Why something that an earlier run began is done."""
    return Text(
        f"先前已开始（状态 {award.state}），核对并完成",
        f"begun by an earlier run (state {award.state}): checked and finished",
    )


def lost(
    result: Result, now: Decision | None, then: Decision | None, choices: Collection[Place]
) -> Text:
    """Why an award is taken back: what is not met now, and what counts for less than it did.

    Args:
        result: of the decision that takes the award's ground away.
        now: that decision in full; None: the ledger has it no more, and less is said.
        then: the decision on which the award rests; likewise.
        choices: where the rules let a teacher choose one of several requirements.
    """
    hours = show(result.recognised)
    words = _OPEN if result.outcome is Outcome.IN_PROGRESS else _NOT_MET
    zh = f"依据已不成立：现认定 {hours} 学时，{words.zh}"
    en = f"ground lost: now {hours} hours recognised; {words.en}"
    if now is not None:
        zh += _listed("。未达到：", "；", lacking(SIMPLIFIED, now, choices), "另有 {} 项")
        en += _listed(". Not met: ", "; ", lacking(ENGLISH, now, choices), "{} more")
    if now is not None and then is not None:
        fewer = [f"{name} {old} → {new}" for name, old, new in _fewer(then, now)]
        zh += _listed("。计入的学时减少：", "；", fewer, "另有 {} 门课程")
        en += _listed(". Hours that count for less: ", "; ", fewer, "{} more courses")
    return Text(zh, en)


def lapsed(tenure: Result) -> Text:
    """Why an award is over."""
    return Text(
        f"有效期已过，未续期：截至 {_day(tenure.valid_until)}",
        f"its time is over and it was not renewed: valid until {_day(tenure.valid_until)}",
    )


def renamed(printed: str | None, name: str | None) -> bool:
    """Whether the name on a certificate differs, for who reads it, from what it would be now."""
    return bool(printed and name) and one_line(printed or "") != one_line(name or "")


def changes(
    award: Award, result: Result, tenure: Result, *, renamed: bool, growing: bool
) -> Text | None:
    """What a certificate says and what it would say now; None where it would say the same.

    Only what is seen on the paper counts, written as it is there.

    Args:
        award: as it stands.
        result: of the decision that earns it.
        tenure: the latest that is decided of the qualification gained with it.
        renamed: the name on it differs.
        growing: hours and credits that became more count too.
    """
    found: list[Text] = []
    if renamed:
        found.append(Text("姓名已更改", "the name was changed"))
    fewer = result.recognised < award.hours
    if (growing or fewer) and show(award.hours) != show(result.recognised):
        old, new = show(award.hours), show(result.recognised)
        found.append(Text(f"学时 {old} → {new}", f"hours {old} → {new}"))
    if (growing or fewer) and _credits(award.credits) != _credits(result.credits):
        old, new = _credits(award.credits), _credits(result.credits)
        found.append(Text(f"学分 {old} → {new}", f"credits {old} → {new}"))
    if award.valid_until != tenure.valid_until:
        old, new = _day(award.valid_until), _day(tenure.valid_until)
        found.append(Text(f"有效期至 {old} → {new}", f"valid until {old} → {new}"))
    if not found:
        return None
    later = tenure.valid_until or date.max
    renewed = len(found) == 1 and award.valid_until is not None and later > award.valid_until
    return Text(
        f"{'续期' if renewed else '更正'} {award.serial}：" + "；".join(each.zh for each in found),
        f"{'renews' if renewed else 'corrects'} {award.serial}: "
        + "; ".join(each.en for each in found),
    )


def not_given(award: Award, result: Result) -> Problem:
    """The teacher still meets the scheme, and its rules don't give the award any more."""
    return Problem(
        f"{award.key.site}: teacher {award.key.teacher}",
        f"{award.serial}: scheme '{result.scheme}' is met in {result.period} and does not give "
        f"'{award.key.award}' for it",
        "",
        "The award stays; look at 'awards' in the scheme, or at the teacher's score",
    )


def moved(award: Award, route: AwardSettings) -> Problem:
    """Settings changed under an award: it must not be handed over a second time elsewhere."""
    now = _way(route.route, route.course or "", route.target(award.key.period))
    return Problem(
        f"{award.key.site}: teacher {award.key.teacher}",
        f"award '{award.key.award}' was begun for "
        f"{_way(award.route, award.course, award.target)}, and the settings now name {now}",
        "",
        "Put the [[awards]] table back until this award is confirmed",
    )


def _fewer(then: Decision, now: Decision) -> Iterator[tuple[str, str, str]]:
    """Courses and records that count for fewer hours than they did: name, before, now."""
    before, after = _by_course(then), _by_course(now)
    for course, (name, hours) in before.items():
        left = after.get(course, ("", Decimal(0)))[1]
        if left < hours:
            yield name, show(hours), show(left)


def _by_course(decision: Decision) -> dict[tuple[int, str], tuple[str, Decimal]]:
    """Name and hours by course; imported records, which have none, by what they are called."""
    found: dict[tuple[int, str], tuple[str, Decimal]] = {}
    for line in decision.credit_lines:
        key = (line.course, "" if line.course else line.course_name)
        name, hours = found.get(key, (line.course_name, Decimal(0)))
        found[key] = name, hours + line.counted
    return found


def _listed(before: str, between: str, items: Iterable[str], more: str) -> str:
    every = [one_line(item) for item in items]
    if not every:
        return ""
    shown = every[:_LISTED]
    if len(every) > _LISTED:
        shown.append(more.format(len(every) - _LISTED))
    return before + between.join(shown)


def _way(route: Route, course: str, target: str) -> str:
    return f"{route} {f'{course} / ' if course else ''}{target}"


def _credits(value: Decimal | None) -> str:
    return "-" if value is None else show(value)


def _day(day: date | None) -> str:
    return "-" if day is None else day.isoformat()
