"""Reading back what was handed over: grade, comment, completion, and the file with its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from html import escape

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.grades import same_grade
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import (
    Holding,
    RecordActivity,
    completions,
    grade_items,
)
from moodle_cpd.apply.stored_files import FilesReport, hashes_by_content
from moodle_cpd.config import AwardSettings
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.model.award import Award, AwardKey, AwardState
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.quantity import show
from moodle_cpd.moodle.replies import GradeItem
from moodle_cpd.problems import Problem

_UPLOADING = 120
"""Seconds from a file's upload to the grade that takes it; what took longer is fetched."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What should be in Moodle for one award.

    Attributes:
        serial: the certificate's number, which every comment of ours names.
        name: of the feedback file.
        sha256: of its bytes.
        sha1: of its bytes, by which Moodle keeps files; empty where it is not known.
        size: of it in bytes; 0 where only the hash is known.
        grade: hours or points.
    """

    serial: str
    name: str
    sha256: str
    size: int
    grade: Decimal
    sha1: str = ""


def grade_due(route: AwardSettings, hours: Decimal, decision: Decision) -> Decimal:
    """What is written as grade: the hours, or the score's total as it is shown.

    Args:
        route: says which of the two.
        hours: that stand on the certificate.
        decision: that earned it.

    Raises:
        SkipError: points are wanted and the scheme gives none.
    """
    if route.grade == "hours":
        return hours
    if decision.score is None:
        raise SkipError(
            Problem(
                f"{decision.site}: teacher {decision.teacher}",
                f"scheme '{decision.scheme}' gives no points to write as grade",
                "",
                'Set grade = "hours" in its [[awards]] table',
            )
        )
    return Decimal(show(decision.score.total))


def is_there(delivery: Delivery, held: Holding, award: Award, due: Handed) -> bool:
    """Whether grade and file are there, from a run that did not come to read them back.

    Only an award that was never read back is compared by its bytes: afterwards they are what
    reading back is about.
    """
    file = held.file(due.name)
    if file is None or not same_grade(held.grade, due.grade):
        return False
    if award.state is AwardState.ISSUED:
        return True
    stored = delivery.writer.download(file.fileurl, file.filesize)
    return sha256(stored).hexdigest() == due.sha256


def missing_of(
    delivery: Delivery,
    activity: RecordActivity,
    marks: Marks,
    handed: Mapping[AwardKey, Handed],
    before: Mapping[int, int],
) -> tuple[dict[AwardKey, list[str]], list[Problem]]:
    """What should be in Moodle and is not.

    Args:
        delivery: the run.
        activity: the record activity.
        marks: the activity's, looked at after the writing.
        handed: what should be there.
        before: by teacher when their row of marks had changed last before anything was written
            now, Unix time; who had none is missing.

    Returns:
        In the order of ``handed`` what is missing, nothing where all is there; who could not be
        read is left out and named in the problems.
    """
    problems: list[Problem] = []
    teachers = [key.teacher for key in handed]
    items = grade_items(delivery.moodle, activity, teachers, problems)
    problems += _uncommented(delivery, items, handed)
    states = completions(delivery.moodle, activity, teachers, problems)
    hashes: dict[int, str | None] = proven_by_hash(delivery, marks, handed, before)
    files = {
        key.teacher: (due.name, due.size)
        for key, due in handed.items()
        if key.teacher not in hashes
    }
    hashes |= hashes_by_content(delivery.moodle, delivery.writer, activity, marks, files, problems)
    found: dict[AwardKey, list[str]] = {}
    for key, due in handed.items():
        item = items.get(key.teacher)
        if item is None or key.teacher not in hashes:
            continue
        content = hashes[key.teacher]
        missing = found[key] = []
        if not same_grade(item.graderaw, due.grade):
            missing.append("the grade did not reach the gradebook")
        if states.get(key.teacher) is False:
            missing.append("the grade did not complete the activity")
        if content is None:
            missing.append("the certificate is not among the feedback files")
        elif content != due.sha256:
            missing.append("the feedback file is not the certificate that was handed over")
    return found, problems


def proven_by_hash(
    delivery: Delivery, marks: Marks, handed: Mapping[AwardKey, Handed], before: Mapping[int, int]
) -> dict[int, str | None]:
    """Whose file Moodle is seen to hold byte for byte, by the SHA-1 that it made of what it got.

    To fetch a file makes Moodle go through all participants of the course; the report over files
    tells the hashes of all that came just now in one request.

    Returns:
        SHA-256 by teacher; whoever is missing here is to be looked at by fetching the file.
    """
    report = delivery.settings.site.files_report
    rows = {
        key: row
        for key, due in handed.items()
        if due.sha1
        and (row := marks.of(key.teacher)) is not None
        # A write that failed leaves a row that may be years old, and nothing to look for.
        and row.timemodified != before.get(key.teacher)
    }
    if report is None or not rows or not delivery.may_ask(report):
        return {}
    oldest = min(row.timemodified for row in rows.values())
    try:
        shown = FilesReport(delivery.moodle, report, oldest - _UPLOADING)
    except CpdError as error:
        # Whatever is amiss with the report: what is amiss with the site shows at the files.
        delivery.note_unfit(report, error)
        return {}
    return {
        key.teacher: handed[key].sha256
        for key, row in rows.items()
        if shown.hash_of(handed[key].name, row.id) == handed[key].sha1
    }


def _uncommented(
    delivery: Delivery, items: Mapping[int, GradeItem], handed: Mapping[AwardKey, Handed]
) -> list[Problem]:
    """Whose comment did not arrive, by the gradebook, where that shows comments at all.

    A certificate is none the worse for it, so this is told and holds up nothing.
    """
    shown = {
        key: escape(due.serial) in (items[key.teacher].feedback or "")
        for key, due in handed.items()
        if key.teacher in items
    }
    if not any(shown.values()):
        return []
    return [
        Problem(
            f"{delivery.moodle.name}: teacher {key.teacher}",
            f"{handed[key].serial}: the comment with the reason is not in the gradebook",
            "",
            "Write it by hand if the teacher needs it; grade and certificate are read back apart",
        )
        for key, is_shown in shown.items()
        if not is_shown
    ]
