"""Route ``record-course``: hours as a grade, the reason as comment, the certificate as file.

The grade completes the activity, and Moodle awards the badge that hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from moodle_cpd.apply.badges import note_unseen, read_badges
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.enrolling import enrol_missing
from moodle_cpd.apply.grades import rescaled_problem
from moodle_cpd.apply.handing import UPLOAD, hand_over
from moodle_cpd.apply.issuing import Fit, drawn, numbered, tried
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.ours import SAVE
from moodle_cpd.apply.reading_back import Handed, grade_due, is_there, missing_of
from moodle_cpd.apply.record_activity import (
    Holding,
    RecordActivity,
    find_record_activity,
    holdings,
    place_of,
)
from moodle_cpd.apply.rescaled import refuse_beside_rescaled
from moodle_cpd.apply.trial import Trials
from moodle_cpd.certificates import Press, file_name
from moodle_cpd.config import AwardSettings
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Award, AwardKey, AwardState
from moodle_cpd.model.progress import Progress
from moodle_cpd.moodle.site import chunks
from moodle_cpd.problems import Problem

_PART = 40
"""Awards, for each request at a time, that are delivered before they are read back: what a cut-off
leaves to be checked again."""

_TRIES = 2
"""Writes that return and leave nothing behind before a person is asked."""


@dataclass
class _Target:
    """One record activity, and what its awards have in common."""

    delivery: Delivery
    route: AwardSettings
    name: str
    activity: RecordActivity
    enrolled: frozenset[int]
    marks: Marks
    renderer: Press
    trials: Trials
    drifted: frozenset[AwardKey]
    handed: dict[AwardKey, Handed] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)


def deliver_to_record_course(
    delivery: Delivery,
    route: AwardSettings,
    target: str,
    actions: Sequence[Action],
    renderer: Press,
    progress: Progress,
) -> None:
    """Hand over certificates in a record activity and read back what Moodle holds.

    Args:
        delivery: the run.
        route: how this award reaches Moodle.
        target: the assignment's idnumber.
        actions: of this target, in the plan's order.
        renderer: draws certificates.
        progress: hears of each award.

    Raises:
        SkipError: the activity is not there or does not fit, or Moodle scaled its grades; nothing
            of it is carried out.
        SiteError: the site stopped answering.
    """
    activity = find_record_activity(delivery.moodle, route.course or "", target)
    marks = Marks(delivery.moodle, activity.assignment.id)
    refuse_beside_rescaled(delivery, route.course or "", target, activity, marks)
    enrolled = enrol_missing(
        delivery, route.course or "", activity.course, [action.award for action in actions]
    )
    drifted = frozenset(drift.key for drift in delivery.ledger.drifts(delivery.moodle.name))
    here = _Target(
        delivery, route, target, activity, enrolled, marks, renderer, Trials(renderer), drifted
    )
    for part in chunks(actions, _PART * delivery.moodle.client.site.parallel):
        _deliver(here, part)
        progress.advance(len(part))


def _deliver(here: _Target, part: Sequence[Action]) -> None:
    delivery, began = here.delivery, here.delivery.clock()
    wanted = [action for action in part if _can_receive(here, action)]
    here.marks.look()
    here.before = here.marks.changed()
    teachers = [action.award.teacher for action in wanted]
    before, problems = holdings(delivery.moodle, here.activity, teachers, here.marks)
    delivery.problems += problems
    here.handed.clear()
    fit: list[Fit] = []
    for action in wanted:
        held = before.get(action.award.teacher)
        if held is None:
            continue
        try:
            fit += _examined(here, action, held)
        except CpdError as error:
            delivery.went(error)
    ready = list(drawn(delivery, here.renderer, numbered(delivery, fit)))
    for handing in hand_over(delivery, here.activity.assignment, ready, here.marks):
        here.handed[handing.award.key] = handing.handed
    _confirm(here, began)


def _can_receive(here: _Target, action: Action) -> bool:
    """Moodle would grade anybody, enrolled or not."""
    key = action.award
    try:
        here.delivery.refuse_suspended(key)
    except SkipError as error:
        here.delivery.problems += error.problems
        return False
    return key.teacher in here.enrolled


def _examined(here: _Target, action: Action, held: Holding) -> Iterator[Fit]:
    """See that an award may be written; nothing where it is there already."""
    delivery, key = here.delivery, action.award
    begun = delivery.ledger.award(key)
    if begun is not None and begun.serial == action.replaces:
        _refuse_vanished(held, begun, action)
        begun = None
    _refuse_what_is_not_ours(here, action, held)
    decision = delivery.decision(action)
    grade = grade_due(here.route, action.hours, decision)
    if begun is not None:
        expected = Handed(begun.serial, file_name(begun.serial), begun.sha256, 0, grade)
        if is_there(delivery, held, begun, expected):
            delivery.settle(key, UPLOAD, found=True)
            delivery.settle(key, SAVE, found=True)
            here.handed[key] = expected
            return
        if action.verb is not Verb.REPAIR:
            _refuse_rewriting(delivery, begun, here.name)
    place = f"{key.site}: teacher {key.teacher}"
    if held.locked or held.overridden:
        what = "locked" if held.locked else "set by a person in the gradebook"
        raise SkipError(
            Problem(
                place,
                f"the grade of '{action.target}' is {what}",
                "",
                "Free it in the gradebook: what is saved would not reach it",
            )
        )
    if grade > here.activity.assignment.grade:
        # Moodle would store −1.
        raise SkipError(
            Problem(
                place,
                f"{grade} {here.route.grade} are more than the maximum grade "
                f"{here.activity.assignment.grade} of '{action.target}'",
                "",
                "Raise the maximum grade in the assignment's settings",
            )
        )
    paper = None if begun is not None else tried(delivery, here.trials, action, decision)
    yield Fit(action, decision, grade, begun, paper)


def _refuse_what_is_not_ours(here: _Target, action: Action, held: Holding) -> None:
    if held.is_empty:
        return
    ours, maximum = here.delivery.ours(action.award), here.activity.assignment.grade
    then = ours.rescaled((held.grade, held.marked), maximum)
    if then is not None:
        place = place_of(here.delivery.moodle, here.route.course or "", here.name)
        raise SkipError(rescaled_problem(place, then, maximum))
    if ours.covers(
        grades=(held.grade, held.marked),
        comment=held.comment,
        files=[file.filename for file in held.files],
    ):
        return
    raise SkipError(
        Problem(
            f"{action.award.site}: teacher {action.award.teacher}",
            f"has a grade, comment or file in '{action.target}' that we did not write",
            "",
            "What a person wrote stays as it is; remove it there if it is a mistake",
        )
    )


def _refuse_vanished(held: Holding, award: Award, action: Action) -> None:
    """Where a person took away what is to be corrected, nothing is put in its place."""
    if action.verb is Verb.SUPERSEDE and not held.files:
        raise SkipError(
            Problem(
                f"{award.key.site}: teacher {award.key.teacher}",
                f"{award.serial}: is to be corrected, and is not there any more in "
                f"'{action.target}'",
                "",
                "What a person took back is not written again; restore it by hand if that was a "
                "mistake",
            )
        )


def _refuse_rewriting(delivery: Delivery, award: Award, target: str) -> None:
    """What was there and is gone was taken back; what never arrives is a person's to look at."""
    place = f"{award.key.site}: teacher {award.key.teacher}"
    if award.state is AwardState.ISSUED:
        raise SkipError(
            Problem(
                place,
                f"{award.serial}: what we handed over in '{target}' is not there any more, or not "
                "as it was",
                "",
                "What a person took back or changed is not written again; restore it by hand if "
                "that was a mistake",
            )
        )
    if delivery.times_done(award, SAVE) >= _TRIES:
        raise SkipError(
            Problem(
                place,
                f"{award.serial}: was written to '{target}' {_TRIES} times and is not there",
                "",
                "Look at the assignment's settings and at the teacher's grade there",
            )
        )


def _confirm(here: _Target, began: datetime) -> None:
    """Believe what Moodle then holds: grade, completion, file with its bytes, and badge."""
    delivery, handed = here.delivery, here.handed
    teachers = [key.teacher for key in handed]
    if not teachers:
        return
    here.marks.look()
    missing, problems = missing_of(delivery, here.activity, here.marks, handed, here.before)
    delivery.problems += problems
    badge = here.route.badge_name(next(iter(handed)).period)
    badges = read_badges(delivery, teachers, badge, began) if badge else {}
    unseen: list[AwardKey] = []
    with delivery.ledger.at_once():
        for key, found in missing.items():
            if found:
                place = f"{key.site}: teacher {key.teacher}"
                delivery.problems += [
                    Problem(place, f"{handed[key].name}: {what}") for what in found
                ]
                continue
            award = delivery.ledger.award(key)
            if key in here.drifted:
                delivery.ledger.forget_drifts(key)
            if award is not None and award.state is AwardState.CONFIRMED:
                continue
            delivery.ledger.set_award(key, AwardState.ISSUED, at=delivery.clock())
            if badge is None or badges.get(key.teacher):
                delivery.ledger.set_award(key, AwardState.CONFIRMED, at=delivery.clock())
            elif key.teacher in badges:
                unseen.append(key)
    for key in unseen:
        note_unseen(delivery, key, badge or "")
