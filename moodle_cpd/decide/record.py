"""What is known of one teacher: all that a decision rests on besides rules, courses and date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from moodle_cpd.model.adjustment import Adjustment
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.dispensation import Dispensation
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import DatedAttribute


@dataclass(frozen=True, slots=True)
class TeacherRecord:
    """What is known of one teacher.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        facts: the standing ones, of each subject the latest version; in any order.
        attributes: all that was ever known, in any order; the rows of one attribute and day
            together are the values that hold from that day on.
        dispensations: documents that free the teacher of a scheme, in any order.
        adjustments: what people changed by hand and did not withdraw, in any order.
        read_until: moment (UTC) through which the site was read without anything left out; None:
            through the moment of the decision. What was not read may have happened, so nothing
            is said to be over before.
        closed: the decisions of closed periods as they stand, on which those of other periods
            rest; ``hold`` puts them in the place of what is decided of these periods again.
        missed: scheme and period of those that were closed without a decision about the teacher,
            of whom something else had been decided by then. They bring nothing to later periods,
            until a person adjusts one. Who came after the closing is another matter: of those
            nothing was ever decided, and what they bring along counts.
    """

    site: str
    teacher: int
    facts: Sequence[Fact]
    attributes: Sequence[DatedAttribute]
    dispensations: Sequence[Dispensation] = ()
    read_until: datetime | None = None
    adjustments: Sequence[Adjustment] = ()
    closed: Sequence[Decision] = ()
    missed: Collection[tuple[str, str]] = ()
