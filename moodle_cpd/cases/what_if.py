"""Two versions of the rules on the same facts: whose outcome changes, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from moodle_cpd.model.decision import Decision, Outcome, RequirementResult, State, Text
from moodle_cpd.model.quantity import show


@dataclass(frozen=True, slots=True)
class Change:
    """What another version of the rules changes for one teacher, scheme and period.

    Attributes:
        teacher: Moodle's user id.
        scheme: the scheme's id.
        period: the period's key.
        before: by the rules that hold, None where they decide nothing here.
        after: by the other rules, likewise.
        reasons: in words, why; at least one.
    """

    teacher: int
    scheme: str
    period: str
    before: Decision | None
    after: Decision | None
    reasons: tuple[Text, ...]

    @property
    def of_outcome(self) -> bool:
        """Whether outcome, awards or consequences change, not the hours alone."""
        return _outcome(self.before) != _outcome(self.after)


def compare(before: Iterable[Decision], after: Iterable[Decision]) -> list[Change]:
    """Everything that differs in outcome, hours, credits, score, awards or consequences.

    Args:
        before: decisions by the rules that hold.
        after: decisions by the other rules, for the same facts and the same moment.

    Returns:
        By scheme, period and teacher.
    """
    old = {_key(each): each for each in before}
    new = {_key(each): each for each in after}
    changes = []
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        if _outcome(one) == _outcome(other) and _hours(one) == _hours(other):
            continue
        scheme, period, teacher = key
        changes.append(Change(teacher, scheme, period, one, other, tuple(_reasons(one, other))))
    return changes


def _key(decision: Decision) -> tuple[str, str, int]:
    return decision.scheme, decision.period.key, decision.teacher


def _outcome(decision: Decision | None) -> object:
    if decision is None:
        return None
    awards = sorted((award.key, award.kind, award.issued_here) for award in decision.awards)
    return decision.outcome, awards, sorted(each.flag for each in decision.consequences)


def _hours(decision: Decision | None) -> object:
    if decision is None:
        return None
    by_category = {name: hours for name, hours in decision.by_category if hours}
    score = None if decision.score is None else (decision.score.total, decision.score.band)
    return decision.earned, decision.recognised, decision.credits, by_category, score


def _reasons(before: Decision | None, after: Decision | None) -> Iterator[Text]:
    if before is None or after is None:
        gone = after is None
        yield Text(
            f"{'新' if gone else '旧'}规则对此周期不作判定",
            f"The {'other' if gone else 'present'} rules decide nothing here",
        )
        return
    if (
        Outcome.NOT_APPLICABLE in {before.outcome, after.outcome}
        and before.outcome != after.outcome
    ):
        side = after if after.outcome is Outcome.NOT_APPLICABLE else before
        yield from side.reasons
        if not side.reasons:
            yield Text("适用范围改变", "The audience changes")
        return
    told = list(_requirements(before, after))
    for name, old, new in _categories(before, after):
        numbers = f"{show(old)} → {show(new)}"
        told.append(Text(f"{name}：{numbers} 学时", f"{name}: {numbers} hours"))
    if before.recognised != after.recognised:
        numbers = f"{show(before.recognised)} → {show(after.recognised)}"
        told.append(Text(f"合计：{numbers} 学时", f"In all: {numbers} hours"))
    if before.score is not None and after.score is not None:
        old_total, new_total = before.score.total, after.score.total
        if old_total != new_total:
            numbers = f"{show(old_total)} → {show(new_total)}"
            told.append(Text(f"得分：{numbers}", f"Score: {numbers}"))
    told += _gained_and_lost(before, after)
    yield from told
    if not told:
        yield Text(
            "证书、徽章、后果或学分的规定改变", "What awards, consequences or credits hang on"
        )


def _gained_and_lost(before: Decision, after: Decision) -> Iterator[Text]:
    """Awards and consequences that only one of the two decisions has."""
    old = {each.key: each.title for each in before.awards}
    old |= {each.flag: each.title for each in before.consequences}
    new = {each.key: each.title for each in after.awards}
    new |= {each.flag: each.title for each in after.consequences}
    for zh, en, some, others in (("不再有", "No more", old, new), ("新有", "Now", new, old)):
        for key, title in some.items():
            if key not in others:
                yield Text(f"{zh}：{title.zh or title.en}", f"{en}: {title.en or title.zh}")


def _categories(before: Decision, after: Decision) -> Iterator[tuple[str, Decimal, Decimal]]:
    old, new = dict(before.by_category), dict(after.by_category)
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name, Decimal(0)), new.get(name, Decimal(0))
        if one != other:
            yield name, one, other


def _requirements(before: Decision, after: Decision) -> Iterator[Text]:
    """Requirements of the other rules that stand otherwise than before, and those that are gone.

    A requirement has no name of its own: two are the same where their titles agree.
    """
    old = {_title(each): each for each in _leaves(before.requirement)}
    new = {_title(each): each for each in _leaves(after.requirement)}
    for title, each in new.items():
        known = old.get(title)
        if known is None and each.state is not State.MET:
            yield _standing("新增或改变的要求", "New or changed", each)
        elif known is not None and (known.state, known.need) != (each.state, each.need):
            yield _standing("要求的结果改变", "Turns out otherwise", each)
    for title, each in old.items():
        if title not in new and each.state is not State.MET:
            yield _standing("不再要求", "No longer asked", each)


def _leaves(requirement: RequirementResult | None) -> Iterator[RequirementResult]:
    if requirement is None:
        return
    if not requirement.parts:
        yield requirement
    for part in requirement.parts:
        yield from _leaves(part)


def _title(requirement: RequirementResult) -> tuple[str, str]:
    return requirement.title.zh, requirement.title.en


def _standing(zh: str, en: str, requirement: RequirementResult) -> Text:
    numbers = ""
    if requirement.have is not None:
        need = "" if requirement.need is None else f" / {show(requirement.need)}"
        numbers = f" · {show(requirement.have)}{need}"
    title, place = requirement.title, requirement.place
    return Text(
        f"{zh}：{title.zh or title.en}{numbers} ← {place}",
        f"{en}: {title.en or title.zh}{numbers} ← {place}",
    )
