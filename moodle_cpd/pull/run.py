"""A whole pull, in the order in which things must be known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from moodle_cpd.config import Settings
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.progress import Progress
from moodle_cpd.moodle import Moodle
from moodle_cpd.pull.account import check_account
from moodle_cpd.pull.activities import read_activities
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.completions import read_completions
from moodle_cpd.pull.grades import read_grades
from moodle_cpd.pull.people import read_people
from moodle_cpd.pull.reading import Reading
from moodle_cpd.pull.report import PullReport
from moodle_cpd.pull.submissions import read_submissions


def pull(
    moodle: Moodle,
    ledger: Ledger,
    settings: Settings,
    run: int,
    *,
    selected: Callable[[Course], bool],
    now: datetime,
    progress: Progress,
) -> PullReport:
    """Read what Moodle knows of the teachers into the ledger.

    Everything is written while it is read, so that a pull which is cut off loses nothing; the
    next one asks only for what is not known yet. Reading the same twice adds nothing.

    Args:
        moodle: the site.
        ledger: where facts go; the caller holds its lease.
        settings: who is a teacher, and where we write.
        run: the run's id in the ledger.
        selected: whether the rules use a course; its activities are not known when it is asked.
        now: UTC; attributes that changed are dated by it.
        progress: hears how far it is.

    Returns:
        What was read, and what could not be; the pull is partial where it has problems.

    Raises:
        SiteError: the site, the account or a configured cohort is not as it must be.
        TransientError: the site stopped answering.
        InputError: the ledger can't be written.
        LockedError: another run took the ledger over.
    """
    reading = Reading(moodle, ledger, settings, run, now, progress)
    before = moodle.requests_sent
    check_account(moodle)
    teachers = read_people(reading)
    catalogue = Catalogue(reading, selected)
    read_completions(reading, catalogue, teachers)
    works = read_activities(reading, catalogue)
    read_grades(reading, catalogue, works, teachers)
    read_submissions(reading, catalogue, works, teachers)
    return reading.tally.report(moodle.requests_sent - before)
