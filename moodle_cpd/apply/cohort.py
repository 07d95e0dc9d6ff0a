"""Route ``cohort``: a teacher joins a cohort, and Moodle awards the badge that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from moodle_cpd.apply.badges import note_unseen, read_badges
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.errors import SkipError
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
    held = read_badges(delivery, [action.award.teacher for action in actions])
    for action in actions:
        badges = held.get(action.award.teacher)
        if badges is not None:
            delivery.attempt(
                partial(_join, delivery, found.id, action, members, holds=badge in badges)
            )
    _confirm(delivery, found.id, target, badge, actions)


def _join(
    delivery: Delivery, cohort: int, action: Action, members: frozenset[int], *, holds: bool
) -> None:
    key = action.award
    place = f"{key.site}: teacher {key.teacher}"
    delivery.refuse_suspended(key)
    inside = key.teacher in members
    begun = delivery.ledger.award(key)
    if begun is not None and begun.serial == action.replaces:
        begun = None
    # Who left and was put back by a person is not there by us; a badge that stayed is.
    by_us = begun is not None and delivery.intended(key, STEP, begun.serial)
    if (inside and not by_us) or (holds and not delivery.intended(key, STEP)):
        what = "is already in the cohort" if inside else "already holds the badge of"
        raise SkipError(
            Problem(
                place,
                f"{what} '{action.target}', and not by us",
                "",
                "What a person gave stays as it is; take the award out of [[awards]] or the "
                "teacher out of the cohort",
            )
        )
    if not inside and begun is not None and begun.state is AwardState.ISSUED:
        raise SkipError(
            Problem(
                place,
                f"was put into cohort '{action.target}' by us and is not there any more",
                "",
                "What a person took back is not given again; put the teacher back by hand if "
                "that was a mistake",
            )
        )
    award = delivery.begin(action, delivery.decision(action), None)
    delivery.settle(key, STEP, found=inside)
    if not inside:
        delivery.journaled(
            key,
            STEP,
            {"cohort": cohort, "serial": award.serial},
            lambda: delivery.writer.add_cohort_members(cohort, [key.teacher]),
        )


def _confirm(
    delivery: Delivery, cohort: int, target: str, badge: str, actions: Sequence[Action]
) -> None:
    """Believe what Moodle then holds: membership and badge."""
    awards = delivery.ledger.awards(delivery.moodle.name)
    begun = [
        action.award
        for action in actions
        if action.award in awards
        and awards[action.award].state in {AwardState.PLANNED, AwardState.ISSUED}
        and delivery.intended(action.award, STEP, awards[action.award].serial)
    ]
    if not begun:
        return
    members = delivery.moodle.cohort_members(cohort)
    held = read_badges(delivery, [key.teacher for key in begun])
    unseen = []
    for key in begun:
        if key.teacher not in members:
            place = f"{key.site}: teacher {key.teacher}"
            delivery.problems.append(Problem(place, f"is not in cohort '{target}'"))
            continue
        delivery.ledger.set_award(key, AwardState.ISSUED, at=delivery.clock())
        if badge in held.get(key.teacher, ()):
            delivery.ledger.set_award(key, AwardState.CONFIRMED, at=delivery.clock())
        elif key.teacher in held:
            unseen.append(key)
    for key in unseen:
        note_unseen(delivery, key, badge)
