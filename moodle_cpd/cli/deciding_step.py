"""The one step of the pipeline that asks nothing of Moodle: everybody is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moodle_cpd.cli.everybody import Everybody, Outcomes, summed, tallied
from moodle_cpd.cli.session import Run, Session


@dataclass(frozen=True, slots=True)
class Decided:
    """What all decisions come to, and how many of them are new.

    Attributes:
        outcomes: of all known teachers, whether they were decided again or not.
        new: decisions that differ from the latest on their teacher, scheme and period.
        on: the moment for which it was decided, UTC.
    """

    outcomes: Outcomes
    new: int
    on: datetime


def everybody(session: Session, run: Run, on: datetime) -> Everybody:
    """All known teachers, to be decided by the settings' rules for a moment (UTC)."""
    site = session.settings.site.name
    return Everybody(run.ledger, site, session.rulebook, on, run.read_until)


def decide_step(
    session: Session, run: Run, on: datetime, *, every: bool = False, jobs: int = 1
) -> Decided:
    """Decide every known teacher whom something new concerns, and record what changed.

    Args:
        session: settings and rules.
        run: which run decides; facts come from its ledger.
        on: the moment of which it is decided, UTC.
        every: decide everybody again, whatever was decided before.
        jobs: so many processes decide.
    """
    console = session.console
    new = everybody(session, run, on).bring_up_to_date(run.id, console, every=every, jobs=jobs)
    session.console.close_bars()
    outcomes = summed(tallied(run.ledger, session.settings.site.name))
    run.summary |= {"decisions": outcomes.decisions, "decisions_new": new}
    return Decided(outcomes, new, on)
