"""Completions by the custom report over course participants: all of them, or what is new.

A row that says "completed" is evidence and becomes a fact. A row that says nothing any more, and
a row that is missing, are none: of these pairs the teachers' lists of courses and the details are
asked, and only what these say retracts a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from moodle_cpd.errors import CpdError
from moodle_cpd.model.fact import Fact, FactKind
from moodle_cpd.moodle.replies import UserCourse
from moodle_cpd.problems import Problem
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.known import KnownCompletions
from moodle_cpd.pull.lists import facts_of, read_some, weigh
from moodle_cpd.pull.moments import completion_moment
from moodle_cpd.pull.pages import (
    MovedRowsError,
    Pages,
    Place,
    UnusableReportError,
)
from moodle_cpd.pull.reading import Reading, source
from moodle_cpd.pull.table import Row
from moodle_cpd.pull.watermarks import Span, Stream, widened

_PAGE = "core_reportbuilder_retrieve_report"
_KIND = FactKind.COURSE_COMPLETED
_ATTEMPTS = 3
_ASKED = 100
"""Teachers among whose completions witnesses are looked for."""
_WITNESSES = 3
"""Each may just have left the course."""
_FEW = 300
"""Newcomers that are read one by one; for more than that everything is read."""

_Pair = tuple[int, int]


class ByReport:
    """One reading of completions by the report.

    Args:
        reading: the pull.
        catalogue: learns the courses.
        report: the report's id.
    """

    def __init__(self, reading: Reading, catalogue: Catalogue, report: int) -> None:
        self._reading = reading
        self._catalogue = catalogue
        self._report = report
        self._pages = Pages(reading.moodle, report)
        names = reading.ledger.usernames(reading.site)
        self._teacher_of = {names[id_]: id_ for id_ in reading.teachers if names[id_]}
        self._unnamed = [id_ for id_ in reading.teachers if not names[id_]]
        self._newcomers = reading.marks.newcomers(Stream.COMPLETIONS)
        self._uses: dict[int, bool] = {}

    def read(self, teachers: Sequence[int]) -> None:
        """Read what is new, or everything where that is due.

        Raises:
            UnusableReportError: the report can't be relied on.
            TransientError: the site stopped answering.
        """
        self._refuse_unnamed()
        span = self._reading.marks.span(Stream.COMPLETIONS)
        listed = self._catalogue.listed()
        if not span.full and not self._reaches(span, listed):
            span = widened(span)
        if not span.full:
            self._read_news(span)
            read_some(self._reading, self._catalogue, sorted(self._newcomers))
            if not self._selected() <= span.covered:
                # A course that was unknown, or that the rules did not use when all was read.
                span = widened(span)
        if span.full:
            self._read_everything(teachers)
        covered = self._selected()
        covered |= {-id_ for id_ in listed if id_ not in covered}
        self._reading.marks.close(Stream.COMPLETIONS, span, covered)

    def _refuse_unnamed(self) -> None:
        """Rows name a teacher by user name alone: of whom none is shown, no row can be found.

        Raises:
            UnusableReportError: there is such a teacher.
        """
        if self._unnamed:
            raise UnusableReportError(
                Problem(
                    f"{self._reading.site}: core_user_get_users_by_field",
                    f"Moodle does not show the user names of {len(self._unnamed)} teachers, which "
                    f"the rows of report {self._report} name",
                    "",
                    "Allow moodle/user:viewalldetails to the service account's role on the site",
                )
            )

    def _reaches(self, span: Span, listed: Iterable[int]) -> bool:
        """Whether the news are enough: no course and not many people came since all was read."""
        known = {abs(id_) for id_ in span.covered}
        return known.issuperset(listed) and len(self._newcomers) <= _FEW

    def _selected(self) -> set[int]:
        return {course.id for course in self._catalogue.selected()}

    def _read_news(self, span: Span) -> None:
        self._reading.progress.start("completions", None)
        found = False
        for rows in self._pages.read(Place(), span.since_seconds):
            found = found or bool(rows)
            teachers = {
                self._teacher_of[r.username] for r in rows if r.username in self._teacher_of
            }
            self._take(rows, self._known(teachers))
        if not found:
            self._check_not_blind()

    def _check_not_blind(self) -> None:
        """An empty reply says that nothing is new only if what is known is shown still.

        Raises:
            UnusableReportError: of some known completions the report shows none.
        """
        teachers = sorted(self._teacher_of.values())
        some = teachers[:: len(teachers) // _ASKED + 1]
        ledger = self._reading.ledger
        moments = [
            at
            for _, facts in ledger.standing_moments(self._reading.site, _KIND, some)
            for _, at in facts[:1]
            if at is not None
        ]
        witnesses = moments[:: len(moments) // _WITNESSES + 1]
        if witnesses and not any(self._pages.shows(at) for at in witnesses):
            raise UnusableReportError(
                Problem(
                    f"{self._reading.site}: report {self._report}",
                    "it does not show completions any more that it showed",
                    "",
                    "Its conditions were changed, perhaps: see docs/administrators/report.md",
                )
            )

    def _read_everything(self, teachers: Sequence[int]) -> None:
        """Read all pages, then ask of what was known and not met."""
        for _ in range(_ATTEMPTS):
            try:
                self._read_all_pages(teachers)
            except MovedRowsError:
                continue
            return
        raise UnusableReportError(
            Problem(
                f"{self._reading.site}: report {self._report}",
                "its rows kept moving while it was read",
                "",
                "Sort it by Username and by the course's short name with link; where it is, read "
                "at a calmer hour",
            )
        )

    def _read_all_pages(self, teachers: Sequence[int]) -> None:
        reading, marks = self._reading, self._reading.marks
        first = Stream.COMPLETIONS not in reading.ledger.readings(reading.site)
        key = reading.key(self._report, *teachers)
        place = self._resumed(key) if first else Place()
        resumed = place.offset > 0
        known = self._known(None)
        enrolments = _Enrolments(reading, begun=resumed)
        order = _Order()
        reading.progress.start("completions", None)
        for rows in self._pages.read(place):
            order.check(rows)
            pairs = self._take(rows, known)
            enrolments.add(pairs)
            if first and len({teacher for teacher, _ in pairs}) > 1:
                # What is known is marked as met in memory alone, so only a first reading, which
                # has nothing to compare with, can go on from this page; and only from one whose
                # first teacher was written down whole.
                marks.keep(Stream.COMPLETIONS, key, asdict(place))
        if not resumed:
            missing = {teacher for teacher, _ in known.unseen()} & reading.teachers
            enrolments.close(teachers)
            clear = sorted(reading.teachers - missing)
            reading.ledger.record_vanished(reading.site, clear, (), reading.now)
            read_some(reading, self._catalogue, sorted(missing))
        else:
            enrolments.flush()

    def _resumed(self, key: str) -> Place:
        """A page before a first reading was cut off; the beginning where rows moved since."""
        found = self._reading.marks.resume(Stream.COMPLETIONS, key)
        if found is not None:
            state = {name: found.state[name] for name in ("offset", "size", "total")}
            last = found.state["last"]
            place = Place(**state, last=None if last is None else (last[0], last[1]))
            if self._pages.holds(place):
                place.offset -= place.size
                return place
        return Place()

    def _known(self, teachers: Iterable[int] | None) -> KnownCompletions:
        ledger = self._reading.ledger
        return KnownCompletions(ledger.standing_moments(self._reading.site, _KIND, teachers))

    def _take(self, rows: Iterable[Row], known: KnownCompletions) -> list[_Pair]:
        """Record what rows say.

        Returns:
            Teacher and course of the rows that are about a teacher in a course that is read.
        """
        facts: list[Fact] = []
        unsure: dict[_Pair, Row] = {}
        pairs: dict[_Pair, None] = {}
        for row in rows:
            teacher = self._teacher_of.get(row.username)
            if teacher is None or not self._is_read(row):
                continue
            pair = (teacher, row.course)
            pairs[pair] = None
            known.see(*pair)
            if row.at is None:
                if known.has(*pair):
                    unsure[pair] = row
            elif not known.has(*pair):
                facts.append(self._fact(pair, row))
            elif not known.stands_at(*pair, row.at):
                unsure[pair] = row
        facts += self._ask(unsure)
        self._catalogue.record()
        self._reading.record(facts)
        self._reading.progress.advance(len(pairs))
        return list(pairs)

    def _is_read(self, row: Row) -> bool:
        if row.course not in self._uses:
            listed = UserCourse(
                id=row.course, idnumber=row.idnumber, shortname=row.name, fullname=row.name
            )
            self._uses[row.course] = self._catalogue.see(listed)
        return self._uses[row.course]

    def _fact(self, pair: _Pair, row: Row) -> Fact:
        known_from = source(_PAGE, report=self._report, timecompleted=row.shown)
        return Fact(_KIND, self._reading.site, *pair, at=row.at, source=known_from)

    def _ask(self, unsure: dict[_Pair, Row]) -> list[Fact]:
        """The facts that follow where the report says otherwise than what is known."""
        reading = self._reading
        facts: list[Fact] = []
        known = facts_of(reading, sorted({teacher for teacher, _ in unsure}))
        for pair, answer in reading.moodle.completion_statuses(sorted(unsure)):
            row = unsure[pair]
            if row.at is None:
                facts += weigh(reading, pair, answer, completed=False, known=known[pair])
                continue
            # Where the criteria still tell what is known already, nothing happened: the report
            # knows another moment of the same completion.
            moment = (
                None if isinstance(answer, CpdError) else completion_moment(answer.completionstatus)
            )
            if moment is None or all(old.at != moment for old in known[pair]):
                fact = self._fact(pair, row)
                facts.append(fact)
                uncertain = (old for old in known[pair] if old.at is None)
                facts += (replace(old, retracted=True, source=fact.source) for old in uncertain)
        return facts


class _Enrolments:
    """Writes down who is enrolled where, a whole teacher at a time.

    Args:
        reading: the pull.
        begun: the first teacher met can have begun on an earlier page, and is written down
            already.
    """

    def __init__(self, reading: Reading, *, begun: bool) -> None:
        self._reading = reading
        self._begun = begun
        self._open: dict[_Pair, None] = {}
        self._met: set[int] = set()

    def add(self, pairs: Iterable[_Pair]) -> None:
        """Pairs in the report's order; the last teacher's can go on in the next page."""
        self._open |= dict.fromkeys(pairs)
        if self._begun and self._open:
            first = next(iter(self._open))[0]
            self._open = {pair: None for pair in self._open if pair[0] != first}
            self._begun = False
        if self._open:
            last = next(reversed(self._open))[0]
            self._write([pair for pair in self._open if pair[0] != last])

    def flush(self) -> None:
        """The pages have come to their end."""
        self._write(list(self._open))

    def close(self, teachers: Iterable[int]) -> None:
        """The same, and who was not met is enrolled nowhere."""
        self.flush()
        absent = set(teachers) - self._met
        self._reading.ledger.record_enrolments(self._reading.site, absent, ())

    def _write(self, pairs: list[_Pair]) -> None:
        teachers = {teacher for teacher, _ in pairs}
        self._met |= teachers
        self._reading.ledger.record_enrolments(self._reading.site, teachers, pairs)
        for pair in pairs:
            del self._open[pair]


class _Order:
    """Pages hold together only if a teacher's rows, and a pair's, stand side by side."""

    def __init__(self) -> None:
        self.last: _Pair2 | None = None
        self._teachers: set[str] = set()
        self._courses: set[int] = set()

    def check(self, rows: Iterable[Row]) -> None:
        """Look at the next rows.

        Raises:
            MovedRowsError: a row stands where it can't if the report sorts by teacher and course.
        """
        for row in rows:
            here = (row.username, row.course)
            if here == self.last:
                continue  # Enrolled twice.
            if self.last is None or row.username != self.last[0]:
                self._courses.clear()
                if row.username in self._teachers:
                    raise MovedRowsError
                self._teachers.add(row.username)
            if row.course in self._courses:
                raise MovedRowsError
            self._courses.add(row.course)
            self.last = here


_Pair2 = tuple[str, int]
