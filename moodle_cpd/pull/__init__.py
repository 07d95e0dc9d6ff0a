"""Moodle → facts: reads people, courses, completions, grades and submissions into the ledger."""

from moodle_cpd.pull.report import PullReport
from moodle_cpd.pull.run import pull

__all__ = ["PullReport", "pull"]
