"""How assignments take work and grades, and what of it reaches the gradebook.

Follows what Moodle's assignment module was seen to do, its odd corners included: a grade above
the maximum leaves −1, blind marking and an unreleased workflow keep the gradebook empty, a grade
given to somebody who is not enrolled is stored all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from moodle_cpd.demo import completing
from moodle_cpd.demo.failures import write_error
from moodle_cpd.demo.state import (
    AssignGrade,
    Assignment,
    GradebookGrade,
    Message,
    StoredFile,
    Submission,
    UserFlags,
)
from moodle_cpd.demo.tables import FileArea, Tables, module_context, user_context

RELEASED = "released"
_KIND = "assign_notification"


@dataclass(frozen=True, slots=True)
class Marking:
    """What a marker hands over with a grade.

    Attributes:
        grade: points; −1 is "no grade".
        attempt: attempt number from 0; −1 the latest.
        addattempt: open another attempt where that is done by hand.
        workflowstate: the state of the marking workflow, may be empty.
        applytoall: give it to the whole team.
        comment: feedback text; None where the marker's request had no such field.
        draft: item id of a draft area whose files become the feedback files.
    """

    grade: float
    attempt: int = -1
    addattempt: bool = False
    workflowstate: str = ""
    applytoall: bool = False
    comment: str | None = ""
    draft: int | None = None


def hand_in(
    tables: Tables, assignment: Assignment, user: int, text: str | None, at: int
) -> Submission:
    """Store work as handed in, for the team where the assignment is done by teams."""
    submission = latest_submission(tables, assignment, user, at)
    submission.status = "submitted"
    submission.timemodified = at
    submission.onlinetext = text
    for member in _members(tables, assignment, user):
        if not _is_blind(assignment):
            _gradebook_entry(tables, assignment, member).datesubmitted = at
    if assignment.completionsubmit:
        for member in _members(tables, assignment, user):
            completing.review_activity(tables, assignment, member, at)
    return submission


def latest_submission(tables: Tables, assignment: Assignment, user: int, now: int) -> Submission:
    """The newest attempt, made as ``new`` where there is none, as reading a grade form does."""
    owner = _owner(tables, assignment, user)
    attempts = tables.submissions[assignment.id].setdefault(owner, [])
    if not attempts:
        attempts.append(_new_submission(tables, assignment, owner, 0, now))
    return attempts[-1]


def save(
    tables: Tables, assignment: Assignment, user: int, marking: Marking, *, grader: int, now: int
) -> None:
    """Give a grade as a marker would, by the form or by web service.

    Args:
        tables: where.
        assignment: for what.
        user: to whom; Moodle asks neither whether the person exists nor is enrolled.
        marking: the grade and what comes with it.
        grader: the marker's user id.
        now: Unix seconds of the marking.

    Raises:
        MoodleError: the comment field is missing where there is a comment already.
    """
    members = [user]
    if assignment.teamsubmission and marking.applytoall:
        members = _members(tables, assignment, user)
    for member in members:
        _apply(tables, assignment, member, marking, grader=grader, now=now)


def forget(tables: Tables, course: int, user: int, now: int) -> None:
    """Take a person out of a course's gradebook, as leaving the course does."""
    for assignment in tables.course_assignments.get(course, []):
        if tables.gradebook.pop((assignment.id, user), None) is not None:
            completing.review_activity(tables, assignment, user, now)


def forget_message(tables: Tables, assignment: Assignment, user: int) -> None:
    """Leave out the message about a grade: marked as told before the next cron, it is not sent."""
    subject = f"{assignment.name} 已评分"
    for place in range(len(tables.messages) - 1, -1, -1):
        message = tables.messages[place]
        if (message.user, message.kind, message.subject) == (user, _KIND, subject):
            del tables.messages[place]
            return


def feedback_area(assignment: Assignment, grade: AssignGrade) -> FileArea:
    """Where the feedback files of a grade are stored."""
    return (module_context(assignment.cmid), "assignfeedback_file", "feedback_files", grade.id)


def submission_area(assignment: Assignment, submission: Submission) -> FileArea:
    """Where the files of a submission are stored."""
    return (
        module_context(assignment.cmid),
        "assignsubmission_file",
        "submission_files",
        submission.id,
    )


def grade_row(tables: Tables, assignment: int, user: int, attempt: int = -1) -> AssignGrade | None:
    """The assignment's own grade of an attempt, of the newest graded one for −1."""
    rows = tables.grades.get(assignment, {}).get(user, [])
    chosen = [row for row in rows if attempt < 0 or row.attempt == attempt]
    return chosen[-1] if chosen else None


def current_grade(tables: Tables, assignment: Assignment, user: int) -> AssignGrade | None:
    """The grade of the newest attempt; None where that one has none."""
    attempts = attempts_of(tables, assignment, user)
    return grade_row(tables, assignment.id, user, attempts[-1].attempt if attempts else 0)


def attempts_of(tables: Tables, assignment: Assignment, user: int) -> list[Submission]:
    """A person's attempts, or their team's, oldest first."""
    owner = _owner(tables, assignment, user)
    return tables.submissions.get(assignment.id, {}).get(owner, [])


def _apply(
    tables: Tables, assignment: Assignment, user: int, marking: Marking, *, grader: int, now: int
) -> None:
    submission = latest_submission(tables, assignment, user, now)
    attempt = submission.attempt if marking.attempt < 0 else marking.attempt
    rows = tables.grades[assignment.id].setdefault(user, [])
    row = next((each for each in rows if each.attempt == attempt), None)
    if row is None:
        row = AssignGrade(tables.next_id("grade"), assignment.id, user, attempt, timecreated=now)
        row.timemodified = submission.timemodified
        rows.append(row)
        rows.sort(key=lambda item: item.attempt)
    points = row.grade
    if not _is_frozen(tables, assignment, user):
        points = marking.grade
        flags = tables.flags.setdefault((assignment.id, user), UserFlags())
        flags.workflowstate = marking.workflowstate
    changed = _save_feedback(tables, assignment, row, marking, grader=grader, now=now)
    if marking.addattempt or row.grade != -1 or points != -1 or changed:
        _store(tables, assignment, row, points, grader=grader, now=now, reopen=marking.addattempt)
    silent = assignment.markingworkflow and marking.workflowstate != RELEASED
    if not silent:
        tables.messages.append(Message(user, _KIND, f"{assignment.name} 已评分", now))


def _save_feedback(
    tables: Tables,
    assignment: Assignment,
    row: AssignGrade,
    marking: Marking,
    *,
    grader: int,
    now: int,
) -> bool:
    changed = False
    if assignment.feedback_comments:
        # A missing field counts as empty where there is no comment yet; a comment that there is
        # already can't be overwritten with nothing.
        if marking.comment is None and row.comment:
            raise write_error()
        if (marking.comment or "") != (row.comment or ""):
            row.comment = marking.comment
            changed = True
    if assignment.feedback_files and marking.draft is not None:
        taken = _take_draft(tables, assignment, row, marking.draft, grader=grader, now=now)
        changed = taken or changed
    return changed


def _take_draft(
    tables: Tables, assignment: Assignment, row: AssignGrade, draft: int, *, grader: int, now: int
) -> bool:
    """Make the feedback files what the marker's draft area holds; the draft stays as it is."""
    source = tables.area((user_context(grader), "user", "draft", draft))
    area = feedback_area(assignment, row)
    before = {(f.filename, f.content) for f in tables.area(area)}
    if before == {(f.filename, f.content) for f in source}:
        return False
    contextid, component, filearea, itemid = area
    tables.files[area] = {
        (f.filepath, f.filename): StoredFile(
            tables.next_id("file"),
            contextid,
            component,
            filearea,
            itemid,
            f.filename,
            f.content,
            now,
            grader,
            f.filepath,
            f.mimetype,
        )
        for f in source
    }
    return True


def _store(
    tables: Tables,
    assignment: Assignment,
    row: AssignGrade,
    points: float,
    *,
    grader: int,
    now: int,
    reopen: bool,
) -> None:
    outside = points < 0 or points > assignment.grade
    if points not in {-1, 0} and outside:
        return
    row.grade = points
    row.grader = grader
    row.timemodified = now
    submission = latest_submission(tables, assignment, row.user, now)
    if submission.attempt != row.attempt:
        return
    _to_gradebook(tables, assignment, row)
    if _reopens(tables, assignment, row.user, submission, reopen=reopen):
        _open_attempt(tables, assignment, row.user, submission, now)


def _to_gradebook(tables: Tables, assignment: Assignment, row: AssignGrade) -> None:
    if _is_blind(assignment) or _is_frozen(tables, assignment, row.user):
        return
    flags = tables.flags.get((assignment.id, row.user), UserFlags())
    unreleased = assignment.markingworkflow and flags.workflowstate != RELEASED
    entry = _gradebook_entry(tables, assignment, row.user)
    entry.final = None if unreleased or row.grade < 0 else row.grade
    entry.datesubmitted = None
    entry.dategraded = row.timemodified
    entry.feedback = "" if unreleased else row.comment
    completing.review_activity(tables, assignment, row.user, row.timemodified)


def _gradebook_entry(tables: Tables, assignment: Assignment, user: int) -> GradebookGrade:
    return tables.gradebook.setdefault((assignment.id, user), GradebookGrade(assignment.id, user))


def _is_blind(assignment: Assignment) -> bool:
    return assignment.blindmarking and not assignment.revealidentities


def _is_frozen(tables: Tables, assignment: Assignment, user: int) -> bool:
    entry = tables.gradebook.get((assignment.id, user))
    return assignment.locked or (entry is not None and (entry.locked or entry.overridden))


def _reopens(
    tables: Tables, assignment: Assignment, user: int, submission: Submission, *, reopen: bool
) -> bool:
    if assignment.maxattempts != -1 and submission.attempt >= assignment.maxattempts - 1:
        return False
    if assignment.attemptreopenmethod == "manual":
        return reopen
    if assignment.attemptreopenmethod == "untilpass":
        entry = tables.gradebook.get((assignment.id, user))
        return entry is not None and entry.final is not None and entry.final < assignment.gradepass
    return assignment.attemptreopenmethod == "automatic"


def _open_attempt(
    tables: Tables, assignment: Assignment, user: int, submission: Submission, now: int
) -> None:
    owner = (submission.user, submission.group)
    submission.latest = False
    attempt = _new_submission(tables, assignment, owner, submission.attempt + 1, now)
    attempt.status = "reopened"
    _gradebook_entry(tables, assignment, user).datesubmitted = submission.timemodified
    tables.submissions[assignment.id][owner].append(attempt)
    if assignment.completionsubmit:
        completing.review_activity(tables, assignment, user, now)


def _new_submission(
    tables: Tables, assignment: Assignment, owner: tuple[int, int], attempt: int, now: int
) -> Submission:
    return Submission(
        id=tables.next_id("submission"),
        assignment=assignment.id,
        user=owner[0],
        group=owner[1],
        attempt=attempt,
        timecreated=now,
        timemodified=now,
    )


def _owner(tables: Tables, assignment: Assignment, user: int) -> tuple[int, int]:
    if not assignment.teamsubmission:
        return (user, 0)
    group = tables.group_of(assignment.course, user)
    return (0, 0 if group is None else group.id)


def _members(tables: Tables, assignment: Assignment, user: int) -> list[int]:
    if not assignment.teamsubmission:
        return [user]
    group = tables.group_of(assignment.course, user)
    return [user] if group is None else sorted(group.members)
