"""A whole pull, in the order in which things must be known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from moodle_cpd.config import Settings
from moodle_cpd.errors import SiteError, SkipError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.progress import Progress
from moodle_cpd.moodle import Moodle
from moodle_cpd.pull.account import check_account
from moodle_cpd.pull.activities import read_activities
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.completions import read_completions
from moodle_cpd.pull.gradebook import read_gradebook
from moodle_cpd.pull.grades import read_grades
from moodle_cpd.pull.people import cohort_names, read_people
from moodle_cpd.pull.probe import check_lists
from moodle_cpd.pull.reading import Reading
from moodle_cpd.pull.report import PullReport
from moodle_cpd.pull.sizes import Sizes
from moodle_cpd.pull.strategies import Strategy, choose
from moodle_cpd.pull.submissions import read_submissions
from moodle_cpd.pull.watermarks import Watermarks


def pull(
    moodle: Moodle,
    ledger: Ledger,
    settings: Settings,
    run: int,
    *,
    selected: Callable[[Course], bool],
    wanted: Callable[[Course, Activity], bool],
    now: datetime,
    progress: Progress,
    scope: str = "",
    full: bool = False,
) -> PullReport:
    """Read what Moodle knows of the teachers into the ledger.

    Everything is written while it is read, so that a pull which is cut off loses nothing; the
    next one goes on where it was. Reading the same twice adds nothing.

    Args:
        moodle: the site.
        ledger: where facts go; the caller holds its lease.
        settings: who is a teacher, and where we write.
        run: the run's id in the ledger.
        selected: whether the rules use a course; its activities are not known when it is asked.
        wanted: whether the rules use an activity of such a course; of others neither grades nor
            what was handed in are read.
        now: UTC; attributes that changed are dated by it.
        progress: hears how far it is.
        scope: a text that changes when the rules do.
        full: read everything, not only what is new; otherwise that is done every so often.

    Returns:
        What was read, and what could not be; the pull is partial where it has problems.

    Raises:
        SiteError: the site, the account or a configured cohort is not as it must be, or Moodle
            refused what all of a reading needs.
        TransientError: the site stopped answering.
        InputError: the ledger can't be written.
        LockedError: another run took the ledger over.
    """
    before = moodle.requests_sent
    strategy = choose(moodle, settings)
    moodle.one_by_one = strategy is Strategy.SINGLE
    marks = Watermarks(
        ledger,
        moodle.name,
        settings.pull,
        now=now,
        site_now=_site_clock(moodle, now),
        full=full,
    )
    reading = Reading(moodle, ledger, settings, run, now, progress, strategy, marks, scope)
    try:
        _read(reading, selected, wanted)
    except SkipError as error:
        # What was refused stands for no one item that could be left out.
        raise SiteError(*error.problems) from None
    ledger.forget_positions(moodle.name)
    return reading.tally.report(
        requests=moodle.requests_sent - before,
        vanished=ledger.vanished(moodle.name),
        strategy=strategy,
        full=marks.all_full,
        began=marks.began,
    )


def _read(
    reading: Reading,
    selected: Callable[[Course], bool],
    wanted: Callable[[Course, Activity], bool],
) -> None:
    moodle, settings = reading.moodle, reading.settings
    moodle.ask_ahead(cohort_names(settings), sorted(settings.record_courses()))
    check_account(moodle)
    teachers = read_people(reading)
    catalogue = Catalogue(reading, selected)
    read_completions(reading, catalogue, teachers)
    check_lists(reading, catalogue)
    graded = read_activities(reading, catalogue, wanted)
    sizes = Sizes(reading, catalogue)
    read_grades(reading, catalogue, sizes, graded.works, teachers)
    read_gradebook(reading, catalogue, graded.others)
    read_submissions(reading, catalogue, sizes, graded.works, teachers)


def _site_clock(moodle: Moodle, now: datetime) -> datetime:
    """The site's clock now, UTC, cut to the second like the times it notes."""
    offset = moodle.client.transport.clock_offset or 0.0
    return (now + timedelta(seconds=offset - 1)).replace(microsecond=0)
