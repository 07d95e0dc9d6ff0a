"""The gradebook: where it alone is the truth, teacher by teacher and course by course.

So are read assignments that are not plain, and everything else that is graded: quizzes and other
activities, and the total of a course, where the rules use them. Of those the gradebook tells no
news; but who was not on the site has no new grade in a quiz, and a total also moves where an
assignment was marked, which Moodle tells. What else somebody changed of theirs meanwhile is found
when everything is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from moodle_cpd.errors import CpdError
from moodle_cpd.model.catalogue import COURSE_TOTAL, Activity
from moodle_cpd.model.fact import Fact, FactKind, from_timestamp
from moodle_cpd.moodle.replies import GradeItem, GradeItems
from moodle_cpd.problems import Problem
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.changed_people import visitors
from moodle_cpd.pull.reading import Reading, parts, source
from moodle_cpd.pull.watermarks import Stream

GRADEBOOK: Final = "gradereport_user_get_grade_items"
_PAIRS: Final = 200
_ASSIGN: Final = "assign"

Pair = tuple[int, int]
"""Teacher and course."""

Line = tuple[str, int]
"""Type and instance: what a line of the gradebook is about."""


def graded_activities(items: Sequence[GradeItem]) -> list[Activity]:
    """What is graded with points besides assignments, from the lines of one gradebook.

    The total of a course is no activity of Moodle's; it goes by the number of its line, below 0.
    """
    found = []
    for item in items:
        line = _line(item)
        if line is None or line[0] == _ASSIGN or not item.shows_points or item.has_scale:
            continue
        type_, instance = line
        id_ = -item.id if type_ == COURSE_TOTAL else item.cmid
        if id_ is not None:
            name = item.itemname or "课程总评 Course total"
            found.append(Activity(id_, instance, item.idnumber or "", name, type_))
    return found


def read_gradebook(
    reading: Reading, catalogue: Catalogue, graded: Mapping[int, Sequence[Activity]]
) -> None:
    """Read grades of quizzes and the like, and totals of courses.

    Args:
        reading: the pull.
        catalogue: the courses.
        graded: by course what is read of it; nothing here are assignments.
    """
    wanted = {course: {each.id for each in some} for course, some in graded.items() if some}
    if not wanted:
        return
    marks = reading.marks
    span = marks.span(Stream.GRADEBOOK)
    new = {course for course, ids in wanted.items() if not ids <= span.covered}
    come = None if span.full else visitors(reading, span.noted_since)
    newcomers = marks.newcomers(Stream.GRADEBOOK)
    totals = {course for course, some in graded.items() if _has_total(some)} - new
    marked = set() if come is None else _marked(reading, catalogue, totals, span.noted_since)

    def pairs() -> Iterator[Pair]:
        for course in sorted(wanted):
            everybody = come is None or course in new
            for teacher in catalogue.enrolled(course):
                moved = teacher in (come or ()) or (teacher, course) in marked
                if everybody or moved or teacher in newcomers:
                    yield teacher, course

    of = {
        course: {(each.type, each.instance): each.id for each in some}
        for course, some in graded.items()
    }
    failed = read_lines(reading, of, pairs())
    covered = {id_ for course, ids in wanted.items() if course not in failed for id_ in ids}
    marks.close(Stream.GRADEBOOK, span, covered)


def _has_total(activities: Sequence[Activity]) -> bool:
    return any(each.type == COURSE_TOTAL for each in activities)


def _marked(
    reading: Reading, catalogue: Catalogue, courses: Collection[int], since: int
) -> set[Pair]:
    """Teacher and course of the assignments that were marked at a Unix time or later."""
    course_of = {
        activity.instance: course.id
        for course in catalogue.selected()
        for activity in course.activities
        if course.id in courses and activity.type == _ASSIGN
    }
    return {
        (grade.userid, course_of[assignment.assignmentid])
        for reply in reading.moodle.grades(sorted(course_of), since)
        for assignment in reply.assignments
        if assignment.assignmentid in course_of
        for grade in assignment.grades
    }


def read_lines(
    reading: Reading,
    of: Mapping[int, Mapping[Line, int]],
    pairs: Iterable[Pair],
    keep: Callable[[int, int, GradeItem], bool] = lambda *_: True,
) -> set[int]:
    """Read lines of the gradebook of teachers in courses.

    Args:
        reading: the pull.
        of: by course which lines, and of which activity each is.
        pairs: teachers and courses.
        keep: whether a line tells the truth, by teacher, activity and line.

    Returns:
        Courses in which Moodle refused some of it.
    """
    failed: set[int] = set()
    reading.progress.start("gradebook", None)
    for part in parts(pairs, _PAIRS):
        facts: list[Fact] = []
        for (teacher, course), answer in reading.moodle.grade_items(part):
            if isinstance(answer, CpdError):
                reading.tally.skip(answer, f"teacher {teacher} in course {course}")
                failed.add(course)
                continue
            lines = of.get(course, {})
            for line, item in _lines(answer):
                if line not in lines:
                    continue
                if not item.is_told:
                    _note_hidden(reading, course, item)
                elif keep(teacher, lines[line], item):
                    facts += _facts(reading.site, (teacher, course), lines[line], item)
        reading.record(without_empty(reading, facts))
        reading.progress.advance(len(part))
    return failed


def without_empty(reading: Reading, facts: list[Fact]) -> list[Fact]:
    """Leave out grades without a value, unless they take one away that stands."""
    empty = {fact.teacher for fact in facts if _is_empty(fact)}
    if not empty:
        return facts
    known = {
        fact.subject
        for _, group in reading.ledger.facts(reading.site, empty)
        for fact in group
        if fact.kind is FactKind.GRADE
    }
    return [fact for fact in facts if not _is_empty(fact) or fact.subject in known]


def _is_empty(fact: Fact) -> bool:
    return fact.kind is FactKind.GRADE and fact.value is None


def _facts(site: str, pair: Pair, activity: int, item: GradeItem) -> Iterator[Fact]:
    """The grade; and of a quiz, whose attempts Moodle tells nowhere in bulk, the handing in."""
    teacher, course = pair
    grade = Fact(
        FactKind.GRADE,
        site,
        teacher,
        course,
        activity,
        at=from_timestamp(item.gradedategraded),
        value=item.graderaw,
        maximum=item.grademax,
        source=source(
            GRADEBOOK,
            id=item.id,
            graderaw=item.graderaw,
            grademax=item.grademax,
            gradedategraded=item.gradedategraded,
        ),
    )
    yield grade
    handed_in = from_timestamp(item.gradedatesubmitted)
    if item.itemtype == "mod" and item.itemmodule != _ASSIGN and handed_in is not None:
        known_from = source(GRADEBOOK, id=item.id, gradedatesubmitted=item.gradedatesubmitted)
        yield replace(
            grade,
            kind=FactKind.SUBMISSION,
            at=handed_in,
            value=None,
            maximum=None,
            source=known_from,
        )


def _lines(answer: GradeItems) -> Iterator[tuple[Line, GradeItem]]:
    for user in answer.usergrades:
        for item in user.gradeitems:
            line = _line(item)
            if line is not None:
                yield line, item


def _note_hidden(reading: Reading, course: int, item: GradeItem) -> None:
    """Say once what keeps a course's totals from being read; what is known of them stands."""
    if item.itemtype == "course" and item.shows_points and not item.gradeneedsupdate:
        reading.tally.note(
            Problem(
                f"{reading.site}: {GRADEBOOK}",
                f"totals of course {course} are not told: hidden grades are in them",
                "",
                "Allow moodle/grade:viewhidden to the service account's role, or show these grades",
            )
        )


def _line(item: GradeItem) -> Line | None:
    """What a line is about; None for what has no one grade of its own."""
    if item.iteminstance is None:
        return None
    if item.itemtype == "course":
        return COURSE_TOTAL, item.iteminstance
    if item.itemtype == "mod" and item.itemmodule and not item.itemnumber:
        return item.itemmodule, item.iteminstance
    return None
