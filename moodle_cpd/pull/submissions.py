"""Work handed in: that it was, when, and how long its online text is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from moodle_cpd.errors import CpdError
from moodle_cpd.model.fact import Fact, FactKind, from_timestamp
from moodle_cpd.moodle.replies import Submission
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.grades import Answered, portions
from moodle_cpd.pull.online_text import text_length
from moodle_cpd.pull.reading import Reading, parts, source
from moodle_cpd.pull.strategies import Strategy
from moodle_cpd.pull.watermarks import Stream

_SUBMISSIONS = "mod_assign_get_submissions"
_ENROLLED = "core_enrol_get_enrolled_users"
_STATUS = "mod_assign_get_submission_status"
_HANDED_IN = "submitted"
_ASSIGNMENTS = 1
_PAIRS = 200

_Pair = tuple[int, int]


def read_submissions(
    reading: Reading, catalogue: Catalogue, works: Sequence[Work], teachers: Sequence[int]
) -> None:
    """Read what was handed in; a team's work is handed in by each of its members."""
    span = reading.marks.span(Stream.SUBMISSIONS)
    covered: set[int] = set()
    suspects: set[_Pair] = set()
    reading.progress.start("submissions", len(works))
    for part, since in portions(reading, Stream.SUBMISSIONS, works, _ASSIGNMENTS):
        answered, changed = _read_part(reading, part, since, frozenset(teachers))
        covered |= answered
        for work in part:
            if work.settings.teamsubmission and (since == 0 or work.settings.id in changed):
                suspects |= {(t, work.settings.id) for t in _members(reading, catalogue, work)}
        reading.progress.advance(len(part))
    of = {work.settings.id: work for work in works if work.settings.teamsubmission}
    failed = _read_teams(reading, of, sorted(suspects, key=lambda pair: pair[::-1]))
    reading.marks.close(Stream.SUBMISSIONS, span, covered - failed)


def _read_part(
    reading: Reading, part: Sequence[Work], since: int, teachers: frozenset[int]
) -> tuple[set[int], set[int]]:
    """Read what was handed in since a Unix time, 0: everything.

    Returns:
        Ids of the assignments that were answered; and of those in which a team handed in.
    """
    of = {work.settings.id: work for work in part if since or not work.settings.teamsubmission}
    facts = []
    changed: set[int] = set()
    answered = Answered(reading, _SUBMISSIONS)
    for reply in reading.moodle.submissions(sorted(of), since):
        answered.by_warnings(reply.warnings)
        for assignment in reply.assignments:
            work = of.get(assignment.assignmentid)
            if work is None:
                continue
            answered.ids.add(assignment.assignmentid)
            handed_in = [each for each in assignment.submissions if each.status == _HANDED_IN]
            if work.settings.teamsubmission:
                changed |= {assignment.assignmentid} if handed_in else set()
                continue
            facts += [
                _fact(reading.site, each.userid, work, each, _SUBMISSIONS)
                for each in handed_in
                if each.userid in teachers
            ]
    reading.record(facts)
    return answered.close(of) | {w.settings.id for w in part if w.settings.id not in of}, changed


def _members(reading: Reading, catalogue: Catalogue, work: Work) -> set[int]:
    """Who can be in a team of an assignment, those enrolled since all was read among them."""
    members = set(catalogue.enrolled(work.course))
    if reading.strategy is Strategy.REPORT and reading.moodle.allows(_ENROLLED):
        now = reading.moodle.enrolled(work.course) & reading.teachers
        members |= now - reading.suspended
    return members


def _read_teams(reading: Reading, of: Mapping[int, Work], pairs: Sequence[_Pair]) -> set[int]:
    """Read what teams handed in, for teacher and assignment.

    Returns:
        Ids of assignments of which Moodle refused some.
    """
    failed: set[int] = set()
    reading.progress.start("team submissions", len(pairs))
    for part in parts(pairs, _PAIRS):
        facts = []
        for (teacher, assignment), answer in reading.moodle.submission_statuses(part):
            if isinstance(answer, CpdError):
                reading.tally.skip(answer, f"teacher {teacher} in assignment {assignment}")
                failed.add(assignment)
                continue
            attempt = answer.lastattempt
            if attempt and attempt.teamsubmission and attempt.teamsubmission.status == _HANDED_IN:
                team = attempt.teamsubmission
                facts.append(_fact(reading.site, teacher, of[assignment], team, _STATUS))
        reading.record(facts)
        reading.progress.advance(len(part))
    return failed


def _fact(site: str, teacher: int, work: Work, submission: Submission, function: str) -> Fact:
    return Fact(
        kind=FactKind.SUBMISSION,
        site=site,
        teacher=teacher,
        course=work.course,
        activity=work.settings.cmid,
        attempt=submission.attemptnumber,
        at=from_timestamp(submission.timemodified),
        value=_length(submission),
        source=source(
            function,
            assignmentid=work.settings.id,
            attemptnumber=submission.attemptnumber,
            plugins=[plugin.type for plugin in submission.plugins],
            status=submission.status,
            timemodified=submission.timemodified,
        ),
    )


def _length(submission: Submission) -> Decimal | None:
    """Characters of the online text; None where the assignment takes none."""
    texts = [plugin for plugin in submission.plugins if plugin.type == "onlinetext"]
    if not texts:
        return None
    return Decimal(sum(text_length(field) for plugin in texts for field in plugin.editorfields))
