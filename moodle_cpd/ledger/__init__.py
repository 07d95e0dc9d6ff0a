"""What is known and what was done, on disk: the only room that knows SQL."""

from moodle_cpd.ledger.decided import TeacherDecided
from moodle_cpd.ledger.decisions import DecisionRecord
from moodle_cpd.ledger.journal import JournalEntry
from moodle_cpd.ledger.keys import KeyReport
from moodle_cpd.ledger.ledger import Ledger
from moodle_cpd.ledger.readings import Position, ReadingState, of_teachers
from moodle_cpd.ledger.register import AwardEvent
from moodle_cpd.ledger.runs import Run

__all__ = [
    "AwardEvent",
    "DecisionRecord",
    "JournalEntry",
    "KeyReport",
    "Ledger",
    "Position",
    "ReadingState",
    "Run",
    "TeacherDecided",
    "of_teachers",
]
