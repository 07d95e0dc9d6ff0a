"""The pages of the report over course participants: sized, checked against each other, calibrated.

What can't be trusted is refused with a problem: a report that is not what it must be, times that
are not shown in the language and zone that were asked for, rows that don't pass the filter, pages
that don't fit together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from moodle_cpd.errors import CpdError, SiteError, TransientError
from moodle_cpd.menus import REPORT_FILTERS
from moodle_cpd.moodle import CallError, CustomReport, Moodle
from moodle_cpd.moodle.replies import ReportPage
from moodle_cpd.moodle.reports import RANGE
from moodle_cpd.problems import Problem
from moodle_cpd.pull.table import (
    SOURCE,
    Layout,
    Row,
    UnreadableCellError,
    missing_columns,
)

TIME: Final = "completion:timecompleted"
_FIRST: Final = 1000
_LARGEST: Final = 16_000
_SMALLEST: Final = 250
_PATIENCE: Final = 4.0
_CANDIDATES: Final = 3
_SAMPLE: Final = 20


class UnusableReportError(SiteError):
    """The report can't be relied on; completions must be read in another way."""


class MovedRowsError(Exception):
    """Moodle changed while its pages were read, so that a row can have been missed."""


def completed_since(seconds: int) -> dict[str, int]:
    """Filter values for what was completed at or after a Unix time."""
    return {f"{TIME}_operator": RANGE, f"{TIME}_from": seconds}


def _of_minute(at: datetime) -> dict[str, int]:
    """Filter values for what was completed in one minute, which begins at ``at`` (UTC)."""
    first = int(at.timestamp())
    return {**completed_since(first), f"{TIME}_to": first + 59}


@dataclass
class Place:
    """How far the pages were read.

    Attributes:
        offset: rows read.
        size: rows of the next page; ``offset`` is a multiple of it.
        total: rows that there are, as the first page said; −1 before it.
        last: user name and course of the last row read; None before the first.
    """

    offset: int = 0
    size: int = _FIRST
    total: int = -1
    last: tuple[str, int] | None = None


class Pages:
    """The rows that pass some filter values, page by page.

    Args:
        moodle: the site.
        report: the report's id.
    """

    def __init__(self, moodle: Moodle, report: int) -> None:
        self._moodle = moodle
        self._report = CustomReport(moodle, report)
        self._where = f"{moodle.name}: report {report}"
        self._calibrated = False

    def read(self, place: Place, since: int | None = None) -> Iterator[list[Row]]:
        """Read from a place on; with each page that is given out, the place moves behind it.

        Args:
            place: where to begin.
            since: Unix time; only what was completed then or later. None: all rows.

        Yields:
            The rows of a page.

        Raises:
            UnusableReportError: the report can't be relied on.
            MovedRowsError: the pages don't fit together; to be read again.
            TransientError: the site stopped answering.
        """
        filters = {} if since is None else completed_since(since)
        while place.total < 0 or place.offset < place.total:
            start = self._moodle.client.transport.elapsed()
            page = self._page(filters, place)
            if page is None:
                continue
            seconds = self._moodle.client.transport.elapsed() - start
            layout = self._layout(page)
            rows = self._rows(layout, page)
            if since is not None:
                self._check_filtered(rows, since)
            total = page.data.totalrowcount
            if place.total not in {-1, total} or (not page.data.rows and place.offset < total):
                raise MovedRowsError
            self._calibrate(layout, rows)
            place.total = total
            place.offset += len(page.data.rows)
            if len(page.data.rows) < place.size and place.offset < total:
                raise MovedRowsError
            if rows:
                place.last = (rows[-1].username, rows[-1].course)
            self._resize(place, seconds)
            yield rows

    def holds(self, place: Place) -> bool:
        """Whether the rows before a place are as many as they were and end as they did."""
        if place.offset == 0 or place.offset % place.size:
            return False
        page = self._report.page(place.offset // place.size - 1, place.size, {})
        rows = self._rows(self._layout(page), page)
        last = (rows[-1].username, rows[-1].course) if rows else None
        return page.data.totalrowcount == place.total and last == place.last

    def shows(self, at: datetime) -> bool:
        """Whether any completion of a minute is shown.

        Raises:
            UnusableReportError: the report can't be relied on.
        """
        try:
            page = self._report.page(0, _SAMPLE, _of_minute(at))
        except CallError as error:
            raise UnusableReportError(*error.problems) from None
        return bool(self._rows(self._layout(page), page))

    def _page(self, filters: Mapping[str, int], place: Place) -> ReportPage | None:
        """The page at a place; None where a smaller one is to be tried."""
        try:
            return self._report.page(place.offset // place.size, place.size, filters)
        except CallError as error:
            raise UnusableReportError(*error.problems) from None
        except TransientError:
            if place.size // 2 < _SMALLEST:
                raise
            # A gateway's or PHP's time limit, perhaps: half as much may fit.
            place.size //= 2
            return None

    def _layout(self, page: ReportPage) -> Layout:
        if page.details.source != SOURCE:
            raise UnusableReportError(
                Problem(self._where, "it is not about course participants", "", _MAKE)
            )
        layout = Layout.of(page.data.headers)
        if layout is None:
            raise UnusableReportError(missing_columns(self._where, page.data.headers))
        return layout

    def _rows(self, layout: Layout, page: ReportPage) -> list[Row]:
        try:
            found = (layout.row(row.columns) for row in page.data.rows)
            return [row for row in found if row is not None]
        except UnreadableCellError as error:
            raise UnusableReportError(
                Problem(
                    self._where,
                    f"{error} is not displayed as Moodle's English does",
                    "for example 'Sunday, 12 July 2026, 1:07 AM'",
                    "The English language pack of the site was changed: undo that, or leave "
                    "[site] report out",
                )
            ) from None

    def _calibrate(self, layout: Layout, rows: list[Row]) -> None:
        """Hold one displayed time against Moodle's own: ask for exactly that minute in UTC.

        What then comes back is completed in that minute, and must be displayed so.
        """
        dated = [row for row in rows if row.at is not None]
        if self._calibrated or not dated:
            return
        for row in dated[:_CANDIDATES]:
            assert row.at is not None  # noqa: S101 - chosen so, two lines above
            page = self._report.page(0, _SAMPLE, _of_minute(row.at))
            shown = {each.shown for each in self._rows(layout, page)}
            if shown == {row.shown}:
                self._calibrated = True
                return
            if shown:
                break
        raise UnusableReportError(
            Problem(
                self._where,
                "displayed times are not in UTC, or the report has no filter 'Time completed'",
                "",
                f"Add that filter: {REPORT_FILTERS}; where the site forces a time zone on "
                "everybody ('Force timezone', 强制时区), times can't be read from a report: leave "
                "[site] report out",
            )
        )

    def _check_filtered(self, rows: list[Row], since: int) -> None:
        """Whether all rows pass the filter on the time of completion.

        Raises:
            UnusableReportError: some don't: there is no such filter, or somebody else set another.
        """
        first = since - since % 60
        if all(row.at is not None and row.at.timestamp() >= first for row in rows):
            return
        raise UnusableReportError(
            Problem(
                self._where,
                "rows come that the filter on the time of completion excludes",
                "",
                "Add the filter 'Time completed' to the report; and let no other program use it "
                "with the same account",
            )
        )

    def _resize(self, place: Place, seconds: float) -> None:
        """Ask for more at once, as long as a page does not take too long.

        Every page makes Moodle sort all rows, so that many small ones cost more than a few large
        ones; a page that takes long is made smaller only where it breaks off.
        """
        twice = 2 * place.size
        patience = _PATIENCE * self._moodle.client.site.batch_target
        if seconds < patience and twice <= _LARGEST and place.offset % twice == 0:
            place.size = twice


_MAKE: Final = "Make one with the source 'Course participants', see docs/administrators/report.md"


def refused(error: CpdError) -> Problem:
    """What keeps the report from being used, with what happens instead."""
    problem = error.problems[0]
    found = f"{problem.found}; the teachers' lists of courses were read instead"
    return Problem(problem.where, found, problem.expected, problem.hint)
