"""Route ``cohort``: a teacher joins a cohort, and Moodle awards the badge that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.model.action import Action
from moodle_cpd.model.award import AwardState
from moodle_cpd.problems import Problem

STEP = "add_cohort_member"


def deliver_to_cohort(
    delivery: Delivery, target: str, badge: str, actions: Sequence[Action]
) -> None:
    """Put teachers into a cohort and read back that each holds the badge.

    Args:
        delivery: the run.
        target: the cohort's idnumber.
        badge: the badge's name in Moodle.
        actions: of this target, in the plan's order.

    Raises:
        SkipError: the cohort is not there; no action of this target can be carried out.
        SiteError: the site stopped answering.
    """
    site = delivery.moodle.name
    found = delivery.moodle.cohort(target)
    if found is None:
        raise SkipError(
            Problem(
                f"{site}: cohort '{target}'",
                "not found",
                "a cohort of the site (context System) with this idnumber",
                "Make it under Site administration > Users > Cohorts, or let the service "
                "account see it (moodle/cohort:view)",
            )
        )
    members = delivery.moodle.cohort_members(found.id)
    held = _holders(delivery, badge, actions)
    for action in actions:
        delivery.attempt(partial(_join, delivery, found.id, action, members, held))
    _confirm(delivery, found.id, target, badge, actions)


def _join(
    delivery: Delivery,
    cohort: int,
    action: Action,
    members: frozenset[int],
    held: frozenset[int],
) -> None:
    key = action.award
    delivery.refuse_suspended(key)
    ours = delivery.intended(key, STEP)
    if not ours and (key.teacher in members or key.teacher in held):
        what = "is already in the cohort" if key.teacher in members else "already holds the badge"
        raise SkipError(
            Problem(
                f"{key.site}: teacher {key.teacher}",
                f"{what} '{action.target}', and not by us",
                "",
                "What a person gave stays as it is; take the award out of [[awards]] or the "
                "teacher out of the cohort",
            )
        )
    award = delivery.begin(action, delivery.decision(action), certificate=False)
    delivery.settle(key, STEP, found=key.teacher in members)
    if key.teacher not in members:
        delivery.journaled(
            key,
            STEP,
            {"cohort": cohort, "serial": award.serial},
            lambda: delivery.writer.add_cohort_members(cohort, [key.teacher]),
        )
    delivery.ledger.set_award(key, AwardState.ISSUED, at=delivery.clock())


def _confirm(
    delivery: Delivery, cohort: int, target: str, badge: str, actions: Sequence[Action]
) -> None:
    """Believe what Moodle then holds: membership and badge."""
    awards = delivery.ledger.awards(delivery.moodle.name)
    issued = [
        action
        for action in actions
        if action.award in awards and awards[action.award].state is AwardState.ISSUED
    ]
    if not issued:
        return
    members = delivery.moodle.cohort_members(cohort)
    held = _holders(delivery, badge, issued)
    for action in issued:
        key = action.award
        if key.teacher in members and key.teacher in held:
            delivery.ledger.set_award(key, AwardState.CONFIRMED, at=delivery.clock())
            continue
        found = (
            f"is in cohort '{target}', but badge '{badge}' is not seen"
            if key.teacher in members
            else f"is not in cohort '{target}' after being added"
        )
        delivery.problems.append(
            Problem(
                f"{key.site}: teacher {key.teacher}",
                found,
                "",
                "See that the badge is enabled and has this cohort as its criterion; a badge "
                "that the teacher hides can't be seen",
            )
        )


def _holders(delivery: Delivery, badge: str, actions: Sequence[Action]) -> frozenset[int]:
    """Which of the teachers hold the badge, as far as they show it."""
    teachers = [action.award.teacher for action in actions]
    held = set()
    for teacher, answer in delivery.moodle.badges(teachers):
        if isinstance(answer, CpdError):
            delivery.problems += answer.problems
        elif any(item.name == badge for item in answer.badges):
            held.add(teacher)
    return frozenset(held)
