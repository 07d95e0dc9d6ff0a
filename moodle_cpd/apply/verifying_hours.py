"""Running hours in the ledger against those in Moodle: one request for each assignment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from moodle_cpd.apply.grades import is_rescaled, rescaled_problem, same_grade
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import find_assignment, place_of
from moodle_cpd.config import RunningHoursSettings
from moodle_cpd.errors import SkipError
from moodle_cpd.model.award import AwardKey
from moodle_cpd.model.drift import Drift, DriftKind, Thing
from moodle_cpd.model.quantity import show
from moodle_cpd.model.running_hours import HoursPlace, HoursShown
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import AssignmentGrade
from moodle_cpd.problems import Problem


@dataclass
class ComparedHours:
    """What came of comparing running hours.

    Attributes:
        checked: how many were compared.
        drifts: the differences.
        missing: where nothing stands any more; it is planned anew once the ledger forgets it.
        problems: what could not be compared, and why.
    """

    checked: int = 0
    drifts: list[Drift] = field(default_factory=list)
    missing: list[HoursPlace] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def compare_hours(
    moodle: Moodle,
    wanted: Iterable[RunningHoursSettings],
    shown: Mapping[HoursPlace, HoursShown],
) -> ComparedHours:
    """Compare what was read back of running hours with the marks that are there now.

    Args:
        moodle: the site.
        wanted: which assignments; what stood in others is past.
        shown: what was last read back, by place.

    Raises:
        SiteError: the site stopped answering.
    """
    found = ComparedHours()
    for each in wanted:
        here = (each.course, each.activity)
        rows = [row for place, row in shown.items() if place[1:] == here]
        if not rows:
            continue
        try:
            activity = find_assignment(moodle, each.course, each.activity)
            marks = Marks(moodle, activity.assignment.id)
            marks.look()
        except SkipError as error:
            found.problems += error.problems
        else:
            place = place_of(moodle, each.course, each.activity)
            _compare(moodle.name, rows, marks, found, (place, activity.assignment.grade))
    return found


def _compare(
    site: str,
    rows: Sequence[HoursShown],
    marks: Marks,
    found: ComparedHours,
    here: tuple[str, int],
) -> None:
    """Compare the rows of one assignment; ``here``: it in words, and its maximum now."""
    place, maximum = here
    rescaled: dict[int, None] = {}
    found.checked += len(rows)
    for row in rows:
        mark = marks.of(row.place.teacher)
        if mark is None or mark.grade is None or mark.grade < 0:
            found.missing.append(row.place)
            found.drifts.append(_drift(site, row, DriftKind.MISSING, ""))
        elif mark.grader == row.account and is_rescaled(
            [mark.grade], row.grade, row.maximum, maximum
        ):
            rescaled[row.maximum] = None
        elif not same_grade(mark.grade, row.grade) or mark.grader != row.account:
            found.drifts.append(_drift(site, row, DriftKind.CHANGED, _words(mark)))
    found.problems += [rescaled_problem(place, then, maximum) for then in rescaled]


def _words(mark: AssignmentGrade) -> str:
    return f"{'-' if mark.grade is None else show(mark.grade)} by user {mark.grader}"


def _drift(site: str, row: HoursShown, kind: DriftKind, found: str) -> Drift:
    key = AwardKey(site, row.place.teacher, row.scheme, row.period, row.place.activity)
    due = f"{show(row.grade)} by user {row.account}"
    return Drift(key, Thing.HOURS, kind, "", due, found)
