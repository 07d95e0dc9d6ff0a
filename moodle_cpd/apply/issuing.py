"""Numbers for certificates that may be issued, and the certificates drawn under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from moodle_cpd.apply.certificate import content_begun, content_due
from moodle_cpd.apply.comment import award_comment
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.handing import UPLOAD, Handing
from moodle_cpd.apply.ours import SAVE
from moodle_cpd.apply.trial import Trials
from moodle_cpd.certificates import CertificateContent, Press, paper_of
from moodle_cpd.credentials import grounds_of
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Award, AwardState, CertificateState, Paper
from moodle_cpd.model.decision import Decision
from moodle_cpd.problems import Problem

_NOT_DRAWN = "无法绘制 / it can't be drawn"


@dataclass(frozen=True)
class Fit:
    """An award that may be written, by what Moodle holds.

    Attributes:
        action: that asks for it.
        decision: that earned it.
        grade: hours or points.
        begun: the award with the number that an earlier run gave it; None: it has none yet.
        paper: what is to stand on the certificate; None where the number was given before.
    """

    action: Action
    decision: Decision
    grade: Decimal
    begun: Award | None
    paper: Paper | None


@dataclass(frozen=True)
class Due:
    """A certificate that has its number and is to be drawn and handed over.

    Attributes:
        verb: what is done with it.
        award: with its number.
        grade: hours or points.
        comment: HTML, in the teacher's language.
        content: what stands on it.
        credential: signed; empty where the issuer has no keys.
        doubtful: an earlier run gave the number and never came to draw it; it may have ended over
            it.
    """

    verb: Verb
    award: Award
    grade: Decimal
    comment: str
    content: CertificateContent
    credential: str
    doubtful: bool


def tried(delivery: Delivery, trials: Trials, action: Action, decision: Decision) -> Paper:
    """What is to stand on a certificate, once it is plain that it can be drawn.

    Args:
        delivery: the run.
        trials: draws it where there is any doubt.
        action: that asks for it.
        decision: that earned it.

    Raises:
        SkipError: it can't be drawn, or something that stands on it is not known.
    """
    issued_on = delivery.clock()
    content = content_due(
        action,
        decision,
        delivery.settings,
        delivery.people,
        serial=delivery.serial_pattern(action).number(issued_on.year, 0),
        issued_on=issued_on,
    )
    failed_before = any(
        event.state is CertificateState.VOID for event in delivery.ledger.award_events(action.award)
    )
    trials.attempt(content, failed_before=failed_before)
    return paper_of(content)


def numbered(delivery: Delivery, fit: Sequence[Fit]) -> list[Due]:
    """Give numbers to those that have none, in one transaction: all of them last, or none.

    Nothing is sent under a number before. What goes wrong with one is noted with the run.

    Args:
        delivery: the run.
        fit: what may be written, in the order of the numbers.

    Raises:
        SiteError: the clocks of this computer and the site have come apart.
        InputError: the pattern gives a number that was given before.
    """
    due: list[Due] = []
    with delivery.ledger.at_once():
        for one in fit:
            key = one.action.award
            try:
                award = one.begun or delivery.begin(one.action, one.decision, one.paper)
                delivery.settle(key, UPLOAD, found=False)
                delivery.settle(key, SAVE, found=False)
                comment = award_comment(award, one.decision, delivery.people[key.teacher].language)
                content, credential = _on_paper(delivery, award, one.decision)
            except CpdError as error:
                delivery.went(error)
            else:
                verb = one.action.verb
                doubtful = one.begun is not None and not one.begun.sha256
                due.append(Due(verb, award, one.grade, comment, content, credential, doubtful))
    return due


def _on_paper(
    delivery: Delivery, award: Award, decision: Decision
) -> tuple[CertificateContent, str]:
    """What stands on a certificate that has its number, and its credential."""
    content = content_begun(delivery.ledger, award)
    credential = award.credential
    if not credential and delivery.signer is not None:
        entry = delivery.ledger.certificate(award.serial)
        index = None if entry is None else entry.status_index
        grounds = grounds_of(decision, award.decision_digest, award.valid_until, index)
        signed = delivery.signer.sign(content, grounds)
        credential = delivery.ledger.keep_credential(award.key, signed)
    return content, credential


def drawn(delivery: Delivery, press: Press, due: Sequence[Due]) -> Iterator[Handing]:
    """Draw what has its number, many at a time, and note each file's hash.

    Args:
        delivery: the run; what can't be drawn is noted with it, and its number made void.
        press: draws.
        due: what has its number.

    Yields:
        What can be handed over, in the same order.
    """
    papers = ((one.content, one.credential) for one in due)
    doubtful = {one.award.serial for one in due if one.doubtful}
    pdfs = list(press.render_all(papers, doubtful))
    with delivery.ledger.at_once():
        for one, pdf in zip(due, pdfs, strict=True):
            if not isinstance(pdf, SkipError) and one.verb is not Verb.REPAIR:
                delivery.ledger.set_award(
                    one.award.key,
                    AwardState.PLANNED,
                    sha256=sha256(pdf).hexdigest(),
                    at=delivery.clock(),
                )
    for one, pdf in zip(due, pdfs, strict=True):
        award = one.award
        if isinstance(pdf, SkipError):
            _make_void(delivery, award)
            delivery.went(pdf)
            continue
        handing = Handing(award, one.content.file_name(), pdf, one.grade, one.comment)
        if one.verb is Verb.REPAIR and handing.sha256 != award.sha256:
            delivery.went(_other_bytes(award))
        else:
            yield handing


def _make_void(delivery: Delivery, award: Award) -> None:
    """The number of a certificate that can't be drawn, where nothing was ever sent under it."""
    if award.state is AwardState.PLANNED and not delivery.intended(award.key, SAVE, award.serial):
        delivery.ledger.void_award(award.key, _NOT_DRAWN, at=delivery.clock())


def _other_bytes(award: Award) -> SkipError:
    return SkipError(
        Problem(
            f"{award.key.site}: teacher {award.key.teacher}",
            f"{award.serial}: can't be drawn again byte for byte",
            "",
            "Use the version of this program, and the templates and fonts, that drew it",
        )
    )
