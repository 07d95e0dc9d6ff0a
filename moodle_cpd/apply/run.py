"""Carrying out a plan: target by target, in the plan's order, each step journaled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from moodle_cpd.apply.cohort import deliver_to_cohort
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.record_course import deliver_to_record_course
from moodle_cpd.apply.register import refuse_foreign_numbers
from moodle_cpd.certificates import CertificateRenderer
from moodle_cpd.config import AwardSettings
from moodle_cpd.errors import SkipError
from moodle_cpd.model.action import Action
from moodle_cpd.model.award import AwardState, Route
from moodle_cpd.model.progress import Progress
from moodle_cpd.plan import Plan
from moodle_cpd.problems import Problem

_PART = 50
"""Awards delivered before they are read back: what a cut-off leaves to be checked again."""


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What came of a plan.

    Attributes:
        confirmed: awards that were read back from Moodle.
        unfinished: awards of the plan that were not.
        writes: how many writes were sent.
        problems: why the unfinished ones are unfinished.
        notes: what need not be mended, for example a badge that its holder hides.
    """

    confirmed: int
    unfinished: int
    writes: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def apply_plan(
    plan: Plan,
    delivery: Delivery,
    renderer: Callable[[], CertificateRenderer],
    progress: Progress,
) -> ApplyReport:
    """Do what a plan says; withdrawals are left to a person.

    Args:
        plan: what was shown.
        delivery: site, ledger and clock.
        renderer: makes the one that draws certificates; called only where there are some.
        progress: hears of each award.

    Raises:
        SiteError: the site stopped answering; what was begun is finished by the next run.
        RefusedError: Moodle holds numbers that another ledger gave.
    """
    routes = {(route.scheme, route.award): route for route in delivery.settings.awards}
    groups: dict[tuple[str, str, str], list[Action]] = defaultdict(list)
    for action in plan.executable:
        groups[action.award.scheme, action.award.award, action.award.period].append(action)
    refuse_foreign_numbers(delivery, [group for _, group in sorted(groups.items())])
    progress.start("apply", len(plan.executable))
    draw: CertificateRenderer | None = None
    for (scheme, award, _), actions in sorted(groups.items()):
        route = routes[scheme, award]
        if route.route is Route.RECORD_COURSE and draw is None:
            draw = renderer()
        for start in range(0, len(actions), _PART):
            part = actions[start : start + _PART]
            try:
                _deliver(delivery, route, part, draw)
            except SkipError as error:
                delivery.problems += error.problems
                progress.advance(len(actions) - start)
                break
            progress.advance(len(part))
    awards = delivery.ledger.awards(plan.site)
    confirmed = sum(
        action.award in awards and awards[action.award].state is AwardState.CONFIRMED
        for action in plan.executable
    )
    return ApplyReport(
        confirmed=confirmed,
        unfinished=len(plan.executable) - confirmed,
        writes=delivery.writes,
        problems=tuple(dict.fromkeys(delivery.problems)),
        notes=tuple(dict.fromkeys(delivery.notes)),
    )


def _deliver(
    delivery: Delivery,
    route: AwardSettings,
    actions: list[Action],
    renderer: CertificateRenderer | None,
) -> None:
    target = actions[0].target
    if renderer is not None and route.route is Route.RECORD_COURSE:
        deliver_to_record_course(delivery, route, target, actions, renderer)
    else:
        deliver_to_cohort(
            delivery, target, route.badge_name(actions[0].award.period) or "", actions
        )
