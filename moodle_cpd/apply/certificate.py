"""What stands on an award's certificate, from the ledger alone: so it can be drawn again."""

from __future__ import annotations

from collections.abc import Mapping

from moodle_cpd.certificates import CertificateContent
from moodle_cpd.config import Settings
from moodle_cpd.errors import SkipError
from moodle_cpd.model.award import Award
from moodle_cpd.model.decision import AwardDue, Decision
from moodle_cpd.model.people import Person
from moodle_cpd.problems import Problem


def certificate_of(
    award: Award, decision: Decision, settings: Settings, people: Mapping[int, Person]
) -> CertificateContent:
    """Put together what stands on a certificate.

    Args:
        award: with its serial number.
        decision: that earned it.
        settings: authority and address for verification.
        people: teachers by Moodle's user id.

    Raises:
        SkipError: the teacher or the award's title is not known any more.
    """
    key = award.key
    place = f"{key.site}: teacher {key.teacher}"
    person = people.get(key.teacher)
    if person is None:
        raise SkipError(Problem(place, "no name is known", "", "Run 'moodle-cpd pull'"))
    due: AwardDue | None = next((due for due in decision.awards if due.key == key.award), None)
    if due is None:
        raise SkipError(Problem(place, f"the decision does not earn award '{key.award}'"))
    texts = settings.certificates
    return CertificateContent(
        serial=award.serial,
        verification_id=award.verification_id,
        award_title=due.title,
        scheme_title=decision.title,
        period_label=decision.period_label.zh or decision.period.key,
        teacher=key.teacher,
        full_name=person.full_name,
        hours=award.hours,
        credits=award.credits,
        issued_on=award.issued_on,
        time_zone=decision.time_zone,
        authority=texts.authority or decision.authority.zh,
        authority_en=texts.authority_en or decision.authority.en,
        verification_url=texts.verification_url,
    )
