"""Work handed in: that it was, when, and how long its online text is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from moodle_cpd.errors import CpdError
from moodle_cpd.model.fact import Fact, FactKind, from_timestamp
from moodle_cpd.moodle.replies import Submission
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.grades import check_answered, check_warnings
from moodle_cpd.pull.online_text import text_length
from moodle_cpd.pull.reading import Reading, parts, source

_SUBMISSIONS = "mod_assign_get_submissions"
_STATUS = "mod_assign_get_submission_status"
_HANDED_IN = "submitted"
_ASSIGNMENTS = 5
_PAIRS = 200


def read_submissions(
    reading: Reading, catalogue: Catalogue, works: Sequence[Work], teachers: Sequence[int]
) -> None:
    """Read what was handed in; a team's work is handed in by each of its members."""
    _read_single(
        reading,
        [work for work in works if not work.settings.teamsubmission],
        frozenset(teachers),
    )
    _read_teams(reading, catalogue, [work for work in works if work.settings.teamsubmission])


def _read_single(reading: Reading, works: Sequence[Work], teachers: frozenset[int]) -> None:
    reading.progress.start("submissions", len(works))
    for part in parts(works, _ASSIGNMENTS):
        of = {work.settings.id: work for work in part}
        facts = []
        answered: set[int] = set()
        for reply in reading.moodle.submissions(sorted(of)):
            answered |= check_warnings(reading, _SUBMISSIONS, reply.warnings)
            for assignment in reply.assignments:
                work = of.get(assignment.assignmentid)
                if work is None:
                    continue
                answered.add(assignment.assignmentid)
                facts += [
                    _fact(reading.site, each.userid, work, each, _SUBMISSIONS)
                    for each in assignment.submissions
                    if each.userid in teachers and each.status == _HANDED_IN
                ]
        check_answered(reading, _SUBMISSIONS, set(of) - answered)
        reading.record(facts)
        reading.progress.advance(len(part))


def _read_teams(reading: Reading, catalogue: Catalogue, works: Sequence[Work]) -> None:
    of = {work.settings.id: work for work in works}
    pairs = [(teacher, id_) for id_ in of for teacher in catalogue.enrolled(of[id_].course)]
    reading.progress.start("team submissions", len(pairs))
    for part in parts(pairs, _PAIRS):
        facts = []
        for (teacher, assignment), answer in reading.moodle.submission_statuses(part):
            if isinstance(answer, CpdError):
                reading.tally.skip(answer, f"teacher {teacher} in assignment {assignment}")
                continue
            attempt = answer.lastattempt
            if attempt and attempt.teamsubmission and attempt.teamsubmission.status == _HANDED_IN:
                team = attempt.teamsubmission
                facts.append(_fact(reading.site, teacher, of[assignment], team, _STATUS))
        reading.record(facts)
        reading.progress.advance(len(part))


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
