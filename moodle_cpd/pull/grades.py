"""Grades of assignments: from the assignment where that is the truth, else from the gradebook.

``mod_assign_get_grades`` shows grades that are not released, blind ones and −1, and forgets the
grade of a reopened attempt; so it is asked about plain assignments only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from moodle_cpd.errors import CpdError
from moodle_cpd.model.fact import Fact, FactKind, from_timestamp
from moodle_cpd.moodle.replies import AssignmentGrade, CallWarning, GradeItem, GradeItems
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.reading import Reading, parts, source
from moodle_cpd.pull.watermarks import Stream

_GRADES = "mod_assign_get_grades"
_GRADEBOOK = "gradereport_user_get_grade_items"
_ASSIGNMENTS = 2
_KNOWN = 300
_PAIRS = 200
_NO_ACCESS = "1"

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
    for part, since in portions(reading, Stream.GRADES, marked, _ASSIGNMENTS):
        if since == 0:
            in_gradebook = {work.course for work in part if not work.settings.is_plain}
            suspects |= {(t, course) for course in in_gradebook for t in catalogue.enrolled(course)}
        answered, changed = _read_part(reading, part, since, frozenset(teachers))
        covered |= answered
        suspects |= {pair for pair in changed if pair[0] not in reading.suspended}
        reading.progress.advance(len(part))
    others = [work for work in marked if not work.settings.is_plain]
    failed = _read_gradebook(reading, others, sorted(suspects, key=lambda pair: pair[::-1]))
    covered -= {work.settings.id for work in others if work.course in failed}
    reading.marks.close(Stream.GRADES, span, covered)


def _read_part(
    reading: Reading, part: Sequence[Work], since: int, teachers: frozenset[int]
) -> tuple[set[int], set[_Pair]]:
    """Read the grades of some assignments that were given since a Unix time, 0: all.

    Returns:
        Ids of the assignments that were answered; and teacher and course of grades whose truth
        stands in the gradebook.
    """
    of = {work.settings.id: work for work in part if since or work.settings.is_plain}
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
    return answered.close(of) | {w.settings.id for w in part if w.settings.id not in of}, changed


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


def portions(
    reading: Reading, stream: Stream, works: Sequence[Work], size: int
) -> Iterator[tuple[Sequence[Work], int]]:
    """Assignments in the portions in which they are asked about, with the Unix time since when.

    What the watermark doesn't hold for is asked about from its beginning: an assignment that is
    new or was refused, one whose settings were changed, one in a course of a newcomer.
    """
    span = reading.marks.span(stream)
    newcomers = frozenset() if span.full else reading.marks.newcomers(stream)
    entered = {
        course
        for course in {work.course for work in works}
        if newcomers.intersection(reading.ledger.enrolled(reading.site, course))
    }
    known = [
        work
        for work in works
        if work.settings.id in span.covered
        and not span.is_changed_since(work.settings.timemodified)
        and work.course not in entered
    ]
    others = [work for work in works if work not in known]
    for portion in parts(others, size):
        yield portion, 0
    for portion in parts(known, _KNOWN):
        yield portion, span.since_seconds


class Answered:
    """Of which assignments an answer came, and of which Moodle refused one.

    Args:
        reading: the pull; hears what is missing.
        function: what was asked.

    Attributes:
        ids: of those answered so far.
    """

    def __init__(self, reading: Reading, function: str) -> None:
        self.ids: set[int] = set()
        self._reading = reading
        self._where = f"{reading.site}: {function}"
        self._warned: set[int] = set()
        self._refused: set[int] = set()

    def by_warnings(self, warnings: Iterable[CallWarning]) -> None:
        """A warning is an answer too: that there is nothing, or that there is no access."""
        for warning in warnings:
            self._warned.add(warning.itemid)
            if warning.warningcode == _NO_ACCESS:
                self._refused.add(warning.itemid)

    def close(self, asked: Iterable[int]) -> set[int]:
        """Note what is missing.

        Returns:
            Ids of the assignments that were answered without refusal.
        """
        self._reading.tally.missing(
            self._where,
            "Moodle gives no access to the assignments",
            self._refused,
            "Allow mod/assign:grade to the service account's role in their courses",
        )
        self._reading.tally.missing(
            self._where,
            "Moodle did not answer about the assignments",
            set(asked) - self.ids - self._warned,
            "Deleted ones are gone at the next pull; if they stay, ask the site's administrator",
        )
        return (self.ids | (self._warned & set(asked))) - self._refused


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
