"""Custom reports: pages, filters kept per user, language and time zone."""

from __future__ import annotations

import json
from typing import Any

from moodle_cpd.moodle.client import _PINNED, REST_PATH
from tests.live.stage import NOBODY, PRIVATE_REPORT, REPORT, Stage

PAGE = "core_reportbuilder_retrieve_report"
FILTERS = "core_reportbuilder_set_filters"
RESET = "core_reportbuilder_filters_reset"
_RANGE = 3


def play(stage: Stage) -> None:
    """Record the scene."""
    moodle, report = stage.service.moodle, stage.reports[REPORT]
    stage.call("core_reportbuilder_list_reports", "good", {})
    with stage.record(PAGE, "good"):
        moodle.report_page(report, 0, 4)
    with stage.record(PAGE, "another-page"):
        moodle.report_page(report, 1, 4)
    with stage.record(PAGE, "behind-the-last-page"):
        moodle.report_page(report, 99, 4)
    with stage.record(PAGE, "unknown-report", "invalidrecordunknown"):
        moodle.report_page(NOBODY, 0, 4)
    with stage.record(PAGE, "not-in-audience", "errorreportview"):
        moodle.report_page(stage.reports[PRIVATE_REPORT], 0, 4)
    _filtered(stage, report)
    _localised(stage, report)


def _filtered(stage: Stage, report: int) -> None:
    moodle = stage.service.moodle

    def filters(scenario: str, values: dict[str, Any], expect: str = "good") -> None:
        params = {"reportid": report, "parameters": "", "values": json.dumps(values)}
        stage.call(FILTERS, scenario, params, expect)

    filters("good", _completed_between(1_767_225_600, 4_102_444_800))
    with stage.record(PAGE, "filtered"):
        moodle.report_page(report, 0, 20)
    filters("nothing-new", _completed_between(4_102_444_800, 4_102_444_900))
    with stage.record(PAGE, "filtered-nothing-new"):
        moodle.report_page(report, 0, 20)
    filters("unknown-filter", {"shoe:size_operator": 1})
    params = {"reportid": report, "parameters": ""}
    stage.call(RESET, "good", params)
    with stage.record(PAGE, "after-reset"):
        moodle.report_page(report, 0, 1)
    broken = {"reportid": report, "parameters": "", "values": "not JSON"}
    stage.call(FILTERS, "not-json", broken)
    stage.call(RESET, "unknown-report", params | {"reportid": NOBODY}, "invalidrecordunknown")
    foreign = stage.reports[PRIVATE_REPORT]
    values = {"reportid": foreign, "parameters": "", "values": "{}"}
    stage.call(FILTERS, "not-in-audience", values, "errorreportview")


def _localised(stage: Stage, report: int) -> None:
    """Times are texts in the language and zone that the request, the account or the site sets."""
    values = json.dumps(_completed_between(1_767_225_600, 4_102_444_800))
    filters: dict[str, Any] = {"reportid": report, "parameters": "", "values": values}
    stage.service.call(FILTERS, filters)
    moodle = stage.service.moodle
    pairs = [("wsfunction", PAGE), ("reportid", str(report)), ("page", "0"), ("perpage", "2")]
    plain = {"moodlewsrestformat": "json"}
    with stage.states.during("account-zone", "America/New_York", after="99"):
        with stage.record(PAGE, "zone-not-pinned"):
            stage.service.transport.post(REST_PATH, pairs, function=PAGE, extra=plain)
        with stage.record(PAGE, "zone-pinned"):
            moodle.report_page(report, 0, 2)
    with (
        stage.states.during("forced-zone", "Asia/Shanghai", after="off"),
        stage.record(PAGE, "zone-forced-by-site"),
    ):
        moodle.report_page(report, 0, 2)
    with stage.record(PAGE, "unknown-language"):
        extra = {**_PINNED, "moodlewssettinglang": "xx"}
        stage.service.transport.post(REST_PATH, pairs, function=PAGE, extra=extra)
    stage.service.call(RESET, {"reportid": report, "parameters": ""})


def _completed_between(start: int, end: int) -> dict[str, Any]:
    return {
        "completion:timecompleted_operator": _RANGE,
        "completion:timecompleted_from": start,
        "completion:timecompleted_to": end,
    }
