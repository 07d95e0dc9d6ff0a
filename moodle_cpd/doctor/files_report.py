"""The custom report over files, by which ``verify`` compares certificates without fetching them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from moodle_cpd.apply.stored_files import COMPONENT, MADE, SOURCE, content_hash
from moodle_cpd.doctor.finding import Finding, lack, ok, untested, warning
from moodle_cpd.doctor.menus import REPORTS
from moodle_cpd.errors import CpdError
from moodle_cpd.moodle import CustomReport, Moodle
from moodle_cpd.moodle.reports import RANGE

_ROWS: Final = 1000
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
    rows = [[cell or "" for cell in row.columns] for row in page.data.rows]
    yield ok(_CHECK, f"report {report} can be read: {page.data.totalrowcount} rows")
    yield _columns(rows)
    if COMPONENT not in (page.details.conditiondata or ""):
        yield warning(
            f"{_CHECK}:conditions",
            "the report lists files of the whole site: reading it takes longer than it must",
            f"Add the condition 'Plugin' is equal to {COMPONENT}: {REPORTS} > Edit > Conditions",
        )
    if rows:
        yield _filter(moodle, report, now)
    if not _in_order(rows):
        yield warning(
            f"{_CHECK}:sorting",
            "rows are in no order by item ID: some could be missed between pages",
            f"Switch sorting on for 'Item ID', off for all others: {REPORTS} > Edit > Sorting",
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
        f"Add the filter 'Time created': {REPORTS} > Edit > Filters",
    )


def _columns(rows: Sequence[Sequence[str]]) -> Finding:
    check = f"{_CHECK}:columns"
    if not rows:
        return untested(check, "no file was handed over yet")
    names = [_rest(cells) for cells in rows]
    if any(content_hash(cells) is None or not _numbers(cells) for cells in rows):
        found = "a row has no content hash or no item ID"
    elif not all(names):
        found = "a row has no file name"
    else:
        return ok(check, "file name, content hash and item ID are there")
    return lack(check, found, f"Columns 'Filename', 'Content hash' and 'Item ID': {REPORTS} > Edit")


def _numbers(cells: Sequence[str]) -> list[int]:
    return [int(cell) for cell in cells if cell.isascii() and cell.isdigit()]


def _rest(cells: Sequence[str]) -> list[str]:
    """What is neither hash nor number, and not empty."""
    found = content_hash(cells)
    return [cell for cell in cells if cell not in ("", found) and not _numbers([cell])]


def _in_order(rows: Sequence[Sequence[str]]) -> bool:
    numbers = [_numbers(cells)[0] for cells in rows if _numbers(cells)]
    return numbers in (sorted(numbers), sorted(numbers, reverse=True))
