"""Custom reports over course participants, users, files and badges, read by page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from moodle_cpd.demo.failures import MoodleError, not_found
from moodle_cpd.demo.functions import badge_rows
from moodle_cpd.demo.functions.crowd_rows import SORT, CrowdRows
from moodle_cpd.demo.functions.file_rows import HEADINGS, file_cell, files
from moodle_cpd.demo.functions.file_rows import SOURCE as FILES
from moodle_cpd.demo.functions.people_rows import SOURCE as PEOPLE
from moodle_cpd.demo.functions.people_rows import people, person_cell
from moodle_cpd.demo.functions.report_rows import Bounds, Row, cell, heading, sort_key
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import INT, RAW, default
from moodle_cpd.demo.state import Report
from moodle_cpd.demo.tables import SYSTEM_CONTEXT

_SOURCE_NAMES = {
    PEOPLE: ("Users", "用户"),
    FILES: ("Files", "文件"),
    badge_rows.SOURCE: ("Badges", "勋章"),
}
_PARTICIPANTS = ("Course participants", "课程参与者")


@function("core_reportbuilder_list_reports", page=default(INT, "0"), perpage=default(INT, "10"))
def list_reports(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """The custom reports that the account may see."""
    call.enter_site()
    if not _may_view_any(call):
        raise _closed()
    rows = [row for row in call.world.tables.reports.values() if _may_view(call, row)]
    size = arguments["perpage"]
    if size:
        rows = rows[arguments["page"] * size :][:size]
    return {"reports": [_details(call, row) for row in rows], "warnings": []}


@function(
    "core_reportbuilder_retrieve_report",
    reportid=INT,
    page=default(INT, "0"),
    perpage=default(INT, "10"),
)
def retrieve_report(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """A page of a report, as the filters that the account last set leave it."""
    report = _report(call, arguments["reportid"])
    size = arguments["perpage"]
    start = arguments["page"] * size
    total, cells = _page(call, report, slice(start, start + size))
    return {
        "details": _details(call, report),
        "data": {
            "headers": [
                column.heading or _heading(column.key, call.language) for column in report.columns
            ],
            "rows": [{"columns": columns} for columns in cells],
            # Behind the last page Moodle counts nothing.
            "totalrowcount": total if cells else 0,
        },
        "warnings": [],
    }


@function("core_reportbuilder_set_filters", reportid=INT, parameters=default(RAW, ""), values=RAW)
def set_filters(call: Call, arguments: dict[str, Any]) -> bool:
    """Set filter values of the account on a report; they stay until they are set again."""
    report = _report(call, arguments["reportid"])
    try:
        values = json.loads(arguments["values"])
    except ValueError:
        values = None
    if not isinstance(values, dict):
        values = {}
    call.world.tables.report_filters[call.user.id, report.id] = values
    return True


@function("core_reportbuilder_filters_reset", reportid=INT, parameters=default(RAW, ""))
def reset_filters(call: Call, arguments: dict[str, Any]) -> bool:
    """Take all filter values of the account off a report."""
    report = _report(call, arguments["reportid"])
    call.world.tables.report_filters.pop((call.user.id, report.id), None)
    return True


def _heading(key: str, language: str) -> str:
    headings = HEADINGS | badge_rows.HEADINGS
    if key in headings:
        return headings[key][language == "zh_cn"]
    return heading(key, language)


def _closed() -> MoodleError:
    return MoodleError(
        "core_reportbuilder\\exception\\report_access_exception",
        "errorreportview",
        "You cannot view this report",
    )


def _may_view_any(call: Call) -> bool:
    return call.can("moodle/reportbuilder:view") or call.can("moodle/reportbuilder:viewall")


def _may_view(call: Call, report: Report) -> bool:
    if call.can("moodle/reportbuilder:viewall"):
        return True
    return call.can("moodle/reportbuilder:view") and call.user.id in report.audience


def _report(call: Call, number: int) -> Report:
    report = call.world.tables.reports.get(number)
    if report is None:
        raise not_found()
    call.enter_site()
    if not _may_view(call, report):
        raise _closed()
    return report


def _page(call: Call, report: Report, part: slice) -> tuple[int, list[list[str]]]:
    """How many rows there are, and the cells of some of them."""
    filters = call.world.tables.report_filters.get((call.user.id, report.id), {})
    usable = {
        name: value
        for name, value in filters.items()
        if any(name.startswith(f"{key}_") for key in report.filters)
    }
    keys = [column.key for column in report.columns]
    if report.source == PEOPLE:
        users = people(call, usable)
        return len(users), [[person_cell(call, user, key) for key in keys] for user in users[part]]
    if report.source == FILES:
        found = files(call, report, usable)
        return len(found), [[file_cell(file, key) for key in keys] for file in found[part]]
    if report.source == badge_rows.SOURCE:
        held = badge_rows.holdings(call, usable)
        return len(held), [
            [badge_rows.badge_cell(call, row, key) for key in keys] for row in held[part]
        ]
    rows = _rows(call, report, usable)
    return len(rows), [[cell(call, row, key) for key in keys] for row in rows[part]]


def _rows(call: Call, report: Report, usable: dict[str, Any]) -> Sequence[Row]:
    tables = call.world.tables
    if tables.crowd is not None and report.sort == SORT:
        return CrowdRows(tables, tables.crowd, report, usable)
    bounds = Bounds.of(usable)
    rows = [
        row
        for row in _participants(call)
        if not (report.active_only and row.enrolment.suspended) and bounds.admit(row.completed)
    ]
    if report.sort:
        rows.sort(key=lambda row: [sort_key(row, key) for key in report.sort])
    else:
        # Without sorting the database may give any order; another one at every reading shows it.
        turn = call.world.tables.next_id("unsorted-reading") % max(len(rows), 1)
        rows = rows[turn:] + rows[:turn]
    return rows


def _participants(call: Call) -> Iterator[Row]:
    tables = call.world.tables
    for course, enrolments in tables.enrolments.items():
        for enrolment in enrolments:
            user = tables.users.get(enrolment.user)
            if user is None or user.deleted:
                continue
            completion = tables.completions.get((user.id, course))
            yield Row(user, tables.courses[course], enrolment, completion)


def _details(call: Call, report: Report) -> dict[str, Any]:
    admin = call.world.tables.users[report.usercreated]
    picture = f"{call.world.wwwroot}/theme/image.php/boost/core/1/u/"
    conditions: dict[str, object] = {}
    if report.active_only:
        conditions = {"enrolment:status_operator": 1, "enrolment:status_value": 0}
    if report.component:
        conditions = {"file:component_operator": 3, "file:component_value": report.component}
    return {
        "name": report.name,
        "source": report.source,
        "type": 0,
        "uniquerows": False,
        "conditiondata": json.dumps(conditions, separators=(",", ":")) if conditions else None,
        "settingsdata": None,
        "contextid": SYSTEM_CONTEXT,
        "component": "",
        "area": "",
        "itemid": 0,
        "usercreated": report.usercreated,
        "id": report.id,
        "timecreated": report.timecreated,
        "timemodified": report.timecreated,
        "usermodified": report.usercreated,
        "sourcename": _SOURCE_NAMES.get(report.source, _PARTICIPANTS)[call.language == "zh_cn"],
        "tags": [],
        "customfields": {"data": []},
        "modifiedby": {
            "id": admin.id,
            "email": admin.email,
            "idnumber": admin.idnumber,
            "phone1": "",
            "phone2": "",
            "department": "",
            "institution": "",
            "fullname": call.full_name(admin),
            "identity": f"{admin.username}, {admin.email}",
            "profileurl": f"{call.world.wwwroot}/user/profile.php?id={admin.id}",
            "profileimageurl": f"{picture}f1",
            "profileimageurlsmall": f"{picture}f2",
        },
    }
