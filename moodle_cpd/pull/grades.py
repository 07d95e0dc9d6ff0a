"""Grades of assignments: from the assignment where that is the truth, else from the gradebook.

``mod_assign_get_grades`` shows grades that are not released, blind ones and −1, and forgets the
grade of a reopened attempt; so it is asked about plain assignments only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from moodle_cpd.errors import CpdError
from moodle_cpd.model.fact import Fact, FactKind, from_timestamp
from moodle_cpd.moodle.replies import AssignmentGrade, CallWarning, GradeItem, GradeItems
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.reading import Reading, parts, source

_GRADES = "mod_assign_get_grades"
_GRADEBOOK = "gradereport_user_get_grade_items"
_ASSIGNMENTS = 10
_PAIRS = 200
_NO_ACCESS = "1"


def read_grades(
    reading: Reading, catalogue: Catalogue, works: Sequence[Work], teachers: Sequence[int]
) -> None:
    """Read the grades of assignments marked with points.

    A grade that was taken away becomes a version of unknown value; one that is merely not shown
    any more stays.
    """
    marked = [work for work in works if work.has_points]
    plain = [work for work in marked if work.settings.is_plain]
    others = [work for work in marked if not work.settings.is_plain]
    _read_plain(reading, plain, frozenset(teachers))
    _read_gradebook(reading, catalogue, others)


def _read_plain(reading: Reading, works: Sequence[Work], teachers: frozenset[int]) -> None:
    reading.progress.start("grades", len(works))
    for part in parts(works, _ASSIGNMENTS):
        of = {work.settings.id: work for work in part}
        facts = []
        answered: set[int] = set()
        for reply in reading.moodle.grades(sorted(of)):
            answered |= check_warnings(reading, _GRADES, reply.warnings)
            for assignment in reply.assignments:
                work = of.get(assignment.assignmentid)
                if work is None:
                    continue
                answered.add(assignment.assignmentid)
                facts += [
                    _from_assignment(reading.site, work, grade)
                    for grade in assignment.grades
                    if grade.userid in teachers
                ]
        check_answered(reading, _GRADES, set(of) - answered)
        reading.record(_without_empty(reading, facts))
        reading.progress.advance(len(part))


def _read_gradebook(reading: Reading, catalogue: Catalogue, works: Sequence[Work]) -> None:
    of = {work.settings.id: work for work in works}
    courses = sorted({work.course for work in works})
    pairs = [(teacher, course) for course in courses for teacher in catalogue.enrolled(course)]
    reading.progress.start("gradebook", len(pairs))
    for part in parts(pairs, _PAIRS):
        facts = []
        for (teacher, course), answer in reading.moodle.grade_items(part):
            if isinstance(answer, CpdError):
                reading.tally.skip(answer, f"teacher {teacher} in course {course}")
            else:
                facts += [
                    _from_gradebook(reading.site, teacher, of[item.iteminstance], item)
                    for item in _items(answer, teacher)
                    if item.iteminstance in of
                ]
        reading.record(_without_empty(reading, facts))
        reading.progress.advance(len(part))


def check_warnings(reading: Reading, function: str, warnings: Iterable[CallWarning]) -> set[int]:
    """Note assignments without access.

    Returns:
        Ids of all assignments that a warning is about, so that they count as answered.
    """
    seen = {warning.itemid for warning in warnings}
    refused = {warning.itemid for warning in warnings if warning.warningcode == _NO_ACCESS}
    reading.tally.missing(
        f"{reading.site}: {function}",
        "Moodle gives no access to the assignments",
        refused,
        "Allow mod/assign:grade to the service account's role in their courses",
    )
    return seen


def check_answered(reading: Reading, function: str, unanswered: set[int]) -> None:
    """Note assignments that were asked for and are not in the answer."""
    reading.tally.missing(
        f"{reading.site}: {function}",
        "Moodle did not answer about the assignments",
        unanswered,
        "Deleted ones are gone at the next pull; if they stay, ask the site's administrator",
    )


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
