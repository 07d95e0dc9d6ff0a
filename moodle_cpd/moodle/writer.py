"""The few functions by which something is written to Moodle, and fetching back a file.

No reply of these functions proves anything: who writes reads back what Moodle then holds.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import TypeAdapter

from moodle_cpd.errors import SiteError, TransientError
from moodle_cpd.moodle.encode import Param
from moodle_cpd.moodle.refusal import FILE_FUNCTION
from moodle_cpd.moodle.replies import (
    ADDED_MEMBERS,
    NOTHING,
    UPLOADED_FILE,
    CallWarning,
    check,
)
from moodle_cpd.moodle.site import Moodle
from moodle_cpd.problems import Problem

T = TypeVar("T")

PLUGINFILE = "/webservice/pluginfile.php"
_PORTS = {"http": 80, "https": 443}


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
            teachers: Moodle's user ids; at most 100 fit into one request.

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
        function = "core_files_upload"
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
        return self._write(function, params, UPLOADED_FILE).itemid

    def save_grade(
        self, assignment: int, teacher: int, grade: Decimal, comment_html: str, draft: int
    ) -> None:
        """Write grade, comment and feedback file of one teacher.

        Args:
            assignment: the assignment's own id.
            teacher: Moodle's user id.
            grade: points; above the assignment's maximum Moodle stores −1.
            comment_html: the feedback comment; every plugin field is sent, since Moodle fails
                in the middle of its work where one is missing.
            draft: item id of the draft area whose files become the feedback files.
        """
        params: dict[str, Param] = {
            "assignmentid": assignment,
            "applytoall": False,
            "grades": [
                {
                    "userid": teacher,
                    "grade": grade,
                    "attemptnumber": -1,
                    "addattempt": False,
                    "workflowstate": "",
                    "plugindata": {
                        "assignfeedbackcomments_editor": {"text": comment_html, "format": 1},
                        "files_filemanager": draft,
                    },
                }
            ],
        }
        self._write("mod_assign_save_grades", params, NOTHING)

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

    def _write(self, function: str, params: Mapping[str, Param], model: TypeAdapter[T]) -> T:
        answer = self._client.write(function, params)
        try:
            return check(self._moodle.name, function, model, answer)
        except SiteError as error:
            # Moodle, or something before it, answered in a new way: what was done is not known.
            raise TransientError(*error.problems, sent=True) from None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port or _PORTS.get(parts.scheme)
