"""Carrying out a plan: target by target, in the plan's order, each step journaled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from moodle_cpd.apply.cohort import deliver_to_cohort
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.record_course import deliver_to_record_course
from moodle_cpd.apply.register import refuse_foreign_numbers
from moodle_cpd.apply.running_hours import show_running_hours
from moodle_cpd.apply.withdrawal import withdraw_from_cohort, withdraw_from_record_course
from moodle_cpd.certificates import NoticeRenderer, Press
from moodle_cpd.config import AwardSettings
from moodle_cpd.errors import SkipError
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import AwardState, Route
from moodle_cpd.model.progress import Progress
from moodle_cpd.plan import Plan
from moodle_cpd.problems import Problem

_ENDED = {AwardState.WITHDRAWN, AwardState.EXPIRED}


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What came of a plan.

    Attributes:
        confirmed: awards that were read back from Moodle.
        ended: awards that are withdrawn, in Moodle too, or expired.
        unfinished: awards of the plan that were not.
        unseen: those of them that lack nothing but a sight of the badge, which may be hidden.
        writes: how many writes were sent.
        problems: why the unfinished ones are unfinished.
        notes: what need not be mended, for example a badge that its holder hides.
        hours: running hours that were written and read back.
        hours_unfinished: running hours of the plan that were not.
    """

    confirmed: int
    ended: int
    unfinished: int
    unseen: int
    writes: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    hours: int = 0
    hours_unfinished: int = 0


def apply_plan(
    plan: Plan,
    delivery: Delivery,
    renderer: Callable[[], Press],
    notices: Callable[[], NoticeRenderer],
    progress: Progress,
    *,
    withdraw: bool = False,
) -> ApplyReport:
    """Do what a plan says.

    Args:
        plan: what was shown.
        delivery: site, ledger and clock.
        renderer: makes the one that draws certificates; called only where there are some.
        notices: likewise the one that draws notices of withdrawal.
        progress: hears of each award.
        withdraw: a person said that awards may be taken back; else withdrawals are left out.

    Raises:
        SiteError: the site stopped answering; what was begun is finished by the next run.
        RefusedError: Moodle holds numbers that another ledger gave.
    """
    wanted = plan.actions if withdraw else plan.executable
    kinds = _sorted(delivery, wanted)
    groups: dict[tuple[str, str, str], list[Action]] = defaultdict(list)
    for action in kinds.given:
        groups[action.award.scheme, action.award.award, action.award.period].append(action)
    refuse_foreign_numbers(delivery, [group for _, group in sorted(groups.items())])
    progress.start("apply", len(wanted))
    for action in kinds.over:
        delivery.ledger.end_award(
            action.award, AwardState.EXPIRED, at=delivery.clock(), reason=str(action.reason)
        )
    progress.advance(len(kinds.over))
    _take_back(delivery, kinds.taken, notices, progress)
    routes = {(route.scheme, route.award): route for route in delivery.settings.awards}
    draw: Press | None = None
    for (scheme, award, _), actions in sorted(groups.items()):
        route = routes[scheme, award]
        if route.route is Route.RECORD_COURSE and draw is None:
            draw = renderer()
        heard = _Heard(progress)
        try:
            _deliver(delivery, route, actions, draw, heard)
        except SkipError as error:
            delivery.problems += error.problems
            progress.advance(len(actions) - heard.count)
    if plan.running_hours:
        progress.start("running hours", len(plan.running_hours))
    hours = show_running_hours(delivery, plan.running_hours, progress)
    awards = delivery.ledger.awards(plan.site)
    drifted = {drift.key for drift in delivery.ledger.drifts(plan.site)}
    confirmed = sum(
        action.award in awards
        and awards[action.award].state is AwardState.CONFIRMED
        # What was to be corrected and could not be still stands under its old number.
        and awards[action.award].serial != action.replaces
        and not (action.verb is Verb.REPAIR and action.award in drifted)
        for action in kinds.given
    )
    ended = sum(
        action.award not in awards or awards[action.award].state in _ENDED
        for action in (*kinds.taken, *kinds.over)
    )
    return ApplyReport(
        confirmed=confirmed,
        ended=ended,
        unfinished=len(wanted) - confirmed - ended,
        unseen=len(delivery.unseen),
        writes=delivery.writes,
        problems=tuple(dict.fromkeys(delivery.problems)),
        notes=tuple(dict.fromkeys(delivery.notes)),
        hours=hours,
        hours_unfinished=len(plan.running_hours) - hours,
    )


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Actions by what they do to an award: give it, take it back, let it be over."""

    given: Sequence[Action]
    taken: Sequence[Action]
    over: Sequence[Action]


def _sorted(delivery: Delivery, actions: Iterable[Action]) -> _Kinds:
    awards = delivery.ledger.awards(delivery.moodle.name)
    given: list[Action] = []
    taken: list[Action] = []
    over: list[Action] = []
    for action in actions:
        award = awards.get(action.award)
        agreed = award is not None and award.state is AwardState.WITHDRAWING
        if action.verb is Verb.EXPIRE:
            over.append(action)
        elif action.verb is Verb.WITHDRAW or agreed:
            taken.append(action)
        else:
            given.append(action)
    return _Kinds(given, taken, over)


def _take_back(
    delivery: Delivery,
    actions: Iterable[Action],
    notices: Callable[[], NoticeRenderer],
    progress: Progress,
) -> None:
    groups: dict[tuple[Route, str, str], list[Action]] = defaultdict(list)
    for action in actions:
        groups[action.route, action.course, action.target].append(action)
    for (route, course, target), group in sorted(groups.items()):
        try:
            if route is Route.COHORT:
                withdraw_from_cohort(delivery, target, group)
            else:
                withdraw_from_record_course(delivery, course, target, group, notices)
        except SkipError as error:
            delivery.problems += error.problems
        progress.advance(len(group))


class _Heard:
    """Passes progress on, and knows how much of a target was heard of."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.count = 0

    def start(self, label: str, total: int | None) -> None:
        self._progress.start(label, total)

    def advance(self, count: int = 1) -> None:
        self.count += count
        self._progress.advance(count)


def _deliver(
    delivery: Delivery,
    route: AwardSettings,
    actions: list[Action],
    renderer: Press | None,
    progress: Progress,
) -> None:
    target = actions[0].target
    if renderer is not None and route.route is Route.RECORD_COURSE:
        deliver_to_record_course(delivery, route, target, actions, renderer, progress)
    else:
        badge = route.badge_name(actions[0].award.period) or ""
        deliver_to_cohort(delivery, target, badge, actions, progress)
