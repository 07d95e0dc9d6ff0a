"""Names by which the demo's settings and course maps find things on the embedded site.

Course and cohort idnumbers are what a site's administrator types; nothing here is special to
Moodle.
"""

from __future__ import annotations

from typing import Final

SERVICE_USERNAME: Final = "cpd-service"

ETHICS: Final = "C-ETHICS"
EDTECH: Final = "C-EDTECH"
STUDENT: Final = "C-STUDENT"
MENTAL: Final = "C-MENTAL"
SUBJECT: Final = "C-SUBJECT"
RESEARCH: Final = "C-RESEARCH"
READING: Final = "C-READING"
ONLINE: Final = "C-ONLINE"
BACKBONE: Final = "C-BACKBONE"
HOMEROOM_BASIC: Final = "C-HOMEROOM-BASIC"
HOMEROOM_CASES: Final = "C-HOMEROOM-CASES"
HOMEROOM_EXAM: Final = "C-HOMEROOM-EXAM"
NEW_TEACHER: Final = "C-NEWTEACHER"
SAFETY: Final = "C-SAFETY"
TERM: Final = "C-TERM"
SCHOOL_FIRST: Final = "C-SCHOOL-1"
SCHOOL_SECOND: Final = "C-SCHOOL-2"
RENEWAL: Final = "C-RENEWAL"
NEW_CURRICULUM: Final = "C-NEWCURRICULUM"
INTEGRATION: Final = "C-INTEGRATION"
SKILLS: Final = "C-SKILLS"
BACKBONE_PROJECT: Final = "C-BACKBONE-PROJECT"
PRINCIPAL_COUNTY: Final = "C-PRINCIPAL-COUNTY"
PRINCIPAL_PREFECTURE: Final = "C-PRINCIPAL-PREFECTURE"
NEW_TEACHER_PRACTICE: Final = "C-NEWTEACHER-PRACTICE"
YULIN_TERM: Final = "C-YULIN-2023"
SHEXIAN_YEAR: Final = "C-SHEXIAN"

TRAINING_COURSES: Final = (
    ETHICS,
    EDTECH,
    STUDENT,
    MENTAL,
    SUBJECT,
    RESEARCH,
    READING,
    ONLINE,
    BACKBONE,
    HOMEROOM_BASIC,
    HOMEROOM_CASES,
    HOMEROOM_EXAM,
    NEW_TEACHER,
    SAFETY,
    TERM,
    SCHOOL_FIRST,
    SCHOOL_SECOND,
    RENEWAL,
    NEW_CURRICULUM,
    INTEGRATION,
    SKILLS,
    BACKBONE_PROJECT,
    PRINCIPAL_COUNTY,
    PRINCIPAL_PREFECTURE,
    NEW_TEACHER_PRACTICE,
    YULIN_TERM,
    SHEXIAN_YEAR,
)

RECORD_COURSE: Final = "CPD-RECORD"
"""The record course: an assignment ``{scheme}-{period}`` for each certificate we write."""

QIANSHAN_PROGRESS: Final = "qianshan-progress"
"""The assignment in it that shows hours of the yearly 72 all year long."""

TEACHERS_COHORT: Final = "teachers"
"""Site cohort that holds every teacher."""

HOURS_FIELD: Final = "hours"
"""Course custom field with the hours of a course; filled in for some courses only."""

COUNTY_FIELD: Final = "county"
SCHOOL_FIELD: Final = "school"
DUTY_FIELD: Final = "duty"
STAGE_FIELD: Final = "stage"
BIRTH_FIELD: Final = "birthdate"
HIRE_FIELD: Final = "hiredate"
NOTE_FIELD: Final = "note"

COMPLETIONS_REPORT: Final = "CPD 课程完成情况"
"""Name of the custom report over course participants."""


def qianshan(period: str) -> str:
    """Idnumber of the record activity of the yearly 72 hours for a period such as ``2025``."""
    return f"qianshan-{period}"


def homeroom(period: str) -> str:
    """Idnumber of the homeroom teachers' cohort and record activity for a period."""
    return f"homeroom-{period}"


def four_level(period: str) -> str:
    """Idnumber of the record activity of the prefecture's training for a school year."""
    return f"four-level-{period}"


def four_level_badge(period: str) -> str:
    """Name of the course badge on the record activity of the prefecture's training."""
    return f"全州教师培训 {period}"


def qianshan_badge(period: str) -> str:
    """Name of the course badge on the record activity of the yearly 72 hours."""
    return f"千山区教师继续教育 {period}"


def homeroom_record_badge(period: str) -> str:
    """Name of the course badge on the homeroom teachers' record activity."""
    return f"班主任培训合格证书 {period}"


def homeroom_badge(period: str) -> str:
    """Name of the site badge that hangs on the homeroom teachers' cohort."""
    return f"班主任培训合格 {period}"


def yulin(period: str) -> str:
    """Idnumber of the record activity of a school's term, for a period such as ``2023-09``."""
    return f"yulin-{period}"


def yulin_badge(period: str) -> str:
    """Name of the course badge on the record activity of a school's term."""
    return f"榆林镇中心小学校本培训 {period}"


def shexian(period: str) -> str:
    """Idnumber of the record activity of another school's outstanding people of a school year."""
    return f"shexian-{period}"


def shexian_badge(period: str) -> str:
    """Name of the course badge on the record activity of the outstanding people."""
    return f"教研积极分子 {period}"
