"""Route ``record-course``: hours as a grade, the reason as comment, the certificate as file.

The grade completes the activity, and Moodle awards the badge that hangs on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from hashlib import sha256
from html import escape

from moodle_cpd.apply.badges import note_unseen, read_badges
from moodle_cpd.apply.certificate import certificate_of
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.record_activity import (
    Holding,
    RecordActivity,
    find_record_activity,
    holdings,
)
from moodle_cpd.certificates import CertificateRenderer, file_name
from moodle_cpd.config import AwardSettings
from moodle_cpd.errors import SkipError
from moodle_cpd.model.action import Action
from moodle_cpd.model.award import Award, AwardKey, AwardState
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.quantity import show
from moodle_cpd.problems import Problem

UPLOAD = "upload_draft"
SAVE = "save_grade"

_STORED = Decimal("0.00001")
"""Moodle keeps five decimals of a grade."""


@dataclass(frozen=True, slots=True)
class _Certificate:
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


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
    certificates: dict[AwardKey, _Certificate] = {}
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
    certificates: dict[AwardKey, _Certificate],
) -> None:
    key = action.award
    place = f"{key.site}: teacher {key.teacher}"
    begun = delivery.ledger.award(key)
    if not held.is_empty and not _is_ours(delivery, held, begun):
        raise SkipError(
            Problem(
                place,
                f"has a grade, comment or file in '{action.target}' that we did not write",
                "",
                "What a person wrote stays as it is; remove it there if it is a mistake",
            )
        )
    if held.locked and held.is_empty:
        raise SkipError(
            Problem(
                place,
                f"the grade of '{action.target}' is locked",
                "",
                "Unlock it in the gradebook: Moodle would store −1 instead of the hours",
            )
        )
    decision = delivery.decision(action)
    if begun is None:
        # A certificate that can't be drawn must not use up a number.
        _draw(delivery, _unnumbered(delivery, action), decision, renderer)
    award = delivery.begin(action, decision, certificate=True)
    certificate = _draw(delivery, award, decision, renderer)
    there = _holds(held, award, certificate)
    # A draft that no grade took up is private to the account, and Moodle forgets it.
    delivery.settle(key, UPLOAD, found=there)
    delivery.settle(key, SAVE, found=there)
    if not there and delivery.was_done(key, SAVE):
        raise SkipError(
            Problem(
                place,
                f"{award.serial}: what we handed over in '{action.target}' is not there any more, "
                "or not as it was",
                "",
                "What a person took back or changed is not written again; restore it by hand if "
                "that was a mistake",
            )
        )
    if there:
        delivery.ledger.set_award(
            key, AwardState.ISSUED, sha256=certificate.sha256, at=delivery.clock()
        )
        certificates[key] = certificate
        return
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
        {"assignment": activity.assignment.id, "draft": draft, "grade": str(award.hours)},
        lambda: delivery.writer.save_grade(
            activity.assignment.id,
            key.teacher,
            award.hours,
            _comment(award, decision),
            draft,
        ),
    )
    delivery.ledger.set_award(key, AwardState.ISSUED, at=delivery.clock())
    certificates[key] = certificate


def _draw(
    delivery: Delivery, award: Award, decision: Decision, renderer: CertificateRenderer
) -> _Certificate:
    content = certificate_of(award, decision, delivery.settings, delivery.people)
    return _Certificate(content.file_name(), renderer.render(content))


def _unnumbered(delivery: Delivery, action: Action) -> Award:
    return Award(
        key=action.award,
        route=action.route,
        course=action.course,
        target=action.target,
        state=AwardState.PLANNED,
        serial=f"{delivery.settings.certificates.serial_prefix}-0",
        verification_id="0",
        issued_on=delivery.clock(),
        hours=action.hours,
        credits=action.credits,
        sha256="",
        decision_digest=action.decision_digest,
    )


def _is_ours(delivery: Delivery, held: Holding, award: Award | None) -> bool:
    """Whether all that Moodle holds is what we set out to write, or a part of it."""
    if award is None or not delivery.intended(award.key, SAVE):
        return False
    name = file_name(award.serial)
    if held.comment and award.serial not in held.comment:
        return False
    grades = {grade.quantize(_STORED) for grade in (held.grade, held.marked) if grade is not None}
    return grades <= {award.hours.quantize(_STORED)} and all(
        file.filename == name for file in held.files
    )


def _holds(held: Holding, award: Award, certificate: _Certificate) -> bool:
    """Whether grade and file are there already, from a run that did not see the reply."""
    file = held.file(certificate.name)
    return (
        held.grade is not None
        and held.grade.quantize(_STORED) == award.hours.quantize(_STORED)
        and file is not None
        and file.filesize == len(certificate.content)
    )


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
    certificates: dict[AwardKey, _Certificate],
) -> None:
    """Believe what Moodle then holds: grade, completion, file with its bytes, and badge."""
    awards = delivery.ledger.awards(delivery.moodle.name)
    issued = [awards[key] for key in certificates if awards[key].state is AwardState.ISSUED]
    teachers = [award.key.teacher for award in issued]
    after, problems = holdings(delivery.moodle, activity, teachers)
    delivery.problems += problems
    badges = read_badges(delivery, teachers)
    unseen: list[tuple[AwardKey, str]] = []
    for award in issued:
        held = after.get(award.key.teacher)
        if held is None:
            continue
        certificate = certificates[award.key]
        found = _missing(delivery, held, award, certificate)
        badge = route.badge_name(award.key.period)
        place = f"{award.key.site}: teacher {award.key.teacher}"
        if found:
            delivery.problems += [Problem(place, f"{award.serial}: {what}") for what in found]
        elif badge is not None and badge not in badges.get(award.key.teacher, ()):
            unseen.append((award.key, badge))
        else:
            delivery.ledger.set_award(award.key, AwardState.CONFIRMED, at=delivery.clock())
    for key, badge in unseen:
        note_unseen(delivery, key, badge)


def _missing(
    delivery: Delivery, held: Holding, award: Award, certificate: _Certificate
) -> list[str]:
    """What should be in Moodle and is not."""
    found = []
    if held.grade is None or held.grade.quantize(_STORED) != award.hours.quantize(_STORED):
        found.append("the grade did not reach the gradebook")
    if held.complete is False:
        found.append("the grade did not complete the activity")
    file = held.file(certificate.name)
    if file is None:
        found.append("the certificate is not among the feedback files")
    else:
        try:
            stored = delivery.writer.download(file.fileurl)
        except SkipError as error:
            found += [str(problem) for problem in error.problems]
        else:
            if sha256(stored).hexdigest() != certificate.sha256:
                found.append("the feedback file is not the certificate that was handed over")
    return found
