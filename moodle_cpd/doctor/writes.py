"""What can be said about writing without writing anything that stays.

Tried are an upload into the account's own drafts, which Moodle clears away after some days, and
taking the account itself out of a cohort in which it is not: Moodle asks for the same capability
as for putting somebody in, and nothing changes. To put the account in would award it the badge;
to save a grade would grade somebody who is not even enrolled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from moodle_cpd.config import Settings
from moodle_cpd.doctor.cohorts import Members, find
from moodle_cpd.doctor.finding import Finding, ok, untested
from moodle_cpd.doctor.periods import Target
from moodle_cpd.doctor.trying import failure
from moodle_cpd.errors import CpdError
from moodle_cpd.menus import FUNCTIONS, allow
from moodle_cpd.model.award import Route
from moodle_cpd.moodle import Moodle, Writer

_LEAVE = "core_cohort_delete_cohort_members"
_UPLOAD = "core_files_upload"
_FILE = "moodle-cpd-doctor.txt"
_HELP = {
    Route.COHORT: (
        (
            "core_cohort_create_cohorts",
            "making the cohort of a new period",
            ("moodle/cohort:manage",),
        ),
        (_LEAVE, "taking somebody out of a cohort where an award is withdrawn", ()),
    ),
    Route.RECORD_COURSE: (
        (
            "enrol_manual_enrol_users",
            "enrolling teachers in the record course",
            ("enrol/manual:enrol", "moodle/role:assign"),
        ),
    ),
}
"""What the program does where it may and a person does otherwise: function, what, capabilities
that are not in the shipped role."""


def write_checks(
    moodle: Moodle,
    settings: Settings,
    members: Members,
    targets: Sequence[Target],
    *,
    try_write: bool,
) -> Iterator[Finding]:
    """What is known of each write that the routes need."""
    routes = {route.route for route in settings.awards}
    if Route.COHORT in routes:
        cohorts = [target.name for target in targets if target.route.route is Route.COHORT]
        yield _cohort(moodle, members, cohorts, try_write=try_write)
    if Route.RECORD_COURSE in routes:
        yield _upload(moodle, try_write=try_write)
    yield from _help(moodle, routes)
    if Route.RECORD_COURSE in routes or settings.running_hours:
        yield untested(
            "write:grade",
            "a grade can't be tried without leaving one; if the account may not write it, what is "
            "to be written first fails, is listed as unfinished, and is done by the next run",
            allow("mod/assign:grade"),
        )


def _help(moodle: Moodle, routes: Collection[Route]) -> Iterator[Finding]:
    """What is optional for the routes in use: whether it is left to a person."""
    for route in (route for route in _HELP if route in routes):
        for function, what, capabilities in _HELP[route]:
            check = f"optional:{function}"
            if not moodle.allows(function):
                yield ok(check, f"{what} is left to a person: not in the service")
            elif capabilities:
                yield untested(
                    check,
                    f"{what} can't be tried without leaving something; what the account may not "
                    "do is named by the run, and left to a person",
                    allow(*capabilities),
                )


def _cohort(
    moodle: Moodle, members: Members, cohorts: Sequence[str], *, try_write: bool
) -> Finding:
    check = "write:cohort"
    if not try_write:
        return untested(check, "tried only with --try-write", allow("moodle/cohort:assign"))
    if not moodle.allows(_LEAVE):
        return untested(
            check,
            f"trying it needs {_LEAVE} in the service; if the account may not add members, the "
            "first award fails, is listed as unfinished, and is done by the next run",
            f"{allow('moodle/cohort:assign')}; or add {_LEAVE}: {FUNCTIONS}",
        )
    own = moodle.info.userid
    for idnumber in cohorts:
        found = find(members, idnumber)
        if isinstance(found, Finding) or own in found[1]:
            continue
        try:
            moodle.client.write(_LEAVE, {"members": [{"cohortid": found[0], "userid": own}]})
        except CpdError as error:
            return failure(check, error)
        return ok(check, f"the account may change the members of cohort '{idnumber}'")
    return untested(check, "no cohort to try it on", allow("moodle/cohort:assign"))


def _upload(moodle: Moodle, *, try_write: bool) -> Finding:
    check = "write:upload"
    if not try_write:
        return untested(check, "tried only with --try-write")
    if not moodle.allows(_UPLOAD):
        return untested(check, f"needs {_UPLOAD} in the service")
    try:
        draft = Writer(moodle).upload_draft(_FILE, b"moodle-cpd doctor\n")
    except CpdError as error:
        return failure(check, error)
    return ok(check, f"a file of 18 bytes lies in the account's own draft area {draft}")
