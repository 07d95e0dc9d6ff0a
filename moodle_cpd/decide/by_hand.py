"""What people adjusted by hand, brought into a teacher's work under one scheme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time

from moodle_cpd.decide.calendar import Calendar, Span
from moodle_cpd.decide.claim import ZERO, Claim, Judged, Standing, joined
from moodle_cpd.decide.credit import Assessed, Spread, spread
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.unmapped import unmapped
from moodle_cpd.decide.work import Attempt, Completion, Work
from moodle_cpd.model.adjustment import Adjustment, AdjustmentKind
from moodle_cpd.model.decision import Text
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.quantity import show
from moodle_cpd.problems import Problem
from moodle_cpd.rules.matching import Match, Target

_NOON = time(12)


class ByHand:
    """The adjustments of one teacher under one scheme.

    Args:
        scheme: the scheme, held against the site.
        facts: the teacher's, those that adjustments are about among them.
        adjustments: of one teacher; those of other schemes are left out.
        on: nothing of a later day is seen (UTC).
        calendar: the teacher's own periods.
        editions: the scheme with all its editions.
    """

    def __init__(
        self,
        scheme: PreparedScheme,
        facts: Iterable[Fact],
        adjustments: Iterable[Adjustment],
        on: datetime,
        calendar: Calendar,
        editions: PreparedScheme,
    ) -> None:
        self._scheme = scheme
        self._editions = editions
        self._calendar = calendar
        own = [each for each in adjustments if each.scheme == scheme.scheme.id]
        self._all: list[Adjustment] = []
        self._moved: dict[str, Adjustment] = {}
        self._moments: dict[str, datetime] = {}
        if not own:
            return
        own = [each for each in own if each.day is None or self._noon(each.day) <= on]
        self._all = sorted(own, key=lambda each: (each.recorded_at, each.key))
        by_subject = {each.subject: each for each in self._all if each.subject}
        self._moments = {
            each.key: self._noon(each.day) for each in self._all if each.day is not None
        }
        if by_subject:
            for fact in facts:
                found = by_subject.get(fact.subject)
                if found is not None:
                    self._moved[fact.key] = found
                    if found.kind is AdjustmentKind.REMOVE and fact.at is not None:
                        self._moments[found.key] = fact.at

    @property
    def moments(self) -> frozenset[datetime]:
        """When adjustments take effect (UTC)."""
        return frozenset(self._moments.values())

    def spread(self, work: Mapping[Target, Work]) -> Spread:
        """Put each piece of work into its period, as ``spread`` does, with what was adjusted."""
        if not self._all:
            return spread(self._scheme, work, self._calendar)
        removed: list[Claim] = []
        changed = work
        if self._moved:
            changed = {target: self._work(target, here, removed) for target, here in work.items()}
        result = spread(self._scheme, changed, self._calendar)
        for claim in removed:
            if claim.at is None:
                result.uncertain.append(claim)
            else:
                result.by_period[self._period(claim.at)].settled.append(claim)
        for each in filter(self._governed, self._all):
            if each.kind is AdjustmentKind.ADD:
                self._add(each, result)
            elif each.kind is AdjustmentKind.EXCUSE:
                self._excuse(each, result)
        return result

    def words(self, span: Span) -> tuple[Text, ...]:
        """The adjustments that tell in a period, each with its reason and document."""
        return tuple(
            [
                in_words(each)
                for each in self._all
                if each.key in self._moments and self._moments[each.key] in span.period
            ]
        )

    def _work(self, target: Target, work: Work, removed: list[Claim]) -> Work:
        """One target's work without what was removed, and with the days that were given."""
        keys = [each.key for each in work.keyed_completions]
        keys += [key for attempt in work.attempts.values() for key in attempt.facts]
        if not any(key in self._moved for key in keys):
            return work
        match = self._scheme.match(target)
        kept = Work()
        completions = []
        for done in work.keyed_completions:
            found = self._moved.get(done.key)
            if found is None:
                completions.append(done)
            elif found.kind is AdjustmentKind.DATE:
                completions.append(Completion(done.key, done.at or self._day_of(found)))
            else:
                removed.append(_gone(target, match, done.at, (done.key,), found))
        kept.take_completions(completions)
        for number, attempt in work.attempts.items():
            found = self._moving(attempt)
            if found is None:
                kept.attempts[number] = attempt
            elif found.kind is AdjustmentKind.DATE:
                kept.attempts[number] = attempt.dated(self._day_of(found))
            else:
                graded = isinstance(match, Match) and match.entry.earned_graded
                at, _ = attempt.earned_at(graded=graded)
                removed.append(_gone(target, match, at, attempt.facts, found))
        return kept

    def _moving(self, attempt: Attempt) -> Adjustment | None:
        """What was done to an attempt: one of its facts removed is the whole attempt removed."""
        found = [self._moved[key] for key in attempt.facts if key in self._moved]
        gone = [each for each in found if each.kind is AdjustmentKind.REMOVE]
        return next(iter(gone or found), None)

    def _governed(self, each: Adjustment) -> bool:
        """Whether this edition governs the period in which an adjustment takes effect."""
        if each.day is None:
            return True
        span = self._calendar.containing(self._day_of(each))
        return self._editions.at(span.first) is self._scheme

    def _add(self, each: Adjustment, result: Spread) -> None:
        if each.category not in self._scheme.categories or each.hours is None:
            result.problems.append(self._lost(each, f"category '{each.category}'"))
            return
        scheme = self._scheme.scheme
        entry = unmapped(scheme.id, each.category, each.hours, scheme.place, each.key)
        at = self._day_of(each)
        claim = Claim(
            target=Target(0),
            match=Match(entry, each.hours, None, each.level or None),
            at=at,
            facts=(each.key,),
            standing=Standing.COUNTS,
            hours=each.hours,
            possible=each.hours,
            certain=True,
            reason=_because(each),
            by_hand=True,
        )
        result.by_period[self._period(at)].settled.append(claim)

    def _excuse(self, each: Adjustment, result: Spread) -> None:
        at = self._day_of(each)
        period = result.by_period[self._period(at)]
        excused = Attempt(0, by_hand=each.key)
        piece = Judged(excused, at, Standing.COUNTS, ZERO, joined(_EXCUSED, _because(each)))
        known = False
        for kinds, held in (
            (self._scheme.assessments, period.assessed),
            (self._scheme.evidence, period.evidence),
        ):
            if each.target in kinds:
                known = True
                held.setdefault(each.target, []).append(Assessed(Target(0), False, [piece]))
        if not known:
            result.problems.append(self._lost(each, f"assessment or evidence '{each.target}'"))

    def _lost(self, each: Adjustment, what: str) -> Problem:
        return Problem(
            f"{each.site}: teacher {each.teacher}",
            f"adjustment {each.key} names {what}, which scheme '{each.scheme}' does not have",
            "",
            "It changes nothing; withdraw it, and record it again under the right name",
        )

    def _period(self, moment: datetime) -> str:
        return self._calendar.containing(moment).period.key

    def _day_of(self, each: Adjustment) -> datetime:
        return self._moments[each.key]

    def _noon(self, day: date) -> datetime:
        local = datetime.combine(day, _NOON, self._scheme.scheme.zone)
        return local.astimezone(UTC)


_EXCUSED = Text("免除", "Excused")
_REMOVED = Text("不计", "counts no more")


def _gone(
    target: Target, match: object, at: datetime | None, keys: tuple[str, ...], by: Adjustment
) -> Claim:
    held = match if isinstance(match, Match) else None
    reason = joined(_REMOVED, _because(by))
    return Claim(
        target=target,
        match=held,
        at=at,
        facts=(*keys, by.key),
        standing=Standing.NOTHING,
        hours=ZERO,
        possible=ZERO,
        certain=True,
        reason=reason,
        by_hand=True,
    )


def _because(each: Adjustment) -> Text:
    return Text(
        f"人工调整：{each.reason}（文件{each.document}）",
        f"Adjusted by hand: {each.reason} (document {each.document})",
    )


def in_words(each: Adjustment) -> Text:
    """An adjustment as people read it: what it does, why, by which document, and its key."""
    zh, en = "".join(_what(each, chinese=True)), "".join(_what(each, chinese=False))
    return Text(
        f"人工调整 {each.key}：{zh}；理由：{each.reason}；文件：{each.document}",
        f"Adjusted by hand, {each.key}: {en}; reason: {each.reason}; document: {each.document}",
    )


def _what(each: Adjustment, *, chinese: bool) -> Iterator[str]:
    day = "" if each.day is None else each.day.isoformat()
    match each.kind:
        case AdjustmentKind.ADD:
            hours = show(each.hours or ZERO)
            zh, en = f"增加 {each.category} {hours} 学时", f"{hours} hours of {each.category} added"
        case AdjustmentKind.REMOVE:
            zh, en = "一条记录不计", "a fact counts no more"
        case AdjustmentKind.DATE:
            zh, en = "认定时间", "a day given to what had none"
        case AdjustmentKind.EXCUSE:
            zh, en = f"免除 {each.target}", f"{each.target} excused"
    yield zh if chinese else en
    if day:
        yield f"（{day}）" if chinese else f" ({day})"
