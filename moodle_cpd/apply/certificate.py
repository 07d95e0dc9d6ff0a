"""What stands on a certificate: by the decision while it is begun, then as it was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from moodle_cpd.certificates import CertificateContent, Stationery, content_kept, transcript_of
from moodle_cpd.certificates.pdf import bound, drawn_with
from moodle_cpd.certificates.stationery import stationery_for
from moodle_cpd.config import Settings
from moodle_cpd.errors import SkipError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.action import Action
from moodle_cpd.model.award import Award, Paper
from moodle_cpd.model.decision import AwardDue, Decision, Text
from moodle_cpd.model.people import Person
from moodle_cpd.problems import Problem
from moodle_cpd.rules import load_rulebook


def content_due(
    action: Action,
    decision: Decision,
    settings: Settings,
    people: Mapping[int, Person],
    *,
    serial: str,
    issued_on: datetime,
) -> CertificateContent:
    """Put together what is to stand on a certificate that has no number yet.

    Args:
        action: that asks for it.
        decision: that earned it.
        settings: authority and address for verification.
        people: teachers by Moodle's user id.
        serial: a number as it may come, to see whether all of it can be drawn.
        issued_on: UTC.

    Raises:
        SkipError: the teacher or the award's title is not known any more.
    """
    key = action.award
    place = f"{key.site}: teacher {key.teacher}"
    person = people.get(key.teacher)
    if person is None:
        raise SkipError(Problem(place, "no name is known", "", "Run 'moodle-cpd pull'"))
    due: AwardDue | None = next((due for due in decision.awards if due.key == key.award), None)
    if due is None:
        raise SkipError(Problem(place, f"the decision does not earn award '{key.award}'"))
    texts = settings.paper(key.scheme, key.award)
    transcript = None
    if texts.transcript:
        transcript = transcript_of(decision, _categories(settings.rules, key.scheme))
    content = CertificateContent(
        serial=serial,
        verification_id="0",
        award_title=due.title,
        scheme_title=decision.title,
        period_label=decision.period_label.zh or decision.period.key,
        teacher=key.teacher,
        full_name=person.full_name,
        hours=action.hours,
        credits=action.credits,
        issued_on=issued_on,
        time_zone=decision.time_zone,
        authority=texts.authority or decision.authority.zh,
        authority_en=texts.authority_en or decision.authority.en,
        verification_url=settings.certificates.verification_url,
        period_label_en=decision.period_label.en,
        signatory=texts.signatory,
        valid_until=action.valid_until,
        replaces=action.replaces,
        transcript=transcript,
    )
    stationery = stationery_for(settings, key.scheme, key.award)
    return bound(content, stationery, _parts(stationery))


@lru_cache(maxsize=64)
def _parts(stationery: Stationery) -> Mapping[str, str]:
    """What the stationery is made of, read once in a run as its renderers read it."""
    return drawn_with(stationery)


@lru_cache(maxsize=64)
def _categories(rules: Path, scheme: str) -> Mapping[str, Text]:
    """The titles of a scheme's categories by id, as its last edition that has one calls it."""
    editions = load_rulebook(rules).scheme(scheme).editions
    return {each.id: each.title for edition in editions for each in edition.categories}


def content_begun(ledger: Ledger, award: Award) -> CertificateContent:
    """What stands on a certificate that has its number, as the register keeps it.

    Raises:
        SkipError: the holder's name was forgotten.
    """
    name = ledger.printed_name(award.serial)
    if name is None:
        raise SkipError(
            Problem(
                f"{award.key.site}: teacher {award.key.teacher}",
                f"{award.serial}: the name on it was forgotten",
                "",
                "It can't be drawn again",
            )
        )
    return content_of(ledger, award, name)


def content_of(ledger: Ledger, award: Award, name: str = "") -> CertificateContent:
    """What stands on the certificate of an award's present number, as the register keeps it.

    Args:
        ledger: with the register.
        award: with its number.
        name: the holder's; empty where nobody is to be named.
    """
    entry = ledger.certificate(award.serial)
    if entry is None:
        raise KeyError(award.serial)
    content = content_kept(
        Paper(name, entry.content, entry.template),
        serial=entry.serial,
        verification_id=entry.verification_id,
        issued_on=entry.issued_on,
        where=entry.serial,
    )
    # It stands on no paper, but in what is said of one that can't be drawn.
    return replace(content, teacher=award.key.teacher)
