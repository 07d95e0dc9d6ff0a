"""The custom report over course participants, where the settings name one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from moodle_cpd.doctor.finding import Finding, lack, ok, untested, warning
from moodle_cpd.doctor.menus import REPORTS
from moodle_cpd.errors import CpdError
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.encode import Param
from moodle_cpd.moodle.replies import ReportPage

_ROWS: Final = 200
_SOURCE: Final = "participants"
_COLUMNS: Final = {
    "the teacher": {"User ID", "ID number", "Username"},
    "the course": {"Course ID", "Course ID number", "Course short name"},
    "the time of completion": {"Time completed"},
}
"""What a row must tell → headings of columns that tell it, as Moodle's English names them."""


def report_checks(moodle: Moodle, report: int, now: datetime) -> Iterator[Finding]:
    """Whether the report can be read, and has the columns, filter and sorting it needs."""
    try:
        page = _page(moodle, report)
    except CpdError:
        yield lack(
            "report",
            f"report {report} can't be read",
            "[site] report is the number behind id= in the report's address; the service account "
            f"belongs to its Audience: {REPORTS}",
        )
        return
    if not page.details.source.endswith(_SOURCE):
        yield lack(
            "report",
            f"report {report} is not about course participants",
            f"Make one with the source 'Course participants': {REPORTS}",
        )
        return
    yield ok("report", f"report {report} can be read: {page.data.totalrowcount} rows")
    yield _columns(page)
    yield sorting_check(page)
    if moodle.allows("core_reportbuilder_set_filters"):
        yield _filter(moodle, report, page.data.totalrowcount, now)


def _page(moodle: Moodle, report: int) -> ReportPage:
    """The first page without filters, where these can be taken off."""
    if moodle.allows("core_reportbuilder_set_filters"):
        _set_filters(moodle, report, {})
    return moodle.report_page(report, 0, _ROWS)


def _columns(page: ReportPage) -> Finding:
    missing = [what for what, names in _COLUMNS.items() if not names & set(page.data.headers)]
    if not missing:
        return ok("report:columns", ", ".join(page.data.headers))
    wanted = "; ".join(" or ".join(sorted(_COLUMNS[what])) for what in missing)
    return lack(
        "report:columns",
        f"no column tells {', '.join(missing)}; there are: {', '.join(page.data.headers)}",
        f"Add the column, and leave it the name that Moodle gives it ({wanted}): {REPORTS}",
    )


def sorting_check(page: ReportPage) -> Finding:
    """Pages hold together only if the report sorts; seen from the order of the rows."""
    rows = [row.columns for row in page.data.rows]
    if len({row[0] for row in rows if row}) < 2:
        return untested("report:sorting", "too few rows to see an order")
    for place, name in enumerate(page.data.headers):
        if _in_order([row[place] or "" for row in rows]):
            return ok("report:sorting", f"{len(rows)} rows are in the order of '{name}'")
    return warning(
        "report:sorting",
        f"{len(rows)} rows are in no order: rows can be missed or repeated between pages",
        f"Sort by the columns of teacher and course: {REPORTS} > Edit > Sorting",
    )


def _in_order(values: Sequence[str]) -> bool:
    keys = [(len(value), value) if value.isdecimal() else (0, value) for value in values]
    return len(set(keys)) > 1 and keys in (sorted(keys), sorted(keys, reverse=True))


def _filter(moodle: Moodle, report: int, rows: int, now: datetime) -> Finding:
    """A filter on completions of the future must leave nothing; it is taken off again."""
    check = "report:filters"
    if not rows:
        return untested(check, "no rows to filter")
    name = "completion:timecompleted"
    start = int(now.timestamp()) + 366 * 86400
    values = {f"{name}_operator": 3, f"{name}_from": start, f"{name}_to": start + 86400}
    try:
        _set_filters(moodle, report, values)
        left = moodle.report_page(report, 0, 1).data.totalrowcount
    finally:
        _set_filters(moodle, report, {})
    if left < rows:
        return ok(check, "the filter on the time of completion works")
    return lack(
        check,
        "the report has no filter on the time of completion",
        f"Add the filter 'Time completed': {REPORTS} > Edit > Filters",
    )


def _set_filters(moodle: Moodle, report: int, values: dict[str, int]) -> None:
    """Filter values belong to this account and report alone; to set them again is harmless."""
    params: dict[str, Param] = {
        "reportid": report,
        "parameters": "",
        "values": json.dumps(values),
    }
    moodle.client.read("core_reportbuilder_set_filters", params)
