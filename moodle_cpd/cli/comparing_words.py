"""What other rules would change, in words: totals first, then kinds of change, then people."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from moodle_cpd.cases import Change, Group
from moodle_cpd.cli.console import table
from moodle_cpd.decide import OUTCOMES
from moodle_cpd.model.decision import Outcome, Text
from moodle_cpd.model.people import Person
from moodle_cpd.model.quantity import show
from moodle_cpd.model.text import one_line
from moodle_cpd.rules.changes import RuleChange

_PEOPLE = 5
_GROUPS = 20
_RULES = 40
_CAUSES = 6
_HEADER_ZH = (
    *("编号", "姓名", "Moodle ID", "方案", "周期"),
    *("现行规则的结论", "新规则的结论", "现行学时", "新学时"),
    *("不再有", "新有", "说明", "改动的规则"),
)
_HEADER_EN = (
    *("ID number", "name", "Moodle id", "scheme", "period"),
    *("outcome", "outcome by the other rules", "hours", "hours by the other rules"),
    *("no more", "now", "explanation", "differences of the rules"),
)
_TREE = frozenset({"all", "any", "among"})
_UNDECIDED = Text("不作判定", "undecided")


@dataclass(frozen=True, slots=True)
class Report:
    """A comparison to be shown.

    Attributes:
        rules: all that differs between the two versions of the rules.
        outcomes: changes of outcomes, awards or consequences by kind, the largest first.
        numbers: changes of numbers alone, likewise.
        people: everybody by user id.
        decisions: how many were compared.
        folder: the other rules.
        chinese: in Chinese, else in English.
    """

    rules: Sequence[RuleChange]
    outcomes: Sequence[Group]
    numbers: Sequence[Group]
    people: Mapping[int, Person]
    decisions: int
    folder: str
    chinese: bool

    def text(self, *, every: bool, into: Path | None) -> str:
        """For a terminal.

        Args:
            every: name every teacher of each kind of change.
            into: where the list of all changes was written, None: nowhere.
        """
        blocks = [self._totals(), self._turns(), self._rules(every=every)]
        groups = self.outcomes if every else self.outcomes[:_GROUPS]
        blocks += [self._group(n, each, every=every) for n, each in enumerate(groups, start=1)]
        if len(self.outcomes) > len(groups):
            more = self._say("……另有 {} 种变化", "… and {} more kinds of change")
            blocks.append([more.format(len(self.outcomes) - len(groups))])
        blocks.append(list(self._numbers()))
        blocks.append(list(self._hints(every=every, into=into)))
        return "\n\n".join("\n".join(lines) for lines in blocks if lines)

    def sheet(self, changes: Iterable[Change]) -> str:
        """All changes as CSV, a line for each teacher, scheme and period.

        Args:
            changes: in the order of the lines.
        """
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(_HEADER_ZH if self.chinese else _HEADER_EN)
        for change in changes:
            person = self.people.get(change.teacher)
            sides = (change.before, change.after)
            outcomes = (None if side is None else side.outcome for side in sides)
            causes = (self._rule(self.rules[number]) for number in change.causes)
            row = [
                "" if person is None else person.idnumber,
                "" if person is None else person.full_name,
                str(change.teacher),
                change.scheme,
                change.period,
                *map(self._outcome, outcomes),
                *("" if side is None else show(side.recognised) for side in sides),
                *(" | ".join(map(self._of, x)) for x in (change.lost, change.gained)),
                " | ".join(map(self._of, change.reasons)),
                " | ".join(causes),
            ]
            writer.writerow(map(_cell, row))
        return out.getvalue()

    def _totals(self) -> list[str]:
        changed = sum(len(group.changes) for group in self.outcomes)
        who = {change.teacher for group in self.outcomes for change in group.changes}
        numbers = sum(len(group.changes) for group in self.numbers)
        words = self._say(
            "{} 名教师的 {} 个结论按 {} 中的规则重新判定：{} 个结论改变（{} 人），"
            "另有 {} 个只是数字改变，其余 {} 个不变。没有保存任何结果。",
            "{} teachers' {} decisions made again by the rules in {}: {} outcomes, awards or "
            "consequences change (of {} teachers), {} more change in numbers alone, {} stay. "
            "Nothing was recorded.",
        )
        same = self.decisions - changed - numbers
        counts = (self.decisions, self.folder, changed, len(who), numbers, same)
        return [words.format(len(self.people), *counts)]

    def _turns(self) -> list[str]:
        counts: Counter[tuple[str, str, str]] = Counter()
        for group in self.outcomes:
            turn = f"{self._outcome(group.before)} → {self._outcome(group.after)}"
            if group.before == group.after:
                turn += self._say("（证书、徽章或后果不同）", " (other awards or consequences)")
            counts[group.scheme, group.period, turn] += len(group.changes)
        return table([(*key, str(count)) for key, count in sorted(counts.items())]).splitlines()

    def _rules(self, *, every: bool) -> list[str]:
        lines = [
            self._say("规则的改动：{} 处", "Differences of the rules: {}").format(len(self.rules))
        ]
        shown = self.rules if every else self.rules[:_RULES]
        lines += [f"  {rule.scheme} · {self._rule(rule)}" for rule in shown]
        if len(self.rules) > len(shown):
            more = self._say("  ……另有 {} 处", "  … and {} more")
            lines.append(more.format(len(self.rules) - len(shown)))
        return lines

    def _rule(self, rule: RuleChange) -> str:
        """A value as it was and is: ``requirements › hours_at_least: 72 → 80 ← file:line``."""
        keys: list[str] = []
        for key in rule.keys:
            # "all" tells nothing, nor does a key that the name before it begins with.
            if key not in _TREE and not (keys and keys[-1].split()[0] == key):
                keys.append(key)
        nothing = self._say("（无）", "(nothing)")
        values = f"{rule.old or nothing} → {rule.new or nothing}"
        places = [rule.before, rule.after] if rule.before != rule.after else [rule.before]
        where = " → ".join(place or nothing for place in places)
        return one_line(f"{' › '.join(keys) or rule.section}: {values} ← {where}")

    def _group(self, number: int, group: Group, *, every: bool) -> list[str]:
        title, label = self._of(group.title), self._of(group.label)
        count = self._say("{} 人", "{} teachers").format(len(group.changes))
        turn = f"{self._outcome(group.before)} → {self._outcome(group.after)}"
        lines = [f"{number}. {title} · {label}: {turn} · {count}"]
        for words, titles in (
            (self._say("不再有：", "No more: "), group.lost),
            (self._say("新有：", "Now: "), group.gained),
        ):
            if titles:
                lines.append("   " + words + self._say("；", "; ").join(map(self._of, titles)))
        for cause, teachers in group.causes[:_CAUSES]:
            words = self._say("   原因：{}", "   Because: {}").format(self._rule(self.rules[cause]))
            if teachers < len(group.changes):
                words += self._say("（{} 人）", " ({} teachers)").format(teachers)
            lines.append(words)
        if len(group.causes) > _CAUSES:
            more = self._say("   ……另有 {} 处改动", "   … and {} more differences")
            lines.append(more.format(len(group.causes) - _CAUSES))
        shown = group.changes if every else group.changes[:_PEOPLE]
        for change in shown:
            name = _name(self.people.get(change.teacher), change.teacher)
            why = self._say("；", "; ").join(map(self._of, change.reasons))
            lines.append("   " + one_line(f"- {name}{self._say('：', ': ')}{why}"))
        if len(group.changes) > len(shown):
            more = self._say("   ……另有 {} 人", "   … and {} more teachers")
            lines.append(more.format(len(group.changes) - len(shown)))
        return lines

    def _numbers(self) -> Iterator[str]:
        """What changes in numbers alone, by scheme and period."""
        counts: Counter[tuple[str, str]] = Counter()
        for group in self.numbers:
            counts[group.scheme, group.period] += len(group.changes)
        if counts:
            yield self._say("结论不变、只是数字改变：", "Numbers alone, with the same outcome:")
            rows = [("", *key, str(count)) for key, count in sorted(counts.items())]
            yield from table(rows).splitlines()

    def _hints(self, *, every: bool, into: Path | None) -> Iterator[str]:
        if into is not None:
            yield self._say("全部变化已写入 {}", "All changes were written to {}").format(into)
        elif not every and any(len(group.changes) > _PEOPLE for group in self.outcomes):
            yield self._say(
                "全部列出：--all-changes；写入表格：--into changes.csv",
                "All of them: --all-changes; into a table: --into changes.csv",
            )

    def _outcome(self, outcome: Outcome | None) -> str:
        return self._of(_UNDECIDED if outcome is None else OUTCOMES[outcome])

    def _say(self, zh: str, en: str) -> str:
        return zh if self.chinese else en

    def _of(self, text: Text) -> str:
        first, second = (text.zh, text.en) if self.chinese else (text.en, text.zh)
        return first or second


def _name(person: Person | None, teacher: int) -> str:
    if person is None:
        return f"#{teacher}"
    return f"{one_line(person.full_name)} ({person.idnumber or f'#{person.id}'})"


def _cell(text: str) -> str:
    """Text that a spreadsheet can't take for a formula, whatever stands in a name."""
    text = one_line(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
