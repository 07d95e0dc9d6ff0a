"""What the program asks of a Moodle, as typed methods; long lists are cut, answers compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from moodle_cpd.errors import CpdError, SiteError
from moodle_cpd.moodle import replies
from moodle_cpd.moodle.client import BATCH_FUNCTION, Call, Client
from moodle_cpd.moodle.encode import MAX_VALUES, Param, as_json
from moodle_cpd.moodle.refusal import CallError
from moodle_cpd.problems import Problem

T = TypeVar("T")
S = TypeVar("S")

_COHORTS = 100
"""Most cohorts that one search shows."""

_FRONT_PAGE = 1
"""Moodle's id of the course that is the site's front page."""

_CLOCKS_APART = 600.0
"""Seconds that this computer's clock and the site's may differ."""


def chunks(items: Sequence[S], size: int) -> Iterator[Sequence[S]]:
    """Consecutive parts of at most ``size`` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class Moodle:
    """One site as the rooms above see it: reads.

    Args:
        client: calls functions.

    Attributes:
        name: the site's name in the configuration.
        one_by_one: every call is a request of its own, whatever the service includes.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.name = client.site.name
        self.one_by_one = False
        self._info: replies.SiteInfo | None = None
        self._ahead: dict[str, object] = {}

    @property
    def requests_sent(self) -> int:
        """How many HTTP requests were sent so far."""
        return self.client.transport.requests_sent

    @property
    def info(self) -> replies.SiteInfo:
        """What the site tells about itself and the token; asked once."""
        if self._info is None:
            function = "core_webservice_get_site_info"
            self._info = self.read(function, {}, replies.SITE_INFO)
        return self._info

    def allows(self, function: str) -> bool:
        """Whether the token's service includes a function."""
        return function in self.info.function_names

    @property
    def batches(self) -> bool:
        """Whether many calls go into one request."""
        return not self.one_by_one and self.allows(BATCH_FUNCTION)

    def check_clock(self) -> None:
        """Make sure that this computer and the site agree on the time, by its last reply.

        To be asked again where dates are given: a clock can be set wrong while a run goes on.

        Raises:
            SiteError: they differ so far that dates on certificates would be wrong.
        """
        offset = self.client.transport.clock_offset
        if offset is not None and abs(offset) > _CLOCKS_APART:
            raise SiteError(
                Problem(
                    f"{self.name}: clock",
                    f"this computer and the site differ by {abs(offset):.0f} s",
                    f"at most {_CLOCKS_APART:.0f} s, since dates of issue and deadlines hang on it",
                    "Set the clock that is wrong (NTP)",
                )
            )

    # -- people -----------------------------------------------------------------------------

    def users(self) -> tuple[replies.User, ...]:
        """Everyone on the site who is not deleted.

        An e-mail address of ``%`` matches all: the function has no "everyone".
        """
        function = "core_user_get_users"
        criteria: Param = [{"key": "email", "value": "%"}]
        return self.read(function, {"criteria": criteria}, replies.USERS).users

    def users_by_id(self, ids: Sequence[int]) -> tuple[replies.User, ...]:
        """The users with these ids, as far as the account may see them."""
        found: list[replies.User] = []
        for part in chunks(ids, MAX_VALUES - 10):
            users = self._ask(_users_call("id", part), replies.USER_LIST)
            found += users
        return tuple(found)

    def users_by_name(self, usernames: Sequence[str]) -> tuple[replies.User, ...]:
        """The users with these user names, as far as the account may see them."""
        found: list[replies.User] = []
        for part in chunks(usernames, MAX_VALUES - 10):
            users = self._ask(_users_call("username", part), replies.USER_LIST)
            found += users
        return tuple(found)

    def cohort(self, idnumber: str) -> replies.Cohort | None:
        """The site cohort with exactly this idnumber, None where there is none.

        The search is by part of name and idnumber, so what it finds is compared.
        """
        start = 0
        while True:
            page = self._ask(_cohort_call(idnumber, start), replies.COHORTS).cohorts
            for cohort in page:
                if cohort.idnumber == idnumber:
                    return cohort
            if len(page) < _COHORTS:
                return None
            start += _COHORTS

    def cohort_members(self, cohort: int) -> frozenset[int]:
        """Ids of a cohort's members."""
        function = "core_cohort_get_cohort_members"
        answer = self.read(function, {"cohortids": [cohort]}, replies.COHORT_MEMBERS)
        for members in answer:
            if members.cohortid == cohort:
                return frozenset(members.userids)
        raise self._unanswered(function, f"cohort {cohort}")

    def enrolled(self, course: int, most: int = 0) -> frozenset[int]:
        """Ids of users enrolled in a course: the lowest ``most``; 0: all, 0.4 ms of Moodle each."""
        function = "core_enrol_get_enrolled_users"
        asked = {"userfields": "id"} | ({"limitnumber": str(most)} if most else {})
        options: Param = [{"name": name, "value": value} for name, value in asked.items()]
        params: dict[str, Param] = {"courseid": course, "options": options}
        return frozenset(user.id for user in self.read(function, params, replies.ENROLLED_USERS))

    # -- courses ----------------------------------------------------------------------------

    def courses(self) -> tuple[replies.CourseReply, ...]:
        """All courses that the account may see, the front page left out."""
        found = self._ask(_courses_call(), replies.COURSES).courses
        return tuple(course for course in found if course.id != _FRONT_PAGE)

    def course(self, idnumber: str) -> replies.CourseReply | None:
        """The course with this idnumber, None where there is none or it can't be seen.

        Some databases compare without regard to case, so what is found is compared again; Moodle
        shows the idnumber only to accounts that may change the course, so one without any is the
        one, if it is the only one.

        Raises:
            SiteError: others came, so the answer is not to what was asked.
        """
        call = _courses_call(idnumber)
        found = {course.id: course for course in self._ask(call, replies.COURSES).courses}
        alike = all(c.idnumber.casefold() == idnumber.casefold() for c in found.values())
        if _FRONT_PAGE in found or (len(found) > 1 and not alike):
            raise self._unasked(call.function)
        return next((c for c in found.values() if c.idnumber in {idnumber, ""}), None)

    def course_categories(self) -> tuple[replies.CourseCategory, ...]:
        """All course categories that the account may see."""
        return self._ask(_categories_call(), replies.COURSE_CATEGORIES)

    def assignments(self, courses: Sequence[int]) -> tuple[replies.AssignmentCourse, ...]:
        """The assignments of these courses; courses without access are missing in the answer."""
        return self.assignments_and_refused(courses)[0]

    def assignments_and_refused(
        self, courses: Sequence[int]
    ) -> tuple[tuple[replies.AssignmentCourse, ...], tuple[int, ...]]:
        """The assignments of these courses, and course module ids of those without access."""
        function = "mod_assign_get_assignments"
        found: list[replies.AssignmentCourse] = []
        refused: list[int] = []
        for part in chunks(courses, MAX_VALUES - 10):
            params: dict[str, Param] = {
                "courseids": list(part),
                "includenotenrolledcourses": True,
            }
            reply = self.read(function, params, replies.ASSIGNMENTS)
            found += reply.courses
            refused += [each.itemid for each in reply.warnings if each.item == "module"]
        return tuple(found), tuple(refused)

    # -- completions and grades -------------------------------------------------------------

    def users_courses(
        self, teachers: Sequence[int], *, count: bool = False
    ) -> Iterator[tuple[int, tuple[replies.UserCourse, ...] | CpdError]]:
        """Each teacher's courses with their state of completion; empty also without capability.

        Args:
            teachers: their ids.
            count: whether to tell how many people each course has, which costs Moodle more.
        """
        function = "core_enrol_get_users_courses"
        calls = [
            Call(function, {"userid": teacher, "returnusercount": count}) for teacher in teachers
        ]
        answers = self._read_many(calls, replies.USER_COURSES)
        return zip(teachers, answers, strict=True)

    def completion_statuses(
        self, pairs: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, int], replies.CompletionStatus | CpdError]]:
        """The completion of courses, for pairs of teacher and course."""
        function = "core_completion_get_course_completion_status"
        calls = [
            Call(function, {"userid": teacher, "courseid": course}) for teacher, course in pairs
        ]
        answers = self._read_many(calls, replies.COMPLETION_STATUS)
        return zip(pairs, answers, strict=True)

    def activity_states(
        self, course: int, teachers: Sequence[int]
    ) -> Iterator[tuple[int, replies.ActivityStates | CpdError]]:
        """The completion of a course's activities, for each teacher."""
        function = "core_completion_get_activities_completion_status"
        calls = [Call(function, {"courseid": course, "userid": teacher}) for teacher in teachers]
        answers = self._read_many(calls, replies.ACTIVITY_STATES)
        return zip(teachers, answers, strict=True)

    def grade_items(
        self, pairs: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, int], replies.GradeItems | CpdError]]:
        """The gradebook, for pairs of teacher and course.

        Raises:
            SiteError: it is somebody else's, or everybody's, as it would be of no teacher.
        """
        function = "gradereport_user_get_grade_items"
        calls = [
            Call(function, {"courseid": course, "userid": teacher}) for teacher, course in pairs
        ]
        answers = self._read_many(calls, replies.GRADE_ITEMS)
        for pair, answer in zip(pairs, answers, strict=True):
            if not isinstance(answer, CpdError) and not answer.are_of(*pair):
                raise self._unasked(function)
            yield pair, answer

    def grades(self, assignments: Sequence[int], since: int = 0) -> tuple[replies.Grades, ...]:
        """Grades changed at or after a Unix time (inclusive); one reply for each request."""
        function = "mod_assign_get_grades"
        return tuple(
            self.read(function, {"assignmentids": list(part), "since": since}, replies.GRADES)
            for part in chunks(assignments, MAX_VALUES - 10)
        )

    def submissions(
        self, assignments: Sequence[int], since: int = 0, before: int | None = None
    ) -> tuple[replies.Submissions, ...]:
        """Work handed in between two Unix times, both inclusive; one reply for each request."""
        function = "mod_assign_get_submissions"
        span: dict[str, Param] = {"status": "submitted", "since": since, "before": before}
        return tuple(
            self.read(function, {"assignmentids": list(part), **span}, replies.SUBMISSIONS)
            for part in chunks(assignments, MAX_VALUES - 10)
        )

    def submission_statuses(
        self, pairs: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, int], replies.SubmissionStatus | CpdError]]:
        """Grade and feedback as the teacher sees them, for pairs of teacher and assignment.

        Raises:
            SiteError: they are somebody else's, as the account's own would be of no teacher.
        """
        function = "mod_assign_get_submission_status"
        calls = [
            Call(function, {"assignid": assignment, "userid": teacher})
            for teacher, assignment in pairs
        ]
        answers = self._read_many(calls, replies.SUBMISSION_STATUS)
        for pair, answer in zip(pairs, answers, strict=True):
            if not isinstance(answer, CpdError) and not answer.is_of(pair[0]):
                raise self._unasked(function)
            yield pair, answer

    def badges(
        self, teachers: Sequence[int], named: str = ""
    ) -> Iterator[tuple[int, replies.UserBadges | CpdError]]:
        """Badges that teachers hold and don't hide; of a name alone, since each costs Moodle ms."""
        function = "core_badges_get_user_badges"
        search: dict[str, Param] = {"search": named} if named else {}
        calls = [Call(function, {"userid": teacher, **search}) for teacher in teachers]
        answers = self._read_many(calls, replies.USER_BADGES)
        return zip(teachers, answers, strict=True)

    # -- reports ----------------------------------------------------------------------------

    def report_page(self, report: int, page: int = 0, size: int = 10) -> replies.ReportPage:
        """A page of a custom report."""
        function = "core_reportbuilder_retrieve_report"
        params: dict[str, Param] = {"reportid": report, "page": page, "perpage": size}
        return self.read(function, params, replies.REPORT_PAGE)

    # -- inside -----------------------------------------------------------------------------

    def read(self, function: str, params: dict[str, Param], model: TypeAdapter[T]) -> T:
        """Call a reading function and check its reply against a model."""
        return replies.check(self.name, function, model, self.client.read(function, params))

    def ask_ahead(self, cohorts: Iterable[str], courses: Iterable[str]) -> None:
        """Ask in one request what every pull begins with.

        Each answer is given out once, to the first that asks just this. What Moodle refuses is
        asked again by who needs it. Does nothing where every call is a request of its own.

        Args:
            cohorts: idnumbers of cohorts that will be looked up.
            courses: idnumbers of courses that will be looked up.
        """
        if not self.batches:
            return
        calls = [
            _users_call("id", [self.info.userid]),
            *(_cohort_call(idnumber, 0) for idnumber in cohorts),
            *(_courses_call(idnumber) for idnumber in courses),
            _categories_call(),
            _courses_call(),
        ]
        for part in chunks(calls, MAX_VALUES // 2):
            answers = self.client.read_together(part)
            for call, answer in zip(part, answers, strict=False):
                if not isinstance(answer, CpdError):
                    self._ahead[_key(call)] = answer

    def _ask(self, call: Call, model: TypeAdapter[T]) -> T:
        """The same as ``read``, where the answer may be there already."""
        answer = self._ahead.pop(_key(call), None)
        if answer is None:
            answer = self.client.read(call.function, call.params)
        return replies.check(self.name, call.function, model, answer)

    def _read_many(self, calls: Sequence[Call], model: TypeAdapter[T]) -> Iterator[T | CpdError]:
        answers: Iterable[object] = self.client.read_many(calls, batch=self.batches)
        for call, answer in zip(calls, answers, strict=True):
            if isinstance(answer, CallError):
                yield answer
            else:
                yield replies.check(self.name, call.function, model, answer)

    def _unanswered(self, function: str, what: str) -> SiteError:
        return SiteError(Problem(f"{self.name}: {function}", f"no answer about {what}"))

    def _unasked(self, function: str) -> SiteError:
        return SiteError(
            Problem(
                f"{self.name}: {function}",
                "Moodle answered about others than it was asked about",
                "an answer to what was asked",
                "Run it again; if it stays, something between here and Moodle changes requests",
            )
        )


def _key(call: Call) -> str:
    return f"{call.function} {as_json(call.params)}"


def _users_call(field: str, values: Sequence[int] | Sequence[str]) -> Call:
    return Call("core_user_get_users_by_field", {"field": field, "values": list(values)})


def _cohort_call(idnumber: str, start: int) -> Call:
    params: dict[str, Param] = {
        "query": idnumber,
        "context": {"contextlevel": "system"},
        "includes": "all",
        "limitfrom": start,
        "limitnum": _COHORTS,
    }
    return Call("core_cohort_search_cohorts", params)


def _courses_call(idnumber: str | None = None) -> Call:
    params: dict[str, Param] = {} if idnumber is None else {"field": "idnumber", "value": idnumber}
    return Call("core_course_get_courses_by_field", params)


def _categories_call() -> Call:
    return Call("core_course_get_categories", {"addsubcategories": True})
