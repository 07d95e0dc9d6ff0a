"""The few functions by which something is written to Moodle, and fetching back a file.

No reply of these functions proves anything: who writes reads back what Moodle then holds.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import TypeAdapter

from moodle_cpd.errors import CpdError, SiteError, TransientError
from moodle_cpd.moodle.client import Call
from moodle_cpd.moodle.encode import Param
from moodle_cpd.moodle.refusal import FILE_FUNCTION, CallError
from moodle_cpd.moodle.replies import (
    ADDED_MEMBERS,
    CREATED_COHORTS,
    FLAGGED,
    NOTHING,
    UPLOADED_FILE,
    CallWarning,
    check,
)
from moodle_cpd.moodle.site import Moodle
from moodle_cpd.problems import Problem

T = TypeVar("T")

CREATE_COHORTS = "core_cohort_create_cohorts"
ENROL_USERS = "enrol_manual_enrol_users"
SET_FLAGS = "mod_assign_set_user_flags"
_SAVE = "mod_assign_save_grades"
_UPLOAD = "core_files_upload"

MEMBERS = 90
"""Most teachers of one ``add_cohort_members``: four values each."""
ENROLMENTS = 100
"""Most teachers of one ``enrol``: three values each."""
MARKS = 40
"""Most marks of one ``save_grades``: eight values each."""
QUIET_MARKS = 40
"""Most marks of one ``save_quietly``: two calls each."""
TOLD = 150
"""Most teachers of one ``mark_told``: two values each."""

PLUGINFILE = "/webservice/pluginfile.php"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Mark:
    """What one teacher is given in an assignment.

    Attributes:
        teacher: Moodle's user id.
        grade: points; above the assignment's maximum Moodle stores −1.
        comment_html: the feedback comment.
        draft: item id of the draft area whose files become the feedback files; 0: no file.
    """

    teacher: int
    grade: Decimal
    comment_html: str
    draft: int


class Writer:
    """Writes to one site.

    Every method raises ``SiteError`` where nothing was written, ``TransientError`` whose ``sent``
    tells whether it may have been, and ``CallError`` whose ``unsure`` does.

    Args:
        moodle: the site.
    """

    def __init__(self, moodle: Moodle) -> None:
        self._moodle = moodle
        self._client = moodle.client

    def add_cohort_members(self, cohort: int, teachers: Sequence[int]) -> tuple[CallWarning, ...]:
        """Put teachers into a cohort; repeats are harmless.

        Args:
            cohort: Moodle's id of it.
            teachers: Moodle's user ids; at most ``MEMBERS``.

        Returns:
            Moodle's warnings: they come for unknown cohorts and for members that were there.
        """
        function = "core_cohort_add_cohort_members"
        members: Param = [
            {
                "cohorttype": {"type": "id", "value": str(cohort)},
                "usertype": {"type": "id", "value": str(teacher)},
            }
            for teacher in teachers
        ]
        return self._write(function, {"members": members}, ADDED_MEMBERS).warnings

    def create_cohort(self, idnumber: str, name: str) -> int:
        """Make a cohort of the whole site; Moodle refuses an ID that is taken.

        Returns:
            Moodle's id of it.
        """
        cohort: Param = {
            "categorytype": {"type": "system", "value": ""},
            "name": name,
            "idnumber": idnumber,
            "description": "",
            "visible": True,
        }
        return self._write(CREATE_COHORTS, {"cohorts": [cohort]}, CREATED_COHORTS)[0].id

    def enrol(self, course: int, teachers: Sequence[int], role: int) -> None:
        """Enrol teachers by hand; all of them or, where Moodle refuses, none.

        Args:
            course: Moodle's course id.
            teachers: Moodle's user ids; at most ``ENROLMENTS``.
            role: id of the role that they get in the course.
        """
        rows: Param = [
            {"roleid": role, "userid": teacher, "courseid": course} for teacher in teachers
        ]
        self._write(ENROL_USERS, {"enrolments": rows}, NOTHING)

    def remove_cohort_members(self, cohort: int, teachers: Sequence[int]) -> None:
        """Take teachers out of a cohort; badges that it gave them stay.

        Args:
            cohort: Moodle's id of it.
            teachers: Moodle's user ids; at most 200 fit into one request.
        """
        members: Param = [{"cohortid": cohort, "userid": teacher} for teacher in teachers]
        function = "core_cohort_delete_cohort_members"
        self._write(function, {"members": members}, NOTHING)

    def upload_draft(self, name: str, content: bytes) -> int:
        """Put a file into a new draft area of the account.

        Returns:
            The draft's item id, which ``save_grade`` takes; Moodle forgets unused drafts.
        """
        call = self._draft(name, content)
        return self._write(call.function, call.params, UPLOADED_FILE).itemid

    def upload_drafts(self, files: Sequence[tuple[str, bytes]]) -> list[int | CpdError]:
        """Put each file into a draft area of its own, in one request where that goes.

        Args:
            files: name and content of each; some hundred kilobytes together, since web servers
                limit what one request may carry.

        Returns:
            In the order of the files the draft's item id, or why it was refused.
        """
        if len(files) == 1 or not self._moodle.batches:
            return [self._upload(name, content) for name, content in files]
        calls = [self._draft(name, content) for name, content in files]
        found: list[int | CpdError] = []
        while len(found) < len(calls):
            for answer in self._client.write_together(calls[len(found) :]):
                if isinstance(answer, CpdError):
                    found.append(answer)
                else:
                    found.append(self._checked(_UPLOAD, answer, UPLOADED_FILE).itemid)
        return found

    def save_grade(
        self, assignment: int, teacher: int, grade: Decimal, comment_html: str, draft: int
    ) -> None:
        """Write grade, comment and feedback file of one teacher; see ``Mark``."""
        self.save_grades(assignment, [Mark(teacher, grade, comment_html, draft)])

    def save_grades(self, assignment: int, marks: Sequence[Mark]) -> None:
        """Write grade, comment and feedback file of several teachers, one after the other.

        Moodle takes them one by one: where it fails, those before are written.

        Args:
            assignment: the assignment's own id.
            marks: at most ``MARKS`` of them.
        """
        self._write(_SAVE, _marks(assignment, marks), NOTHING)

    def save_quietly(self, assignment: int, marks: Sequence[Mark]) -> list[CpdError | None]:
        """Write grades and comments, each marked as told, so that Moodle's cron tells nobody.

        Each mark is followed at once by its flag, in the same request: cron would have to come
        between these two to tell a teacher. Source: ``assign::cron``, which tells where
        ``mailed`` is 0, and ``assign::notify_grade_modified``, which saving a grade sets it by.

        Args:
            assignment: the assignment's own id.
            marks: at most ``QUIET_MARKS`` of them.

        Returns:
            For each mark that was tried None, or why it was refused; it is the last one then, and
            those behind were not tried.
        """
        calls: list[Call] = []
        for mark in marks:
            calls += [
                Call(_SAVE, _marks(assignment, [mark])),
                Call(SET_FLAGS, _told(assignment, [mark.teacher])),
            ]
        answers = self._client.write_together(calls)
        found: list[CpdError | None] = []
        for start in range(0, len(answers), 2):
            pair = answers[start : start + 2]
            refused = [each for each in pair if isinstance(each, CpdError)]
            if not refused and len(pair) < 2:
                place = f"{self._moodle.name}: {SET_FLAGS}"
                refused = [TransientError(Problem(place, "no answer", "one"), sent=True)]
            found.append(refused[0] if refused else None)
        return found

    def mark_told(self, assignment: int, teachers: Sequence[int]) -> None:
        """Mark teachers as told of their grades, so that Moodle's cron does not tell them.

        Args:
            assignment: the assignment's own id.
            teachers: Moodle's user ids; at most ``TOLD``.
        """
        self._write(SET_FLAGS, _told(assignment, teachers), FLAGGED)

    def download(self, url: str, size: int = 0) -> bytes:
        """Fetch a file that a reply names.

        Args:
            url: as in the reply; it must lie on this site, since the token goes along.
            size: in bytes, as in the reply; 0 where that is not known.

        Raises:
            SiteError: the address is another's, or the account or the service is wrong.
            TransientError: the site did not answer properly this time.
            CallError: Moodle does not hand out this file.
        """
        site = urlsplit(self._client.site.url)
        parts = urlsplit(url)
        path = parts.path.removeprefix(f"{site.path}{PLUGINFILE}")
        # Sites without "slash arguments" name the file in the query.
        named = parse_qs(parts.query).get("file", [""])[0]
        if _origin(url) != _origin(site.geturl()) or not (
            path != parts.path and (path.startswith("/") or named)
        ):
            raise SiteError(
                Problem(
                    f"{self._moodle.name}: {FILE_FUNCTION}",
                    "Moodle names a file at another address than [site] url",
                    "",
                    "Put the address of Moodle's wwwroot into [site] url",
                )
            )
        return self._client.read_file(
            f"{PLUGINFILE}{path}",
            function=FILE_FUNCTION,
            form={} if path else {"file": named},
            size=size,
        )

    def _draft(self, name: str, content: bytes) -> Call:
        params: dict[str, Param] = {
            "component": "user",
            "filearea": "draft",
            "itemid": 0,
            "filepath": "/",
            "filename": name,
            "filecontent": base64.b64encode(content).decode("ascii"),
            "contextlevel": "user",
            "instanceid": self._moodle.info.userid,
        }
        return Call(_UPLOAD, params)

    def _upload(self, name: str, content: bytes) -> int | CpdError:
        try:
            return self.upload_draft(name, content)
        except CallError as error:
            return error

    def _write(self, function: str, params: Mapping[str, Param], model: TypeAdapter[T]) -> T:
        return self._checked(function, self._client.write(function, params), model)

    def _checked(self, function: str, answer: object, model: TypeAdapter[T]) -> T:
        try:
            return check(self._moodle.name, function, model, answer)
        except SiteError as error:
            # Moodle, or something before it, answered in a new way: what was done is not known.
            raise TransientError(*error.problems, sent=True) from None


def _marks(assignment: int, marks: Sequence[Mark]) -> dict[str, Param]:
    return {
        "assignmentid": assignment,
        "applytoall": False,
        "grades": [
            {
                "userid": mark.teacher,
                "grade": mark.grade,
                "attemptnumber": -1,
                "addattempt": False,
                "workflowstate": "",
                # Every plugin's field: Moodle fails in the middle of its work without.
                "plugindata": {
                    "assignfeedbackcomments_editor": {"text": mark.comment_html, "format": 1},
                    "files_filemanager": mark.draft,
                },
            }
            for mark in marks
        ],
    }


def _told(assignment: int, teachers: Sequence[int]) -> dict[str, Param]:
    flags: Param = [{"userid": teacher, "mailed": 1} for teacher in teachers]
    return {"assignmentid": assignment, "userflags": flags}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port or _PORTS.get(parts.scheme)
