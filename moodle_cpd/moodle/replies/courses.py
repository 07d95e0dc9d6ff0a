"""Courses, their completion, and custom reports over them.

Field names are Moodle's; what no room reads is left out.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from pydantic import TypeAdapter, model_validator

from moodle_cpd.moodle.replies.base import Reply


class CourseCustomField(Reply):
    """A custom field of a course."""

    shortname: str
    value: str | None = None
    valueraw: Any = None


class CourseReply(Reply):
    """An item of ``core_course_get_courses_by_field``; ``groupmode`` 1 keeps groups apart."""

    id: int
    fullname: str
    shortname: str
    idnumber: str = ""
    categoryid: int = 0
    groupmode: int = 0
    startdate: int = 0
    customfields: tuple[CourseCustomField, ...] = ()


class Courses(Reply):
    """``core_course_get_courses_by_field``."""

    courses: tuple[CourseReply, ...]


class CourseCategory(Reply):
    """An item of ``core_course_get_categories``; ``path`` is like ``/1/4``."""

    id: int
    name: str
    idnumber: str | None = None
    path: str = ""


class UserCourse(Reply):
    """An item of ``core_enrol_get_users_courses``; None where completion is not tracked.

    The one reply that tells a course's idnumber to an account that may not edit the course.
    """

    id: int
    idnumber: str = ""
    shortname: str = ""
    fullname: str = ""
    completed: bool | None = None
    progress: Decimal | None = None
    enrolledusercount: int | None = None


class CriterionCompletion(Reply):
    """One completion criterion of a course."""

    type: int
    complete: bool
    timecompleted: int | None = None


class CompletionState(Reply):
    """Whether a course is completed, and by which criteria; 1 means all, 2 means any."""

    completed: bool
    aggregation: int
    completions: tuple[CriterionCompletion, ...]


class CompletionStatus(Reply):
    """``core_completion_get_course_completion_status``."""

    completionstatus: CompletionState


class CompletionRule(Reply):
    """A rule of automatic completion, by Moodle's name of it: ``completionpassgrade``."""

    rulename: str


class ActivityState(Reply):
    """Completion of one activity: 1 and 2 are complete, 0 and 3 are not.

    ``tracking`` is 1 where people tick it off themselves, 2 where rules decide.
    """

    cmid: int
    state: int
    timecompleted: int = 0
    tracking: int = 2
    details: tuple[CompletionRule, ...] = ()


class ActivityStates(Reply):
    """``core_completion_get_activities_completion_status``."""

    statuses: tuple[ActivityState, ...]


class Report(Reply):
    """A custom report that the account may see."""

    id: int
    name: str
    source: str = ""
    conditiondata: str | None = None


class Reports(Reply):
    """``core_reportbuilder_list_reports``."""

    reports: tuple[Report, ...]


class ReportRow(Reply):
    """Displayed values of a row, in the report's column order."""

    columns: tuple[str | None, ...]


class ReportData(Reply):
    """The page of a report."""

    headers: tuple[str, ...]
    rows: tuple[ReportRow, ...] = ()
    totalrowcount: int = 0

    @model_validator(mode="after")
    def _as_broad_as_its_headings(self) -> Self:
        """Where a heading or a cell is one too many, all behind it would be read as another's."""
        if any(len(row.columns) != len(self.headers) for row in self.rows):
            raise ValueError("a row has more or fewer cells than there are headings")
        return self


class ReportPage(Reply):
    """``core_reportbuilder_retrieve_report``."""

    details: Report
    data: ReportData


COURSES = TypeAdapter(Courses)
COURSE_CATEGORIES = TypeAdapter(tuple[CourseCategory, ...])
USER_COURSES = TypeAdapter(tuple[UserCourse, ...])
COMPLETION_STATUS = TypeAdapter(CompletionStatus)
ACTIVITY_STATES = TypeAdapter(ActivityStates)
REPORTS = TypeAdapter(Reports)
REPORT_PAGE = TypeAdapter(ReportPage)
