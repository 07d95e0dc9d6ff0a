"""A record activity whose grades Moodle scaled takes nothing until they are scaled back."""

from __future__ import annotations

from moodle_cpd.apply.comparing import STANDING
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.grades import all_rescaled, rescaled_problem
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import RecordActivity, place_of
from moodle_cpd.apply.written import written_by_serial
from moodle_cpd.errors import SkipError


def refuse_beside_rescaled(
    delivery: Delivery, course: str, target: str, activity: RecordActivity, marks: Marks
) -> None:
    """See that certificates may be handed over in an activity.

    Args:
        delivery: the run.
        course: idnumber of the record course.
        target: idnumber of the activity.
        activity: the activity.
        marks: its marks; looked at here.

    Raises:
        SkipError: somebody changed its maximum, and Moodle scaled what stands there. A grade that
            is written now would be scaled on the way back.
    """
    marks.look()
    site, ledger = delivery.moodle.name, delivery.ledger
    handed = written_by_serial(ledger.journal(site))
    rows = []
    for award in ledger.awards(site).values():
        written, mark = handed.get(award.serial), marks.of(award.key.teacher)
        here = (award.course, award.target) == (course, target) and award.state in STANDING
        if here and written is not None and mark is not None:
            rows.append((mark.grade, written.grade, written.maximum))
    now = activity.assignment.grade
    then = all_rescaled(rows, now)
    if then is not None:
        raise SkipError(rescaled_problem(place_of(delivery.moodle, course, target), then, now))
