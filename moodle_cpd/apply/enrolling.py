"""Teachers who are due an award and not in the record course: enrolled where the service may."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.together import Request, send_together
from moodle_cpd.errors import SkipError
from moodle_cpd.model.award import AwardKey
from moodle_cpd.moodle.site import chunks
from moodle_cpd.moodle.writer import ENROL_USERS, ENROLMENTS
from moodle_cpd.problems import Problem

ENROL = "enrol"
_NAMED = 10


def enrol_missing(
    delivery: Delivery, course: str, number: int, keys: Sequence[AwardKey]
) -> frozenset[int]:
    """Enrol whoever is not in the record course; the others are served in any case.

    Args:
        delivery: the run.
        course: the record course's idnumber, for messages.
        number: Moodle's id of it.
        keys: of the awards that go there.

    Returns:
        Who is enrolled then; whoever of the awards is not is named in one problem.
    """
    enrolled = delivery.moodle.enrolled(number)
    missing = [
        key for key in keys if key.teacher not in enrolled and _is_active(delivery, key.teacher)
    ]
    if not missing:
        return enrolled
    refused: tuple[Problem, ...] = ()
    if delivery.moodle.allows(ENROL_USERS):
        refused = _enrol(delivery, number, missing)
        enrolled = delivery.moodle.enrolled(number)
    still = sorted({key.teacher for key in missing} - enrolled)
    if still:
        delivery.problems += [*refused, _outside(delivery, course, still)]
    return enrolled


def _enrol(delivery: Delivery, course: int, missing: Sequence[AwardKey]) -> tuple[Problem, ...]:
    role = delivery.settings.site.student_role
    requests = [
        Request(
            [(key, ENROL, {"course": course, "role": role}) for key in part],
            partial(delivery.writer.enrol, course, [key.teacher for key in part], role),
        )
        for part in chunks(missing, ENROLMENTS)
    ]
    problems: tuple[Problem, ...] = ()
    for answer in send_together(delivery, requests):
        if isinstance(answer, SkipError):
            problems += tuple(answer.problems)
        else:
            delivery.went(answer)
    return tuple(dict.fromkeys(problems))


def _is_active(delivery: Delivery, teacher: int) -> bool:
    person = delivery.people.get(teacher)
    return person is not None and not person.suspended


def _outside(delivery: Delivery, course: str, teachers: Sequence[int]) -> Problem:
    named = ", ".join(map(str, teachers[:_NAMED]))
    more = f" and {len(teachers) - _NAMED} more" if len(teachers) > _NAMED else ""
    return Problem(
        f"{delivery.moodle.name}: record course '{course}'",
        f"not enrolled, and so given nothing: teachers {named}{more}",
        "",
        "Best: 'Cohort sync' (群同步) with the teachers' cohort as an enrolment method of the "
        f"course. Or let this program enrol them: {ENROL_USERS} in the service, enrol/manual:enrol "
        "and moodle/role:assign in the role, the student role under 'Allow role assignments', and "
        "'Manual enrolments' among the course's enrolment methods",
    )
