"""The made-up prefecture's courses: twenty-seven trainings with their assignments.

Each entry is what an administrator would have set up. Hours stand in the course's custom field
only where ``field`` says so; the others are for a course map to name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from moodle_cpd.demo import idnumbers as ids


@dataclass(frozen=True, slots=True)
class Work:
    """An assignment of a training.

    Attributes:
        name: as displayed.
        idnumber: the activity's idnumber, may be empty.
        kind: ``text`` (online text) or ``file``.
        length: usual number of characters of an online text.
        gradepass: points of 100 needed to pass; 0: no pass mark, being marked is enough.
        marking: ``plain``, ``blind``, ``workflow``, ``team``, ``reopen`` or ``term`` (at the end
            of a term); only plain ones lead to the course's completion.
    """

    name: str
    idnumber: str = ""
    kind: str = "text"
    length: int = 0
    gradepass: float = 0.0
    marking: str = "plain"


@dataclass(frozen=True, slots=True)
class Training:
    """A training course.

    Attributes:
        idnumber: the course's idnumber.
        shortname: unique on the site.
        fullname: as displayed.
        category: idnumber of its course category.
        hours: what the training is worth.
        field: whether the hours stand in the course's custom field.
        works: its assignments.
    """

    idnumber: str
    shortname: str
    fullname: str
    category: str
    hours: int
    field: bool
    works: tuple[Work, ...]


CATEGORIES: Final = (
    ("CPD", "教师继续教育", ""),
    ("REQ", "必修课程", "CPD"),
    ("RES", "研修课程", "CPD"),
    ("ELE", "选修课程", "CPD"),
    ("HRT", "班主任培训", "CPD"),
    ("ARC", "学时登记", ""),
)
"""Course categories: idnumber, name, idnumber of the one above."""

TRAININGS: Final = (
    Training(
        ids.ETHICS,
        "师德",
        "教师职业理想与道德",
        "REQ",
        12,
        True,
        (Work("学习笔记", "ETHICS-NOTES", "text", 620, 60.0),),
    ),
    Training(
        ids.EDTECH,
        "信息技术",
        "教育技术能力提升工程",
        "REQ",
        16,
        True,
        (
            Work("结业考试", "EDTECH-EXAM", "text", 200, 60.0),
            Work("微课作品", "EDTECH-CLIP", "file", 0, 0.0, "team"),
        ),
    ),
    Training(
        ids.STUDENT,
        "学生教育",
        "学生教育专题：德育、健康、安全与家庭教育",
        "REQ",
        10,
        False,
        (Work("专题心得", "STUDENT-ESSAY", "text", 850, 60.0),),
    ),
    Training(
        ids.MENTAL,
        "心理健康",
        "中小学教师心理健康教育",
        "REQ",
        8,
        False,
        (
            Work("案例分析", "MENTAL-CASE", "text", 700, 60.0),
            Work("匿名自我评估", "MENTAL-SELF", "text", 300, 0.0, "blind"),
        ),
    ),
    Training(
        ids.SUBJECT,
        "专业标准",
        "学科教学与教师专业标准 <2012 试行>",
        "REQ",
        12,
        True,
        (Work("教师专业标准手抄稿", "SUBJECT-COPY", "file", 0, 60.0),),
    ),
    Training(
        ids.RESEARCH,
        "校本研修",
        "校本研修：集备、教研与一封信",
        "RES",
        12,
        True,
        (
            Work("研修记录", "RESEARCH-LOG", "file", 0, 60.0),
            Work("一封信", "RESEARCH-LETTER", "text", 900, 60.0, "workflow"),
        ),
    ),
    Training(
        ids.READING,
        "精读",
        "精读一本书：《非暴力沟通》《学校在窗外》",
        "ELE",
        8,
        True,
        (
            Work("读书笔记", "READING-NOTE", "text", 1200, 60.0),
            Work("读书征文", "READING-ESSAY", "text", 1500, 60.0, "reopen"),
        ),
    ),
    Training(
        ids.ONLINE,
        "网络课程",
        "网络课程、专题讲座与论坛",
        "ELE",
        10,
        False,
        (Work("学习反思", "ONLINE-NOTE", "text", 500, 60.0),),
    ),
    Training(
        ids.BACKBONE,
        "骨干",
        "骨干教师高级研修",
        "ELE",
        20,
        True,
        (
            Work("示范课教案", "BACKBONE-PLAN", "file", 0, 60.0),
            Work("工作室成果", "BACKBONE-TEAM", "file", 0, 60.0, "team"),
        ),
    ),
    Training(
        ids.HOMEROOM_BASIC,
        "班主任基础",
        "班主任工作基础",
        "HRT",
        14,
        True,
        (Work("班级管理方案", "HOMEROOM-PLAN", "text", 1000, 60.0),),
    ),
    Training(
        ids.HOMEROOM_CASES,
        "班主任案例",
        "班主任工作案例研讨",
        "HRT",
        12,
        True,
        (Work("典型案例", "HOMEROOM-CASE", "text", 800, 60.0),),
    ),
    Training(
        ids.HOMEROOM_EXAM,
        "班主任考核",
        "班主任培训考核",
        "HRT",
        6,
        True,
        (Work("结业考核", "HOMEROOM-EXAM", "text", 300, 60.0),),
    ),
    Training(
        ids.NEW_TEACHER,
        "岗前",
        "新教师岗前培训",
        "ELE",
        30,
        False,
        (Work("教学反思", "NEWTEACHER-NOTE", "text", 820, 60.0),),
    ),
    Training(
        ids.SAFETY,
        "校园安全",
        "校园安全与应急 #2",
        "ELE",
        6,
        False,
        (Work("应急预案", "", "file", 0, 0.0),),
    ),
    Training(
        ids.TERM,
        "学期",
        "每学期教研学时证明与学习心得",
        "RES",
        0,
        False,
        (
            Work("上半年市级教研学时证明", "TERM-CITY-SPRING", "file", 0, 100.0, "term"),
            Work("上半年区级教研学时证明", "TERM-COUNTY-SPRING", "file", 0, 100.0, "term"),
            Work("上半年学习心得", "TERM-NOTE-SPRING", "text", 500, 60.0, "term"),
            Work("下半年市级教研学时证明", "TERM-CITY-AUTUMN", "file", 0, 100.0, "term"),
            Work("下半年区级教研学时证明", "TERM-COUNTY-AUTUMN", "file", 0, 100.0, "term"),
            Work("下半年学习心得", "TERM-NOTE-AUTUMN", "text", 500, 60.0, "term"),
        ),
    ),
    Training(
        ids.SCHOOL_FIRST,
        "校本培训1",
        "校本培训（第一学年）",
        "RES",
        50,
        True,
        (Work("校本培训考核", "SCHOOL-1-EXAM", "text", 600, 60.0),),
    ),
    Training(
        ids.SCHOOL_SECOND,
        "校本培训2",
        "校本培训（第二学年）",
        "RES",
        50,
        True,
        (Work("校本培训考核", "SCHOOL-2-EXAM", "text", 600, 60.0),),
    ),
    Training(
        ids.RENEWAL,
        "班主任轮训",
        "在职班主任轮训",
        "HRT",
        18,
        False,
        (Work("轮训心得", "RENEWAL-NOTE", "text", 600, 60.0),),
    ),
    Training(
        ids.NEW_CURRICULUM,
        "新课程",
        "高中新课程、新教材培训",
        "REQ",
        50,
        False,
        (Work("新课程结业考试", "NEWCURRICULUM-EXAM", "text", 500, 60.0),),
    ),
    Training(
        ids.INTEGRATION,
        "学科整合",
        "信息技术与学科整合集中培训",
        "REQ",
        34,
        False,
        (Work("整合课例", "INTEGRATION-LESSON", "file", 0, 60.0),),
    ),
    Training(
        ids.SKILLS,
        "教学技能",
        "新课程教学技能与基本功训练",
        "RES",
        50,
        False,
        (Work("教学技能考核", "SKILLS-EXAM", "file", 0, 60.0),),
    ),
    Training(
        ids.BACKBONE_PROJECT,
        "骨干项目",
        "县级骨干教师项目研修",
        "ELE",
        130,
        False,
        (Work("研修成果", "BACKBONE-RESULT", "file", 0, 60.0),),
    ),
    Training(
        ids.PRINCIPAL_COUNTY,
        "小学校长",
        "小学校长集中培训",
        "ELE",
        50,
        False,
        (Work("学校发展计划", "PRINCIPAL-PLAN-COUNTY", "text", 1500, 60.0),),
    ),
    Training(
        ids.PRINCIPAL_PREFECTURE,
        "中学校长",
        "中学校长集中培训",
        "ELE",
        50,
        False,
        (Work("学校发展计划", "PRINCIPAL-PLAN-PREFECTURE", "text", 1500, 60.0),),
    ),
    Training(
        ids.NEW_TEACHER_PRACTICE,
        "岗前跟岗",
        "新教师岗前跟岗研修",
        "ELE",
        90,
        False,
        (Work("跟岗总结", "NEWTEACHER-PRACTICE", "text", 900, 60.0),),
    ),
)

SCHOOL_YEAR_MONTHS: Final = (9, 10, 11, 12, 1, 2, 3, 4, 5, 6)
"""Months in which a school asks for a reflection and a case, September to June."""

SCHOOL_TRAININGS: Final = (
    Training(
        ids.YULIN_TERM,
        "榆林校本",
        "榆林镇中心小学校本培训（2023年秋季）",
        "RES",
        0,
        False,
        (
            Work("集中培训心得体会", "YULIN-REFLECTION", "text", 1000, 0.0, "term"),
            Work("三个专题质量检测", "YULIN-TEST", "text", 300, 0.0, "term"),
            Work("国家平台10学时证书", "YULIN-NATION", "file", 0, 60.0, "term"),
            Work("云教研活动反思", "YULIN-CLOUD", "text", 800, 0.0, "term"),
            Work("教案", "YULIN-PLAN", "file", 0, 0.0, "term"),
            Work("课件", "YULIN-SLIDES", "file", 0, 0.0, "term"),
            Work("听课笔记", "YULIN-LISTENING", "file", 0, 0.0, "term"),
            Work("联校教研心得", "YULIN-JOINT", "file", 0, 0.0, "term"),
            Work("教研课", "YULIN-LESSON", "file", 0, 0.0, "term"),
        ),
    ),
    Training(
        ids.SHEXIAN_YEAR,
        "射县校本",
        "射县实验小学校本培训（学年）",
        "RES",
        0,
        False,
        (
            Work("学校集体培训考核", "SHEXIAN-SCHOOL-11", "text", 300, 60.0, "term"),
            Work("计算机应用考核", "SHEXIAN-COMPUTER-03", "file", 0, 60.0, "term"),
            Work("远程教育学习心得", "SHEXIAN-DISTANCE-04", "text", 500, 60.0, "term"),
            Work("第一学期公开课", "SHEXIAN-LESSON-12", "file", 0, 0.0, "term"),
            Work("第二学期公开课", "SHEXIAN-LESSON-05", "file", 0, 0.0, "term"),
            *(
                Work(f"{month}月{name}", f"SHEXIAN-{kind}-{month:02}", "text", 400, 0.0, "term")
                for kind, name in (("REFLECTION", "教学反思"), ("CASE", "教学案例"))
                for month in SCHOOL_YEAR_MONTHS
            ),
        ),
    ),
)
"""What two schools train by plans of their own; the number of a month ends what is due in it."""
