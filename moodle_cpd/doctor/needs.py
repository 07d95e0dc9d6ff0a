"""Which web service functions are needed, and for what.

A function is needed because some method of ``Moodle`` or ``Writer`` calls it; a test holds the
two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from moodle_cpd.config import Settings
from moodle_cpd.doctor.finding import Finding, lack, ok, warning
from moodle_cpd.menus import FUNCTIONS
from moodle_cpd.model.award import Route
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.client import BATCH_FUNCTION
from moodle_cpd.moodle.writer import SET_FLAGS


class Use(Enum):
    """What a function is needed for."""

    ALWAYS = "reading"
    COHORTS = "cohorts"
    EVERYONE = "teachers who are in no cohort"
    REPORT = "the custom report"
    AWARDS = "awards"
    COHORT_ROUTE = "awards by cohort"
    RECORD_ROUTE = "awards by record course"
    RECORD_COURSE = "writing in the record course"
    HOURS = "running hours"
    HELP = "what a person does otherwise"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Need:
    """A web service function and why it is called.

    Attributes:
        function: Moodle's name of it.
        why: what it tells or does.
        use: what makes it necessary.
    """

    function: str
    why: str
    use: Use = Use.ALWAYS


NEEDS: Final = (
    Need("core_webservice_get_site_info", "version, account and allowed functions"),
    Need("core_user_get_users", "who is on the site, with profile fields", Use.EVERYONE),
    Need("core_user_get_users_by_field", "people by id, with profile fields"),
    Need("core_course_get_courses_by_field", "courses and their custom fields"),
    Need("core_course_get_categories", "the tree of course categories"),
    Need("core_enrol_get_users_courses", "a teacher's courses and whether they are completed"),
    Need("core_completion_get_course_completion_status", "when a course was completed"),
    Need("gradereport_user_get_grade_items", "the gradebook, and activities' ID numbers"),
    Need("mod_assign_get_assignments", "assignments and their settings"),
    Need("mod_assign_get_grades", "marks of assignments"),
    Need("mod_assign_get_submissions", "work handed in"),
    Need("mod_assign_get_submission_status", "work handed in by teams, and feedback files"),
    Need("core_cohort_search_cohorts", "a cohort by its ID", Use.COHORTS),
    Need("core_cohort_get_cohort_members", "who is in a cohort", Use.COHORTS),
    Need("core_badges_get_user_badges", "that a badge has really arrived", Use.AWARDS),
    Need(
        "core_cohort_create_cohorts",
        "making the cohort of a new period, which a person makes otherwise",
        Use.HELP,
    ),
    Need(
        "enrol_manual_enrol_users",
        "enrolling teachers in the record course, which a person does otherwise",
        Use.HELP,
    ),
    Need(
        "core_cohort_delete_cohort_members",
        "taking somebody out of a cohort where an award is withdrawn",
        Use.HELP,
    ),
    Need("core_cohort_add_cohort_members", "giving the badge", Use.COHORT_ROUTE),
    Need("core_enrol_get_enrolled_users", "who is in the record course", Use.RECORD_COURSE),
    Need(
        "core_completion_get_activities_completion_status",
        "that the record activity is completed",
        Use.RECORD_COURSE,
    ),
    Need("core_files_upload", "handing over the certificate's file", Use.RECORD_ROUTE),
    Need("mod_assign_save_grades", "writing hours, reason and certificate", Use.RECORD_COURSE),
    Need(SET_FLAGS, "that Moodle tells nobody of each change", Use.HOURS),
    Need("core_reportbuilder_retrieve_report", "the report's rows", Use.REPORT),
    Need("core_reportbuilder_set_filters", "only what changed", Use.REPORT),
    Need("core_reportbuilder_filters_reset", "the filter taken off again", Use.REPORT),
    Need(BATCH_FUNCTION, "many calls in one request", Use.SPEED),
)


def uses(settings: Settings) -> frozenset[Use]:
    """What this installation needs functions for."""
    people = settings.people
    routes = {award.route for award in settings.awards}
    reads_cohorts = people.cohorts or any(s.cohorts for s in people.attributes.values())
    wanted = {
        Use.ALWAYS: True,
        Use.EVERYONE: not people.cohorts,
        Use.COHORTS: bool(reads_cohorts) or Route.COHORT in routes,
        Use.AWARDS: bool(routes),
        Use.COHORT_ROUTE: Route.COHORT in routes,
        Use.RECORD_ROUTE: Route.RECORD_COURSE in routes,
        Use.RECORD_COURSE: Route.RECORD_COURSE in routes or bool(settings.running_hours),
        Use.HOURS: bool(settings.running_hours),
        Use.REPORT: any(
            report is not None
            for report in (
                settings.site.report,
                settings.site.people_report,
                settings.site.files_report,
                settings.site.badges_report,
            )
        ),
        Use.SPEED: True,
        # A person can do it instead, so that its absence is no lack.
        Use.HELP: False,
    }
    return frozenset(use for use, is_wanted in wanted.items() if is_wanted)


def function_checks(moodle: Moodle, settings: Settings) -> Iterator[Finding]:
    """Whether the service includes what is needed; those that are there in one line."""
    wanted = uses(settings)
    needs = [need for need in NEEDS if need.use in wanted]
    missing = [need for need in needs if not moodle.allows(need.function)]
    yield ok("functions", f"{len(needs) - len(missing)} of {len(needs)} are in the service")
    for need in missing:
        check = f"function:{need.function}"
        if need.use is Use.SPEED:
            yield warning(
                check,
                "not in the service: every call is a request of its own, reading takes about "
                "ten times as long",
                f"Add it: {FUNCTIONS}",
            )
        else:
            yield lack(
                check,
                f"not in the service; needed for {need.use.value}: {need.why}",
                f"Add it: {FUNCTIONS}",
            )
