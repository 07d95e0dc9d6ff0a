"""Where running hours are shown: is the assignment there, does it fit, would Moodle keep quiet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from moodle_cpd.apply.hours_activity import find_hours_activity
from moodle_cpd.config import RunningHoursSettings
from moodle_cpd.doctor.finding import Finding, lack, ok, warning
from moodle_cpd.doctor.routes import most_hours, open_to_teachers
from moodle_cpd.errors import SkipError
from moodle_cpd.menus import ASSIGNMENT
from moodle_cpd.moodle import CallError, Moodle
from moodle_cpd.rules import Rulebook

_FULL_SCORE = Decimal(100)


def hours_checks(
    moodle: Moodle, rulebook: Rulebook, wanted: RunningHoursSettings
) -> Iterator[Finding]:
    """Whether the assignment of one scheme's running hours is there and set up for them."""
    check = check_name(wanted)
    try:
        activity = find_hours_activity(moodle, wanted.course, wanted.activity)
    except CallError:
        raise  # Whoever runs the check says what would mend it.
    except SkipError as error:
        for problem in error.problems:
            found = f"{problem.where.partition(': ')[2]}: {problem.found}"
            yield lack(check, found, problem.hint)
        return
    assignment, enrolled = activity.assignment, len(moodle.enrolled(activity.course))
    yield ok(
        check,
        f"assignment {assignment.id}, maximum grade {assignment.grade}, "
        f"{enrolled} enrolled; feedback comments on, completion not tracked",
    )
    yield from open_to_teachers(moodle, activity, check)
    hours = wanted.grade == "hours"
    most = most_hours(rulebook, wanted.scheme) if hours else _FULL_SCORE
    if most > assignment.grade:
        yield warning(
            f"{check}:grade",
            f"the maximum grade is {assignment.grade}, and up to {most} {wanted.grade} are to be "
            "shown: more than the maximum stands in the comment alone",
            f"Raise Grade > Maximum grade: {ASSIGNMENT}",
        )


def check_name(wanted: RunningHoursSettings) -> str:
    """The id of the check of one assignment."""
    return f"running-hours:{wanted.activity}"
