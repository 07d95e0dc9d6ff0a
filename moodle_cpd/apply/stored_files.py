"""Hashes of feedback files: all of them by a custom report over files, or each by its bytes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from moodle_cpd.apply.badges import of_teacher
from moodle_cpd.apply.delivery import PATIENCE
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import RecordActivity, files_held
from moodle_cpd.errors import CpdError, SkipError, TransientError
from moodle_cpd.moodle import CustomReport, Moodle, Writer
from moodle_cpd.moodle.parallel import side_by_side
from moodle_cpd.moodle.reports import RANGE, can_filter
from moodle_cpd.problems import Problem

SOURCE: Final = "core_files\\reportbuilder\\datasource\\files"
"""The kind of report, as Moodle calls it."""
COMPONENT: Final = "assignfeedback_file"
"""The plugin to which feedback files belong; the report's condition leaves others out."""

COLUMNS: Final = ("Filename", "Content hash", "Item ID")
"""Headings of the columns that tell whose bytes are which, as Moodle's English names them."""

MADE: Final = "file:timecreated"
"""The filter by which only the newest files are read."""

_PAGE = 5000
_SHA1 = re.compile(r"[0-9a-f]{40}")
_SORTED = "sorting by 'Item ID' switched on"


class FilesReport:
    """The rows of a custom report over files: name, content hash, and the id of what it belongs to.

    Args:
        moodle: the site.
        report: the report's id.
        since: Unix time; only files made then or later, by the report's filter. None: all.

    Raises:
        SkipError: the report does not fit.
    """

    def __init__(self, moodle: Moodle, report: int, since: int | None = None) -> None:
        self._moodle, self._report = moodle, report
        self._hashes: dict[tuple[str, str], str] = {}
        self._read(moodle, report, since)

    def _read(self, moodle: Moodle, report: int, since: int | None) -> None:
        page = rows = 0
        seen: set[tuple[str, ...]] = set()
        if since is None and can_filter(moodle):
            # What a run that was cut off left there would hide certificates.
            CustomReport(moodle, report).reset()
        while True:
            if since is None:
                found = moodle.report_page(report, page, _PAGE)
            else:
                made = {f"{MADE}_operator": RANGE, f"{MADE}_from": since}
                found = CustomReport(moodle, report).page(page, _PAGE, made)
                if found.data.totalrowcount > _PAGE:
                    begun = datetime.fromtimestamp(since, UTC)
                    raise _unfit(
                        moodle,
                        report,
                        f"shows {found.data.totalrowcount} files as made since {begun:%H:%M} UTC",
                        "the filter 'Time created', and the condition 'Plugin' is equal to "
                        f"{COMPONENT}",
                    )
            if found.details.source != SOURCE:
                raise _unfit(moodle, report, "is not about files", "the source 'Files'")
            data = found.data
            if lacking := lacking_columns(data.headers):
                raise _unfit(
                    moodle,
                    report,
                    f"lacks a column: {', '.join(lacking)}",
                    f"columns: {', '.join(COLUMNS)}, with the titles that Moodle gives them",
                )
            places = [data.headers.index(column) for column in COLUMNS]
            for row in data.rows:
                cells = tuple(row.columns[place] or "" for place in places)
                seen.add(cells)
                self._take(moodle, report, cells)
            rows += len(data.rows)
            page += 1
            if not data.rows or rows >= data.totalrowcount:
                break
        if page > 1 and len(seen) < rows:
            raise _unfit(
                moodle, report, "repeats rows between pages, so that others are missed", _SORTED
            )

    def _take(self, moodle: Moodle, report: int, cells: tuple[str, ...]) -> None:
        name, content, item = cells
        if not _SHA1.fullmatch(content) or not (item.isascii() and item.isdigit()):
            found = "has no content hash or no item ID in a row"
            raise _unfit(moodle, report, found, "both as Moodle shows them, without aggregation")
        self._hashes[name, item] = content

    def hash_of(self, name: str, item: int) -> str | None:
        """SHA-1 of the file of a name that belongs to an item; None where it is not shown."""
        return self._hashes.get((name, str(item)))

    def hashes(self, due: Mapping[int, str], marks: Marks) -> dict[int, str | None]:
        """SHA-1 by teacher of the file of a name; None where there is none.

        Args:
            due: name of the file, by teacher.
            marks: the activity's, just looked at: a file belongs to a row of marks.

        Raises:
            SkipError: the report shows none of them: then rather it than all of them is at fault.
        """
        found: dict[int, str | None] = {}
        for teacher, name in due.items():
            row = marks.of(teacher)
            found[teacher] = None if row is None else self.hash_of(name, row.id)
        if len(found) > 1 and not any(found.values()):
            raise _unfit(
                self._moodle,
                self._report,
                f"shows none of {len(found)} certificates that were handed over",
                f"the condition 'Plugin' is equal to {COMPONENT}, and no other that hides them",
            )
        return found


def lacking_columns(headers: Collection[str]) -> list[str]:
    """Headings of the columns that a report over files lacks."""
    return [column for column in COLUMNS if column not in headers]


def _unfit(moodle: Moodle, report: int, found: str, expected: str) -> SkipError:
    hint = "Make it as docs/administrators/awards.md says"
    return SkipError(Problem(f"{moodle.name}: report {report}", found, expected, hint))


def hashes_by_content(
    moodle: Moodle,
    writer: Writer,
    activity: RecordActivity,
    marks: Marks,
    due: Mapping[int, tuple[str, int]],
    problems: list[Problem],
) -> dict[int, str | None]:
    """SHA-256 by teacher of the file of a name, each fetched; None where there is none.

    Args:
        moodle: the site.
        writer: fetches files.
        activity: the record activity.
        marks: the activity's, just looked at.
        due: by teacher name and size in bytes of the file; 0 where the size is not known.
        problems: who can't be read is named there, and left out.

    Raises:
        CpdError: it concerns more than one file: the site or the settings, or several in a row got
            no proper reply.
    """
    _learn_place(moodle, activity, marks, due)
    unknown = [
        teacher for teacher, (name, _) in due.items() if marks.address(teacher, name) is None
    ]
    held = files_held(moodle, activity, unknown, marks, problems)
    due = {
        teacher: one for teacher, one in due.items() if teacher in held or teacher not in unknown
    }

    def fetch(one: tuple[int, tuple[str, int]]) -> list[str | CpdError | None]:
        teacher, (name, size) = one
        address = marks.address(teacher, name)
        if address is None:
            own = [file for file in held[teacher] if file.filename == name]
            if not own:
                return [None]
            address, size = own[0].fileurl, own[0].filesize
        try:
            return [sha256(writer.download(address, size)).hexdigest()]
        except CpdError as error:
            return [error]

    found: dict[int, str | None] = {}
    unanswered = 0
    answers = side_by_side(moodle.client.site.parallel, due.items(), fetch)
    for teacher, answer in zip(due, answers, strict=True):
        unanswered = unanswered + 1 if isinstance(answer, TransientError) else 0
        if isinstance(answer, SkipError):
            found[teacher] = None
        elif isinstance(answer, CpdError):
            if not unanswered or unanswered >= PATIENCE:
                raise answer
            problems += (of_teacher(teacher, each) for each in answer.problems)
        else:
            found[teacher] = answer
    return found


def _learn_place(
    moodle: Moodle,
    activity: RecordActivity,
    marks: Marks,
    due: Mapping[int, tuple[str, int]],
) -> None:
    """Ask about one teacher's files, so that the others' addresses are known."""
    for teacher, (name, _) in due.items():
        if marks.of(teacher) is None:
            continue
        if marks.address(teacher, name) is None:
            # Who can't be read is named where all are looked at.
            for file in files_held(moodle, activity, [teacher], marks, []).get(teacher, ()):
                marks.learn_place(teacher, file)
        return
