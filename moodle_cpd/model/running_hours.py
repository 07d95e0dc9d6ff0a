"""Running hours: what a teacher sees in the record course all year long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from moodle_cpd.model.quick import quick


class HoursPlace(NamedTuple):
    """Where one teacher sees running hours: one assignment shows one scheme's present period.

    Attributes:
        teacher: Moodle's user id.
        course: idnumber of the course.
        activity: idnumber of the assignment in it.
    """

    teacher: int
    course: str
    activity: str


@quick
@dataclass(frozen=True, slots=True)
class HoursShown:
    """What was written into one place, or was about to be.

    Attributes:
        place: where.
        scheme: the scheme's id.
        period: the period's key.
        amount: hours or points, as the decision says.
        grade: what was written as grade; less than ``amount`` where the assignment's maximum is.
        text_sha256: of the comment, hexadecimal.
        grounds: digest of all that amount and comment follow from.
        account: Moodle's user id of the account that wrote it.
        at: when, UTC.
        maximum: the assignment's maximum grade then.
    """

    place: HoursPlace
    scheme: str
    period: str
    amount: Decimal
    grade: Decimal
    text_sha256: str
    grounds: str
    account: int
    at: datetime
    maximum: int


@dataclass(frozen=True)
class HoursUpdate:
    """One planned change of what a teacher sees.

    Attributes:
        place: where.
        scheme: the scheme's id.
        period: the period's key.
        before: what was last written there for this period; None: nothing yet.
        amount: hours or points so far.
        text: the comment, HTML; it names nobody.
        grounds: digest of all that amount and comment follow from.
    """

    place: HoursPlace
    scheme: str
    period: str
    before: Decimal | None
    amount: Decimal
    text: str
    grounds: str

    @cached_property
    def text_sha256(self) -> str:
        """Of the comment, hexadecimal."""
        return sha256(self.text.encode()).hexdigest()
