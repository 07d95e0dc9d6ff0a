"""Why not: what a teacher lacks, by when it is due, and what on this site would give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from moodle_cpd.decide.ways import WayKind
from moodle_cpd.model.decision import Consequence, Outcome, Place, State, Text


class Phase(StrEnum):
    """What can still be done about a period."""

    RUNNING = "running"
    """The period runs: everything."""
    MARKING = "marking"
    """It is over, and what was handed in within it can still be marked."""
    OVER = "over"
    """The days for marking are over, too."""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing on this site that would bring something.

    Attributes:
        kind: what is to be done.
        course: Moodle's course id; 0 for a record.
        course_name: as displayed; of a record what it must be called.
        course_code: the course's ID number, or its short name where it has none.
        activity: course module id, None for the course as a whole.
        activity_name: as displayed, empty for the course as a whole.
        gain: hours, points or pieces that it would bring here with the best result; None where
            nothing is counted, a record says how many, or it brings them only with others.
        enough: nothing else would be needed here.
        also: at how many other things that lack it would help besides.
        through: the component of the score that it brings points by; empty elsewhere.
        asks: what must be reached.
        by_grade: the grade decides how much it is; ``gain`` is what the best one brings.
        graded_in_time: it must also be marked before the period ends.
        entry: the course map's line.
    """

    kind: WayKind
    course: int
    course_name: str
    course_code: str
    activity: int | None
    activity_name: str
    gain: Decimal | None
    enough: bool
    also: int
    through: Text
    asks: Text
    by_grade: bool
    graded_in_time: bool
    entry: Place


@dataclass(frozen=True, slots=True)
class Lack:
    """A requirement that is not met yet.

    Attributes:
        title: what is required.
        state: missing, or unknown: it hangs on work that is not marked.
        have: hours, points or pieces there are; None where nothing is counted.
        need: how many are needed; likewise.
        unit: ``hours``, ``points`` or ``items``; empty where nothing is counted.
        gap: what lacks of the need; None where nothing is counted.
        opens_hours: the recognition of the hours hangs on it.
        reason: how it came about.
        place: where the scheme says so.
        ways: what would help, the most useful first.
        reachable: ``have`` if all ways were gone; None where nothing is counted.
        closable: all ways together would be enough.
        spent: courses that would give it, but counted in another period and count only once.
        choose: so many of ``parts`` are still needed; 0 for a single requirement.
        parts: what one can choose from.
    """

    title: Text
    state: State
    have: Decimal | None
    need: Decimal | None
    unit: str
    gap: Decimal | None
    opens_hours: bool
    reason: Text
    place: Place
    ways: tuple[Way, ...]
    reachable: Decimal | None
    closable: bool
    spent: tuple[str, ...] = ()
    choose: int = 0
    parts: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What a teacher lacks in one scheme and period.

    Attributes:
        phase: what can still be done.
        last: the period's last local day.
        marked_by: the last local day on which work that was handed in in time can be marked
            before somebody is *not met*.
        lacks: what is not met; empty where all is met and only time must pass.
        in_the_end: the outcome once the days for marking are over, if nothing more happens.
        consequences: what would follow from that.
        rests_on: title of the scheme whose recognised hours alone count; empty where any do.
    """

    phase: Phase
    last: date
    marked_by: date
    lacks: tuple[Lack, ...]
    in_the_end: Outcome
    consequences: tuple[Consequence, ...]
    rests_on: Text
