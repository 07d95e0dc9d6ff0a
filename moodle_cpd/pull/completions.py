"""Course completions, in the way that the site allows."""

from __future__ import annotations

from collections.abc import Sequence

from moodle_cpd.pull.by_report import ByReport
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.lists import read_everybody
from moodle_cpd.pull.pages import UnusableReportError, refused
from moodle_cpd.pull.reading import Reading
from moodle_cpd.pull.strategies import Strategy
from moodle_cpd.pull.watermarks import Stream, widened


def read_completions(reading: Reading, catalogue: Catalogue, teachers: Sequence[int]) -> None:
    """Read completions into the ledger; by the lists where the report can't be relied on."""
    report = reading.settings.site.report
    if reading.strategy is Strategy.REPORT and report is not None:
        try:
            ByReport(reading, catalogue, report).read(teachers)
        except UnusableReportError as error:
            reading.tally.note(refused(error))
        else:
            return
    read_everybody(reading, catalogue, teachers)
    span = widened(reading.marks.span(Stream.COMPLETIONS))
    selected = {course.id for course in catalogue.selected()}
    covered = selected | {-id_ for id_ in catalogue.listed() if id_ not in selected}
    reading.marks.close(Stream.COMPLETIONS, span, covered)
