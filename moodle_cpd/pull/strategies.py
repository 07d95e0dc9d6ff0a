"""The ways of reading completions, by what the site allows."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from moodle_cpd.config import Settings
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.client import BATCH_FUNCTION
from moodle_cpd.moodle.reports import REPORT_FUNCTIONS


class Strategy(StrEnum):
    """How completions are read; each finds the same, at another cost."""

    REPORT = "report"
    """A custom report over course participants, in pages; later only what is new in it."""
    BATCH = "batch"
    """Each teacher's list of courses and the details of completions, many in one request."""
    SINGLE = "single"
    """The same, one request for each."""


NEEDS: Final[dict[Strategy, tuple[str, ...]]] = {
    Strategy.REPORT: REPORT_FUNCTIONS,
    Strategy.BATCH: (BATCH_FUNCTION,),
    Strategy.SINGLE: (),
}
"""Functions without which a strategy can't work."""


def choose(moodle: Moodle, settings: Settings) -> Strategy:
    """The best strategy that the service allows and the settings don't rule out.

    Args:
        moodle: the site.
        settings: may name a strategy, or a report.
    """
    wanted = settings.pull.strategy
    for strategy in Strategy:
        if strategy is Strategy.REPORT and settings.site.report is None:
            continue
        if wanted is not None and wanted != strategy:
            continue
        if all(moodle.allows(function) for function in NEEDS[strategy]):
            return strategy
    return Strategy.SINGLE
