"""Work handed in: that it was, when, and how long its online text is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain

from moodle_cpd.errors import CpdError
from moodle_cpd.model.fact import Fact, FactKind, from_timestamp
from moodle_cpd.moodle.replies import Submission, Submissions
from moodle_cpd.pull.activities import Work
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.online_text import text_length
from moodle_cpd.pull.portions import Answered, Portion, portions
from moodle_cpd.pull.reading import Reading, parts, source
from moodle_cpd.pull.sizes import Sizes
from moodle_cpd.pull.strategies import Strategy
from moodle_cpd.pull.watermarks import Stream
from moodle_cpd.pull.windows import ROWS, backwards

_SUBMISSIONS = "mod_assign_get_submissions"
_ENROLLED = "core_enrol_get_enrolled_users"
_STATUS = "mod_assign_get_submission_status"
_HANDED_IN = "submitted"
_MOST = 300
_PAIRS = 200

_Pair = tuple[int, int]


def read_submissions(
    reading: Reading,
    catalogue: Catalogue,
    sizes: Sizes,
    works: Sequence[Work],
    teachers: Sequence[int],
) -> None:
    """Read what was handed in; a team's work is handed in by each of its members."""
    span = reading.marks.span(Stream.SUBMISSIONS)
    among = frozenset(teachers)
    covered: set[int] = set()
    suspects: set[_Pair] = set()
    in_windows: list[Work] = []
    done = _Done(reading, teachers)
    reading.progress.start("submissions", len(works))
    for portion in portions(reading, sizes, Stream.SUBMISSIONS, works, ROWS):
        large = portion.expected > ROWS
        if large and done.holds(portion.works[0]):
            answered, changed = {portion.works[0].settings.id}, set[int]()
        else:
            answered, changed = _read_portion(reading, portion, among)
        covered |= answered
        for work in portion.works:
            if work.settings.teamsubmission and (portion.since == 0 or work.settings.id in changed):
                suspects |= {(t, work.settings.id) for t in _members(reading, catalogue, work)}
            elif large and work.settings.id in answered:
                in_windows.append(work)
                done.add(work)
        reading.progress.advance(len(portion.works))
    for part in parts(in_windows, _MOST):
        began = int(reading.marks.site_now.timestamp())
        answered, _ = _read_portion(reading, Portion(part, began), among)
        covered -= {work.settings.id for work in part} - answered
    of = {work.settings.id: work for work in works if work.settings.teamsubmission}
    failed = _read_teams(reading, of, sorted(suspects, key=lambda pair: pair[::-1]))
    reading.marks.close(Stream.SUBMISSIONS, span, covered - failed)


class _Done:
    """Large assignments that were read to their end, should the reading be cut off at another.

    Args:
        reading: the pull.
        teachers: whose work is read.
    """

    def __init__(self, reading: Reading, teachers: Sequence[int]) -> None:
        self._marks = reading.marks
        self._key = reading.key(*teachers)
        position = self._marks.resume(Stream.SUBMISSIONS, self._key)
        self._read = [] if position is None else list(position.state["read"])

    def holds(self, work: Work) -> bool:
        """Whether an assignment, as it is set up now, was read before the reading was cut off."""
        return _version(work) in self._read

    def add(self, work: Work) -> None:
        """One was read to its end."""
        if not self.holds(work):
            self._read.append(_version(work))
            self._marks.keep(Stream.SUBMISSIONS, self._key, {"read": self._read})


def _version(work: Work) -> list[int]:
    return [work.settings.id, work.settings.timemodified]


def _read_portion(
    reading: Reading, portion: Portion, teachers: frozenset[int]
) -> tuple[set[int], set[int]]:
    """Read what was handed in in some assignments.

    Returns:
        Ids of the assignments that were answered; and of those in which a team handed in.
    """
    works, since = portion.works, portion.since
    of = {work.settings.id: work for work in works if since or not work.settings.teamsubmission}
    changed: set[int] = set()
    answered = Answered(reading, _SUBMISSIONS)
    for reply in _replies(reading, sorted(of), portion):
        facts = []
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
    others = {work.settings.id for work in works if work.settings.id not in of}
    return answered.close(of) | others, changed


def _replies(reading: Reading, ids: Sequence[int], portion: Portion) -> Iterable[Submissions]:
    """What Moodle says of a portion, in one reply, or in as many as a large one needs."""
    moodle = reading.moodle
    if not ids or portion.expected <= ROWS:
        return moodle.submissions(ids, portion.since)

    def ask(since: int, before: int | None) -> tuple[tuple[Submissions, ...], int]:
        replies = moodle.submissions(ids, since, before)
        rows = sum(len(each.submissions) for reply in replies for each in reply.assignments)
        return replies, rows

    return chain.from_iterable(
        backwards(
            int(reading.marks.site_now.timestamp()),
            ask,
            expected=portion.expected,
            clock=moodle.client.transport.elapsed,
            target=moodle.client.site.batch_target,
        )
    )


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
    if pairs:
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
