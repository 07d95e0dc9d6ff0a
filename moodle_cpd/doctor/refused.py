"""What a refused read lacks: Moodle's code and the function, told as capabilities and places.

Each was seen on a Moodle 5.1 by taking the capability away.
"""

from __future__ import annotations

from typing import Final

from moodle_cpd.errors import CpdError
from moodle_cpd.menus import COURSE, COURSE_COMPLETION, allow
from moodle_cpd.moodle import CallError

ENTER: Final = (
    f"{allow('moodle/course:view')}; for a hidden course also moodle/course:viewhiddencourses"
)
GROUPS: Final = (
    f"The course keeps its groups apart (Separate groups): {allow('moodle/site:accessallgroups')}"
)
_BY_CODE: Final = {
    "requireloginerror": ENTER,
    "errorcoursecontextnotvalid": ENTER,
    "accessdenied": GROUPS,
    "notingroup": GROUPS,
    "nopermissiontoviewgrades": allow("moodle/grade:viewall"),
    "cannotviewreport": (
        f"{allow('report/completion:view')}; and switch 'Enable completion tracking' on: {COURSE}"
    ),
    "nocriteriaset": f"Say what completes the course: {COURSE_COMPLETION}",
}
_BY_FUNCTION: Final = {
    "core_enrol_get_enrolled_users": "moodle/course:viewparticipants",
    "core_completion_get_course_completion_status": "report/completion:view",
    "core_completion_get_activities_completion_status": "report/progress:view",
    "gradereport_user_get_grade_items": "gradereport/user:view",
    "core_badges_get_user_badges": "moodle/badges:viewotherbadges",
    "core_cohort_search_cohorts": "moodle/cohort:view",
    "core_cohort_get_cohort_members": "moodle/cohort:view",
    "core_cohort_delete_cohort_members": "moodle/cohort:assign",
    "mod_assign_get_submission_status": "mod/assign:grade",
}


def remedy_of(error: CpdError) -> str:
    """Where a refusal is mended."""
    if isinstance(error, CallError):
        if error.code in _BY_CODE:
            return _BY_CODE[error.code]
        if error.code.startswith("nopermission") and error.function in _BY_FUNCTION:
            return allow(_BY_FUNCTION[error.function])
    return error.problems[0].hint
