"""Rows of a report over files: name, content hash and item ID."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha1
from html import escape
from typing import Any, Final

from moodle_cpd.demo.registry import Call
from moodle_cpd.demo.state import Report, StoredFile

SOURCE: Final = "core_files\\reportbuilder\\datasource\\files"
HEADINGS: Final = {
    "file:name": ("Filename", "文件名"),
    "file:contenthash": ("Content hash", "内容哈希"),
    "file:itemid": ("Item ID", "项目ID"),
}
_MADE: Final = "file:timecreated"


def files(call: Call, report: Report, values: Mapping[str, Any]) -> list[StoredFile]:
    """The files that pass condition and filter; without sorting in another order at every reading.

    Args:
        call: whose world.
        report: with its condition on the plugin.
        values: the account's values of filters that the report has.
    """
    since = int(values.get(f"{_MADE}_from") or 0)
    found = [
        file
        for area in call.world.tables.files.values()
        for file in area.values()
        if report.component in ("", file.component) and file.timemodified >= since
    ]
    if report.sort:
        return sorted(found, key=lambda file: (file.itemid, file.id))
    turn = call.world.tables.next_id("unsorted-reading") % max(len(found), 1)
    return found[turn:] + found[:turn]


def file_cell(file: StoredFile, key: str) -> str:
    """A cell as displayed."""
    if key == "file:contenthash":
        return sha1(file.content, usedforsecurity=False).hexdigest()
    return str(file.itemid) if key == "file:itemid" else escape(file.filename, quote=True)
