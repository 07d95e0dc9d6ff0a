"""Grades of assignments: from the assignment where that is the truth, else from the gradebook.

``mod_assign_get_grades`` shows grades that are not released, blind ones and −1, and forgets the
grade of a reopened attempt; so it is asked about plain assignments only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from moodle_cpd.errors import CpdError
from moodle_cpd.model.fact import Fact, FactKind, from_timestamp
from moodle_cpd.moodle.replies import AssignmentGrade, GradeItem, GradeItems
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.portions import Answered, Portion, portions
from moodle_cpd.pull.reading import Reading, parts, source
from moodle_cpd.pull.watermarks import Stream

_GRADES = "mod_assign_get_grades"
_GRADEBOOK = "gradereport_user_get_grade_items"
_ROWS = 10_000
_PAIRS = 200

_Pair = tuple[int, int]


def read_grades(
    reading: Reading, catalogue: Catalogue, works: Sequence[Work], teachers: Sequence[int]
) -> None:
    """Read the grades of assignments marked with points.

    A grade that was taken away becomes a version of unknown value; one that is merely not shown
    any more stays.
    """
    span = reading.marks.span(Stream.GRADES)
    marked = [work for work in works if work.has_points]
    covered: set[int] = set()
    suspects: set[_Pair] = set()
    reading.progress.start("grades", len(marked))
    for portion in portions(reading, Stream.GRADES, marked, _ROWS):
        if portion.since == 0:
            in_gradebook = {work.course for work in portion.works if not work.settings.is_plain}
            suspects |= {(t, course) for course in in_gradebook for t in catalogue.enrolled(course)}
        answered, changed = _read_portion(reading, portion, frozenset(teachers))
        covered |= answered
        suspects |= {pair for pair in changed if pair[0] not in reading.suspended}
        reading.progress.advance(len(portion.works))
    others = [work for work in marked if not work.settings.is_plain]
    failed = _read_gradebook(reading, others, sorted(suspects, key=lambda pair: pair[::-1]))
    covered -= {work.settings.id for work in others if work.course in failed}
    reading.marks.close(Stream.GRADES, span, covered)


def _read_portion(
    reading: Reading, portion: Portion, teachers: frozenset[int]
) -> tuple[set[int], set[_Pair]]:
    """Read the grades of some assignments.

    Returns:
        Ids of the assignments that were answered; and teacher and course of grades whose truth
        stands in the gradebook.
    """
    works, since = portion.works, portion.since
    of = {work.settings.id: work for work in works if since or work.settings.is_plain}
    facts: list[Fact] = []
    changed: set[_Pair] = set()
    answered = Answered(reading, _GRADES)
    for reply in reading.moodle.grades(sorted(of), since):
        answered.by_warnings(reply.warnings)
        for assignment in reply.assignments:
            work = of.get(assignment.assignmentid)
            if work is None:
                continue
            answered.ids.add(assignment.assignmentid)
            found = [grade for grade in assignment.grades if grade.userid in teachers]
            if work.settings.is_plain:
                facts += [_from_assignment(reading.site, work, grade) for grade in found]
            else:
                changed |= {(grade.userid, work.course) for grade in found}
    reading.record(_without_empty(reading, facts))
    return answered.close(of) | {w.settings.id for w in works if w.settings.id not in of}, changed


def _read_gradebook(reading: Reading, works: Sequence[Work], pairs: Sequence[_Pair]) -> set[int]:
    """Read the gradebook of teachers in courses.

    Returns:
        Courses in which Moodle refused some of it.
    """
    of = {work.settings.id: work for work in works}
    failed: set[int] = set()
    reading.progress.start("gradebook", len(pairs))
    for part in parts(pairs, _PAIRS):
        facts = []
        for (teacher, course), answer in reading.moodle.grade_items(part):
            if isinstance(answer, CpdError):
                reading.tally.skip(answer, f"teacher {teacher} in course {course}")
                failed.add(course)
            else:
                facts += [
                    _from_gradebook(reading.site, teacher, of[item.iteminstance], item)
                    for item in _items(answer, teacher)
                    if item.iteminstance in of
                ]
        reading.record(_without_empty(reading, facts))
        reading.progress.advance(len(part))
    return failed


def _without_empty(reading: Reading, facts: list[Fact]) -> list[Fact]:
    """Leave out facts without a value, unless they take one away that stands."""
    empty = {fact.teacher for fact in facts if fact.value is None}
    if not empty:
        return facts
    known = {
        fact.subject
        for _, group in reading.ledger.facts(reading.site, empty)
        for fact in group
        if fact.kind is FactKind.GRADE
    }
    return [fact for fact in facts if fact.value is not None or fact.subject in known]


def _from_assignment(site: str, work: Work, grade: AssignmentGrade) -> Fact:
    points = grade.grade if grade.grade is not None and grade.grade >= 0 else None
    return replace(
        _fact(site, grade.userid, work),
        attempt=grade.attemptnumber,
        at=from_timestamp(grade.timemodified),
        value=points,
        maximum=Decimal(work.settings.grade),
        source=source(
            _GRADES,
            assignmentid=work.settings.id,
            attemptnumber=grade.attemptnumber,
            grade=grade.grade,
            timemodified=grade.timemodified,
        ),
    )


def _from_gradebook(site: str, teacher: int, work: Work, item: GradeItem) -> Fact:
    return replace(
        _fact(site, teacher, work),
        at=from_timestamp(item.gradedategraded),
        value=item.graderaw,
        maximum=item.grademax,
        source=source(
            _GRADEBOOK,
            id=item.id,
            graderaw=item.graderaw,
            grademax=item.grademax,
            gradedategraded=item.gradedategraded,
        ),
    )


def _fact(site: str, teacher: int, work: Work) -> Fact:
    return Fact(FactKind.GRADE, site, teacher, work.course, work.settings.cmid)


def _items(answer: GradeItems, teacher: int) -> list[GradeItem]:
    return [
        item
        for user in answer.usergrades
        if user.userid == teacher
        for item in user.gradeitems
        if item.itemmodule == "assign"
        # Without the capability to see hidden grades, a hidden one looks like none.
        and not (item.gradeishidden and item.graderaw is None)
    ]
