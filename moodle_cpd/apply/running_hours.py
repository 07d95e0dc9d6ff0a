"""Running hours: grade and comment of many teachers, of which Moodle tells nobody.

The intents of all are on disk before a request leaves. What was not seen to return is written
again by the next run, which changes nothing where it had arrived: nobody hears of either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.grades import all_rescaled, is_rescaled, rescaled_problem, same_grade
from moodle_cpd.apply.hours_activity import find_hours_activity
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import RecordActivity, grade_items, holdings, place_of
from moodle_cpd.errors import CpdError, SkipError, TransientError
from moodle_cpd.model.progress import Progress
from moodle_cpd.model.running_hours import HoursPlace, HoursShown, HoursUpdate
from moodle_cpd.moodle.parallel import even_parts, side_by_side
from moodle_cpd.moodle.replies import GradeItem
from moodle_cpd.moodle.site import chunks
from moodle_cpd.moodle.writer import QUIET_MARKS, TOLD, Mark
from moodle_cpd.problems import Problem

_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Board:
    """One assignment in which hours are shown, and what we know to have written there."""

    delivery: Delivery
    name: str
    place: str
    activity: RecordActivity
    enrolled: frozenset[int]
    marks: Marks
    known: Mapping[HoursPlace, Sequence[HoursShown]]
    meant: Mapping[HoursPlace, HoursShown]


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is written for one teacher, and what the ledger will say of it."""

    row: HoursShown
    mark: Mark


def show_running_hours(
    delivery: Delivery, updates: Sequence[HoursUpdate], progress: Progress
) -> int:
    """Write running hours and read them back.

    Args:
        delivery: the run; it hears of problems.
        updates: of a plan, in its order.
        progress: hears of each.

    Returns:
        How many were read back from Moodle.

    Raises:
        SiteError: the site stopped answering; the next run writes again what was under way.
    """
    shown = 0
    for (course, activity), group in groupby(updates, key=lambda each: each.place[1:]):
        own = list(group)
        heard = 0
        try:
            board = _board(delivery, course, activity, own)
            for part in chunks(own, QUIET_MARKS * delivery.moodle.client.site.parallel):
                shown += _write(board, part)
                heard += len(part)
                progress.advance(len(part))
        except SkipError as error:
            delivery.problems += error.problems
            progress.advance(len(own) - heard)
    return shown


def _board(
    delivery: Delivery, course: str, activity: str, updates: Sequence[HoursUpdate]
) -> _Board:
    found = find_hours_activity(delivery.moodle, course, activity)
    enrolled = delivery.moodle.enrolled(found.course)
    outside = sorted({each.place.teacher for each in updates} - enrolled)
    if outside:
        delivery.problems.append(_outside(delivery, course, outside))
    site, ledger = delivery.moodle.name, delivery.ledger
    meant = ledger.hours_meant(site)
    known: dict[HoursPlace, list[HoursShown]] = {}
    for rows in (ledger.hours_shown(site), meant):
        for place, row in rows.items():
            known.setdefault(place, []).append(row)
    places = [each.place for each in updates]
    _hush_first(delivery, found, enrolled, places, meant)
    marks = Marks(delivery.moodle, found.assignment.id)
    marks.look()
    in_words = place_of(delivery.moodle, course, activity)
    here = [row for place, rows in known.items() if place[1:] == (course, activity) for row in rows]
    held = ((marks.of(row.place.teacher), row) for row in here)
    then = all_rescaled(
        ((mark.grade, row.grade, row.maximum) for mark, row in held if mark is not None),
        found.assignment.grade,
    )
    if then is not None:
        raise SkipError(rescaled_problem(in_words, then, found.assignment.grade))
    return _Board(delivery, activity, in_words, found, enrolled, marks, known, meant)


def _hush_first(
    delivery: Delivery,
    found: RecordActivity,
    enrolled: frozenset[int],
    places: Sequence[HoursPlace],
    meant: Collection[HoursPlace],
) -> None:
    """Mark as told whom a run that was cut off may have written, and see that this may be done.

    If the account may not, nothing may be written: Moodle would tell everybody.
    """
    unsure = [place.teacher for place in places if place in meant]
    inside = [place.teacher for place in places if place.teacher in enrolled]
    for part in chunks(unsure or inside[:1], TOLD):
        delivery.writer.mark_told(found.assignment.id, part)


def _write(board: _Board, part: Sequence[HoursUpdate]) -> int:
    """Write a part, as many requests as may run side by side; how many were read back."""
    delivery = board.delivery
    wanted = [each for each in part if each.place.teacher in board.enrolled]
    teachers = [each.place.teacher for each in wanted]
    items = grade_items(delivery.moodle, board.activity, teachers, delivery.problems)
    empty = _empty_rows(board, teachers)
    ready: list[_Ready] = []
    rescaled: dict[int, None] = {}
    for update in wanted:
        item = items.get(update.place.teacher)
        if item is None:
            continue
        found = _foreign(board, update.place, item, empty)
        then = _rescaled(board, update.place, item) if found else None
        if then is not None:
            rescaled[then] = None
        elif found:
            delivery.problems.append(_left_alone(board, update.place, found))
        else:
            ready.append(_ready(board, update))
    maximum = board.activity.assignment.grade
    delivery.problems += [rescaled_problem(board.place, then, maximum) for then in rescaled]
    # The intent takes the place of an earlier one, which may be what stands there.
    arrived = [row for each in ready if (row := _arrived(board, each.row.place)) is not None]
    if arrived:
        delivery.ledger.settle_hours(delivery.moodle.name, arrived)
    delivery.ledger.mean_hours(delivery.moodle.name, [each.row for each in ready])
    return _read_back(board, _send(board, ready))


def _ready(board: _Board, update: HoursUpdate) -> _Ready:
    delivery = board.delivery
    # Above the maximum Moodle would store −1; the comment says the whole number.
    grade = min(update.amount, Decimal(board.activity.assignment.grade))
    row = HoursShown(
        update.place,
        update.scheme,
        update.period,
        update.amount,
        grade,
        update.text_sha256,
        update.grounds,
        delivery.moodle.info.userid,
        delivery.clock(),
        board.activity.assignment.grade,
    )
    return _Ready(row, Mark(update.place.teacher, grade, update.text, 0))


def _empty_rows(board: _Board, teachers: Sequence[int]) -> set[int]:
    """Teachers whose row of marks holds nothing: opening Moodle's grader makes such rows."""
    bare = []
    for teacher in teachers:
        row = board.marks.of(teacher)
        if row is not None and (row.grade is None or row.grade < 0):
            bare.append(teacher)
    if not bare:
        return set()
    held, problems = holdings(board.delivery.moodle, board.activity, bare, board.marks)
    board.delivery.problems += problems
    return {teacher for teacher, holding in held.items() if holding.is_empty}


def _foreign(board: _Board, place: HoursPlace, item: GradeItem, empty: set[int]) -> str:
    """What stands there that we did not write, in words; empty where all of it is ours."""
    if item.locked or item.gradeislocked:
        return "its grade is locked"
    if item.gradeisoverridden:
        return "its grade was set by a person in the gradebook"
    row = board.marks.of(place.teacher)
    ours = board.known.get(place, ())
    in_book = [each for each in ours if same_grade(item.graderaw, each.grade, none=True)]
    if row is None or place.teacher in empty:
        return "" if in_book or item.graderaw is None else "it has a grade of another hand"
    marked = [
        each for each in ours if same_grade(row.grade, each.grade) and row.grader == each.account
    ]
    return "" if marked and in_book else "it has a grade or comment of another hand"


def _rescaled(board: _Board, place: HoursPlace, item: GradeItem) -> int | None:
    """The maximum under which a grade of ours was written that Moodle scaled since."""
    row, now = board.marks.of(place.teacher), board.activity.assignment.grade
    if row is None or item.locked or item.gradeislocked or item.gradeisoverridden:
        return None
    for each in board.known.get(place, ()):
        held = (item.graderaw, row.grade)
        if each.account == row.grader and is_rescaled(held, each.grade, each.maximum, now):
            return each.maximum
    return None


def _arrived(board: _Board, place: HoursPlace) -> HoursShown | None:
    """What an earlier run did not see return, and stands there."""
    row = board.marks.of(place.teacher)
    if row is None:
        return None
    ours = board.known.get(place, ())
    here = next((each for each in ours if same_grade(row.grade, each.grade)), None)
    return here if here is board.meant.get(place) else None


def _send(board: _Board, ready: Sequence[_Ready]) -> list[_Ready]:
    """Send what is ready; those whose writing returned, and of which Moodle tells nobody."""
    delivery = board.delivery
    left = list(ready)
    done: list[_Ready] = []
    while left:
        parts = even_parts(left, QUIET_MARKS, delivery.moodle.client.site.parallel)
        left = []
        delivery.writes += len(parts)
        for part, answer in zip(parts, _answers(board, parts), strict=True):
            if isinstance(answer, CpdError):
                _hush(board, part)
                delivery.went(answer)
                continue
            good = [each for each, error in zip(part, answer, strict=False) if error is None]
            done += good
            if len(good) < len(answer):
                # Saved perhaps, and not marked as told.
                _hush(board, [part[len(good)]])
                delivery.went(answer[-1])
            else:
                delivery.went(None)
            left += part[len(answer) :]
    return done


def _answers(
    board: _Board, parts: Sequence[Sequence[_Ready]]
) -> Iterator[list[CpdError | None] | CpdError]:
    delivery, assignment = board.delivery, board.activity.assignment.id

    def send(part: Sequence[_Ready]) -> list[list[CpdError | None] | CpdError]:
        try:
            marks = [each.mark for each in part]
            return [delivery.writer.save_quietly(assignment, marks)]
        except CpdError as error:
            return [error]

    return side_by_side(delivery.moodle.client.site.parallel, parts, send)


def _hush(board: _Board, part: Sequence[_Ready]) -> None:
    """Mark as told whoever may have been written; what can't be reached now is not told twice."""
    try:
        teachers = [each.mark.teacher for each in part]
        board.delivery.writer.mark_told(board.activity.assignment.id, teachers)
    except TransientError:
        return  # The failure that led here says that the site does not answer.


def _read_back(board: _Board, done: Sequence[_Ready]) -> int:
    if not done:
        return 0
    delivery = board.delivery
    teachers = [each.mark.teacher for each in done]
    board.marks.look()
    items = grade_items(delivery.moodle, board.activity, teachers, delivery.problems)
    there = []
    for each in done:
        teacher = each.mark.teacher
        item, row = items.get(teacher), board.marks.of(teacher)
        if item is None:
            continue
        arrived = same_grade(item.graderaw, each.row.grade) and row is not None
        if arrived and row is not None and row.grader == each.row.account:
            there.append(each.row)
        else:
            where = f"{delivery.moodle.name}: teacher {teacher}"
            found = f"running hours did not reach the gradebook of '{board.name}'"
            hint = "Look at the teacher's grade there; the next run writes them again"
            delivery.problems.append(Problem(where, found, "", hint))
    delivery.ledger.settle_hours(delivery.moodle.name, there)
    return len(there)


def _left_alone(board: _Board, place: HoursPlace, found: str) -> Problem:
    return Problem(
        f"{board.delivery.moodle.name}: teacher {place.teacher}",
        f"running hours in '{board.name}' are left as they are: {found}",
        "",
        "What a person wrote is not overwritten. To have hours shown again, take it away there: "
        "no grade, no comment, and 'Overridden' and 'Locked' unticked in the gradebook",
    )


def _outside(delivery: Delivery, course: str, teachers: Sequence[int]) -> Problem:
    named = ", ".join(map(str, teachers[:_NAMED]))
    more = f" and {len(teachers) - _NAMED} more" if len(teachers) > _NAMED else ""
    return Problem(
        place_of(delivery.moodle, course, "").partition(",")[0],
        f"not enrolled, and so shown no running hours: teachers {named}{more}",
        "",
        "Best: 'Cohort sync' with the teachers' cohort as an enrolment method of the course",
    )
