"""Whose profile is to be read: all, or those that the custom report over users shows as changed.

The report only says whose profile changed; what stands in it is read from the profile, in the one
way in which it always is. A name too many in the report costs a reading, none too few can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Final

from moodle_cpd.ledger import of_teachers
from moodle_cpd.model.people import Person
from moodle_cpd.moodle import CallError, CustomReport
from moodle_cpd.moodle.reports import RANGE, can_filter
from moodle_cpd.problems import Problem
from moodle_cpd.pull.reading import Reading
from moodle_cpd.pull.watermarks import Stream

SOURCE: Final = "core_user\\reportbuilder\\datasource\\users"
USERNAME: Final = "Username"
FILTER: Final = "user:timemodified"
VISITED: Final = "user:lastaccess"
_SIZE: Final = 5000


@dataclass(frozen=True, slots=True)
class Changes:
    """Whose profile is to be read.

    Attributes:
        to_read: ids; None where everybody on the site is to be found and read.
        unchanged: ids of teachers whose profile is as it was known to be.
    """

    to_read: frozenset[int] | None
    unchanged: frozenset[int] = frozenset()

    @property
    def everybody(self) -> bool:
        """Whether all profiles are read."""
        return not self.unchanged


def changed_people(
    reading: Reading, wanted: frozenset[int] | None, known: Mapping[int, Person]
) -> Changes:
    """Whose profile is to be read.

    Args:
        reading: the pull.
        wanted: ids of the teachers; None where everybody on the site is one.
        known: people in the ledger, by id.
    """
    report = reading.settings.site.people_report
    span = reading.marks.span(Stream.PEOPLE)
    if wanted is None or report is None or span.full or not can_filter(reading.moodle):
        return Changes(wanted)
    try:
        names = _names(reading, report, FILTER, span.noted_since)
    except _NoUsersReportError as error:
        reading.tally.note(error.problem)
        return Changes(wanted)
    ids = {person.username: person.id for person in known.values()}
    changed = {ids[name] for name in names if name in ids}
    strangers = sorted(name for name in names if name not in ids)
    changed |= {user.id for user in reading.moodle.users_by_name(strangers)}
    covered = reading.ledger.covered(reading.site, of_teachers(Stream.PEOPLE))
    unchanged = (wanted & covered & frozenset(known)) - changed
    return Changes(wanted - unchanged, unchanged)


def visitors(reading: Reading, since: int) -> frozenset[int] | None:
    """Teachers who were on the site at a Unix time or later, and perhaps others.

    Where the report over users has no filter on the last access, everybody stands in it.

    Returns:
        Their ids; None where nothing tells.
    """
    report = reading.settings.site.people_report
    if report is None or not can_filter(reading.moodle):
        return None
    try:
        names = _names(reading, report, VISITED, since)
    except _NoUsersReportError:
        # Told when the people were read.
        return None
    known = reading.ledger.usernames(reading.site)
    return frozenset(id_ for id_, name in known.items() if name in names or not name)


class _NoUsersReportError(Exception):
    """The report can't be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _names(reading: Reading, report: int, by: str, since: int) -> set[str]:
    """User names in the report that pass a filter on a time: that Unix time or later."""
    where = f"{reading.site}: report {report}"
    custom = CustomReport(reading.moodle, report)
    filters = {f"{by}_operator": RANGE, f"{by}_from": since}
    names: set[str] = set()
    number, rows = 0, 0
    while True:
        try:
            page = custom.page(number, _SIZE, filters)
        except CallError as error:
            raise _NoUsersReportError(error.problems[0]) from None
        if page.details.source != SOURCE or USERNAME not in page.data.headers:
            raise _NoUsersReportError(
                Problem(
                    where,
                    "it is not about users, or has no column 'Username'; all profiles were read "
                    "instead",
                    "",
                    "Make one with the source 'Users', see docs/administrators/report.md",
                )
            )
        place = page.data.headers.index(USERNAME)
        names |= {unescape(row.columns[place] or "") for row in page.data.rows}
        rows += len(page.data.rows)
        number += 1
        if rows >= page.data.totalrowcount or not page.data.rows:
            return names - {""}
