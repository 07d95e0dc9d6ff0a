"""The custom report over files, by which ``verify`` compares certificates without fetching them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from moodle_cpd.apply.stored_files import COLUMNS, COMPONENT, MADE, SOURCE, lacking_columns
from moodle_cpd.doctor.finding import Finding, lack, ok, warning
from moodle_cpd.errors import CpdError
from moodle_cpd.menus import REPORT_CONDITIONS, REPORT_FILTERS, REPORT_SORTING, REPORTS
from moodle_cpd.moodle import CustomReport, Moodle
from moodle_cpd.moodle.reports import RANGE

_ROWS: Final = 1000
_ITEM: Final = COLUMNS[-1]
_CHECK: Final = "files-report"


def files_report_checks(moodle: Moodle, report: int, now: datetime) -> Iterator[Finding]:
    """Whether the report can be read, and has the columns, condition and sorting it needs."""
    try:
        page = moodle.report_page(report, 0, _ROWS)
    except CpdError:
        yield lack(
            _CHECK,
            f"report {report} can't be read",
            "[site] files_report is the number behind id= in the report's address; the service "
            f"account belongs to its Audience: {REPORTS}",
        )
        return
    if page.details.source != SOURCE:
        yield lack(
            _CHECK,
            f"report {report} is not about files",
            f"Make one with the source 'Files': {REPORTS}",
        )
        return
    rows = page.data.rows
    yield ok(_CHECK, f"report {report} can be read: {page.data.totalrowcount} rows")
    lacking = lacking_columns(page.data.headers)
    yield _columns(lacking)
    if COMPONENT not in (page.details.conditiondata or ""):
        yield warning(
            f"{_CHECK}:conditions",
            "the report lists files of the whole site: reading it takes longer than it must",
            f"Add the condition 'Plugin' is equal to {COMPONENT}: {REPORT_CONDITIONS}",
        )
    if rows:
        yield _filter(moodle, report, now)
    item = None if _ITEM in lacking else page.data.headers.index(_ITEM)
    if item is not None and not _in_order([row.columns[item] or "" for row in rows]):
        yield warning(
            f"{_CHECK}:sorting",
            "rows are in no order by item ID: some could be missed between pages",
            f"Switch sorting on for 'Item ID', off for all others: {REPORT_SORTING}",
        )


def _filter(moodle: Moodle, report: int, now: datetime) -> Finding:
    """Whether the newest files can be asked for; files of tomorrow there are none."""
    check = f"{_CHECK}:filters"
    tomorrow = int((now + timedelta(days=1)).timestamp())
    made = {f"{MADE}_operator": RANGE, f"{MADE}_from": tomorrow}
    if not CustomReport(moodle, report).page(0, 1, made).data.rows:
        return ok(check, "certificates are read back by their hashes when they are handed over")
    return warning(
        check,
        "each certificate is fetched again when it is handed over, which takes a large course "
        "several times as long as a look at its hash",
        f"Add the filter 'Time created': {REPORT_FILTERS}",
    )


def _columns(lacking: Sequence[str]) -> Finding:
    check = f"{_CHECK}:columns"
    if not lacking:
        return ok(check, "file name, content hash and item ID are there")
    return lack(
        check,
        f"missing: {', '.join(lacking)}",
        f"Columns 'Filename', 'Content hash' and 'Item ID', titles as they are: {REPORTS} > Edit",
    )


def _in_order(items: Sequence[str]) -> bool:
    numbers = [int(cell) for cell in items if cell.isascii() and cell.isdigit()]
    return numbers in (sorted(numbers), sorted(numbers, reverse=True))
