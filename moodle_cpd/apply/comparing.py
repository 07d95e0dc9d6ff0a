"""One target in Moodle against the awards that went there: in bulk, without writing anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from moodle_cpd.apply.badges import of_teacher
from moodle_cpd.apply.grades import is_rescaled, rescaled_problem, same_grade
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import RecordActivity, grade_items
from moodle_cpd.apply.written import Written
from moodle_cpd.errors import CpdError
from moodle_cpd.model.award import Award, AwardKey, AwardState
from moodle_cpd.model.drift import Drift, DriftKind, Thing
from moodle_cpd.model.quantity import show
from moodle_cpd.moodle import Moodle
from moodle_cpd.problems import Problem

STANDING = frozenset({AwardState.ISSUED, AwardState.CONFIRMED})
GONE = frozenset({AwardState.WITHDRAWN})

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Target:
    """Where awards of one kind and period went.

    Attributes:
        kind: an award key of it, whose teacher says nothing.
        awards: by teacher; in any state.
        badge: the badge's name in Moodle; empty where none hangs on it.
    """

    kind: AwardKey
    awards: Mapping[int, Award]
    badge: str

    def of(self, *states: AwardState) -> list[Award]:
        """The awards in these states."""
        return [award for award in self.awards.values() if award.state in states]

    def drift(self, teacher: int, thing: Thing, kind: DriftKind, due: str, found: str) -> Drift:
        """A difference at one teacher."""
        award = self.awards.get(teacher)
        key = AwardKey(self.kind.site, teacher, self.kind.scheme, self.kind.period, self.kind.award)
        return Drift(key, thing, kind, "" if award is None else award.serial, due, found)


@dataclass
class Comparison:
    """What was found so far.

    Attributes:
        drifts: the differences.
        problems: what could not be compared.
        checked: awards that were compared.
    """

    drifts: list[Drift] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    checked: int = 0


def compare_badges(
    moodle: Moodle, target: Target, shown: Collection[int], into: Comparison
) -> None:
    """Badges that teachers were seen to hold, and now are not.

    Args:
        moodle: the site.
        target: with its awards.
        shown: ids of teachers who are known to hold the badge, and need not be asked about.
        into: what is found goes there.
    """
    if not target.badge:
        return
    confirmed = (award.key.teacher for award in target.of(AwardState.CONFIRMED))
    teachers = [teacher for teacher in confirmed if teacher not in shown]
    for teacher, answer in moodle.badges(teachers, target.badge):
        if isinstance(answer, CpdError):
            into.problems += (of_teacher(teacher, each) for each in answer.problems)
        elif not answer.shows(target.badge):
            into.drifts.append(
                target.drift(teacher, Thing.BADGE, DriftKind.UNSEEN, target.badge, "")
            )


def compare_members(members: frozenset[int], target: Target, into: Comparison) -> None:
    """Members of a cohort."""
    name = target.badge
    for teacher, award in target.awards.items():
        if award.state in STANDING and teacher not in members:
            into.drifts.append(target.drift(teacher, Thing.MEMBER, DriftKind.MISSING, name, ""))
        elif award.state in GONE and teacher in members:
            into.drifts.append(target.drift(teacher, Thing.MEMBER, DriftKind.EXTRA, "", name))
    for teacher in sorted(members - target.awards.keys()):
        into.drifts.append(target.drift(teacher, Thing.MEMBER, DriftKind.EXTRA, "", name))


def compare_grades(
    moodle: Moodle,
    activity: RecordActivity,
    target: Target,
    written: Mapping[str, Written],
    marks: Marks,
    into: Comparison,
    place: str,
) -> None:
    """Grades in the assignment and in the gradebook.

    Args:
        moodle: the site.
        activity: the record activity.
        target: with its awards.
        written: what was handed over, by serial.
        marks: the activity's, just looked at.
        into: what is found goes there.
        place: the activity, in words.
    """
    awards = target.of(*STANDING, *GONE)
    teachers = [award.key.teacher for award in awards]
    items = grade_items(moodle, activity, teachers, into.problems)
    for award in awards:
        item = items.get(award.key.teacher)
        handed = written.get(award.serial)
        if item is None or handed is None:
            continue
        due = _ZERO if award.state in GONE else handed.grade
        row = marks.of(award.key.teacher)
        held = [item.graderaw, None if row is None else row.grade]
        then, now = handed.maximum, activity.assignment.grade
        if is_rescaled(held, due, then, now):
            into.problems.append(rescaled_problem(place, then, now))
            continue
        into.drifts += _grade(target, award, due, held)
    for teacher in marks.teachers():
        row = marks.of(teacher)
        if teacher not in target.awards and row is not None and (row.grade or _ZERO) > 0:
            found = show(row.grade or _ZERO)
            into.drifts.append(target.drift(teacher, Thing.GRADE, DriftKind.EXTRA, "", found))


def _grade(
    target: Target, award: Award, due: Decimal, held: Sequence[Decimal | None]
) -> Iterator[Drift]:
    """Gradebook and assignment against what is due."""
    teacher, shown = award.key.teacher, show(due)
    graded = [grade for grade in held if grade is not None and grade >= 0]
    if not graded:
        if award.state in STANDING:
            yield target.drift(teacher, Thing.GRADE, DriftKind.MISSING, shown, "")
        return
    other = [grade for grade in graded if not same_grade(grade, due)]
    if other or len(graded) < len(held):
        found = show(other[0]) if other else "not in the gradebook"
        yield target.drift(teacher, Thing.GRADE, DriftKind.CHANGED, shown, found)


def compare_files(
    hashes: Mapping[int, str | None],
    target: Target,
    written: Mapping[str, Written],
    into: Comparison,
) -> None:
    """Feedback files, by their bytes.

    Args:
        hashes: by teacher SHA-1 or SHA-256 of the file of the due name, None where there is none;
            a teacher who was not looked at is missing.
        target: with its awards.
        written: what was handed over, by serial.
        into: what is found goes there.
    """
    for award in target.of(*STANDING):
        teacher, handed = award.key.teacher, written.get(award.serial)
        if handed is None or teacher not in hashes:
            continue
        found = hashes[teacher]
        if found is None:
            into.drifts.append(
                target.drift(teacher, Thing.FILE, DriftKind.MISSING, handed.file, "")
            )
        elif found not in {handed.sha1, handed.sha256}:
            into.drifts.append(
                target.drift(teacher, Thing.FILE, DriftKind.CHANGED, handed.file, found[:12])
            )
