"""The custom report over badges: who was given a badge, many people in one request.

``core_badges_get_user_badges`` tells one person's badges and takes Moodle some milliseconds each.
A row tells the person by Moodle's user id: a user name may be another's since it was last read.
"""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Final

from moodle_cpd.errors import SkipError
from moodle_cpd.moodle import CustomReport, Moodle
from moodle_cpd.moodle.reports import EQUAL_TO, RANGE
from moodle_cpd.problems import Problem

SOURCE: Final = "core_badges\\reportbuilder\\datasource\\badges"
"""The kind of report, as Moodle calls it."""
NAME: Final = "badge:name"
ISSUED: Final = "badge_issued:issued"
"""The filters by which rows of one badge, and the newest ones, are read."""
COLUMNS: Final = ("Full name with link", "Name")
"""Headings of the columns that tell who holds which badge, as Moodle's English names them."""

_PROFILE: Final = re.compile(r'<a href="[^"]*/user/(?:profile|view)\.php\?id=(\d+)(?:&amp;[^"]*)?"')
"""How such a cell begins; the name behind it is the person's own."""

_PAGE: Final = 5000
_EARLIER: Final = 60
"""Seconds that are read besides: ``Date`` tells whole seconds, and servers differ a little."""


def holders(
    moodle: Moodle, report: int, badge: str, since: datetime | None = None
) -> frozenset[int]:
    """User ids of those who are seen to hold a badge; who is missing may hold it all the same.

    Args:
        moodle: the site.
        report: the report's id.
        badge: its name, exactly.
        since: this computer's time, UTC; only those who were given it then or later. None: all.

    Raises:
        SkipError: the report is not what it must be.
    """
    filters: dict[str, int | str] = {f"{NAME}_operator": EQUAL_TO, f"{NAME}_value": badge}
    if since is not None:
        there = since.timestamp() + (moodle.client.transport.clock_offset or 0)
        filters |= {f"{ISSUED}_operator": RANGE, f"{ISSUED}_from": int(there) - _EARLIER}
    found: set[int] = set()
    page = rows = 0
    while True:
        reply = CustomReport(moodle, report).page(page, _PAGE, filters)
        headers = list(reply.data.headers)
        if reply.details.source != SOURCE or not set(COLUMNS) <= set(headers):
            raise SkipError(
                Problem(
                    f"{moodle.name}: report {report}",
                    "is not about badges, or lacks a column",
                    f"the source 'Badges' with the columns {' and '.join(COLUMNS)}",
                    "Make it as docs/administrators/awards.md says",
                )
            )
        who, what = (headers.index(column) for column in COLUMNS)
        for row in reply.data.rows:
            link = _PROFILE.match(row.columns[who] or "")
            if link is not None and unescape(row.columns[what] or "") == badge:
                found.add(int(link[1]))
        rows += len(reply.data.rows)
        page += 1
        if not reply.data.rows or rows >= reply.data.totalrowcount:
            return frozenset(found)
