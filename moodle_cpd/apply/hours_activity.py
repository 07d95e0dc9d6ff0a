"""The assignment in which running hours are shown, checked before anything is written there."""

from __future__ import annotations

from collections.abc import Iterator

from moodle_cpd.apply.record_activity import (
    RecordActivity,
    find_assignment,
    place_of,
    unfit,
)
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.client import BATCH_FUNCTION
from moodle_cpd.moodle.writer import SET_FLAGS
from moodle_cpd.problems import Problem

HOURS_FUNCTIONS = (BATCH_FUNCTION, SET_FLAGS)
"""Without both Moodle would tell each teacher of each change."""


def find_hours_activity(
    moodle: Moodle, course_idnumber: str, activity_idnumber: str
) -> RecordActivity:
    """Find the assignment by idnumbers and check that it fits.

    Raises:
        SkipError: it is not there, or writing there would be lost, be told to teachers, or bring
            more than a number to look at; all reasons.
    """
    place = place_of(moodle, course_idnumber, activity_idnumber)
    missing = [name for name in HOURS_FUNCTIONS if not moodle.allows(name)]
    if missing:
        raise SkipError(
            Problem(
                place,
                f"running hours are off: the service lacks {' and '.join(missing)}, and without "
                "it Moodle would send each teacher a message at each change",
                "",
                "Add it to the service's functions",
            )
        )
    found = find_assignment(moodle, course_idnumber, activity_idnumber)
    problems = [*unfit(place, found.assignment), *_completed(moodle, place, found)]
    if problems:
        raise SkipError(*problems)
    return found


def _completed(moodle: Moodle, place: str, found: RecordActivity) -> Iterator[Problem]:
    """A grade must not complete anything: completions are tracked, and badges hang on them."""
    for _, answer in moodle.activity_states(found.course, found.some[:1]):
        if isinstance(answer, CpdError):
            yield from answer.problems
            return
        tracked = {state.cmid for state in answer.statuses if state.tracking}
        if found.assignment.cmid in tracked:
            yield Problem(
                place,
                "its completion is tracked: hours on their way are no completion, and a badge "
                "may hang on it",
                "",
                "Set 'Completion conditions' to None in the assignment's settings",
            )
