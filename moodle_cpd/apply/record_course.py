"""Route ``record-course``: hours as a grade, the reason as comment, the certificate as file.

The grade completes the activity, and Moodle awards the badge that hangs on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from html import escape

from moodle_cpd.apply.badges import note_unseen, read_badges
from moodle_cpd.apply.certificate import content_begun, content_due
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.ours import SAVE, STORED
from moodle_cpd.apply.record_activity import (
    Holding,
    RecordActivity,
    find_record_activity,
    holdings,
)
from moodle_cpd.certificates import CertificateRenderer, file_name, paper_of
from moodle_cpd.config import AwardSettings
from moodle_cpd.credentials import grounds_of
from moodle_cpd.errors import SkipError
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Award, AwardKey, AwardState
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.quantity import show
from moodle_cpd.problems import Problem

UPLOAD = "upload_draft"

_TRIES = 2
"""Writes that return and leave nothing behind before a person is asked."""


@dataclass(frozen=True, slots=True)
class _Certificate:
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class _Handed:
    """What should be among a teacher's feedback files."""

    name: str
    sha256: str


def deliver_to_record_course(
    delivery: Delivery,
    route: AwardSettings,
    target: str,
    actions: Sequence[Action],
    renderer: CertificateRenderer,
) -> None:
    """Hand over certificates in a record activity and read back what Moodle holds.

    Args:
        delivery: the run.
        route: how this award reaches Moodle.
        target: the assignment's idnumber.
        actions: of this target, in the plan's order.
        renderer: draws certificates.

    Raises:
        SkipError: the activity is not there or does not fit; nothing of it is carried out.
        SiteError: the site stopped answering.
    """
    activity = find_record_activity(delivery.moodle, route.course or "", target)
    wanted = [action for action in actions if _can_receive(delivery, activity, action)]
    before, problems = holdings(
        delivery.moodle, activity, [action.award.teacher for action in wanted]
    )
    delivery.problems += problems
    certificates: dict[AwardKey, _Handed] = {}
    for action in wanted:
        held = before.get(action.award.teacher)
        if held is None:
            continue
        delivery.attempt(
            partial(_hand_over, delivery, activity, action, held, renderer, certificates)
        )
    _confirm(delivery, activity, route, certificates)


def _can_receive(delivery: Delivery, activity: RecordActivity, action: Action) -> bool:
    """Moodle would grade anybody, enrolled or not, and store −1 for what is too much."""
    key = action.award
    place = f"{key.site}: teacher {key.teacher}"
    try:
        delivery.refuse_suspended(key)
    except SkipError as error:
        delivery.problems += error.problems
        return False
    if key.teacher not in activity.enrolled:
        delivery.problems.append(
            Problem(
                place,
                f"is not enrolled in the record course of '{action.target}'",
                "",
                "Enrol the teacher there as student",
            )
        )
        return False
    if action.hours > activity.assignment.grade:
        delivery.problems.append(
            Problem(
                place,
                f"{action.hours} hours are more than the maximum grade "
                f"{activity.assignment.grade} of '{action.target}'",
                "",
                "Raise the maximum grade in the assignment's settings",
            )
        )
        return False
    return True


def _hand_over(
    delivery: Delivery,
    activity: RecordActivity,
    action: Action,
    held: Holding,
    renderer: CertificateRenderer,
    certificates: dict[AwardKey, _Handed],
) -> None:
    key = action.award
    place = f"{key.site}: teacher {key.teacher}"
    begun = delivery.ledger.award(key)
    if begun is not None and begun.serial == action.replaces:
        _refuse_vanished(held, begun, action)
        begun = None
    if not held.is_empty and not _is_ours(delivery, held, key):
        raise SkipError(
            Problem(
                place,
                f"has a grade, comment or file in '{action.target}' that we did not write",
                "",
                "What a person wrote stays as it is; remove it there if it is a mistake",
            )
        )
    if begun is not None and _is_there(delivery, held, begun):
        # A draft that no grade took up is private to the account, and Moodle forgets it.
        delivery.settle(key, UPLOAD, found=True)
        delivery.settle(key, SAVE, found=True)
        certificates[key] = _Handed(file_name(begun.serial), begun.sha256)
        return
    if begun is not None:
        _refuse_rewriting(delivery, begun, action.target)
    if held.locked:
        raise SkipError(
            Problem(
                place,
                f"the grade of '{action.target}' is locked",
                "",
                "Unlock it in the gradebook: Moodle would store −1 instead of the hours",
            )
        )
    decision = delivery.decision(action)
    award = begun or _begin(delivery, action, decision, renderer)
    certificate = _draw(delivery, award, decision, renderer)
    delivery.settle(key, UPLOAD, found=False)
    delivery.settle(key, SAVE, found=False)
    delivery.ledger.set_award(
        key, AwardState.PLANNED, sha256=certificate.sha256, at=delivery.clock()
    )
    draft = delivery.journaled(
        key,
        UPLOAD,
        {"file": certificate.name, "sha256": certificate.sha256},
        lambda: delivery.writer.upload_draft(certificate.name, certificate.content),
    )
    delivery.journaled(
        key,
        SAVE,
        {
            "assignment": activity.assignment.id,
            "draft": draft,
            "grade": str(award.hours),
            "file": certificate.name,
            "serial": award.serial,
        },
        lambda: delivery.writer.save_grade(
            activity.assignment.id,
            key.teacher,
            award.hours,
            _comment(award, decision),
            draft,
        ),
    )
    certificates[key] = _Handed(certificate.name, certificate.sha256)


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


def _begin(
    delivery: Delivery, action: Action, decision: Decision, renderer: CertificateRenderer
) -> Award:
    """Give a number; a certificate that can't be drawn must not use one up."""
    issued_on = delivery.clock()
    content = content_due(
        action,
        decision,
        delivery.settings,
        delivery.people,
        serial=delivery.serial_pattern(action).number(issued_on.year, 0),
        issued_on=issued_on,
    )
    renderer.render(content)
    return delivery.begin(action, decision, paper_of(content))


def _draw(
    delivery: Delivery, award: Award, decision: Decision, renderer: CertificateRenderer
) -> _Certificate:
    content = content_begun(delivery.ledger, award)
    credential = award.credential
    if not credential and delivery.signer is not None:
        entry = delivery.ledger.certificate(award.serial)
        index = None if entry is None else entry.status_index
        grounds = grounds_of(decision, award.decision_digest, award.valid_until, index)
        signed = delivery.signer.sign(content, grounds)
        credential = delivery.ledger.keep_credential(award.key, signed)
    return _Certificate(content.file_name(), renderer.render(content, credential))


def _is_ours(delivery: Delivery, held: Holding, key: AwardKey) -> bool:
    """Whether all that Moodle holds is what we set out to write, or a part of it."""
    return delivery.ours(key).covers(
        grades=(held.grade, held.marked),
        comment=held.comment,
        files=[file.filename for file in held.files],
    )


def _is_there(delivery: Delivery, held: Holding, award: Award) -> bool:
    """Whether grade and file are there, from a run that did not come to read them back.

    Only an award that was never read back is compared by its bytes: afterwards they are what
    reading back is about.
    """
    file = held.file(file_name(award.serial))
    if file is None or held.grade is None:
        return False
    if held.grade.quantize(STORED) != award.hours.quantize(STORED):
        return False
    if award.state is AwardState.ISSUED:
        return True
    stored = delivery.writer.download(file.fileurl, file.filesize)
    return sha256(stored).hexdigest() == award.sha256


def _comment(award: Award, decision: Decision) -> str:
    """The reason, for the teacher: number, regulation with its paragraph, period and hours."""
    hours = show(award.hours)
    reference = decision.requirement.place.reference if decision.requirement else ""
    paragraph = f" {reference}" if reference else ""
    lines = (
        f"证书编号 No. {award.serial}",
        (
            f"依据《{decision.title.zh}》{paragraph}：{decision.period_label.zh}，"
            f"认定 {hours} 学时，各项要求均已达到。"
        ),
        (
            f"{decision.title.en}{paragraph}: {decision.period_label.en}, "
            f"{hours} hours recognised, every requirement met."
        ),
    )
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _confirm(
    delivery: Delivery,
    activity: RecordActivity,
    route: AwardSettings,
    certificates: dict[AwardKey, _Handed],
) -> None:
    """Believe what Moodle then holds: grade, completion, file with its bytes, and badge."""
    awards = delivery.ledger.awards(delivery.moodle.name)
    handed = [awards[key] for key in certificates]
    teachers = [award.key.teacher for award in handed]
    after, problems = holdings(delivery.moodle, activity, teachers)
    delivery.problems += problems
    badges = read_badges(delivery, teachers)
    unseen: list[tuple[AwardKey, str]] = []
    for award in handed:
        key = award.key
        held = after.get(key.teacher)
        if held is None:
            continue
        found = _missing(delivery, held, award, certificates[key])
        if found:
            place = f"{key.site}: teacher {key.teacher}"
            delivery.problems += [Problem(place, f"{award.serial}: {what}") for what in found]
            continue
        delivery.ledger.set_award(key, AwardState.ISSUED, at=delivery.clock())
        badge = route.badge_name(key.period)
        if badge is None or badge in badges.get(key.teacher, ()):
            delivery.ledger.set_award(key, AwardState.CONFIRMED, at=delivery.clock())
        elif key.teacher in badges:
            unseen.append((key, badge))
    for key, badge in unseen:
        note_unseen(delivery, key, badge)


def _missing(delivery: Delivery, held: Holding, award: Award, certificate: _Handed) -> list[str]:
    """What should be in Moodle and is not."""
    found = []
    if held.grade is None or held.grade.quantize(STORED) != award.hours.quantize(STORED):
        found.append("the grade did not reach the gradebook")
    if held.complete is False:
        found.append("the grade did not complete the activity")
    file = held.file(certificate.name)
    if file is None:
        found.append("the certificate is not among the feedback files")
    else:
        try:
            stored = delivery.writer.download(file.fileurl, file.filesize)
        except SkipError as error:
            found += [str(problem) for problem in error.problems]
        else:
            if sha256(stored).hexdigest() != certificate.sha256:
                found.append("the feedback file is not the certificate that was handed over")
    return found
