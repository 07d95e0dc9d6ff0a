"""The steps of an explanation in words, in Chinese or in English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from moodle_cpd.decide.belonging import Belonging, belonging_words
from moodle_cpd.decide.missing import Missing
from moodle_cpd.decide.missing_steps import missing_steps
from moodle_cpd.decide.wording import KINDS, OUTCOMES, STATES, UNITS, Wording
from moodle_cpd.model.adjustment import KEY_PREFIX
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import (
    CreditLine,
    Decision,
    Outcome,
    Qualification,
    RequirementResult,
    Score,
    Text,
)
from moodle_cpd.model.fact import Fact, FactKind
from moodle_cpd.model.quantity import show, show_lacking
from moodle_cpd.rules.levels import LEVELS
from moodle_cpd.rules.rulebook import Scheme

_OPEN = frozenset({Outcome.IN_PROGRESS, Outcome.VALID, Outcome.EXPIRING})
"""Outcomes that can still change within their period."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an explanation knows besides the decision.

    Attributes:
        facts: by key, those that the decision names.
        unused: facts of the period that it does not name, earliest first.
        catalogue: the site's courses by id, for their names.
        missing: what lacks; None where nothing does, or it can't be told.
        audience: whom the scheme concerns, and what is known of the teacher; empty where the
            scheme concerns the teacher.
        stale: facts, rules or time have moved on since the decision was made.
    """

    facts: Mapping[str, Fact]
    unused: tuple[Fact, ...] = ()
    catalogue: Mapping[int, Course] = field(default_factory=dict)
    missing: Missing | None = None
    audience: tuple[Belonging, ...] = ()
    stale: bool = False


def explanation_steps(
    decision: Decision,
    scheme: Scheme,
    known: Known,
    *,
    chinese: bool,
    brief: bool,
) -> Iterator[tuple[int, str]]:
    """The steps from the outcome down to Moodle's replies.

    Args:
        decision: the decision.
        scheme: the scheme it was made by.
        known: what else there is to tell.
        chinese: in Chinese, else in English.
        brief: only the outcome, what lacks and what to do.

    Yields:
        Level from 0, and words.
    """
    return _Steps(decision, scheme, known, Wording(chinese, scheme.zone)).all(brief=brief)


class _Steps:
    def __init__(self, decision: Decision, scheme: Scheme, known: Known, words: Wording) -> None:
        self._decision = decision
        self._scheme = scheme
        self._known = known
        self._words = words
        self._say, self._of, self._from = words.say, words.of, words.place

    def all(self, *, brief: bool) -> Iterator[tuple[int, str]]:
        decision, known = self._decision, self._known
        yield 0, f"{self._of(decision.title)} · {self._of(decision.period_label)}"
        yield from self._outcome()
        if known.missing is not None:
            open_ = decision.outcome in _OPEN
            yield from missing_steps(known.missing, self._words, open_=open_, places=not brief)
        if decision.outcome is not Outcome.NOT_APPLICABLE:
            yield 1, self._hours()
            if not brief:
                yield from self._by_category()
        if brief:
            return
        yield 1, self._regulation()
        yield (
            1,
            self._say("教师 {} · 站点 {}", "Teacher {} · site {}").format(
                decision.teacher, decision.site
            ),
        )
        if decision.outcome is not Outcome.NOT_APPLICABLE:
            yield from self._details()

    def _regulation(self) -> str:
        regulation, authority = self._scheme.regulation, self._scheme.authority
        words = self._say("依据：{}（{}）", "By: {} ({})")
        words = words.format(self._of(regulation), self._of(authority))
        return words + self._from(self._scheme.place)

    def _outcome(self) -> Iterator[tuple[int, str]]:
        decision, known = self._decision, self._known
        words = self._say("结论：{}", "Outcome: {}").format(self._of(OUTCOMES[decision.outcome]))
        yield 1, words
        if known.stale:
            yield (
                2,
                self._say(
                    "这是上次判定的结论；此后记录、规则或时间有变化，请先运行 moodle-cpd decide",
                    "This was decided some time ago; facts, rules or time have moved on since. "
                    "Run 'moodle-cpd decide' first",
                ),
            )
        if decision.outcome is Outcome.IN_PROGRESS and known.missing is None:
            last = self._words.time(decision.period.end - timedelta(minutes=1))
            yield 2, self._say("本周期至 {}", "The period lasts until {}").format(last)
        if decision.qualification is not None:
            yield 2, self._held(decision.qualification)
        rules = {rule.kind.value: rule.place for rule in self._scheme.dispensations}
        for number, reason in enumerate(decision.reasons):
            # The document comes first among the reasons of who is exempt or declined.
            place = rules.get(decision.outcome.value) if number == 0 else None
            yield 2, self._of(reason) + ("" if place is None else self._from(place))
        for condition in known.audience:
            if condition.fits is not False:
                continue
            yield 3, belonging_words(condition, self._words)
        for adjusted in decision.by_hand:
            yield 2, self._of(adjusted)
        for consequence in decision.consequences:
            yield 2, f"{self._of(consequence.title)}{self._from(consequence.place)}"

    def _held(self, held: Qualification) -> str:
        last = f"{(held.until - timedelta(minutes=1)).astimezone(self._scheme.zone):%Y-%m-%d}"
        words = self._say("{}：{}取得，不续则至 {}", "{}: gained in {}, until {} unless renewed")
        gained = self._of(held.gained)
        return words.format(self._of(held.title), gained, last) + self._from(held.place)

    def _details(self) -> Iterator[tuple[int, str]]:
        decision = self._decision
        if decision.score is not None:
            yield from self._score(decision.score)
        if decision.gate is not None:
            yield 1, self._say("学时认定的条件", "What the recognition of the hours hangs on")
            yield from self._requirement(decision.gate, 2)
        if decision.requirement is not None:
            yield 1, self._say("要求", "Requirements")
            yield from self._requirement(decision.requirement, 2)
        if decision.credit_lines:
            yield 1, self._say("学时来源", "Where the hours come from")
            for line in decision.credit_lines:
                yield from self._line(line)
        if decision.awards:
            yield 1, self._say("证书和徽章", "Awards")
            for award in decision.awards:
                here = ("本系统颁发", "issued here")
                elsewhere = ("另行颁发，仅作记录", "issued by other ways, only recorded")
                way = self._say(*(here if award.issued_here else elsewhere))
                yield 2, f"{self._of(award.title)} · {way}{self._from(award.place)}"
        if self._known.unused:
            yield (
                1,
                self._say(
                    "本周期内未使用的记录", "Facts of this period that this decision does not use"
                ),
            )
            for fact in self._known.unused:
                yield 2, self._words_of(fact)

    def _hours(self) -> str:
        decision = self._decision
        words = self._say("学时：认定 {}，获得 {}", "Hours: {} recognised, {} earned").format(
            show(decision.recognised), show(decision.earned)
        )
        if decision.credits is not None:
            words += self._say("；学分 {}", "; {} credits").format(show(decision.credits))
        return words

    def _by_category(self) -> Iterator[tuple[int, str]]:
        decision = self._decision
        parents = {category.id: category.parent for category in self._scheme.categories}
        titles = {category.id: category.title for category in self._scheme.categories}
        apart = {category.id for category in self._scheme.categories if category.apart}
        for category, hours in decision.by_category:
            if not hours:
                continue
            level, parent = 2, parents.get(category)
            while parent is not None:
                level, parent = level + 1, parents.get(parent)
            title = self._of(titles.get(category, Text(category)))
            beside = self._say("（另计，不计入合计）", " (apart, none of the total)")
            words = f"{title}{self._say('：', ': ')}{show(hours)}"
            yield level, words + (beside if category in apart else "")
        for name, hours in decision.by_level:
            title = self._of(LEVELS.get(name, Text(name)))
            yield 2, f"{title}{self._say('：', ': ')}{show(hours)}"

    def _score(self, score: Score) -> Iterator[tuple[int, str]]:
        words = self._say("得分：{}", "Score: {}").format(show(score.total))
        if score.possible != 100:
            words += self._say("（{} / {}）", " ({} of {})").format(
                show(score.points), show(score.possible)
            )
        if score.band:
            words += f" · {self._of(score.band_title)}"
        if score.open_total != score.total:
            words += self._say("；尚可达到 {}", "; it could still come to {}").format(
                show(score.open_total)
            )
        yield 1, words + self._from(score.place)
        if not score.final:
            yield (
                2,
                self._say(
                    "周期和宽限期结束后才确定", "Decided after the period and its grace days"
                ),
            )
        for line in score.lines:
            of = "" if line.of is None else f" / {show(line.of)}"
            words = f"{self._of(line.title)} · {show(line.points)}{of}"
            if line.open != line.points:
                words += self._say("（尚可 {}）", " (could be {})").format(show(line.open))
            yield 2, words + self._from(line.place)
            if line.reason.zh or line.reason.en:
                yield 3, self._of(line.reason)
            for key in line.facts:
                yield from self._named(key, 3)

    def _requirement(self, requirement: RequirementResult, level: int) -> Iterator[tuple[int, str]]:
        words = f"[{self._of(STATES[requirement.state])}] {self._of(requirement.title)}"
        if requirement.have is not None:
            unit = self._of(UNITS[requirement.unit])
            need = "" if requirement.need is None else f" / {show(requirement.need)}"
            words += f" · {show(requirement.have)}{need} {unit}"
            if requirement.need is not None and requirement.have < requirement.need:
                lacking = show_lacking(requirement.need - requirement.have)
                words += self._say("，还差 {}", ", {} to go").format(lacking)
        yield level, words + self._from(requirement.place)
        if requirement.reason.zh or requirement.reason.en:
            yield level + 1, self._of(requirement.reason)
        for key in requirement.facts:
            yield from self._named(key, level + 1)
        for part in requirement.parts:
            yield from self._requirement(part, level + 1)

    def _line(self, line: CreditLine) -> Iterator[tuple[int, str]]:
        when = (
            self._say("时间不明", "time uncertain")
            if line.at is None
            else self._words.time(line.at)
        )
        hours = self._say("计 {} 学时", "{} hours count").format(show(line.counted))
        if line.counted != line.given:
            hours = self._say("给 {} 学时，计 {} 学时", "{} hours given, {} count").format(
                show(line.given), show(line.counted)
            )
        course = line.course_name or self._say("课程 {}", "course {}").format(line.course)
        if not line.course and not line.course_name:
            course = self._say("人工增加", "added by hand")
        yield 2, f"{when} · {course} · {hours} · {self._of(line.reason)}"
        if line.entry is not None:
            titles = {category.id: category.title for category in self._scheme.categories}
            title = self._of(titles.get(line.category, Text(line.category)))
            yield 3, f"{title}{self._from(line.entry)}"
        for key in line.facts:
            yield from self._named(key, 3)

    def _named(self, key: str, level: int) -> Iterator[tuple[int, str]]:
        fact = self._known.facts.get(key)
        if key.startswith(KEY_PREFIX):
            yield level, f"← {self._say('人工调整', 'adjustment')} {key}"
        elif fact is None:
            yield level, self._say("记录 {} 未提供", "fact {} is not at hand").format(key)
        else:
            yield level, f"← {self._words_of(fact)}"
            where = "" if fact.record is not None else "Moodle "
            yield level + 1, f"← {where}{fact.source.function} {fact.source.reply}"

    def _words_of(self, fact: Fact) -> str:
        kind = self._of(KINDS[fact.kind])
        words = f"{self._say('记录', 'fact')} {fact.key} · {kind} · {self._where(fact)}"
        if fact.value is not None and fact.kind is not FactKind.SUBMISSION:
            words += f" · {show(fact.value)}"
            words += "" if fact.maximum is None else f" / {show(fact.maximum)}"
        return words

    def _where(self, fact: Fact) -> str:
        """What a fact is about, and when it happened."""
        record = fact.record
        if record is not None:
            said = [record.what, record.day.isoformat()]
            if record.hours is not None:
                said.append(self._say("{} 学时", "{} hours").format(show(record.hours)))
            if record.level:
                said.append(self._of(LEVELS.get(record.level, Text(record.level))))
            said.append(self._say("文件 {}", "document {}").format(record.document))
            return " · ".join(said)
        where = self._say("课程 {}", "course {}").format(fact.course)
        course = self._known.catalogue.get(fact.course)
        activities = () if course is None else course.activities
        where += "" if course is None else f" {course.full_name}"
        if fact.activity is not None:
            where += self._say(" 活动 {}", " activity {}").format(fact.activity)
            where += "".join(f" {each.name}" for each in activities if each.id == fact.activity)
        if fact.at is None:
            return where + self._say(" · 时间不明", " · time uncertain")
        return f"{where} · {self._words.time(fact.at)}"
