"""The few functions by which something is written to Moodle, and fetching back a file.

No reply of these functions proves anything: who writes reads back what Moodle then holds.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from decimal import Decimal

from moodle_cpd.errors import SiteError
from moodle_cpd.moodle.encode import Param
from moodle_cpd.moodle.replies import ADDED_MEMBERS, UPLOADED_FILE, CallWarning, check
from moodle_cpd.moodle.site import Moodle
from moodle_cpd.problems import Problem

PLUGINFILE = "/webservice/pluginfile.php"


class Writer:
    """Writes to one site.

    Args:
        moodle: the site.
    """

    def __init__(self, moodle: Moodle) -> None:
        self._moodle = moodle
        self._client = moodle.client

    def add_cohort_members(self, cohort: int, teachers: Sequence[int]) -> tuple[CallWarning, ...]:
        """Put teachers into a cohort; repeats are harmless.

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
        answer = self._client.write(function, {"members": members})
        return check(self._moodle.name, function, ADDED_MEMBERS, answer).warnings

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
        answer = self._client.write(function, params)
        return check(self._moodle.name, function, UPLOADED_FILE, answer).itemid

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
        self._client.write("mod_assign_save_grades", params)

    def download(self, url: str) -> bytes:
        """Fetch a file that a reply names.

        Args:
            url: as in the reply; it must lie on this site, since the token goes along.

        Raises:
            SiteError: the address is another's, or Moodle does not hand it out.
        """
        function = "pluginfile.php"
        prefix = f"{self._client.site.url}{PLUGINFILE}/"
        if not url.startswith(prefix):
            raise SiteError(
                Problem(
                    f"{self._moodle.name}: {function}",
                    "Moodle names a file at another address than [site] url",
                    "",
                    "Put the address of Moodle's wwwroot into [site] url",
                )
            )
        path = url.removeprefix(self._client.site.url).partition("?")[0]
        return self._client.read_file(path, function=function)
