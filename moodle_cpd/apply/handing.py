"""Many certificates handed over in few requests: the files first, then grades that take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha1, sha256

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.ours import SAVE
from moodle_cpd.apply.reading_back import Handed
from moodle_cpd.apply.together import Request, parts_by_weight, send_together
from moodle_cpd.errors import CpdError
from moodle_cpd.model.award import Award
from moodle_cpd.moodle import CallError
from moodle_cpd.moodle.parallel import even_parts
from moodle_cpd.moodle.replies import Assignment
from moodle_cpd.moodle.writer import MARKS, Mark

UPLOAD = "upload_draft"

_FILES = 40
_HEAVIEST = 500_000
"""Bytes of files in one request: a third more on the way, and many web servers take a megabyte."""


@dataclass(frozen=True)
class Handing:
    """A certificate that is ready to be handed over.

    Attributes:
        award: with its number.
        name: of the file.
        content: the PDF.
        grade: hours or points.
        comment: HTML.
    """

    award: Award
    name: str
    content: bytes
    grade: Decimal
    comment: str

    @cached_property
    def sha256(self) -> str:
        """Of the PDF."""
        return sha256(self.content).hexdigest()

    @cached_property
    def sha1(self) -> str:
        """Of the PDF, by which Moodle keeps files."""
        return sha1(self.content, usedforsecurity=False).hexdigest()

    @property
    def handed(self) -> Handed:
        """What should be in Moodle afterwards."""
        size, serial = len(self.content), self.award.serial
        return Handed(serial, self.name, self.sha256, size, self.grade, self.sha1)

    @property
    def fingerprint(self) -> dict[str, object]:
        """What tells this file from another, for the journal: SHA-1 is what Moodle keeps."""
        return {
            "file": self.name,
            "serial": self.award.serial,
            "sha256": self.sha256,
            "sha1": self.sha1,
            "size": len(self.content),
        }


def hand_over(
    delivery: Delivery, assignment: Assignment, ready: Sequence[Handing], marks: Marks
) -> Iterator[Handing]:
    """Upload certificates and save the grades that take them.

    Args:
        delivery: the run.
        assignment: the assignment.
        ready: certificates of one assignment.
        marks: of the assignment, looked at before.

    Yields:
        Those whose saving returned; only reading back tells whether they are there.

    Raises:
        SiteError: the site stopped answering.
    """
    drafts = _uploaded(delivery, ready)
    with_draft = [handing for handing in ready if handing.award.serial in drafts]
    parts = even_parts(with_draft, MARKS, delivery.moodle.client.site.parallel)
    before = {h.award.serial: marks.of(h.award.key.teacher) for h in with_draft}
    answers = _saved(delivery, assignment, parts, drafts)
    for part, answer in zip(parts, answers, strict=True):
        if not isinstance(answer, CallError) or len(part) == 1:
            delivery.went(answer)
            if answer is None:
                yield from part
            continue
        # Moodle wrote those before the one at which it failed; what came behind is written one by
        # one, so that one can't hinder the others.
        delivery.went(None)
        marks.look()
        for handing in part:
            if marks.of(handing.award.key.teacher) != before[handing.award.serial]:
                yield handing
                continue
            [alone] = _saved(delivery, assignment, [[handing]], drafts)
            delivery.went(alone)
            if alone is None:
                yield handing


def _uploaded(delivery: Delivery, ready: Sequence[Handing]) -> dict[str, int]:
    """Draft item ids by serial."""
    weighed = [(handing, len(handing.content)) for handing in ready]
    parts = parts_by_weight(weighed, _FILES, _HEAVIEST)

    def request(part: Sequence[Handing]) -> Request[list[int | CpdError]]:
        files = [(handing.name, handing.content) for handing in part]
        return Request(
            [(handing.award.key, UPLOAD, handing.fingerprint) for handing in part],
            lambda: delivery.writer.upload_drafts(files),
        )

    drafts: dict[str, int] = {}
    answers = send_together(delivery, [request(part) for part in parts])
    for part, answer in zip(parts, answers, strict=True):
        if isinstance(answer, CpdError):
            delivery.went(answer)
            continue
        for handing, draft in zip(part, answer, strict=True):
            if isinstance(draft, CpdError):
                delivery.went(draft)
            else:
                drafts[handing.award.serial] = draft
    return drafts


def _saved(
    delivery: Delivery,
    assignment: Assignment,
    parts: Sequence[Sequence[Handing]],
    drafts: dict[str, int],
) -> list[CpdError | None]:
    def request(part: Sequence[Handing]) -> Request[None]:
        marks = [
            Mark(h.award.key.teacher, h.grade, h.comment, drafts[h.award.serial]) for h in part
        ]
        details = [
            (
                h.award.key,
                SAVE,
                {
                    "assignment": assignment.id,
                    "draft": drafts[h.award.serial],
                    "grade": str(h.grade),
                    "maximum": assignment.grade,
                    "file": h.name,
                    "serial": h.award.serial,
                },
            )
            for h in part
        ]
        return Request(details, lambda: delivery.writer.save_grades(assignment.id, marks))

    return send_together(delivery, [request(part) for part in parts])
