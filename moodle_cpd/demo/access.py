"""What the service account may do: its functions and capabilities, as an administrator set them.

Capabilities are held for the whole site: the demo's account has one role at system level.
"""

from __future__ import annotations

from typing import Final

DEFAULT_CAPABILITIES: Final = frozenset(
    {
        "webservice/rest:use",
        "moodle/category:viewcourselist",
        "moodle/course:view",
        "moodle/course:viewparticipants",
        "moodle/user:viewdetails",
        "moodle/user:viewalldetails",
        "moodle/site:viewuseridentity",
        "moodle/badges:viewotherbadges",
        "moodle/cohort:view",
        "moodle/cohort:assign",
        "moodle/reportbuilder:view",
        "moodle/grade:viewall",
        "moodle/grade:viewhidden",
        "gradereport/user:view",
        "report/completion:view",
        "report/progress:view",
        "mod/assign:view",
        "mod/assign:grade",
        "mod/quiz:view",
        "enrol/manual:enrol",
        "moodle/role:assign",
    }
)
"""What the demo's role allows."""

SERVICE_FUNCTIONS: Final = (
    "core_badges_get_user_badges",
    "core_cohort_add_cohort_members",
    "core_cohort_create_cohorts",
    "core_cohort_delete_cohort_members",
    "core_cohort_get_cohort_members",
    "core_cohort_get_cohorts",
    "core_cohort_search_cohorts",
    "core_completion_get_activities_completion_status",
    "core_completion_get_course_completion_status",
    "core_course_get_categories",
    "core_course_get_contents",
    "core_course_get_course_module",
    "core_course_get_courses_by_field",
    "core_enrol_get_enrolled_users",
    "core_enrol_get_users_courses",
    "core_files_upload",
    "core_grades_update_grades",
    "core_reportbuilder_list_reports",
    "core_reportbuilder_retrieve_report",
    "core_reportbuilder_set_filters",
    "core_reportbuilder_filters_reset",
    "core_user_get_users",
    "core_user_get_users_by_field",
    "core_webservice_get_site_info",
    "enrol_manual_enrol_users",
    "gradereport_user_get_grade_items",
    "mod_assign_get_assignments",
    "mod_assign_get_grades",
    "mod_assign_get_submission_status",
    "mod_assign_get_submissions",
    "mod_assign_save_grades",
    "mod_assign_set_user_flags",
    "tool_mobile_call_external_functions",
)
"""What the demo's service holds."""

OTHER_FUNCTIONS: Final = frozenset(
    {
        "core_badges_get_badge",
        "core_course_get_courses",
        "core_files_get_files",
        "core_message_send_instant_messages",
        "core_user_create_users",
        "core_user_delete_users",
        "core_user_update_users",
        "mod_assign_get_participant",
        "mod_assign_list_participants",
        "mod_assign_save_grade",
        "tool_mobile_get_public_config",
    }
)
"""Functions that a real site knows and this one does not: refused as not in the service."""
