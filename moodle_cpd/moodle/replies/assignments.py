"""Assignments, submissions, grades and feedback.

Field names are Moodle's; what no room reads is left out.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from html import unescape

from pydantic import TypeAdapter

from moodle_cpd.moodle.replies.base import CallWarning, Reply

_HALF = Decimal("0.5")


class PluginSetting(Reply):
    """One setting of an assignment's plugin."""

    plugin: str
    subtype: str
    name: str
    value: str


class Assignment(Reply):
    """An assignment with the settings that decide how its grades can be read and written."""

    id: int
    cmid: int
    course: int
    name: str
    grade: int
    nosubmissions: int = 0
    teamsubmission: int = 0
    blindmarking: int = 0
    revealidentities: int = 0
    attemptreopenmethod: str = "none"
    maxattempts: int = -1
    timemodified: int = 0
    markingworkflow: int = 0
    sendstudentnotifications: int = 0
    configs: tuple[PluginSetting, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether ``mod_assign_get_grades`` tells the truth about it."""
        return not (
            self.teamsubmission or self.blindmarking or self.markingworkflow or self.reopens
        )

    @property
    def reopens(self) -> bool:
        """Whether a graded attempt can be followed by another one, which hides its grade.

        Newer versions know no method "none"; there one attempt at most means the same.
        """
        return self.attemptreopenmethod not in {"none", ""} and self.maxattempts != 1

    def feedback_enabled(self, plugin: str) -> bool:
        """Whether a feedback plugin (``comments``, ``file``) is switched on."""
        return any(
            setting.subtype == "assignfeedback"
            and setting.plugin == plugin
            and setting.name == "enabled"
            and setting.value == "1"
            for setting in self.configs
        )


class AssignmentCourse(Reply):
    """A course and its assignments."""

    id: int
    assignments: tuple[Assignment, ...]


class Assignments(Reply):
    """``mod_assign_get_assignments``."""

    courses: tuple[AssignmentCourse, ...]
    warnings: tuple[CallWarning, ...] = ()


class AssignmentGrade(Reply):
    """A grade row; ``grade`` is −1 where there is none yet, ``grader`` who gave it last.

    Feedback hangs on the row: without one there is neither comment nor file. The files lie in an
    area of its ``id``.
    """

    id: int = 0
    userid: int
    grader: int = 0
    attemptnumber: int
    timecreated: int
    timemodified: int
    grade: Decimal | None = None


class AssignmentGrades(Reply):
    """Grades of one assignment."""

    assignmentid: int
    grades: tuple[AssignmentGrade, ...]


class Grades(Reply):
    """``mod_assign_get_grades``."""

    assignments: tuple[AssignmentGrades, ...]
    warnings: tuple[CallWarning, ...] = ()


class EditorField(Reply):
    """Text in an editor: HTML in most formats."""

    name: str
    text: str
    format: int = 1


class StoredFile(Reply):
    """A file as a web service shows it."""

    filename: str = ""
    filesize: int = 0
    fileurl: str = ""
    mimetype: str = ""
    timemodified: int = 0


class FileArea(Reply):
    """A named set of files."""

    area: str
    files: tuple[StoredFile, ...] = ()


class SubmissionPlugin(Reply):
    """What one submission or feedback plugin holds."""

    type: str
    fileareas: tuple[FileArea, ...] = ()
    editorfields: tuple[EditorField, ...] = ()


class Submission(Reply):
    """A submission; only status ``submitted`` is handed in."""

    id: int
    userid: int
    attemptnumber: int
    timemodified: int
    status: str
    groupid: int = 0
    plugins: tuple[SubmissionPlugin, ...] = ()


class AssignmentSubmissions(Reply):
    """Submissions of one assignment."""

    assignmentid: int
    submissions: tuple[Submission, ...]


class Submissions(Reply):
    """``mod_assign_get_submissions``."""

    assignments: tuple[AssignmentSubmissions, ...]
    warnings: tuple[CallWarning, ...] = ()


class Feedback(Reply):
    """What the teacher sees of the marking."""

    grade: AssignmentGrade | None = None
    plugins: tuple[SubmissionPlugin, ...] = ()

    def comment(self) -> str:
        """The feedback comment, HTML as stored, without white space around it."""
        texts = (
            field.text
            for plugin in self.plugins
            if plugin.type == "comments"
            for field in plugin.editorfields
        )
        return "".join(texts).strip()

    def files(self) -> tuple[StoredFile, ...]:
        """The feedback files."""
        return tuple(
            file
            for plugin in self.plugins
            if plugin.type == "file"
            for area in plugin.fileareas
            for file in area.files
        )


class LastAttempt(Reply):
    """The newest attempt, the teacher's own or their team's; None where there is none."""

    submission: Submission | None = None
    teamsubmission: Submission | None = None


class SubmissionStatus(Reply):
    """``mod_assign_get_submission_status``; no attempt is shown of who is not enrolled."""

    lastattempt: LastAttempt | None = None
    feedback: Feedback | None = None
    warnings: tuple[CallWarning, ...] = ()

    def is_of(self, teacher: int) -> bool:
        """Whether no mark in it is another's; a team's work belongs to all its members."""
        grade = None if self.feedback is None else self.feedback.grade
        return grade is None or grade.userid == teacher


class Flagged(Reply):
    """A teacher whose flags in an assignment were set."""

    userid: int


class GradeItem(Reply):
    """A line of a teacher's gradebook; ``itemtype`` is ``mod`` for an activity's own."""

    id: int
    itemtype: str
    itemname: str | None = None
    itemnumber: int | None = None
    idnumber: str | None = None
    itemmodule: str | None = None
    iteminstance: int | None = None
    cmid: int | None = None
    graderaw: Decimal | None = None
    grademin: Decimal | None = None
    grademax: Decimal | None = None
    gradedategraded: int | None = None
    rangeformatted: str | None = None
    gradedatesubmitted: int | None = None
    gradeneedsupdate: bool | None = None
    locked: bool | None = None
    gradeislocked: bool | None = None
    gradeishidden: bool | None = None
    gradeisoverridden: bool | None = None
    feedback: str | None = None

    @property
    def shows_points(self) -> bool:
        """Whether it is shown what was reached, and of how much: a course can leave out either."""
        return "graderaw" in self.model_fields_set and self.rangeformatted is not None

    @property
    def has_scale(self) -> bool:
        r"""Whether it is graded in words, so that ``graderaw`` is the number of a word.

        Moodle tells no scale here: into ``scaleid`` it puts the outcome's id (source:
        ``gradereport_user\report\user``). But the range then shows the first and the last word in
        place of the limits, which it shows rounded.
        """
        shown = (self.rangeformatted or "").split("&ndash;")
        limits = (self.grademin, self.grademax)
        try:
            return len(shown) != len(limits) or any(
                limit is None or abs(Decimal(each) - limit) > _HALF
                for each, limit in zip(shown, limits, strict=True)
            )
        except InvalidOperation:
            return True

    @property
    def is_told(self) -> bool:
        """Whether it says what stands in the gradebook, were it that nothing does.

        Moodle tells no value where it has yet to compute it, and where the account may not see it.
        That goes also for a total in which hidden grades are; only its date shows that there is
        one.
        """
        if self.gradeneedsupdate or not self.shows_points:
            return False
        hidden = self.gradeishidden or (self.itemtype == "course" and self.gradedategraded)
        return self.graderaw is not None or not hidden


class UserGrades(Reply):
    """The gradebook of one teacher in one course."""

    courseid: int
    userid: int
    gradeitems: tuple[GradeItem, ...]


class GradeItems(Reply):
    """``gradereport_user_get_grade_items``."""

    usergrades: tuple[UserGrades, ...]
    warnings: tuple[CallWarning, ...] = ()

    def are_of(self, teacher: int, course: int) -> bool:
        """Whether they are this teacher's in this course, and nobody else's."""
        return all((each.userid, each.courseid) == (teacher, course) for each in self.usergrades)


class UserBadge(Reply):
    """A badge that a teacher holds and shows."""

    id: int | None = None
    name: str
    dateissued: int = 0
    dateexpire: int | None = None
    courseid: int | None = None


class UserBadges(Reply):
    """``core_badges_get_user_badges``."""

    badges: tuple[UserBadge, ...]

    def shows(self, name: str) -> bool:
        """Whether there is a badge of exactly this name."""
        return any(unescape(badge.name) == name for badge in self.badges)


class UploadedFile(Reply):
    """``core_files_upload``."""

    itemid: int
    filename: str


ASSIGNMENTS = TypeAdapter(Assignments)
GRADES = TypeAdapter(Grades)
SUBMISSIONS = TypeAdapter(Submissions)
SUBMISSION_STATUS = TypeAdapter(SubmissionStatus)
GRADE_ITEMS = TypeAdapter(GradeItems)
USER_BADGES = TypeAdapter(UserBadges)
UPLOADED_FILE = TypeAdapter(UploadedFile)
FLAGGED = TypeAdapter(tuple[Flagged, ...])
