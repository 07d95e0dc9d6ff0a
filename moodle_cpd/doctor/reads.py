"""Whether reading a course tells the truth: each reading function tried on some teachers of each.

Moodle answers some of them emptily where a capability is missing; what one shows is held
against another. Grades and submissions are asked for the newest ones only, so that the answer is
small: whether there is access stands in the warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from moodle_cpd.doctor.courses import Lists
from moodle_cpd.doctor.finding import Finding, lack, ok, some, untested, warning
from moodle_cpd.doctor.refused import remedy_of
from moodle_cpd.errors import CpdError
from moodle_cpd.menus import COURSE, COURSE_COMPLETION, PARTICIPANTS, allow
from moodle_cpd.moodle import CallError, Moodle, replies
from moodle_cpd.moodle.encode import Param
from moodle_cpd.moodle.replies import Assignments, CallWarning, GradeItem

_NO_ACCESS: Final = "1"
_ASSIGNMENTS: Final = 100
_EACH: Final = 3
"""How many teachers of a course are asked about."""
_PASSING: Final = frozenset({"usernotenroled", "suspended"})
"""Refusals that are about the one teacher, not about the account."""


def list_checks(moodle: Moodle, lists: Lists, courses: Sequence[int]) -> Iterator[Finding]:
    """Whether the lists of teachers' courses are filled, and tell what is completed."""
    check = "read:users-courses"
    filled = sum(bool(listed) for listed in lists.courses.values())
    if lists.errors:
        yield lack(check, _words(lists.errors), remedy_of(lists.errors[0]))
    elif not filled:
        yield from _why_empty(moodle, lists.asked, courses)
    else:
        yield ok(check, f"{filled} of {lists.asked} teachers asked about have courses")
        if not any(lists.states()):
            yield lack(
                "read:completion",
                "the lists of teachers' courses never tell whether a course is completed",
                f"{allow('report/completion:view')}; and switch 'Enable completion tracking' on: "
                f"{COURSE}",
            )


def completion_checks(moodle: Moodle, lists: Lists, courses: Sequence[int]) -> Iterator[Finding]:
    """Whether the details of a completion can be read in each mapped course."""
    function = "core_completion_get_course_completion_status"
    pairs = _pairs(lists, courses)
    answers = dict(moodle.completion_statuses(pairs))
    without = {
        course
        for (_, course), answer in answers.items()
        if isinstance(answer, CallError) and answer.code == "nocriteriaset"
    }
    others = {pair: answer for pair, answer in answers.items() if pair[1] not in without}
    if others or not without:
        yield from _per_course("read:completion", function, courses, others)
    if without:
        yield warning(
            "course-completion",
            f"nothing completes the courses {_ids(without)}: whole courses among them are "
            "completed by nobody",
            f"Where a line is about the whole course, say what completes it: {COURSE_COMPLETION}",
        )


def gradebook(
    moodle: Moodle, lists: Lists, courses: Sequence[int]
) -> tuple[dict[int, list[GradeItem]], Iterator[Finding]]:
    """Read some teachers' gradebook in each mapped course.

    Returns:
        The lines of these gradebooks by course; and the findings.
    """
    answers = dict(moodle.grade_items(_pairs(lists, courses)))
    items: dict[int, list[GradeItem]] = {}
    for (_, course), answer in answers.items():
        if not isinstance(answer, CpdError):
            for user in answer.usergrades:
                items.setdefault(course, []).extend(user.gradeitems)
    findings = _per_course("read:gradebook", "gradereport_user_get_grade_items", courses, answers)
    return items, findings


def assignments(moodle: Moodle, courses: Sequence[int]) -> tuple[Assignments, Iterator[Finding]]:
    """Read the assignments of the mapped courses, and whether some are kept back."""
    params: dict[str, Param] = {
        "courseids": list(courses[: 3 * _ASSIGNMENTS]),
        "includenotenrolledcourses": True,
    }
    reply = moodle.read("mod_assign_get_assignments", params, replies.ASSIGNMENTS)
    return reply, _assignment_checks(reply)


def work_checks(
    moodle: Moodle, ids: Sequence[int], now: datetime, prefix: str = "read"
) -> Iterator[Finding]:
    """Whether marks and submissions of assignments can be read; asks for those since now.

    Args:
        moodle: the site.
        ids: of assignments; the first hundred are tried.
        now: UTC.
        prefix: of the findings' ids.
    """
    since = int(now.timestamp())
    asked = ids[:_ASSIGNMENTS]
    answers = {
        "grades": [w for reply in moodle.grades(asked, since) for w in reply.warnings],
        "submissions": [w for reply in moodle.submissions(asked, since) for w in reply.warnings],
    }
    for what, warnings in answers.items():
        refused = _refused(warnings)
        if refused:
            yield lack(
                f"{prefix}:{what}",
                f"no access to {len(refused)} of {len(asked)} assignments: {_ids(refused)}",
                f"{allow('mod/assign:view', 'mod/assign:grade')}; {_HIDDEN}",
            )
        else:
            yield ok(f"{prefix}:{what}", f"access to {some(len(asked), 'assignment')}")


_HIDDEN: Final = (
    "for hidden assignments also moodle/course:viewhiddenactivities, for those with 'Restrict "
    "access' moodle/course:ignoreavailabilityrestrictions"
)


def _assignment_checks(reply: Assignments) -> Iterator[Finding]:
    check = "read:assignments"
    closed = {each.itemid for each in reply.warnings if each.item == "course"}
    kept = {each.itemid for each in reply.warnings if each.item == "module"}
    if closed:
        yield lack(
            check,
            f"no access to the courses {_ids(closed)}",
            f"{allow('moodle/course:view')}; for a hidden course also "
            "moodle/course:viewhiddencourses",
        )
    if kept:
        yield lack(
            check,
            f"no access to the assignments with course module {_ids(kept)}",
            f"{allow('mod/assign:view')}; {_HIDDEN}",
        )
    if not closed and not kept:
        count = sum(len(course.assignments) for course in reply.courses)
        yield ok(
            check, f"{some(count, 'assignment')} in {some(len(reply.courses), 'mapped course')}"
        )


def _why_empty(moodle: Moodle, asked: int, courses: Sequence[int]) -> Iterator[Finding]:
    """No teacher has any course, says Moodle; whoever is enrolled in one says otherwise."""
    check = "read:users-courses"
    found = f"none of {asked} teachers asked about has a course"
    remedy = (
        f"{allow('moodle/course:view', 'moodle/course:viewparticipants')}; if nobody is enrolled "
        f"indeed: {PARTICIPANTS}"
    )
    if courses and moodle.allows("core_enrol_get_enrolled_users"):
        try:
            enrolled = moodle.enrolled(courses[0])
        except CallError as error:
            yield lack(check, f"{found}; {_words([error])}", remedy_of(error))
            return
        if enrolled:
            found += f", though {len(enrolled)} people are enrolled in course {courses[0]}"
    yield lack(check, found, remedy)


def _pairs(lists: Lists, courses: Sequence[int]) -> list[tuple[int, int]]:
    """Some enrolled teachers for each course; the first may be no learner there."""
    return [(t, course) for course in courses for t in lists.enrolled(course)[:_EACH]]


def _per_course(
    check: str,
    function: str,
    courses: Sequence[int],
    answers: Mapping[tuple[int, int], object],
) -> Iterator[Finding]:
    """One finding for all courses that are read alike, one for each way of being refused.

    A course counts as read where one teacher's answer came.
    """
    read = {course for (_, course), each in answers.items() if not isinstance(each, CpdError)}
    refused: dict[str, dict[int, CpdError]] = {}
    for (_, course), answer in answers.items():
        if isinstance(answer, CpdError) and course not in read and not _is_passing(answer):
            refused.setdefault(_words([answer]), {})[course] = answer
    for words, group in refused.items():
        yield lack(
            check, f"{words}, in the courses {_ids(group)}", remedy_of(next(iter(group.values())))
        )
    if read:
        others = len(set(courses) - {course for _, course in answers})
        found = f"read in {len(read)} of {len(courses)} mapped courses"
        if others:
            found += f"; in {others} nobody is enrolled of the teachers asked about"
        yield ok(check, found)
    elif not refused:
        yield untested(check, f"{function}: no teacher asked about is enrolled in a mapped course")


def _is_passing(error: CpdError) -> bool:
    """Whether it says something of the one teacher, not of the account."""
    return isinstance(error, CallError) and error.code in _PASSING


def _refused(warnings: Iterable[CallWarning]) -> set[int]:
    return {each.itemid for each in warnings if each.warningcode == _NO_ACCESS}


def _words(errors: Sequence[CpdError]) -> str:
    return "; ".join(dict.fromkeys(p.found for error in errors for p in error.problems))


def _ids(ids: Iterable[int]) -> str:
    listed = sorted(set(ids))
    return ", ".join(map(str, listed[:10])) + (", …" if len(listed) > 10 else "")
