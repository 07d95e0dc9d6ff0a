"""Where awards go: cohorts and record activities of the periods that can be decided now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from moodle_cpd.apply.record_activity import RecordActivity, find_record_activity
from moodle_cpd.doctor.cohorts import Members, find
from moodle_cpd.doctor.finding import Finding, Verdict, lack, ok, some, untested, warning
from moodle_cpd.doctor.periods import Target
from moodle_cpd.doctor.reads import work_checks
from moodle_cpd.doctor.trying import failure
from moodle_cpd.errors import CpdError, SkipError
from moodle_cpd.menus import ASSIGNMENT, BADGES, COURSE, COURSE_BADGES
from moodle_cpd.moodle import CallError, Moodle
from moodle_cpd.rules import Rulebook
from moodle_cpd.rules.rulebook_requirements import Group, HoursAtLeast, Requirement

_ASKED: Final = 5
_GRADED: Final = frozenset({"completionusegrade", "completionpassgrade"})


def cohort_route(moodle: Moodle, members: Members, target: Target) -> Iterator[Finding]:
    """Whether the cohort of a period is there and its members hold the badge."""
    found = find(members, target.name)
    if isinstance(found, Finding):
        yield _for_period(found, target)
        return
    ids = found[1]
    yield ok(f"cohort:{target.name}", some(len(ids), "member"))
    badge = target.route.badge_name(target.period)
    check = f"badge:{badge}"
    holders = _holders(moodle, sorted(ids)[:_ASKED], badge)
    if isinstance(holders, CpdError):
        yield failure(check, holders)
    elif holders:
        yield ok(check, f"held by {holders} of {min(len(ids), _ASKED)} members asked about")
    elif ids:
        yield warning(
            check,
            f"none of {min(len(ids), _ASKED)} members asked about shows it",
            f"See that a site badge of exactly this name has this cohort alone as its criterion "
            f"and is enabled: {BADGES}",
        )
    else:
        yield untested(
            check,
            "can't be seen before somebody holds it",
            f"A site badge of exactly this name, with cohort '{target.name}' alone as its "
            f"criterion, and enabled: {BADGES}. If it is not so, the first award is not confirmed "
            "and the run says so",
        )


def record_route(
    moodle: Moodle, rulebook: Rulebook, target: Target, now: datetime
) -> Iterator[Finding]:
    """Whether the record activity of a period is there and set up for what will be written."""
    check = f"record-course:{target.name}"
    try:
        activity = find_record_activity(moodle, target.route.course or "", target.name)
    except CallError as error:
        yield _for_period(failure(check, error), target)
        return
    except SkipError as error:
        for problem in error.problems:
            found = f"{problem.where.partition(': ')[2]}: {problem.found}"
            yield _for_period(lack(check, found, problem.hint), target)
        return
    assignment = activity.assignment
    yield ok(
        check,
        f"assignment {assignment.id}, maximum grade {assignment.grade}, "
        f"{len(moodle.enrolled(activity.course))} enrolled; feedback comments and files on",
    )
    most = most_hours(rulebook, target.route.scheme)
    if most > assignment.grade:
        yield _for_period(
            lack(
                f"{check}:grade",
                f"the maximum grade is {assignment.grade}, and {most} hours are to be written",
                f"Raise Grade > Maximum grade: {ASSIGNMENT}. Above 100 Moodle first wants a higher "
                "'Grade point maximum': Site administration > Grades > General settings "
                "(站点管理 > 成绩 > 通用设置)",
            ),
            target,
        )
    for finding in (
        *_start(moodle, target, check, now),
        *open_to_teachers(moodle, activity, check),
        *_completion(moodle, activity, check),
        *work_checks(moodle, [assignment.id], now, check),
    ):
        yield _for_period(finding, target)
    badge = target.route.badge_name(target.period)
    if badge is not None:
        yield untested(
            f"badge:{badge}",
            "can't be seen before somebody holds it",
            f"A badge of the record course, with completion of '{target.name}' as its criterion, "
            f"and enabled: {COURSE_BADGES}. If it is not so, the first award is not confirmed and "
            "the run says so",
        )


def _start(moodle: Moodle, target: Target, check: str, now: datetime) -> Iterator[Finding]:
    """Moodle awards no badge in a course that has not begun; a new one begins tomorrow."""
    course = moodle.course(target.route.course or "")
    if course is not None and course.startdate > now.timestamp():
        start = datetime.fromtimestamp(course.startdate, UTC)
        yield lack(
            f"{check}:start",
            f"the course begins on {start:%Y-%m-%d %H:%M} UTC; before that no badge is awarded",
            f"Set 'Course start date' to a day that is over: {COURSE}",
        )


def open_to_teachers(moodle: Moodle, activity: RecordActivity, check: str) -> Iterator[Finding]:
    """Whether teachers can open the course; Moodle leaves hidden ones out of their lists."""
    asked = activity.some[:_ASKED]
    lists = [
        listed for _, listed in moodle.users_courses(asked) if not isinstance(listed, CpdError)
    ]
    seen = [any(course.id == activity.course for course in listed) for listed in lists]
    if any(lists) and not any(seen):
        yield warning(
            f"{check}:hidden",
            f"the course is hidden from {len(seen)} of {len(seen)} enrolled users asked about: "
            "they can't open hours and certificate there",
            f"Set 'Course visibility' to Show: {COURSE}",
        )


def _completion(moodle: Moodle, activity: RecordActivity, check: str) -> Iterator[Finding]:
    """Whether a grade completes the activity, and nothing else is asked for it."""
    check = f"{check}:completion"
    cmid = activity.assignment.cmid
    for _, answer in moodle.activity_states(activity.course, activity.some[:1]):
        if isinstance(answer, CpdError):
            yield failure(check, answer)
            return
        state = next((each for each in answer.statuses if each.cmid == cmid), None)
        rules = {detail.rulename for detail in state.details} if state else set()
        others = sorted(rules - _GRADED)
        if state is None or state.tracking != 2 or not rules & _GRADED:
            found = "a grade does not complete the activity"
        elif others:
            found = f"more than a grade is asked: {', '.join(others)}"
        else:
            yield ok(check, f"completed by {' and '.join(sorted(rules))}")
            return
        yield lack(
            check,
            f"{found}, so no badge follows from it",
            "Under 'Completion conditions' choose 'Add requirements', tick 'Receive a grade' with "
            f"'Passing grade', and untick everything else, 'Make a submission' too: {ASSIGNMENT}",
        )


def _for_period(finding: Finding, target: Target) -> Finding:
    """A lack of a period that is over concerns late awards alone."""
    if target.current or finding.verdict is not Verdict.LACK:
        return finding
    found = f"{finding.found} (awards of the period before, {target.period}, can't be given)"
    return warning(finding.check, found, finding.remedy)


def _holders(moodle: Moodle, teachers: list[int], badge: str | None) -> int | CpdError:
    """How many of the teachers show the badge."""
    holders = 0
    for _, answer in moodle.badges(teachers, badge or ""):
        if isinstance(answer, CpdError):
            return answer
        holders += answer.shows(badge or "")
    return holders


def most_hours(rulebook: Rulebook, name: str) -> Decimal:
    """Hours that surely will be written for a scheme: what it asks for, or its cap."""
    scheme = rulebook.scheme(name)
    asked = max((need.need for need in _hours(scheme.requirement)), default=Decimal(0))
    return max(asked, scheme.at_most or Decimal(0))


def _hours(requirement: Requirement) -> Iterator[HoursAtLeast]:
    if isinstance(requirement, HoursAtLeast):
        yield requirement
    elif isinstance(requirement, Group):
        for part in requirement.parts:
            yield from _hours(part)
