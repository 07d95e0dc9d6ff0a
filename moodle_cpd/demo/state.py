"""What the embedded Moodle holds: the rows of its tables, as far as its web services show them.

All times are Unix seconds; 0 or None is Moodle's "not set". Ids are unique per kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class ProfileField:
    """A custom user profile field; ``datatype`` is ``text``, ``menu`` or ``datetime``."""

    id: int
    shortname: str
    name: str
    datatype: str = "text"


@dataclass(slots=True)
class User:
    """An account. ``profile`` maps a profile field's short name to its stored text."""

    id: int
    username: str
    firstname: str
    lastname: str
    email: str = ""
    idnumber: str = ""
    suspended: bool = False
    deleted: bool = False
    lang: str = "zh_cn"
    timezone: str = "99"
    """Of the person; 99 is the site's."""
    timecreated: int = 0
    timemodified: int = 0
    firstaccess: int = 0
    lastaccess: int = 0
    profile: dict[str, str] = field(default_factory=dict)
    email_public: bool = False
    """The person lets everybody see the e-mail address."""
    hides_badges: bool = False
    """Badges that the person gets are hidden from others (a preference of theirs)."""


@dataclass(slots=True)
class CourseCategory:
    """A course category; ``parent`` 0 is the top."""

    id: int
    name: str
    idnumber: str = ""
    parent: int = 0


@dataclass(slots=True)
class Course:
    """A course. ``criteria`` holds the ids of its completion criteria."""

    id: int
    idnumber: str
    shortname: str
    fullname: str
    category: int
    startdate: int = 0
    enddate: int = 0
    timecreated: int = 0
    timemodified: int = 0
    visible: bool = True
    enablecompletion: bool = True
    custom_fields: dict[str, str] = field(default_factory=dict)
    criteria: list[Criterion] = field(default_factory=list)
    aggregation: int = 1
    """1: all criteria, 2: any of them."""
    summary: str = ""


BY_SELF, BY_ACTIVITY = 1, 4
ALL, ANY = 1, 2


@dataclass(slots=True)
class Criterion:
    """A course completion criterion: an activity (``cmid``) or by hand."""

    id: int
    type: int
    cmid: int | None = None


@dataclass(slots=True)
class Assignment:
    """An assignment activity: course module (``cmid``) and instance (``id``) in one."""

    id: int
    cmid: int
    course: int
    name: str
    idnumber: str = ""
    grade: int = 100
    gradepass: float = 0.0
    onlinetext: bool = True
    submission_files: bool = False
    feedback_comments: bool = True
    feedback_files: bool = False
    blindmarking: bool = False
    revealidentities: bool = False
    markingworkflow: bool = False
    teamsubmission: bool = False
    attemptreopenmethod: str = "none"
    maxattempts: int = 1
    locked: bool = False
    """Its item in the gradebook is locked."""
    completionsubmit: bool = False
    completionusegrade: bool = False
    completionpassgrade: bool = False
    sendstudentnotifications: bool = True
    duedate: int = 0
    cutoffdate: int = 0
    allowsubmissionsfromdate: int = 0
    timemodified: int = 0
    visible: bool = True
    intro: str = ""

    @property
    def has_completion(self) -> bool:
        """Whether Moodle tracks the completion of this activity by itself."""
        return self.completionsubmit or self.completionusegrade


@dataclass(slots=True)
class Enrolment:
    """One way in which a user is enrolled; two of them repeat the user's rows in reports."""

    id: int
    user: int
    course: int
    method: str = "manual"
    role: str = "student"
    suspended: bool = False
    timestart: int = 0
    timeend: int = 0
    timecreated: int = 0

    def is_active(self, now: int) -> bool:
        """Whether it is neither suspended nor before its start or behind its end."""
        ended = self.timeend != 0 and self.timeend <= now
        return not self.suspended and self.timestart <= now and not ended


@dataclass(slots=True)
class CourseCompletion:
    """``timecompleted`` None: begun, not completed."""

    user: int
    course: int
    timecompleted: int | None = None
    criteria: dict[int, int | None] = field(default_factory=dict)
    """Criterion id to the time at which it was met; None where Moodle knows no time."""


INCOMPLETE, COMPLETE, COMPLETE_PASS, COMPLETE_FAIL = range(4)


@dataclass(slots=True)
class ActivityCompletion:
    """``state``: one of the four above; passed or failed only where there is a grade to pass."""

    user: int
    cmid: int
    state: int
    timemodified: int


@dataclass(slots=True)
class Submission:
    """One attempt; ``user`` is 0 and ``group`` set where a team hands in."""

    id: int
    assignment: int
    user: int
    group: int = 0
    attempt: int = 0
    status: str = "new"
    latest: bool = True
    timecreated: int = 0
    timemodified: int = 0
    timestarted: int | None = None
    onlinetext: str | None = None


@dataclass(slots=True)
class AssignGrade:
    """The assignment's own grade of an attempt, −1 where there is none."""

    id: int
    assignment: int
    user: int
    attempt: int
    grade: float = -1.0
    grader: int = -1
    timecreated: int = 0
    timemodified: int = 0
    comment: str | None = None
    comment_format: int = 1


@dataclass(slots=True)
class UserFlags:
    """Per user and assignment: the state of the marking workflow."""

    workflowstate: str = ""


@dataclass(slots=True)
class Quiz:
    """A quiz, as much of it as its gradebook shows.

    Attributes:
        scale: the words that are given in place of points, lowest first; empty where points are.
    """

    id: int
    cmid: int
    course: int
    name: str
    idnumber: str = ""
    grade: int = 100
    scale: tuple[str, ...] = ()


@dataclass(slots=True)
class GradebookGrade:
    """What stands in the gradebook for an assignment or quiz; ``final`` None is an empty grade."""

    assignment: int
    user: int
    final: float | None = None
    overridden: bool = False
    locked: bool = False
    hidden: bool = False
    datesubmitted: int | None = None
    dategraded: int | None = None
    feedback: str | None = None
    feedbackformat: int = 1


@dataclass(slots=True)
class Group:
    """A group of a course, used by team assignments."""

    id: int
    course: int
    name: str
    members: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Cohort:
    """A site cohort."""

    id: int
    idnumber: str
    name: str
    description: str = ""
    description_format: int = 1
    visible: bool = True
    members: dict[int, int] = field(default_factory=dict)
    """User id to the time at which the person was added."""


@dataclass(slots=True)
class Badge:
    """A badge with one criterion: a cohort, or an activity of its course."""

    id: int
    name: str
    course: int | None = None
    cohort: int | None = None
    cmid: int | None = None
    description: str = ""
    timecreated: int = 0
    expireperiod: int | None = None


@dataclass(slots=True)
class IssuedBadge:
    """A badge that a person was given; it is given only once."""

    id: int
    badge: int
    user: int
    uniquehash: str
    dateissued: int
    dateexpire: int | None = None
    visible: bool = True


@dataclass(slots=True)
class StoredFile:
    """A file in Moodle's file areas, with its content."""

    id: int
    contextid: int
    component: str
    filearea: str
    itemid: int
    filename: str
    content: bytes
    timemodified: int
    userid: int
    filepath: str = "/"
    mimetype: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Message:
    """A message that Moodle sent or queued: ``assign_notification`` or ``badgerecipientnotice``."""

    user: int
    kind: str
    subject: str
    time: int


@dataclass(slots=True)
class ReportColumn:
    """A column of a custom report: the entity's field, for example ``completion:timecompleted``."""

    key: str
    heading: str = ""


@dataclass(slots=True)
class Report:
    """A custom report over course participants, over users, or over files.

    ``sort`` empty: rows come in no stable order. ``active_only``: the condition that Moodle's
    default set-up adds, which hides inactive enrolments. ``component``: the condition that leaves
    other plugins' files out; empty: there is none.
    """

    id: int
    name: str
    columns: list[ReportColumn]
    filters: list[str]
    sort: list[str] = field(default_factory=list)
    active_only: bool = False
    component: str = ""
    audience: set[int] = field(default_factory=set)
    usercreated: int = 2
    timecreated: int = 0
    source: str = "core_course\\reportbuilder\\datasource\\participants"
