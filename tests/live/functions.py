"""Names of the web service functions that are described and recorded."""

from __future__ import annotations

DESCRIBED = (
    "core_badges_get_user_badges",
    "core_cohort_add_cohort_members",
    "core_cohort_create_cohorts",
    "core_cohort_delete_cohort_members",
    "core_cohort_get_cohort_members",
    "core_cohort_search_cohorts",
    "core_completion_get_activities_completion_status",
    "core_completion_get_course_completion_status",
    "core_course_get_categories",
    "core_course_get_courses_by_field",
    "core_enrol_get_enrolled_users",
    "core_enrol_get_users_courses",
    "core_files_upload",
    "core_grades_update_grades",
    "core_reportbuilder_filters_reset",
    "core_reportbuilder_list_reports",
    "core_reportbuilder_retrieve_report",
    "core_reportbuilder_set_filters",
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
"""What the program calls, and what stands beside it: report filters, leaving a cohort."""
