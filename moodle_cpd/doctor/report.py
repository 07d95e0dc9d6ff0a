"""The custom report over course participants, where the settings name one.

The pages are read by the same code as in a pull, so what the doctor calls ready is what a pull then
accepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from moodle_cpd.doctor.finding import Finding, lack, ok, untested, warning
from moodle_cpd.errors import CpdError
from moodle_cpd.menus import REPORT_CONDITIONS, REPORT_FILTERS, REPORT_SORTING, REPORTS
from moodle_cpd.moodle import CustomReport, Moodle
from moodle_cpd.moodle.replies import ReportPage
from moodle_cpd.moodle.reports import RANGE
from moodle_cpd.pull.changed_people import FILTER as PEOPLE_FILTER
from moodle_cpd.pull.changed_people import SOURCE as PEOPLE
from moodle_cpd.pull.changed_people import USERNAME, VISITED
from moodle_cpd.pull.pages import Pages, Place, UnusableReportError, completed_since
from moodle_cpd.pull.table import SOURCE, Layout, missing_columns

_ROWS: Final = 1000
_YEAR: Final = 366 * 86400


def report_checks(moodle: Moodle, report: int, now: datetime) -> Iterator[Finding]:
    """Whether the report can be read, and has the columns, filter and sorting it needs."""
    try:
        page = CustomReport(moodle, report).page(0, _ROWS, {})
    except CpdError:
        yield lack(
            "report",
            f"report {report} can't be read",
            "[site] report is the number behind id= in the report's address; the service account "
            f"belongs to its Audience: {REPORTS}",
        )
        return
    if page.details.source != SOURCE:
        yield lack(
            "report",
            f"report {report} is not about course participants",
            f"Make one with the source 'Course participants': {REPORTS}",
        )
        return
    rows = page.data.totalrowcount
    yield ok("report", f"report {report} can be read: {rows} rows")
    layout = Layout.of(page.data.headers)
    if layout is None:
        problem = missing_columns("", page.data.headers)
        yield lack("report:columns", problem.found, f"{problem.hint}: {REPORTS}")
        return
    yield ok("report:columns", ", ".join(page.data.headers))
    yield _rows_of_participants(page, layout)
    yield sorting_check(page, layout)
    yield _filter(moodle, report, rows, now)
    yield _times(moodle, report)


def people_report_checks(moodle: Moodle, report: int, now: datetime) -> Iterator[Finding]:
    """Whether the report over users can be read, and shows only whose profile changed."""
    check = "people-report"
    try:
        page = CustomReport(moodle, report).page(0, 1, {})
        values = {f"{PEOPLE_FILTER}_operator": RANGE, f"{PEOPLE_FILTER}_from": _ahead(now)}
        changed = CustomReport(moodle, report).page(0, 1, values)
    except CpdError:
        yield lack(
            check,
            f"report {report} can't be read",
            "[site] people_report is the number behind id= in the report's address; the service "
            f"account belongs to its Audience: {REPORTS}",
        )
        return
    if page.details.source != PEOPLE or USERNAME not in page.data.headers:
        yield lack(
            check,
            f"report {report} is not about users, or has no column '{USERNAME}'",
            f"Make one with the source 'Users' and that column: {REPORTS}",
        )
    elif changed.data.totalrowcount:
        yield warning(
            check,
            "the report has no filter on the time of change: all profiles are read every time",
            f"Add the filter 'Time modified': {REPORT_FILTERS}",
        )
    else:
        yield ok(check, f"report {report} shows whose profile changed")


def visits_check(moodle: Moodle, report: int | None, now: datetime) -> Finding:
    """Whether the report over users tells who was on the site, which rules on quizzes live by.

    Args:
        moodle: the site.
        report: the report's id, None where there is none.
        now: UTC.
    """
    check = "people-report:visits"
    everybody = "the rules use quizzes or totals of courses, and everybody's are read every time"
    if report is not None:
        values = {f"{VISITED}_operator": RANGE, f"{VISITED}_from": _ahead(now)}
        try:
            came = CustomReport(moodle, report).page(0, 1, values).data.totalrowcount
        except CpdError:
            came = 1
        if not came:
            return ok(check, f"report {report} shows who was on the site")
    return warning(
        check,
        everybody,
        f"Give the report over users the filter 'Last access': {REPORT_FILTERS}",
    )


def _rows_of_participants(page: ReportPage, layout: Layout) -> Finding:
    check = "report:rows"
    if not page.data.rows:
        return lack(
            check,
            "the report has no rows",
            f"Take conditions off it that leave nothing: {REPORT_CONDITIONS}",
        )
    if any(not row.columns[layout.teacher] for row in page.data.rows):
        return warning(
            check,
            "some rows are about nobody: enrolment methods that no one uses",
            f"Add the condition 'Status' of the enrolment, 'Active': {REPORT_CONDITIONS}",
        )
    return ok(check, "every row is about somebody")


def sorting_check(page: ReportPage, layout: Layout) -> Finding:
    """Pages hold together only if the report sorts by teacher and course; seen from the rows."""
    pairs = [(row.columns[layout.teacher], row.columns[layout.course]) for row in page.data.rows]
    check = "report:sorting"
    if len({teacher for teacher, _ in pairs}) < 2 or len(set(pairs)) < 3:
        return untested(check, "too few rows to see an order")
    if _side_by_side([teacher for teacher, _ in pairs]) and _side_by_side(pairs):
        return ok(check, f"{len(pairs)} rows stand together by teacher and course")
    return warning(
        check,
        f"{len(pairs)} rows don't stand together by teacher: rows could be missed or repeated "
        "between pages, and the report is not used",
        "Switch sorting on for 'Username', then for 'Course short name with link', off for all "
        f"others: {REPORT_SORTING}",
    )


def _side_by_side(values: Sequence[object]) -> bool:
    starts = [
        value for place, value in enumerate(values) if place == 0 or values[place - 1] != value
    ]
    return len(starts) == len(set(starts))


def _filter(moodle: Moodle, report: int, rows: int, now: datetime) -> Finding:
    """A filter on completions of the future must leave nothing."""
    check = "report:filters"
    if not rows:
        return untested(check, "no rows to filter")
    ahead = CustomReport(moodle, report).page(0, 1, completed_since(_ahead(now)))
    if ahead.data.totalrowcount < rows:
        return ok(check, "the filter on the time of completion works")
    return lack(
        check,
        "the report has no filter on the time of completion",
        f"Add the filter 'Time completed': {REPORT_FILTERS}",
    )


def _ahead(now: datetime) -> int:
    return int(now.timestamp()) + _YEAR


def _times(moodle: Moodle, report: int) -> Finding:
    """Whether displayed times are in the language and zone that were asked for."""
    check = "report:times"
    try:
        rows = next(Pages(moodle, report).read(Place(), 1), [])
    except UnusableReportError as error:
        problem = error.problems[0]
        return lack(check, problem.found, problem.hint)
    if not rows:
        return untested(check, "nobody has completed anything")
    return ok(check, "a displayed time was found again by Moodle's own clock")
