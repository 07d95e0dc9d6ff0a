"""The custom report over badges, which tells of many teachers at once who holds one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from moodle_cpd.apply.badges_report import COLUMNS, ISSUED, NAME, SOURCE
from moodle_cpd.doctor.finding import Finding, lack, ok, untested, warning
from moodle_cpd.errors import CpdError
from moodle_cpd.menus import REPORT_FILTERS, REPORTS
from moodle_cpd.moodle import CustomReport, Moodle
from moodle_cpd.moodle.reports import EQUAL_TO, RANGE

_CHECK: Final = "badges-report"
_NOBODY: Final = "moodle-cpd doctor"
"""A name that no badge has."""


def badges_report_checks(moodle: Moodle, report: int, now: datetime) -> Iterator[Finding]:
    """Whether the report can be read, and has the columns and filters it needs."""
    try:
        page = moodle.report_page(report, 0, 1)
    except CpdError:
        yield lack(
            _CHECK,
            f"report {report} can't be read",
            "[site] badges_report is the number behind id= in the report's address; the service "
            f"account belongs to its Audience: {REPORTS}",
        )
        return
    if page.details.source != SOURCE:
        yield lack(
            _CHECK,
            f"report {report} is not about badges",
            f"Make one with the source 'Badges': {REPORTS}",
        )
        return
    yield ok(_CHECK, f"report {report} can be read: {page.data.totalrowcount} rows")
    missing = [column for column in COLUMNS if column not in page.data.headers]
    if missing:
        yield lack(
            f"{_CHECK}:columns",
            f"missing: {', '.join(missing)}",
            f"Columns Badge > 'Name' and Badge recipient > 'Full name with link': {REPORTS} > Edit",
        )
    yield _filters(moodle, report, now, page.data.totalrowcount)


def _filters(moodle: Moodle, report: int, now: datetime, rows: int) -> Finding:
    """Whether the filters leave out what they must: badges of no name, and those of tomorrow."""
    check = f"{_CHECK}:filters"
    if not rows:
        return untested(check, "nobody was given a badge yet")
    tomorrow = int((now + timedelta(days=1)).timestamp())
    asked: tuple[tuple[str, dict[str, int | str]], ...] = (
        ("'Name'", {f"{NAME}_operator": EQUAL_TO, f"{NAME}_value": _NOBODY}),
        ("'Date issued'", {f"{ISSUED}_operator": RANGE, f"{ISSUED}_from": tomorrow}),
    )
    custom = CustomReport(moodle, report)
    missing = [words for words, values in asked if custom.page(0, 1, values).data.rows]
    if not missing:
        return ok(check, "one badge, and the newest holders, can be asked for")
    return warning(
        check,
        f"missing: {', '.join(missing)}; all rows are read each time",
        f"Add Badge > 'Name' and Badge issued > 'Date issued': {REPORT_FILTERS}",
    )
