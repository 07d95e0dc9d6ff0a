"""Grades of assignments: from the assignment where that is the truth, else from the gradebook.

``mod_assign_get_grades`` shows grades that are not released, blind ones and −1, and forgets the
grade of a reopened attempt; so it is asked about plain assignments only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from moodle_cpd.model.fact import Fact, FactKind, from_timestamp
from moodle_cpd.moodle.replies import AssignmentGrade
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.gradebook import Pair, read_lines, without_empty
from moodle_cpd.pull.overrides import Overrides, lines_of
from moodle_cpd.pull.portions import Answered, Portion, portions
from moodle_cpd.pull.reading import Reading, source
from moodle_cpd.pull.sizes import Sizes
from moodle_cpd.pull.watermarks import Stream

_GRADES = "mod_assign_get_grades"
_ROWS = 10_000


def read_grades(
    reading: Reading,
    catalogue: Catalogue,
    sizes: Sizes,
    works: Sequence[Work],
    teachers: Sequence[int],
) -> None:
    """Read the grades of assignments marked with points.

    A grade that was taken away becomes a version of unknown value; one that is merely not shown
    any more stays.
    """
    span = reading.marks.span(Stream.GRADES)
    marked = [work for work in works if work.has_points]
    covered: set[int] = set()
    whole: set[int] = set()
    suspects: set[Pair] = set()
    overrides = Overrides(reading, marked)
    reading.progress.start("grades", len(marked))
    for portion in portions(reading, sizes, Stream.GRADES, marked, _ROWS):
        if portion.since == 0:
            whole |= {work.course for work in portion.works if not work.settings.is_plain}
        answered, changed = _read_portion(reading, portion, frozenset(teachers), overrides)
        covered |= answered
        suspects |= {pair for pair in changed if pair[0] not in reading.suspended}
        reading.progress.advance(len(portion.works))
    of = lines_of(marked)
    pairs = chain(
        ((t, course) for course in sorted(whole) for t in catalogue.enrolled(course)),
        sorted((pair for pair in suspects if pair[1] not in whole), key=lambda pair: pair[::-1]),
    )
    failed = read_lines(reading, of, pairs, overrides.keep)
    if overrides.due:
        failed |= overrides.search(catalogue, of)
    others = [work for work in marked if not work.settings.is_plain]
    covered -= {work.settings.id for work in others if work.course in failed}
    reading.marks.close(Stream.GRADES, span, covered)


def _read_portion(
    reading: Reading, portion: Portion, teachers: frozenset[int], overrides: Overrides
) -> tuple[set[int], set[Pair]]:
    """Read the grades of some assignments.

    Returns:
        Ids of the assignments that were answered; and teacher and course of grades whose truth
        stands in the gradebook.
    """
    works, since = portion.works, portion.since
    of = {work.settings.id: work for work in works if since or work.settings.is_plain}
    facts: list[Fact] = []
    changed: set[Pair] = set()
    answered = Answered(reading, _GRADES)
    for reply in reading.moodle.grades(sorted(of), since):
        answered.by_warnings(reply.warnings)
        for assignment in reply.assignments:
            work = of.get(assignment.assignmentid)
            if work is None:
                continue
            answered.ids.add(assignment.assignmentid)
            found = [grade for grade in assignment.grades if grade.userid in teachers]
            overrides.look_up({grade.userid for grade in found})
            for grade in found:
                by_hand = overrides.holds(grade.userid, work.settings.cmid)
                if work.settings.is_plain and not by_hand:
                    facts.append(_from_assignment(reading.site, work, grade))
                else:
                    changed.add((grade.userid, work.course))
    reading.record(without_empty(reading, facts))
    return answered.close(of) | {w.settings.id for w in works if w.settings.id not in of}, changed


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


def _fact(site: str, teacher: int, work: Work) -> Fact:
    return Fact(FactKind.GRADE, site, teacher, work.course, work.settings.cmid)
