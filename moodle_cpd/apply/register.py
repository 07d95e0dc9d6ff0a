"""The register of numbers: a ledger that lost some of its own must not give them again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import files_held, find_record_activity
from moodle_cpd.certificates import certificate_name, file_name
from moodle_cpd.errors import RefusedError, SkipError
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Route
from moodle_cpd.model.serial import SerialPattern
from moodle_cpd.problems import Problem


def refuse_foreign_numbers(delivery: Delivery, groups: Iterable[Sequence[Action]]) -> None:
    """Before a number is given: does Moodle hold certificates that this ledger never numbered?

    A deleted ledger, one restored from an old backup, or a second one with the same pattern would
    give numbers twice. Whoever was given one and is not known to have it is in the plan again;
    while no number is known at all, everybody with a mark is looked at: feedback files hang on it.

    Args:
        delivery: the run.
        groups: the plan's actions, those of one target together.

    Raises:
        RefusedError: Moodle holds a certificate whose number this ledger should have given.
    """
    known = {file_name(serial) for serial in delivery.ledger.serials()}
    for actions in groups:
        new = {action.award.teacher for action in actions if action.verb is Verb.ISSUE}
        if actions[0].route is not Route.RECORD_COURSE or not new:
            continue
        try:
            activity = find_record_activity(delivery.moodle, actions[0].course, actions[0].target)
        except SkipError:
            continue  # Said where the target is served; nothing is numbered there.
        pattern = delivery.serial_pattern(actions[0])
        ours = _files(pattern)
        counted = any(ours.fullmatch(name) for name in known)
        marks = Marks(delivery.moodle, activity.assignment.id)
        try:
            marks.look()
        except SkipError:
            continue  # As above.
        teachers = sorted(new) if counted else marks.teachers()
        # Whoever can't be read is told: their certificate may be one that was never numbered here.
        held = files_held(delivery.moodle, activity, teachers, marks, delivery.problems)
        for teacher, files in held.items():
            for file in files:
                name = certificate_name(file.filename)
                if name not in known and _is_of(pattern, ours, name):
                    raise RefusedError(
                        Problem(
                            f"{delivery.moodle.name}: teacher {teacher}",
                            f"holds certificate {file.filename} in '{actions[0].target}', a "
                            f"number that {delivery.ledger.path} never gave",
                            "",
                            "Restore the newest backup of the ledger; where that can't be done, "
                            "choose another 'serial' under [certificates], so that no "
                            "number is given twice",
                        )
                    )


def _files(pattern: SerialPattern) -> re.Pattern[str]:
    """Names of files that may be certificates numbered by a pattern; see ``file_name``."""
    digits = {"year": r"(?P<year>\d{4})", "number": r"(?P<number>\d+)"}
    stem = "".join(
        digits.get(kind) or re.escape(re.sub(r"[^A-Za-z0-9_-]+", "-", text))
        for kind, text in pattern.parts()
    )
    stem = re.sub(r"^\\-|\\-$", "-?", stem)
    return re.compile(rf"{stem}(-[0-9a-f]{{8}})?\.pdf")


def _is_of(pattern: SerialPattern, files: re.Pattern[str], name: str) -> bool:
    """Whether a file's name is that of a certificate numbered by a pattern."""
    match = files.fullmatch(name)
    if match is None:
        return False
    found = match.groupdict()
    return file_name(pattern.number(int(found.get("year") or 0), int(found["number"]))) == name
