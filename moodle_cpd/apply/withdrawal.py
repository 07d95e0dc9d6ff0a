"""Taking back what a person agreed to take back: in the register first, then in Moodle.

From the moment at which it is agreed, the certificate does not stand any more, whatever Moodle
still shows; a run that is cut off is finished by the next, without being asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from hashlib import sha256
from html import escape
from typing import Final

from moodle_cpd.apply.certificate import content_of
from moodle_cpd.apply.cohort import STEP as JOIN
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.handing import UPLOAD
from moodle_cpd.apply.ours import SAVE, SAVE_NOTICE
from moodle_cpd.apply.record_activity import (
    Holding,
    RecordActivity,
    find_record_activity,
    holdings,
)
from moodle_cpd.certificates import NoticeRenderer, notice_name
from moodle_cpd.errors import SkipError
from moodle_cpd.ledger import AwardEvent
from moodle_cpd.model.action import Action
from moodle_cpd.model.award import Award, AwardKey, AwardState
from moodle_cpd.problems import Problem

UPLOAD_NOTICE: Final = "upload_notice"
LEAVE: Final = "remove_cohort_member"

_LEAVE: Final = "core_cohort_delete_cohort_members"
_ZERO = Decimal(0)
_TRIES = 2
"""Writes that return and leave nothing behind before a person is asked."""


def withdraw_from_cohort(delivery: Delivery, target: str, actions: Sequence[Action]) -> None:
    """Take teachers out of a cohort into which we put them; Moodle leaves them the badge.

    Args:
        delivery: the run.
        target: the cohort's idnumber.
        actions: of this target.

    Raises:
        SkipError: the cohort is not there.
        SiteError: the site stopped answering.
    """
    if not delivery.moodle.allows(_LEAVE):
        raise SkipError(
            Problem(
                f"{delivery.moodle.name}: cohort '{target}'",
                f"nobody can be taken out of it: the service lacks {_LEAVE}",
                "",
                "Add the function to the external service, and run it again",
            )
        )
    found = delivery.moodle.cohort(target)
    if found is None:
        raise SkipError(
            Problem(
                f"{delivery.moodle.name}: cohort '{target}'",
                "not found, so nobody can be taken out of it",
                "",
                "Let the service account see it (moodle/cohort:view)",
            )
        )
    members = delivery.moodle.cohort_members(found.id)
    for action in actions:
        delivery.attempt(partial(_leave, delivery, found.id, action, members))
    left = delivery.moodle.cohort_members(found.id)
    for action in actions:
        award = delivery.ledger.award(action.award)
        if award is None or award.state is not AwardState.WITHDRAWING:
            continue
        if action.award.teacher in left:
            delivery.problems.append(_problem(award, f"is still in cohort '{target}'"))
            continue
        delivery.settle(award.key, LEAVE, found=True)
        _end(delivery, award.key)


def _leave(delivery: Delivery, cohort: int, action: Action, members: frozenset[int]) -> None:
    award = _standing(delivery, action, JOIN)
    if award is None:
        return
    inside = award.key.teacher in members
    if award.state is not AwardState.WITHDRAWING:
        if inside and not delivery.intended(award.key, JOIN, award.serial):
            raise SkipError(
                _problem(award, f"is in cohort '{action.target}', and not by us", _BY_HAND)
            )
        _agree(delivery, award, action)
    delivery.settle(award.key, JOIN, found=inside)
    delivery.settle(award.key, LEAVE, found=not inside)
    if inside:
        delivery.journaled(
            award.key,
            LEAVE,
            {"cohort": cohort, "serial": award.serial},
            lambda: delivery.writer.remove_cohort_members(cohort, [award.key.teacher]),
        )


def withdraw_from_record_course(
    delivery: Delivery,
    course: str,
    target: str,
    actions: Sequence[Action],
    renderer: Callable[[], NoticeRenderer],
) -> None:
    """Put a grade of 0 and a notice in the place of certificates.

    Args:
        delivery: the run.
        course: the record course's idnumber.
        target: the assignment's idnumber.
        actions: of this target.
        renderer: makes the one that draws notices.

    Raises:
        SkipError: the activity is not there or does not fit.
        SiteError: the site stopped answering.
    """
    activity = find_record_activity(delivery.moodle, course, target)
    teachers = [action.award.teacher for action in actions]
    before, problems = holdings(delivery.moodle, activity, teachers)
    delivery.problems += problems
    written: list[AwardKey] = []
    draw: NoticeRenderer | None = None
    for action in actions:
        held = before.get(action.award.teacher)
        if held is None:
            continue
        draw = draw or renderer()
        delivery.attempt(partial(_replace, delivery, activity, action, held, draw, written))
    after, problems = holdings(delivery.moodle, activity, [key.teacher for key in written])
    delivery.problems += problems
    for key in written:
        award, now = delivery.ledger.award(key), after.get(key.teacher)
        if award is None or now is None or draw is None:
            continue
        if _is_notice(delivery, now, award, _notice(delivery, award, draw)):
            _end(delivery, key)
        else:
            delivery.problems.append(
                _problem(award, f"the notice of withdrawal did not reach '{target}'")
            )


def _replace(
    delivery: Delivery,
    activity: RecordActivity,
    action: Action,
    held: Holding,
    renderer: NoticeRenderer,
    written: list[AwardKey],
) -> None:
    award = _standing(delivery, action, SAVE)
    if award is None:
        return
    key = award.key
    ours = delivery.ours(key)
    grades = (held.grade, held.marked)
    # What Moodle scaled is ours all the same, and 0 is 0 under any maximum.
    scaled = ours.rescaled(grades, activity.assignment.grade) is not None
    if not held.is_empty and not ours.covers(
        grades=() if scaled else grades,
        comment=held.comment,
        files=[file.filename for file in held.files],
    ):
        raise SkipError(
            _problem(
                award,
                f"has a grade, comment or file in '{action.target}' that we did not write",
                _BY_HAND,
            )
        )
    if held.locked:
        raise SkipError(_problem(award, f"the grade of '{action.target}' is locked", "Unlock it"))
    if award.state is not AwardState.WITHDRAWING:
        # A notice that can't be drawn must not leave a withdrawal half done.
        renderer.render(content_of(delivery.ledger, award), _words(action), delivery.clock())
        _agree(delivery, award, action)
    notice = _notice(delivery, award, renderer)
    there = held.is_empty or _is_notice(delivery, held, award, notice)
    delivery.settle(key, SAVE, found=not held.is_empty)
    delivery.settle(key, UPLOAD_NOTICE, found=there)
    delivery.settle(key, SAVE_NOTICE, found=there)
    if there:
        _end(delivery, key)
        return
    if delivery.times_done(award, SAVE_NOTICE) >= _TRIES:
        raise SkipError(
            _problem(
                award,
                f"its notice was written to '{action.target}' {_TRIES} times and is not there",
                "Look at the assignment's settings and at the teacher's grade there",
            )
        )
    name = notice_name(award.serial)
    detail = {"file": name, "serial": award.serial}
    draft = delivery.journaled(
        key, UPLOAD_NOTICE, detail, lambda: delivery.writer.upload_draft(name, notice)
    )
    delivery.journaled(
        key,
        SAVE_NOTICE,
        {**detail, "assignment": activity.assignment.id, "draft": draft, "grade": "0"},
        lambda: delivery.writer.save_grade(
            activity.assignment.id, key.teacher, _ZERO, _comment(delivery, award), draft
        ),
    )
    written.append(key)


def _standing(delivery: Delivery, action: Action, step: str) -> Award | None:
    """The award that is to be taken back; a number under which nothing was ever sent is void."""
    # Drafts that nothing took up are private to the account, and Moodle forgets them.
    delivery.settle(action.award, UPLOAD, found=False)
    award = delivery.ledger.award(action.award)
    if (
        award is not None
        and award.state is AwardState.PLANNED
        and not delivery.intended(award.key, step, award.serial)
    ):
        delivery.ledger.void_award(award.key, _words(action), at=delivery.clock())
        award = delivery.ledger.award(action.award)
    if award is None or award.state in {AwardState.WITHDRAWN, AwardState.EXPIRED}:
        return None
    return award


def _agree(delivery: Delivery, award: Award, action: Action) -> None:
    """From now on it does not stand."""
    delivery.ledger.withdraw_award(award.key, _words(action), at=delivery.clock())


def _end(delivery: Delivery, key: AwardKey) -> None:
    delivery.ledger.end_award(key, AwardState.WITHDRAWN, at=delivery.clock())


def _agreed(delivery: Delivery, award: Award) -> AwardEvent:
    """When and why it was withdrawn."""
    return next(
        event
        for event in reversed(delivery.ledger.award_events(award.key))
        if event.state is AwardState.WITHDRAWING and event.serial == award.serial
    )


def _notice(delivery: Delivery, award: Award, renderer: NoticeRenderer) -> bytes:
    event = _agreed(delivery, award)
    return renderer.render(content_of(delivery.ledger, award), event.reason, event.at)


def _is_notice(delivery: Delivery, held: Holding, award: Award, notice: bytes) -> bool:
    """Whether the grade is 0 and the notice alone stands where the certificate stood."""
    file = held.file(notice_name(award.serial))
    if file is None or len(held.files) != 1 or held.grade != _ZERO:
        return False
    stored = delivery.writer.download(file.fileurl, file.filesize)
    return sha256(stored).digest() == sha256(notice).digest()


def _comment(delivery: Delivery, award: Award) -> str:
    lines = (
        f"证书编号 No. {award.serial}：已撤销 withdrawn",
        _agreed(delivery, award).reason,
    )
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _words(action: Action) -> str:
    return f"{action.reason.zh} / {action.reason.en}"


_BY_HAND = "What a person gave stays as it is; take it back there by hand"


def _problem(award: Award, found: str, hint: str = "") -> Problem:
    where = f"{award.key.site}: teacher {award.key.teacher}"
    return Problem(where, f"{award.serial}: {found}", "", hint)
