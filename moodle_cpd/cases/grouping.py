"""Changes of many teachers by kind: the same turn of the outcome, for the same causes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moodle_cpd.cases.what_if import Change, Side
from moodle_cpd.model.decision import Outcome, Text
from moodle_cpd.rules.changes import RuleChange


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that are alike.

    Attributes:
        scheme: the scheme's id.
        period: the period's key.
        title: of the scheme.
        label: the period in words.
        before: the outcome by the rules that hold, None: undecided.
        after: the outcome by the other rules, None: undecided.
        lost: awards and consequences that only the rules that hold bring.
        gained: awards and consequences that only the other rules bring.
        causes: numbers of the values that bring it about, each with how many teachers it concerns,
            the most first.
        changes: by teacher.
    """

    scheme: str
    period: str
    title: Text
    label: Text
    before: Outcome | None
    after: Outcome | None
    lost: tuple[Text, ...]
    gained: tuple[Text, ...]
    causes: tuple[tuple[int, int], ...]
    changes: tuple[Change, ...]


def grouped(changes: Iterable[Change], rules: Sequence[RuleChange]) -> list[Group]:
    """Changes by kind, the largest group first.

    Lines of course maps don't tell groups apart, since each teacher took other courses; all else
    that brings a change about does.

    Args:
        changes: those of outcomes, or those of numbers alone.
        rules: all that differs between the two versions of the rules.
    """
    by_kind: dict[object, list[Change]] = defaultdict(list)
    for change in changes:
        mapped = {number for number in change.causes if rules[number].section == "entries"}
        others = tuple(number for number in change.causes if number not in mapped)
        follows = (_follows(change.before), _follows(change.after))
        by_kind[change.scheme, change.period, follows, others, bool(mapped)].append(change)
    groups = [_group(found) for found in by_kind.values()]
    return sorted(groups, key=lambda each: (-len(each.changes), each.scheme, each.period))


def _follows(side: Side | None) -> object:
    return None if side is None else side.follows


def _group(changes: list[Change]) -> Group:
    first = changes[0]
    counts = Counter(number for change in changes for number in change.causes)
    return Group(
        first.scheme,
        first.period,
        first.title,
        first.label,
        None if first.before is None else first.before.outcome,
        None if first.after is None else first.after.outcome,
        first.lost,
        first.gained,
        tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0]))),
        tuple(sorted(changes, key=lambda each: each.teacher)),
    )
