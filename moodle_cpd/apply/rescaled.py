"""A record activity whose grades Moodle scaled takes nothing until they are scaled back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

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
    now = activity.assignment.grade
    then = all_rescaled(_written_here(delivery, (course, target), marks), now)
    if then is not None:
        raise SkipError(rescaled_problem(place_of(delivery.moodle, course, target), then, now))


def _written_here(
    delivery: Delivery, place: tuple[str, str], marks: Marks
) -> Iterator[tuple[Decimal | None, Decimal, int]]:
    """Grades held, as written, and the maximum then; one by one, for mostly the first says all."""
    site, ledger = delivery.moodle.name, delivery.ledger
    for award in ledger.awards(site).values():
        mark = marks.of(award.key.teacher)
        if (award.course, award.target) == place and award.state in STANDING and mark is not None:
            written = written_by_serial(ledger.journal(site, award.key)).get(award.serial)
            if written is not None:
                yield mark.grade, written.grade, written.maximum
