"""Route ``cohort``: a teacher joins a cohort, and Moodle awards the badge that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from moodle_cpd.apply.badges import note_unseen, read_badges
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.together import Request, send_together
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.menus import COHORTS
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Award, AwardKey, AwardState
from moodle_cpd.model.progress import Progress
from moodle_cpd.moodle import CallError
from moodle_cpd.moodle.parallel import even_parts
from moodle_cpd.moodle.site import chunks
from moodle_cpd.moodle.writer import CREATE_COHORTS, MEMBERS
from moodle_cpd.problems import Problem

STEP = "add_cohort_member"
CREATE = "create_cohort"


def deliver_to_cohort(
    delivery: Delivery, target: str, badge: str, actions: Sequence[Action], progress: Progress
) -> None:
    """Put teachers into a cohort and read back that each holds the badge.

    Args:
        delivery: the run.
        target: the cohort's idnumber; it is made where there is none and the service may.
        badge: the badge's name in Moodle.
        actions: of this target, in the plan's order.
        progress: hears of each award.

    Raises:
        SkipError: the cohort is not there; no action of this target can be carried out.
        SiteError: the site stopped answering.
    """
    cohort = _cohort(delivery, target, badge, actions[0])
    for part in chunks(actions, MEMBERS * delivery.moodle.client.site.parallel):
        _deliver(delivery, cohort, target, badge, part)
        progress.advance(len(part))


def _cohort(delivery: Delivery, target: str, badge: str, first: Action) -> int:
    """The cohort's id; made here where there is none."""
    found = delivery.moodle.cohort(target)
    if found is not None:
        delivery.settle(first.award, CREATE, found=True)
        return found.id
    place = f"{delivery.moodle.name}: cohort '{target}'"
    if not delivery.moodle.allows(CREATE_COHORTS):
        raise SkipError(
            Problem(
                place,
                "not found",
                "a cohort of the site (context System) with this idnumber",
                f"Make it: {COHORTS}; or let the service account see it (moodle/cohort:view). This "
                f"program makes it where the service has {CREATE_COHORTS} and the role "
                "moodle/cohort:manage",
            )
        )
    delivery.settle(first.award, CREATE, found=False)
    number = delivery.journaled(
        first.award,
        CREATE,
        {"cohort": target},
        lambda: delivery.writer.create_cohort(target, badge),
    )
    delivery.notes.append(
        Problem(
            place,
            "was made",
            "",
            f"Hang the badge '{badge}' on it: a site badge with this cohort alone as its criterion",
        )
    )
    return number


def _deliver(
    delivery: Delivery, cohort: int, target: str, badge: str, part: Sequence[Action]
) -> None:
    members = delivery.moodle.cohort_members(cohort)
    began = delivery.clock()
    held = read_badges(delivery, [action.award.teacher for action in part], badge)
    ready: list[Award] = []
    with delivery.ledger.at_once():
        for action in part:
            holds = held.get(action.award.teacher)
            if holds is None:
                continue
            try:
                _prepare(delivery, action, members, ready, holds=holds)
            except CpdError as error:
                delivery.went(error)
    _join(delivery, cohort, ready)
    _confirm(delivery, cohort, target, badge, part, began)


def _prepare(
    delivery: Delivery,
    action: Action,
    members: frozenset[int],
    ready: list[Award],
    *,
    holds: bool,
) -> None:
    """See that a teacher may be put in, and give the award its number."""
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
    taken_back = begun is not None and begun.state is AwardState.ISSUED
    if not inside and taken_back and action.verb is not Verb.REPAIR:
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
        ready.append(award)


def _join(delivery: Delivery, cohort: int, ready: Sequence[Award]) -> None:
    """Put them in, many at once; where Moodle refuses that, one by one."""
    parts = even_parts(ready, MEMBERS, delivery.moodle.client.site.parallel)
    answers = send_together(delivery, [_request(delivery, cohort, part) for part in parts])
    for part, answer in zip(parts, answers, strict=True):
        if isinstance(answer, CallError) and len(part) > 1:
            # Repeats are harmless, and one teacher must not hinder the others.
            for award in part:
                [alone] = send_together(delivery, [_request(delivery, cohort, [award])])
                delivery.went(alone)
        else:
            delivery.went(answer)


def _request(delivery: Delivery, cohort: int, part: Sequence[Award]) -> Request[None]:
    teachers = [award.key.teacher for award in part]

    def send() -> None:
        delivery.writer.add_cohort_members(cohort, teachers)

    return Request(
        [(award.key, STEP, {"cohort": cohort, "serial": award.serial}) for award in part], send
    )


def _confirm(
    delivery: Delivery,
    cohort: int,
    target: str,
    badge: str,
    part: Sequence[Action],
    began: datetime,
) -> None:
    """Believe what Moodle then holds: membership and badge."""
    awards = [delivery.ledger.award(action.award) for action in part]
    begun = [
        award.key
        for award in awards
        if award is not None
        and award.state in {AwardState.PLANNED, AwardState.ISSUED}
        and delivery.intended(award.key, STEP, award.serial)
    ]
    members = delivery.moodle.cohort_members(cohort)
    for action in part:
        if action.verb is Verb.REPAIR and action.award.teacher in members:
            delivery.ledger.forget_drifts(action.award)
        elif action.verb is Verb.REPAIR and action.award not in begun:
            delivery.problems.append(_outside(action.award, target))
    held = read_badges(delivery, [key.teacher for key in begun], badge, began)
    unseen = []
    with delivery.ledger.at_once():
        for key in begun:
            if key.teacher not in members:
                delivery.problems.append(_outside(key, target))
                continue
            delivery.ledger.set_award(key, AwardState.ISSUED, at=delivery.clock())
            if held.get(key.teacher):
                delivery.ledger.set_award(key, AwardState.CONFIRMED, at=delivery.clock())
            elif key.teacher in held:
                unseen.append(key)
    for key in unseen:
        note_unseen(delivery, key, badge)


def _outside(key: AwardKey, target: str) -> Problem:
    return Problem(f"{key.site}: teacher {key.teacher}", f"is not in cohort '{target}'")
