"""The only code that knows HTTP and Moodle's web service protocol."""

from moodle_cpd.moodle.client import Client
from moodle_cpd.moodle.gate import Gate
from moodle_cpd.moodle.refusal import CallError
from moodle_cpd.moodle.reports import CustomReport
from moodle_cpd.moodle.site import Moodle
from moodle_cpd.moodle.writer import Writer

__all__ = ["CallError", "Client", "CustomReport", "Gate", "Moodle", "Writer"]
