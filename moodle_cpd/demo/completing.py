"""Completion of activities and courses, and the badges that hang on it.

Course completions are reviewed at once here; a real site leaves that to its cron job.
"""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING

from moodle_cpd.demo.state import (
    ActivityCompletion,
    Assignment,
    Badge,
    Course,
    CourseCompletion,
    IssuedBadge,
    Message,
)

if TYPE_CHECKING:
    from moodle_cpd.demo.world import World

INCOMPLETE, COMPLETE, COMPLETE_PASS, COMPLETE_FAIL = range(4)
BY_ACTIVITY = 4
BY_SELF = 1
ALL, ANY = 1, 2


def activity_state(world: World, assignment: Assignment, user: int) -> int:
    """What the activity's completion should be by its rules: 0 to 3 as Moodle counts them."""
    state = COMPLETE
    if assignment.completionsubmit and not _has_handed_in(world, assignment, user):
        return INCOMPLETE
    if assignment.completionusegrade:
        entry = world.tables.gradebook.get((assignment.id, user))
        if entry is None or entry.final is None:
            return INCOMPLETE
        if assignment.gradepass > 0:
            state = COMPLETE_PASS if entry.final >= assignment.gradepass else COMPLETE_FAIL
    return state


def review_activity(world: World, assignment: Assignment, user: int, at: int) -> None:
    """Bring the activity's completion up to date, then the course's and the badges'."""
    if not assignment.has_completion:
        return
    state = activity_state(world, assignment, user)
    key = (user, assignment.cmid)
    known = world.tables.activity_completions.get(key)
    if known is None and state == INCOMPLETE:
        return
    if known is not None and known.state == state:
        return
    world.tables.activity_completions[key] = ActivityCompletion(user, assignment.cmid, state, at)
    if state not in {COMPLETE, COMPLETE_PASS}:
        return
    for badge in world.tables.badges.values():
        if badge.cmid == assignment.cmid:
            issue_badge(world, badge, user, at)
    review_course(world, world.tables.courses[assignment.course], user, at)


def review_course(world: World, course: Course, user: int, at: int) -> None:
    """Complete the course if its criteria are met; it is never taken back here."""
    if not course.criteria:
        return
    completion = course_completion(world, user, course.id)
    for criterion in course.criteria:
        if criterion.type != BY_ACTIVITY or criterion.id in completion.criteria:
            continue
        done = world.tables.activity_completions.get((user, criterion.cmid or 0))
        if done is not None and done.state in {COMPLETE, COMPLETE_PASS}:
            completion.criteria[criterion.id] = done.timemodified
    enough = all if course.aggregation == ALL else any
    met = enough(criterion.id in completion.criteria for criterion in course.criteria)
    if met and completion.timecompleted is None:
        times = [time for time in completion.criteria.values() if time is not None]
        completion.timecompleted = max(times, default=at)


def course_completion(world: World, user: int, course: int) -> CourseCompletion:
    """The user's completion of the course, begun where there was none."""
    return world.tables.completions.setdefault((user, course), CourseCompletion(user, course))


def issue_badge(world: World, badge: Badge, user: int, at: int) -> None:
    """Award a badge unless the person already has it, ever; Moodle sends a message."""
    account = world.tables.users.get(user)
    if account is None or account.deleted or (user, badge.id) in world.tables.issued:
        return
    number = world.tables.next_id("issued")
    issued = IssuedBadge(
        id=number,
        badge=badge.id,
        user=user,
        uniquehash=sha1(f"{number}/{user}/{badge.id}".encode()).hexdigest(),  # noqa: S324 - an id, as Moodle makes it
        dateissued=at,
        dateexpire=None if badge.expireperiod is None else at + badge.expireperiod,
        visible=not account.hides_badges,
    )
    world.tables.issued[user, badge.id] = issued
    world.tables.issued_to[user].append(issued)
    world.messages.append(Message(user, "badgerecipientnotice", badge.name, at))


def add_to_cohort(world: World, cohort: int, user: int, at: int) -> None:
    """Add a member; badges that hang on the cohort are awarded at once."""
    world.tables.cohorts[cohort].members.setdefault(user, at)
    for badge in world.tables.badges.values():
        if badge.cohort == cohort:
            issue_badge(world, badge, user, at)


def _has_handed_in(world: World, assignment: Assignment, user: int) -> bool:
    if assignment.teamsubmission:
        group = world.tables.group_of(assignment.course, user)
        owner = (0, 0 if group is None else group.id)
    else:
        owner = (user, 0)
    attempts = world.tables.submissions.get(assignment.id, {}).get(owner, [])
    return bool(attempts) and attempts[-1].status == "submitted"
