"""Whether Moodle still shows, when all was read, what it showed at first.

A capability that is taken away while teachers' lists of courses are read makes the rest of the
lists empty, without an error; and an empty list looks like that of somebody enrolled nowhere. So
somebody whose list was filled is asked about once more.
"""

from __future__ import annotations

from typing import Final

from moodle_cpd.errors import CpdError
from moodle_cpd.problems import Problem
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.reading import Reading

_LIST: Final = "core_enrol_get_users_courses"
_WITNESSES: Final = 3
"""One of them may just have left all courses."""


def check_lists(reading: Reading, catalogue: Catalogue) -> None:
    """Note a problem where lists of courses were read, and nobody's is filled any more."""
    if not reading.lists_read:
        return
    witnesses: dict[int, None] = {}
    for course in catalogue.selected():
        witnesses |= dict.fromkeys(catalogue.some_enrolled(course.id, _WITNESSES))
        if len(witnesses) >= _WITNESSES:
            break
    if witnesses and not any(_is_shown(reading, each) for each in list(witnesses)[:_WITNESSES]):
        reading.tally.note(
            Problem(
                f"{reading.site}: {_LIST}",
                "lists of courses that were filled when the reading began are empty now, or tell "
                "nothing of completions; so other empty ones say nothing",
                "",
                "Allow moodle/course:viewparticipants and report/completion:view to the service "
                "account's role in the courses, and pull again",
            )
        )


def _is_shown(reading: Reading, teacher: int) -> bool:
    ((_, answer),) = reading.moodle.users_courses([teacher])
    if isinstance(answer, CpdError):
        return False
    return any(course.completed is not None for course in answer)
