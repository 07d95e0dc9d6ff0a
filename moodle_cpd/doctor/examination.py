"""All checks in order; a failing one does not keep the others from running."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

from moodle_cpd.config import Settings
from moodle_cpd.doctor import people
from moodle_cpd.doctor.badges_report import badges_report_checks
from moodle_cpd.doctor.cohorts import Members, cohort_checks, find
from moodle_cpd.doctor.course_checks import CourseChecks
from moodle_cpd.doctor.files_report import files_report_checks
from moodle_cpd.doctor.finding import Finding, Verdict, lack, ok
from moodle_cpd.doctor.needs import function_checks
from moodle_cpd.doctor.periods import Target, targets
from moodle_cpd.doctor.reach import account_checks, reach_checks, unreachable
from moodle_cpd.doctor.report import people_report_checks, report_checks
from moodle_cpd.doctor.routes import cohort_route, record_route
from moodle_cpd.doctor.running_hours import check_name, hours_checks
from moodle_cpd.doctor.trying import guarded
from moodle_cpd.doctor.writes import write_checks
from moodle_cpd.doctor.zone import zone_check
from moodle_cpd.errors import CpdError
from moodle_cpd.menus import SERVICE
from moodle_cpd.model.award import Route
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.reports import REPORT_FUNCTIONS
from moodle_cpd.moodle.writer import SET_FLAGS
from moodle_cpd.pull.strategies import choose
from moodle_cpd.rules import Rulebook

_COHORTS: Final = ("core_cohort_search_cohorts", "core_cohort_get_cohort_members")
_COHORT_ROUTE: Final = (*_COHORTS, "core_badges_get_user_badges")
_HOURS: Final = (
    "core_course_get_courses_by_field",
    "core_enrol_get_enrolled_users",
    "gradereport_user_get_grade_items",
    "mod_assign_get_assignments",
    "core_completion_get_activities_completion_status",
    "mod_assign_get_grades",
)
_RECORD_ROUTE: Final = (*_HOURS, "mod_assign_get_submissions")


def examine(
    moodle: Moodle,
    settings: Settings,
    rulebook: Rulebook | None,
    *,
    try_write: bool,
    now: datetime,
) -> Iterator[Finding]:
    """Check site, account, service, reads, rules and targets.

    Args:
        moodle: the site; nothing need have been asked of it yet.
        settings: of the installation.
        rulebook: the rules; without them no course map and no target is checked.
        try_write: whether to try the writes that leave nothing behind.
        now: UTC; says which periods are looked at.

    Yields:
        Findings in the order in which they are best mended. Where the site can't be reached, or
        refuses the account everything, what keeps us out is the last one.
    """
    try:
        _ = moodle.info
    except CpdError as error:
        yield from unreachable(moodle, error)
        return
    yield from reach_checks(moodle)
    yield from function_checks(moodle, settings)
    if moodle.allows("core_user_get_users_by_field"):
        account = list(account_checks(moodle))
        yield from account
        if any(finding.verdict is Verdict.LACK for finding in account):
            return
    yield ok("strategy", f"reading strategy: {choose(moodle, settings)}")
    yield from _file_check(moodle, settings)
    members = Members(moodle)
    yield from guarded(moodle, "read:cohorts", _COHORTS, lambda: cohort_checks(members, settings))
    teachers: list[int] = []
    yield from guarded(
        moodle,
        "read:users",
        ("core_user_get_users_by_field",),
        lambda: _people(moodle, settings, members, teachers),
    )
    courses = CourseChecks(moodle, settings, rulebook, teachers, now)
    yield from guarded(moodle, "read:courses", (), courses.run)
    site = settings.site
    for check, report, looks in (
        ("report", site.report, report_checks),
        ("people-report", site.people_report, people_report_checks),
        ("files-report", site.files_report, files_report_checks),
        ("badges-report", site.badges_report, badges_report_checks),
    ):
        if report is not None:
            yield from guarded(moodle, check, REPORT_FUNCTIONS, partial(looks, moodle, report, now))
    aims: list[Target] = []
    if rulebook is not None:
        aims = list(targets(settings.awards, rulebook, now))
        for aim in aims:
            yield from _target_checks(moodle, members, rulebook, aim, now)
        yield from _hours_checks(moodle, settings, rulebook)
    yield from write_checks(moodle, settings, members, aims, try_write=try_write)


def _hours_checks(moodle: Moodle, settings: Settings, rulebook: Rulebook) -> Iterator[Finding]:
    for wanted in settings.running_hours:
        yield from guarded(
            moodle,
            check_name(wanted),
            (*_HOURS, SET_FLAGS),
            partial(hours_checks, moodle, rulebook, wanted),
        )


def _file_check(moodle: Moodle, settings: Settings) -> Iterator[Finding]:
    """Uploads go by a function and need no such box."""
    if not any(route.route is Route.RECORD_COURSE for route in settings.awards):
        return
    if moodle.info.downloadfiles:
        yield ok("files", "the service may hand out files")
    else:
        yield lack(
            "files",
            "the service may not hand out files: certificates could not be read back, and no "
            "award would be confirmed",
            f"Tick 'Can download files' (可下载文件): {SERVICE} > Edit > Show more",
        )


def _people(
    moodle: Moodle, settings: Settings, members: Members, teachers: list[int]
) -> Iterator[Finding]:
    """Check people, and put the ids of teachers that are seen into ``teachers``."""
    cohorts = settings.people.cohorts
    listed: frozenset[int] | None = None
    if cohorts:
        found = (find(members, idnumber) for idnumber in cohorts)
        listed = frozenset().union(*(each[1] for each in found if not isinstance(each, Finding)))
    seen = people.look(moodle, listed)
    everyone = seen.everyone()
    teachers += sorted(listed) if listed else [user.id for user in everyone]
    yield from people.seen_checks(seen)
    yield from people.profile_checks(seen, settings)
    yield zone_check(everyone)


def _target_checks(
    moodle: Moodle, members: Members, rulebook: Rulebook, aim: Target, now: datetime
) -> Iterator[Finding]:
    if aim.route.route is Route.COHORT:
        yield from guarded(
            moodle,
            f"cohort:{aim.name}",
            _COHORT_ROUTE,
            lambda: cohort_route(moodle, members, aim),
        )
    else:
        yield from guarded(
            moodle,
            f"record-course:{aim.name}",
            _RECORD_ROUTE,
            lambda: record_route(moodle, rulebook, aim, now),
        )
