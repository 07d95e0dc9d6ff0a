"""The ledger as the other rooms see it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from moodle_cpd.ledger.adjustments import AdjustmentStore
from moodle_cpd.ledger.awards import AwardStore
from moodle_cpd.ledger.courses import CourseStore
from moodle_cpd.ledger.decided import DecidedStore
from moodle_cpd.ledger.decisions import DecisionStore
from moodle_cpd.ledger.dispensations import DispensationStore
from moodle_cpd.ledger.drifts import DriftStore
from moodle_cpd.ledger.engine import open_engine
from moodle_cpd.ledger.facts import FactStore
from moodle_cpd.ledger.journal import JournalStore
from moodle_cpd.ledger.keys import KeyStore
from moodle_cpd.ledger.leases import LeaseStore
from moodle_cpd.ledger.people import PeopleStore
from moodle_cpd.ledger.readings import ReadingStore
from moodle_cpd.ledger.register import RegisterStore
from moodle_cpd.ledger.running_hours import RunningHoursStore
from moodle_cpd.ledger.runs import RunStore


class Ledger(
    RunStore,
    LeaseStore,
    PeopleStore,
    KeyStore,
    CourseStore,
    ReadingStore,
    FactStore,
    DispensationStore,
    AdjustmentStore,
    DecisionStore,
    DecidedStore,
    AwardStore,
    RegisterStore,
    JournalStore,
    DriftStore,
    RunningHoursStore,
):
    """Facts, decisions, awards, journal and runs of one or more sites, in one file.

    A context manager. Each method that writes is one transaction, or several where it says so,
    and is on disk when it returns.
    """

    @classmethod
    def open(cls, path: Path, *, wait: float = 15.0) -> Self:
        """Open the ledger; make it where there is none, and bring it to the newest schema.

        Args:
            path: its file; mode 0600 from the start.
            wait: seconds to wait for another program that is just writing to it.

        Raises:
            InputError: the file can't be made, written or understood, or is newer than this
                program.
            LockedError: another program keeps it locked for longer than ``wait``.
        """
        return cls(open_engine(path, wait), path)
