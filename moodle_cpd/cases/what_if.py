"""Two versions of the rules on the same facts: whose outcome changes, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from moodle_cpd.cases.causes import causes, leaves
from moodle_cpd.model.decision import Decision, Outcome, RequirementResult, State, Text
from moodle_cpd.model.quantity import show
from moodle_cpd.rules.changes import RuleChange


@dataclass(frozen=True, slots=True)
class Side:
    """What one version of the rules says of one teacher, scheme and period.

    Attributes:
        outcome: the outcome.
        earned: hours earned.
        recognised: hours recognised.
        credits: recognised hours as credits, None where there are none.
        by_category: category and hours, those without any left out.
        score: total points, None where there are none.
        band: the band that the total is in, may be empty.
        awards: what the outcome earns, each as id, kind and whether it is issued here.
        consequences: flags.
        titles: of awards and consequences, by their ids.
    """

    outcome: Outcome
    earned: Decimal
    recognised: Decimal
    credits: Decimal | None
    by_category: tuple[tuple[str, Decimal], ...]
    score: Decimal | None
    band: str
    awards: tuple[tuple[str, str, bool], ...]
    consequences: tuple[str, ...]
    titles: tuple[tuple[str, Text], ...] = field(compare=False)

    @property
    def follows(self) -> object:
        """What matters to the teacher: outcome, awards and consequences."""
        return self.outcome, self.awards, self.consequences


@dataclass(frozen=True, slots=True)
class Change:
    """What another version of the rules changes for one teacher, scheme and period.

    Attributes:
        teacher: Moodle's user id.
        scheme: the scheme's id.
        period: the period's key.
        title: of the scheme.
        label: the period in words.
        before: by the rules that hold, None where they decide nothing here.
        after: by the other rules, likewise.
        reasons: in words, why; at least one.
        causes: the values of the rules that bring it about, by their number among all that differ.
    """

    teacher: int
    scheme: str
    period: str
    title: Text
    label: Text
    before: Side | None
    after: Side | None
    reasons: tuple[Text, ...]
    causes: tuple[int, ...] = ()

    @property
    def lost(self) -> tuple[Text, ...]:
        """Awards and consequences that only the rules that hold bring."""
        return _only_in(self.before, self.after)

    @property
    def gained(self) -> tuple[Text, ...]:
        """Awards and consequences that only the other rules bring."""
        return _only_in(self.after, self.before)

    @property
    def of_outcome(self) -> bool:
        """Whether outcome, awards or consequences change, not the hours alone."""
        sides = (self.before, self.after)
        one, other = (None if side is None else side.follows for side in sides)
        return one != other


def compare(
    before: Iterable[Decision],
    after: Iterable[Decision],
    rules: Iterable[RuleChange] = (),
    names: Mapping[tuple[str, str], Text] = MappingProxyType({}),
    files: Mapping[str, str] = MappingProxyType({}),
) -> list[Change]:
    """Everything that differs in outcome, hours, credits, score, awards or consequences.

    Args:
        before: decisions by the rules that hold.
        after: decisions by the other rules, for the same facts and the same moment.
        rules: all that differs between the two versions of the rules.
        names: titles of categories, by scheme and category.
        files: of frames, the scheme in whose file they stand.

    Returns:
        By scheme, period and teacher.
    """
    old = {_key(each): each for each in before}
    new = {_key(each): each for each in after}
    by_file: dict[str, list[tuple[int, RuleChange]]] = {}
    for number, rule in enumerate(rules):
        by_file.setdefault(rule.scheme, []).append((number, rule))
    changes = []
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        sides = (_side(one), _side(other))
        if sides[0] == sides[1]:
            continue
        scheme, period, teacher = key
        some = one or other
        assert some is not None  # noqa: S101 - narrows the type, never fails
        changes.append(
            Change(
                teacher,
                scheme,
                period,
                some.title,
                some.period_label,
                *sides,
                tuple(_reasons(one, other, names)),
                causes(one, other, by_file.get(files.get(scheme, scheme), ())),
            )
        )
    return changes


def _only_in(some: Side | None, others: Side | None) -> tuple[Text, ...]:
    known = {} if others is None else dict(others.titles)
    own = () if some is None else some.titles
    return tuple(title for key, title in own if key not in known)


def _key(decision: Decision) -> tuple[str, str, int]:
    return decision.scheme, decision.period.key, decision.teacher


def _side(decision: Decision | None) -> Side | None:
    if decision is None:
        return None
    titles = {each.key: each.title for each in decision.awards}
    titles |= {each.flag: each.title for each in decision.consequences}
    return Side(
        outcome=decision.outcome,
        earned=decision.earned,
        recognised=decision.recognised,
        credits=decision.credits,
        by_category=tuple((name, hours) for name, hours in decision.by_category if hours),
        score=None if decision.score is None else decision.score.total,
        band="" if decision.score is None else decision.score.band,
        awards=tuple(sorted((a.key, a.kind, a.issued_here) for a in decision.awards)),
        consequences=tuple(sorted(each.flag for each in decision.consequences)),
        titles=tuple(sorted(titles.items(), key=lambda each: each[0])),
    )


def _reasons(
    before: Decision | None, after: Decision | None, names: Mapping[tuple[str, str], Text]
) -> Iterator[Text]:
    if before is None or after is None:
        gone = after is None
        yield Text(
            f"{'新' if gone else '现行'}规则对此周期不作判定",
            f"The {'other' if gone else 'present'} rules decide nothing here",
        )
        return
    if (
        Outcome.NOT_APPLICABLE in {before.outcome, after.outcome}
        and before.outcome != after.outcome
    ):
        gone = after.outcome is Outcome.NOT_APPLICABLE
        zh, en = ("新规则", "other") if gone else ("现行规则", "present")
        for reason in (after if gone else before).reasons:
            yield Text(
                f"按{zh}：{reason.zh or reason.en}", f"By the {en} rules: {reason.en or reason.zh}"
            )
        return
    told = list(_requirements(before, after))
    for name, old, new in _categories(before, after):
        numbers = f"{show(old)} → {show(new)}"
        title = names.get((before.scheme, name), Text(name, name))
        zh, en = title.zh or title.en, title.en or title.zh
        told.append(Text(f"{zh}：{numbers} 学时", f"{en}: {numbers} hours"))
    if before.recognised != after.recognised:
        numbers = f"{show(before.recognised)} → {show(after.recognised)}"
        told.append(Text(f"合计：{numbers} 学时", f"In all: {numbers} hours"))
    if before.score is not None and after.score is not None:
        old_total, new_total = before.score.total, after.score.total
        if old_total != new_total:
            numbers = f"{show(old_total)} → {show(new_total)}"
            told.append(Text(f"得分：{numbers}", f"Score: {numbers}"))
    yield from told
    if not told:
        yield Text(
            "证书、徽章、后果或学分的规定改变", "What awards, consequences or credits hang on"
        )


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
    old = {_title(each): each for each in _parts(before)}
    new = {_title(each): each for each in _parts(after)}
    for title, each in new.items():
        known = old.get(title)
        if known is None and each.state is not State.MET:
            yield _standing("新增或改变的要求", "New or changed", each)
        elif known is not None and (known.state, known.need) != (each.state, each.need):
            yield _standing("要求的结果改变", "Turns out otherwise", each)
    for title, each in old.items():
        if title not in new and each.state is not State.MET:
            yield _standing("不再要求", "No longer asked", each)


def _parts(decision: Decision) -> Iterator[RequirementResult]:
    return iter(()) if decision.requirement is None else leaves(decision.requirement)


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
