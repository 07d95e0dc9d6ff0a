"""Completion of activities and courses, and the badges that hang on it.

Course completions are reviewed at once here; a real site leaves that to its cron job.
"""

from __future__ import annotations

from hashlib import sha1

from moodle_cpd.demo.state import (
    ALL,
    BY_ACTIVITY,
    COMPLETE,
    COMPLETE_FAIL,
    COMPLETE_PASS,
    INCOMPLETE,
    ActivityCompletion,
    Assignment,
    Badge,
    Course,
    CourseCompletion,
    IssuedBadge,
    Message,
)
from moodle_cpd.demo.tables import Tables


def activity_state(tables: Tables, assignment: Assignment, user: int) -> int:
    """What the activity's completion should be by its rules: 0 to 3 as Moodle counts them."""
    state = COMPLETE
    if assignment.completionsubmit and not _has_handed_in(tables, assignment, user):
        return INCOMPLETE
    if assignment.completionusegrade:
        entry = tables.gradebook.get((assignment.id, user))
        if entry is None or entry.final is None:
            return INCOMPLETE
        if assignment.gradepass > 0:
            state = COMPLETE_PASS if entry.final >= assignment.gradepass else COMPLETE_FAIL
    return state


def review_activity(tables: Tables, assignment: Assignment, user: int, at: int) -> None:
    """Bring the activity's completion up to date, then the course's and the badges'."""
    if not assignment.has_completion:
        return
    state = activity_state(tables, assignment, user)
    key = (user, assignment.cmid)
    known = tables.activity_completions.get(key)
    if known is None and state == INCOMPLETE:
        return
    if known is not None and known.state == state:
        return
    tables.activity_completions[key] = ActivityCompletion(user, assignment.cmid, state, at)
    if state not in {COMPLETE, COMPLETE_PASS}:
        return
    for badge in tables.badges.values():
        if badge.cmid == assignment.cmid:
            issue_badge(tables, badge, user, at)
    review_course(tables, tables.courses[assignment.course], user, at)


def review_course(tables: Tables, course: Course, user: int, at: int) -> None:
    """Complete the course if its criteria are met; it is never taken back here."""
    if not course.criteria:
        return
    completion = course_completion(tables, user, course.id)
    for criterion in course.criteria:
        if criterion.type != BY_ACTIVITY or criterion.id in completion.criteria:
            continue
        done = tables.activity_completions.get((user, criterion.cmid or 0))
        if done is not None and done.state in {COMPLETE, COMPLETE_PASS}:
            completion.criteria[criterion.id] = done.timemodified
    enough = all if course.aggregation == ALL else any
    met = enough(criterion.id in completion.criteria for criterion in course.criteria)
    if met and completion.timecompleted is None:
        times = [time for time in completion.criteria.values() if time is not None]
        completion.timecompleted = max(times, default=at)


def course_completion(tables: Tables, user: int, course: int) -> CourseCompletion:
    """The user's completion of the course, begun where there was none."""
    return tables.completions.setdefault((user, course), CourseCompletion(user, course))


def issue_badge(tables: Tables, badge: Badge, user: int, at: int) -> None:
    """Award a badge unless the person already has it, ever; Moodle sends a message."""
    account = tables.users.get(user)
    if account is None or account.deleted or (user, badge.id) in tables.issued:
        return
    number = tables.next_id("issued")
    issued = IssuedBadge(
        id=number,
        badge=badge.id,
        user=user,
        uniquehash=sha1(f"{number}/{user}/{badge.id}".encode()).hexdigest(),  # noqa: S324 - an id, as Moodle makes it
        dateissued=at,
        dateexpire=None if badge.expireperiod is None else at + badge.expireperiod,
        visible=not account.hides_badges,
    )
    tables.issued[user, badge.id] = issued
    tables.issued_to[user].append(issued)
    tables.messages.append(Message(user, "badgerecipientnotice", badge.name, at))


def add_to_cohort(tables: Tables, cohort: int, user: int, at: int) -> None:
    """Add a member; badges that hang on the cohort are awarded at once."""
    tables.cohorts[cohort].members.setdefault(user, at)
    for badge in tables.badges.values():
        if badge.cohort == cohort:
            issue_badge(tables, badge, user, at)


def _has_handed_in(tables: Tables, assignment: Assignment, user: int) -> bool:
    if assignment.teamsubmission:
        group = tables.group_of(assignment.course, user)
        owner = (0, 0 if group is None else group.id)
    else:
        owner = (user, 0)
    attempts = tables.submissions.get(assignment.id, {}).get(owner, [])
    return bool(attempts) and attempts[-1].status == "submitted"
