"""The live state of the embedded Moodle, and what an administrator or a teacher does to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import RLock

from moodle_cpd.demo import completing, grading
from moodle_cpd.demo.access import DEFAULT_CAPABILITIES, SERVICE_FUNCTIONS
from moodle_cpd.demo.grading import Marking
from moodle_cpd.demo.state import (
    Assignment,
    Badge,
    Cohort,
    Course,
    Enrolment,
    GradebookGrade,
    Group,
    IssuedBadge,
    StoredFile,
    Submission,
    User,
)
from moodle_cpd.demo.tables import Tables

ADMIN = 2
"""User id of the site's administrator, who marks and enrols where no other is named."""

Moment = int | datetime
"""Unix seconds, or an aware date and time."""


def seconds(at: Moment) -> int:
    """Unix seconds of a moment."""
    return int(at.timestamp()) if isinstance(at, datetime) else at


class World:
    """A made-up site, alive: everything that its web services show and change.

    Methods that name a user take Moodle's user id; those that name a course or an assignment
    take its id (for an assignment the instance's, not the course module's) or its idnumber.
    Whoever touches it while a server runs on it holds ``lock``.

    Attributes:
        tables: the rows.
        lock: held during every web service call.
        capabilities: what the service account may do.
        functions: what the service holds.
        token: of the service account.
        wwwroot: the site's address; the server sets it.
        site_name: as displayed.
        badge_issuer: who issues the badges.
        full_name_order: how names are put together, for example ``lastname firstname``; empty: as
            the language has it, the family name first in Chinese and last in English.
        time_zone: the site's own zone, used where a request names none.
        force_timezone: a zone that overrides every request's, as ``forcetimezone`` does.
        identity_fields: what else of others is shown with ``moodle/site:viewuseridentity``.
        languages: installed language packs.
        max_input_vars: PHP's limit; what stands behind it in a request is dropped.
        debug: error bodies carry ``debuginfo``.
        policy_unaccepted: the account has not agreed to the site policy.
        password_change_forced: the account must change its password first.
        maintenance: the site answers HTML with status 503.
        maintenance_setting: maintenance as switched on in the site's settings: an error body.
        webservices_enabled: False: the protocol answers 403.
        service_enabled: False: the token's service is switched off.
        upload_allowed: the service may upload files.
        download_allowed: the service may download files.
        description: the ids of what the world holds, for people.
    """

    def __init__(self, *, clock: Callable[[], float], token: str) -> None:
        self.tables = Tables()
        self.lock = RLock()
        self.capabilities: set[str] = set(DEFAULT_CAPABILITIES)
        self.functions: list[str] = list(SERVICE_FUNCTIONS)
        self.token = token
        self.wwwroot = "http://127.0.0.1"
        self.site_name = "教师继续教育平台"
        self.site_shortname = "继续教育"
        self.badge_issuer = "千山区教育局"
        self.full_name_order = ""
        self.identity_fields: tuple[str, ...] = ("email", "idnumber", "department")
        self.time_zone = "Asia/Shanghai"
        self.force_timezone: str | None = None
        self.languages = {"en", "zh_cn"}
        self.language = "zh_cn"
        self.release = "5.1+ (Build: 20251017)"
        self.version = "2025100600.02"
        self.max_input_vars = 1000
        self.debug = False
        self.policy_unaccepted = False
        self.password_change_forced = False
        self.maintenance = False
        self.maintenance_setting = False
        self.webservices_enabled = True
        self.service_enabled = True
        self.upload_allowed = True
        self.download_allowed = True
        self.description = ""
        self.service_user_id = 0
        self._clock = clock

    def now(self) -> int:
        """Unix seconds on the site's clock."""
        return int(self._clock())

    @property
    def service_user(self) -> User:
        """The account that the token belongs to."""
        return self.tables.users[self.service_user_id]

    def add_user(
        self,
        username: str,
        *,
        firstname: str,
        lastname: str,
        idnumber: str = "",
        email: str = "",
        profile: dict[str, str] | None = None,
        suspended: bool = False,
        lang: str = "zh_cn",
        at: Moment | None = None,
    ) -> User:
        """Create an account; ``profile`` maps a profile field's short name to its stored text."""
        created = self.now() if at is None else seconds(at)
        user = User(
            id=self.tables.next_id("user"),
            username=username,
            firstname=firstname,
            lastname=lastname,
            email=email or f"{username}@example.invalid",
            idnumber=idnumber,
            suspended=suspended,
            lang=lang,
            timecreated=created,
            timemodified=created,
            profile=dict(profile or {}),
        )
        self.tables.users[user.id] = user
        return user

    def course(self, course: int | str) -> Course:
        """The course with this id or idnumber.

        Raises:
            KeyError: there is none.
        """
        if isinstance(course, int):
            return self.tables.courses[course]
        for row in self.tables.courses.values():
            if row.idnumber == course:
                return row
        raise KeyError(course)

    def assignment(self, assignment: int | str) -> Assignment:
        """The assignment with this instance id or idnumber.

        Raises:
            KeyError: there is none.
        """
        if isinstance(assignment, int):
            return self.tables.assignments[assignment]
        for row in self.tables.assignments.values():
            if row.idnumber == assignment:
                return row
        raise KeyError(assignment)

    def cohort(self, cohort: int | str) -> Cohort:
        """The cohort with this id or idnumber.

        Raises:
            KeyError: there is none.
        """
        if isinstance(cohort, int):
            return self.tables.cohorts[cohort]
        found = self.tables.cohort_by("idnumber", cohort)
        if found is None:
            raise KeyError(cohort)
        return found

    def enrol(
        self,
        user: int,
        course: int | str,
        *,
        method: str = "manual",
        role: str = "student",
        suspended: bool = False,
        at: Moment | None = None,
    ) -> Enrolment:
        """Enrol a user; an enrolment by the same method is brought up to date."""
        course_id = self.course(course).id
        for enrolment in self.tables.enrolments_of[user]:
            if enrolment.course == course_id and enrolment.method == method:
                enrolment.suspended = suspended
                return enrolment
        moment = self.now() if at is None else seconds(at)
        enrolment = Enrolment(
            self.tables.next_id("enrolment"),
            user,
            course_id,
            method,
            role,
            suspended,
            timestart=moment,
            timecreated=moment,
        )
        self.tables.enrolments[course_id].append(enrolment)
        self.tables.enrolments_of[user].append(enrolment)
        return enrolment

    def unenrol(self, user: int, course: int | str, at: Moment | None = None) -> None:
        """End all enrolments of a user in a course.

        The course's completion and the assignments' own grades stay in the tables; the gradebook
        forgets the person, and with its grades the activities' completions go.
        """
        course_id = self.course(course).id
        self.tables.enrolments[course_id] = [
            row for row in self.tables.enrolments[course_id] if row.user != user
        ]
        self.tables.enrolments_of[user] = [
            row for row in self.tables.enrolments_of[user] if row.course != course_id
        ]
        grading.forget(self.tables, course_id, user, self.now() if at is None else seconds(at))

    def delete_course(self, course: int | str) -> None:
        """Delete a course with all that hangs on it; badges that were issued stay."""
        row = self.course(course)
        tables = self.tables
        for assignment in tables.course_assignments.pop(row.id, []):
            del tables.assignments[assignment.id], tables.modules[assignment.cmid]
            tables.submissions.pop(assignment.id, None)
            for user in tables.grades.pop(assignment.id, {}):
                tables.gradebook.pop((assignment.id, user), None)
                tables.activity_completions.pop((user, assignment.cmid), None)
        for user in {enrolment.user for enrolment in tables.enrolments.pop(row.id, [])}:
            tables.enrolments_of[user] = [
                each for each in tables.enrolments_of[user] if each.course != row.id
            ]
            tables.completions.pop((user, row.id), None)
        del tables.courses[row.id]

    def complete(self, user: int, course: int | str, at: Moment, *, criteria: bool = True) -> None:
        """Complete a course with all its criteria; what was met before keeps its time.

        Args:
            user: who.
            course: what.
            at: when.
            criteria: False: no criterion was met, as after an import or a change by hand.
        """
        row = self.course(course)
        moment = seconds(at)
        completion = completing.course_completion(self.tables, user, row.id)
        for criterion in row.criteria if criteria else ():
            completion.criteria.setdefault(criterion.id, moment)
        completion.timecompleted = moment

    def uncomplete(self, user: int, course: int | str) -> None:
        """Take a course's completion away, as resetting its completion data does."""
        self.tables.completions.pop((user, self.course(course).id), None)

    def submit(
        self,
        user: int,
        assignment: int | str,
        text: str | None,
        at: Moment,
        *,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Submission:
        """Hand in work: an online text (HTML), files (name, content), or both."""
        row = self.assignment(assignment)
        submission = grading.hand_in(self.tables, row, user, text, seconds(at))
        area = grading.submission_area(row, submission)
        for name, content in files:
            self.store_file(area, name, content, user, seconds(at))
        return submission

    def open_submission(self, user: int, assignment: int | str, at: Moment) -> Submission:
        """Begin work without handing it in."""
        return grading.latest_submission(
            self.tables, self.assignment(assignment), user, seconds(at)
        )

    def grade(
        self,
        user: int,
        assignment: int | str,
        grade: float,
        at: Moment,
        *,
        comment: str = "",
        workflowstate: str = "",
        grader: int = ADMIN,
    ) -> None:
        """Mark the newest attempt as a person does in Moodle; −1 is "no grade"."""
        marking = Marking(grade, comment=comment, workflowstate=workflowstate)
        grading.save(
            self.tables, self.assignment(assignment), user, marking, grader=grader, now=seconds(at)
        )

    def override_grade(
        self, user: int, assignment: int | str, grade: float | None, at: Moment, *, locked: bool
    ) -> None:
        """Write straight into the gradebook; an overridden or locked grade stays as it is."""
        row = self.assignment(assignment)
        entry = self.tables.gradebook.setdefault((row.id, user), GradebookGrade(row.id, user))
        entry.final = grade
        entry.overridden = not locked
        entry.locked = locked
        entry.dategraded = seconds(at)
        completing.review_activity(self.tables, row, user, seconds(at))

    def join_cohort(self, user: int, cohort: int | str, at: Moment | None = None) -> None:
        """Add a user to a cohort; its badges are awarded at once."""
        moment = self.now() if at is None else seconds(at)
        completing.add_to_cohort(self.tables, self.cohort(cohort).id, user, moment)

    def make_group(self, course: int | str, name: str, members: Sequence[int]) -> Group:
        """Create a group in a course."""
        group = Group(self.tables.next_id("group"), self.course(course).id, name, set(members))
        self.tables.groups[group.id] = group
        return group

    def store_file(
        self, area: tuple[int, str, str, int], name: str, content: bytes, user: int, at: int
    ) -> StoredFile:
        """Put a file into a file area, in place of one with the same name."""
        contextid, component, filearea, itemid = area
        file = StoredFile(
            self.tables.next_id("file"),
            contextid,
            component,
            filearea,
            itemid,
            name,
            content,
            at,
            user,
            mimetype=_mime_type(name),
        )
        self.tables.files[area][file.filepath, name] = file
        return file

    def set_capability(self, name: str, allowed: bool) -> None:
        """Allow or forbid the service account something, for example ``mod/assign:grade``."""
        if allowed:
            self.capabilities.add(name)
        else:
            self.capabilities.discard(name)

    def withdraw_function(self, name: str) -> None:
        """Take a function out of the service.

        Raises:
            ValueError: the service does not hold it.
        """
        self.functions.remove(name)

    def badges_of(self, user: int) -> list[str]:
        """Names of the badges that a user holds, in the order of their issue."""
        return [self.tables.badges[row.badge].name for row in self.tables.issued_to.get(user, [])]

    def issued_badges_of(self, user: int) -> list[tuple[Badge, IssuedBadge]]:
        """The badges that a user holds, with when and how they were issued."""
        return [(self.tables.badges[row.badge], row) for row in self.tables.issued_to.get(user, [])]

    def grade_of(self, user: int, assignment: int | str) -> float | None:
        """What stands in the gradebook; None where it is empty."""
        entry = self.tables.gradebook.get((self.assignment(assignment).id, user))
        return None if entry is None else entry.final

    def files_of(self, user: int, assignment: int | str) -> list[StoredFile]:
        """The feedback files of the user's newest grade."""
        row = self.assignment(assignment)
        grade = grading.grade_row(self.tables, row.id, user)
        return [] if grade is None else self.tables.area(grading.feedback_area(row, grade))


def _mime_type(name: str) -> str:
    suffix = name.rpartition(".")[2].lower()
    return {
        "pdf": "application/pdf",
        "txt": "text/plain",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "jpg": "image/jpeg",
        "png": "image/png",
        "mp4": "video/mp4",
    }.get(suffix, "document/unknown")
