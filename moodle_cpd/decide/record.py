"""What is known of one teacher: all that a decision rests on besides rules, courses and date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    """

    site: str
    teacher: int
    facts: Sequence[Fact]
    attributes: Sequence[DatedAttribute]
    dispensations: Sequence[Dispensation] = ()
