"""Who has a mark in an assignment, for all participants in one small request, kept up to date.

``mod_assign_get_submission_status`` counts all participants anew for every teacher asked about: in
a course of 15,000 it takes half a second. Feedback hangs on a row of marks, so only teachers who
have one need to be asked about.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from moodle_cpd.errors import SkipError
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import AssignmentGrade, StoredFile
from moodle_cpd.problems import Problem

_OVERLAP = 60
"""Seconds by which the next look begins before the newest row: a site's servers differ a little."""
_NO_GRADES = "3"
"""Moodle's warning where nobody has a mark yet."""


class Marks:
    """The rows of marks of one assignment.

    Args:
        moodle: the site.
        assignment: the assignment's own id.
    """

    def __init__(self, moodle: Moodle, assignment: int) -> None:
        self._moodle = moodle
        self._assignment = assignment
        self._since = 0
        self._rows: dict[int, AssignmentGrade] = {}
        self._place = ""

    def look(self) -> None:
        """Read what is new.

        Raises:
            SkipError: the account may not see the marks.
        """
        for reply in self._moodle.grades([self._assignment], self._since):
            for grades in reply.assignments:
                self._rows |= {row.userid: row for row in grades.grades}
            if any(warning.warningcode != _NO_GRADES for warning in reply.warnings):
                raise SkipError(
                    Problem(
                        f"{self._moodle.name}: assignment {self._assignment}",
                        "its marks can't be read",
                        "",
                        "Allow mod/assign:grade in the record course",
                    )
                )
        last = max((row.timemodified for row in self._rows.values()), default=0)
        self._since = max(0, last - _OVERLAP)

    def of(self, teacher: int) -> AssignmentGrade | None:
        """A teacher's row, as it was when last looked."""
        return self._rows.get(teacher)

    def teachers(self) -> list[int]:
        """Who has a row, by id."""
        return sorted(self._rows)

    def changed(self) -> dict[int, int]:
        """By teacher when their row changed last, Unix time, as it was when last looked."""
        return {teacher: row.timemodified for teacher, row in self._rows.items()}

    def learn_place(self, teacher: int, file: StoredFile) -> None:
        """Take from the address of one feedback file where all of them lie."""
        row = self.of(teacher)
        if row is None:
            return
        end = rf"/feedback_files/{row.id}/{re.escape(quote(file.filename))}(\?.*)?$"
        found = re.search(end, file.fileurl)
        if found is not None and "?" not in file.fileurl[: found.start()]:
            self._place = file.fileurl[: found.start()]

    def address(self, teacher: int, name: str) -> str | None:
        """The address of a teacher's feedback file; None where it can't be told.

        Source: ``assignfeedback_file_pluginfile``, which takes the id of the row as item id.
        """
        row = self.of(teacher)
        if row is None or not self._place:
            return None
        return f"{self._place}/feedback_files/{row.id}/{quote(name)}"
