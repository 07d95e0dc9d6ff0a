"""What was last handed over under each number: the journal of our writes tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from moodle_cpd.apply.ours import FAILED, SAVE
from moodle_cpd.ledger import JournalEntry


@dataclass(frozen=True, slots=True)
class Written:
    """What one certificate left in Moodle.

    Attributes:
        grade: hours or points.
        maximum: the assignment's when it was written; 0 where that is not known.
        file: name of the feedback file.
        sha1: of its bytes, by which Moodle keeps files; empty where it is not known.
        sha256: of its bytes, likewise.
    """

    grade: Decimal
    maximum: int
    file: str
    sha1: str = ""
    sha256: str = ""


def written_by_serial(journal: Iterable[JournalEntry]) -> dict[str, Written]:
    """By number what was written last under it.

    Args:
        journal: of a site, earliest first.
    """
    files: dict[str, tuple[str, str]] = {}
    found: dict[str, Written] = {}
    for entry in journal:
        if entry.outcome == FAILED:
            continue
        serial = str(entry.intent.get("serial", ""))
        if "sha1" in entry.intent:
            files[serial] = (str(entry.intent["sha1"]), str(entry.intent["sha256"]))
        elif entry.step == SAVE:
            found[serial] = Written(
                Decimal(str(entry.intent["grade"])),
                int(entry.intent.get("maximum", 0)),
                str(entry.intent["file"]),
            )
    return {
        serial: replace(written, sha1=files[serial][0], sha256=files[serial][1])
        if serial in files
        else written
        for serial, written in found.items()
    }
