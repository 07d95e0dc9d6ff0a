r"""A custom report: read page by page through a filter that is set for the page and taken off.

Moodle keeps filter values per account and report (source:
``core_reportbuilder\local\helpers\user_filter_manager``). So each page sets its own, is read,
and takes them off, in one request where the service includes the batch function: another program
with the same account could come in between only within milliseconds, and a run that is cut off
leaves nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from moodle_cpd.errors import CpdError, SiteError
from moodle_cpd.moodle import replies
from moodle_cpd.moodle.client import Call
from moodle_cpd.moodle.encode import Param
from moodle_cpd.moodle.site import Moodle
from moodle_cpd.problems import Problem

REPORT_FUNCTIONS: Final = (
    "core_reportbuilder_retrieve_report",
    "core_reportbuilder_set_filters",
    "core_reportbuilder_filters_reset",
)
_PAGE, _SET, _RESET = REPORT_FUNCTIONS

NOT_EMPTY: Final = 1
RANGE: Final = 3
"""Operators of a date filter (source: ``core_reportbuilder\\local\\filters\\date``); both ends of a
range belong to it, and either can be left out."""
EQUAL_TO: Final = 3
"""Operator of a text filter (source: ``core_reportbuilder\\local\\filters\\text``)."""


def can_filter(moodle: Moodle) -> bool:
    """Whether the service includes what reading a report through a filter takes."""
    return all(map(moodle.allows, REPORT_FUNCTIONS))


class CustomReport:
    """One custom report of a site.

    Args:
        moodle: the site.
        report: the report's id.
    """

    def __init__(self, moodle: Moodle, report: int) -> None:
        self.id = report
        self._moodle = moodle

    def page(self, number: int, size: int, filters: Mapping[str, int | str]) -> replies.ReportPage:
        """A page of the rows that pass the filters; behind the last one there are no rows.

        Args:
            number: of the page, from 0.
            size: rows a page.
            filters: names such as ``completion:timecompleted_operator`` with their values; names
                that the report doesn't have let everything pass.

        Raises:
            SiteError: the site, the account or the service is wrong.
            TransientError: it failed after the configured repeats.
            CallError: Moodle refuses the report.
        """
        try:
            return self._filtered_page(number, size, filters)
        except CpdError:
            self._reset_silently()
            raise

    def reset(self) -> None:
        """Take all filters of the account off the report."""
        self._moodle.client.read(_RESET, self._params())

    def _filtered_page(
        self, number: int, size: int, filters: Mapping[str, int | str]
    ) -> replies.ReportPage:
        values = self._params() | {"values": json.dumps(dict(filters), sort_keys=True)}
        if not self._moodle.batches:
            self._moodle.client.read(_SET, values)
            page = self._moodle.report_page(self.id, number, size)
            self.reset()
            return page
        reading: dict[str, Param] = {"reportid": self.id, "page": number, "perpage": size}
        calls = [Call(_SET, values), Call(_PAGE, reading), Call(_RESET, self._params())]
        answers = self._moodle.client.read_together(calls)
        for answer in answers:
            if isinstance(answer, CpdError):
                raise answer
        if len(answers) < len(calls):
            raise SiteError(
                Problem(f"{self._moodle.name}: {_PAGE}", "no answer about the report's page")
            )
        return replies.check(self._moodle.name, _PAGE, replies.REPORT_PAGE, answers[1])

    def _reset_silently(self) -> None:
        """The error that is on its way matters more than one in here."""
        with suppress(CpdError):
            self.reset()

    def _params(self) -> dict[str, Param]:
        return {"reportid": self.id, "parameters": ""}
