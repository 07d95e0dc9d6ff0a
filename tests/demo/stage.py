"""The recorder's stage, built in the embedded Moodle: the same data under the same ids."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from moodle_cpd.demo import EmbeddedMoodle, World
from moodle_cpd.demo.state import (
    Assignment,
    Badge,
    Cohort,
    Course,
    CourseCategory,
    Criterion,
    ProfileField,
    Report,
    ReportColumn,
    User,
)
from tests.live.exchange import Exchange
from tests.live.scrub import Scrubber
from tests.live.stage import (
    COHORT,
    GROUPS,
    NOT_ENROLLED,
    PRIVATE_REPORT,
    REPORT,
    TEACHERS,
    Account,
    Stage,
)
from tests.live.states import States

NOW = 1_795_310_572
SERVICE = 501
FUNCTIONS = (
    "core_webservice_get_site_info",
    "core_user_get_users",
    "core_user_get_users_by_field",
    "core_course_get_courses_by_field",
    "core_course_get_contents",
    "core_course_get_categories",
    "core_course_get_course_module",
    "core_enrol_get_enrolled_users",
    "core_enrol_get_users_courses",
    "core_completion_get_course_completion_status",
    "core_completion_get_activities_completion_status",
    "mod_assign_get_assignments",
    "mod_assign_get_grades",
    "mod_assign_get_submissions",
    "mod_assign_get_submission_status",
    "mod_assign_save_grades",
    "gradereport_user_get_grade_items",
    "core_grades_update_grades",
    "core_cohort_get_cohorts",
    "core_cohort_search_cohorts",
    "core_cohort_get_cohort_members",
    "core_cohort_add_cohort_members",
    "core_cohort_delete_cohort_members",
    "core_badges_get_user_badges",
    "core_files_upload",
    "core_reportbuilder_list_reports",
    "core_reportbuilder_retrieve_report",
    "core_reportbuilder_set_filters",
    "core_reportbuilder_filters_reset",
    "enrol_manual_enrol_users",
    "core_cohort_create_cohorts",
    "mod_assign_set_user_flags",
    "tool_mobile_call_external_functions",
)
_PLAIN: dict[str, Any] = {"sendstudentnotifications": False, "feedback_files": True}
_COMPLETED = {"rec-plain", "rec-any-1", "rec-any-2", "rec-hours"}
_ASSIGNMENTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("rec-plain", "观课报告", {}),
    ("rec-workflow", "教学设计(分阶段评阅)", {"markingworkflow": True}),
    ("rec-blind", "教学反思(匿名评阅)", {"blindmarking": True}),
    ("rec-team", "小组课题", {"teamsubmission": True}),
    ("rec-reopen", "可重交作业", {"attemptreopenmethod": "untilpass", "maxattempts": -1}),
    ("rec-nofiles", "无反馈文件的作业", {"feedback_files": False}),
    ("rec-nocomments", "无评语的作业", {"feedback_comments": False}),
    ("rec-locked", "已锁定的作业", {"locked": True}),
    ("rec-any-1", "任务一", {}),
    ("rec-any-2", "任务二", {}),
    (
        "rec-hours",
        "班主任培训 30 学时 2026",
        {"grade": 1000, "gradepass": 1.0, "onlinetext": False},
    ),
)


class EmbeddedStates(States):
    """Brings the embedded Moodle into the states that a person sets on a real one."""

    def __init__(self, world: World) -> None:
        super().__init__(None)
        self._world = world

    def set(self, verb: str, *arguments: str) -> None:
        """Bring about a state and leave it."""
        verbs: dict[str, Callable[..., None]] = {
            "capability": self._capability,
            "default-capability": self._capability,
            "web-services": self._flag("webservices_enabled"),
            "rest": self._flag("webservices_enabled"),
            "maintenance": self._flag("maintenance_setting"),
            "cli-maintenance": self._flag("maintenance"),
            "site-policy": self._flag("policy_unaccepted"),
            "password-change": self._flag("password_change_forced"),
            "service": self._flag("service_enabled"),
            "account-in-service": self._flag("service_enabled"),
            "downloads": self._flag("download_allowed"),
            "suspension": self._suspend,
            "forced-zone": self._force_zone,
            "account-zone": self._account_zone,
            "max-input-vars": self._limit,
            "submit": self._submit,
            "open": self._open,
            "completed-without-criterion": self._complete,
            "broken-name": self._break_name,
            "badge-hidden": self._hide_badges,
            "cron": lambda: None,
        }
        verbs[verb](*arguments)

    def _user(self, username: str) -> User:
        return next(u for u in self._world.tables.users.values() if u.username == username)

    def _flag(self, name: str) -> Callable[[str], None]:
        return lambda state: setattr(self._world, name, state == "on")

    def _capability(self, name: str, state: str) -> None:
        self._world.set_capability(name, state == "on")

    def _suspend(self, state: str) -> None:
        self._world.service_user.suspended = state == "on"

    def _force_zone(self, zone: str) -> None:
        self._world.force_timezone = None if zone == "off" else zone

    def _account_zone(self, zone: str) -> None:
        self._world.service_user.timezone = zone

    def _limit(self, number: str) -> None:
        self._world.max_input_vars = 1000 if number == "off" else int(number)

    def _submit(self, username: str, assignment: str, text: str) -> None:
        world = self._world
        world.submit(self._user(username).id, assignment, f"<p>{text}</p>", world.now())

    def _open(self, username: str, assignment: str) -> None:
        self._world.open_submission(self._user(username).id, assignment, self._world.now())

    def _complete(self, username: str, course: str) -> None:
        user = self._user(username).id
        self._world.complete(user, course, 1_772_672_400, criteria=False)

    def _break_name(self, username: str, state: str) -> None:
        user = self._user(username)
        plain = user.firstname.removesuffix("<script>")
        user.firstname = plain + ("<script>" if state == "on" else "")

    def _hide_badges(self, username: str, state: str) -> None:
        user = self._user(username).id
        for issued in self._world.tables.issued_to[user]:
            issued.visible = state == "off"


def build_world() -> World:
    """What the recorder prepares on a real site before it plays its scenes."""
    world = World(clock=lambda: NOW, token="ab" * 16)
    world.functions[:] = FUNCTIONS
    world.site_name, world.site_shortname = "示范州教师研修平台", "CPD"
    world.language, world.full_name_order = "en", "lastname firstname"
    world.time_zone = "Asia/Shanghai"
    world.identity_fields = ("username", "email", "idnumber", "department")
    world.badge_issuer = "示范州教育局"
    world.set_capability("moodle/course:viewhiddencourses", True)
    world.set_capability("moodle/grade:edit", True)
    tables = world.tables
    for number, (name, title, kind) in enumerate(
        (
            ("school", "所在学校", "text"),
            ("stage", "学段", "menu"),
            ("birthdate", "出生日期", "datetime"),
        ),
        start=1,
    ):
        tables.profile_fields.append(ProfileField(number, name, title, kind))
    for number, name in ((1, "Category 1"), (2, "教师培训")):
        tables.categories[number] = CourseCategory(number, name)
    _add_user(world, 1, "guest", "Guest user", " ", email="root@localhost")
    _add_user(world, 2, "admin", "Admin", "User").email_public = True
    _add_user(world, SERVICE, "cpd-service", "CPD", "Service")
    world.service_user_id = SERVICE
    for number, (username, (last, first, school, stage)) in enumerate(TEACHERS.items(), 502):
        user = _add_user(world, number, username, first, last)
        user.idnumber = username.upper()
        user.profile = {"school": school, "stage": stage, "birthdate": "504892800"}
    _add_courses(world)
    cohort = Cohort(71, COHORT, "录制:班主任 2026", description_format=0)
    tables.cohorts[71] = cohort
    while tables.next_id("cohort") < 71:
        pass
    tables.badges[81] = Badge(81, "班主任 2026", cohort=71, description="2026 年班主任")
    tables.badges[82] = Badge(
        82, "班主任培训 30 学时 2026", course=14, cmid=211, description="完成 30 学时"
    )
    _add_reports(world)
    return world


def _add_user(
    world: World, number: int, username: str, first: str, last: str, email: str = ""
) -> User:
    user = User(number, username, first, last, email or f"{username}@example.invalid", lang="en")
    world.tables.users[number] = user
    return user


def _add_courses(world: World) -> None:
    tables = world.tables
    for number, idnumber, name in (
        (11, "REC-COURSE", "课堂观察与评课"),
        (12, "REC-ANY", "任选其一"),
        (13, "REC-FREE", "无完成条件的课程"),
        (14, "REC-RECORD", "学时记录 2026"),
    ):
        course = Course(
            number, idnumber, idnumber, name, category=2, startdate=1_767_196_800, timemodified=NOW
        )
        course.visible = number != 14
        tables.courses[number] = course
        for user in tables.users.values():
            if user.username in TEACHERS and user.username != NOT_ENROLLED:
                world.enrol(user.id, number)
    tables.courses[12].aggregation = 2
    for place, (idnumber, name, settings) in enumerate(_ASSIGNMENTS):
        number = 14 if idnumber == "rec-hours" else 12 if "any" in idnumber else 11
        values = {"gradepass": 60.0} | _PLAIN | settings
        if idnumber in _COMPLETED:
            values |= {"completionusegrade": True, "completionpassgrade": True}
        assignment = Assignment(
            31 + place, 201 + place, number, name, idnumber, timemodified=NOW, **values
        )
        tables.assignments[assignment.id] = assignment
        tables.modules[assignment.cmid] = assignment
        tables.course_assignments[number].append(assignment)
    tables.courses[11].criteria = [Criterion(1, 4, 201)]
    tables.courses[12].criteria = [Criterion(2, 4, 209), Criterion(3, 4, 210)]
    for number, (name, members) in enumerate(GROUPS.items(), start=401):
        ids = [user.id for user in tables.users.values() if user.username in members]
        group = world.make_group(11, name, ids)
        del tables.groups[group.id]
        group.id = number
        tables.groups[number] = group


def _add_reports(world: World) -> None:
    columns = [
        ReportColumn(key)
        for key in (
            "course:idnumber",
            "user:idnumber",
            "user:username",
            "user:fullname",
            "course:fullname",
            "completion:completed",
            "completion:timecompleted",
        )
    ]
    filters = ["completion:completed", "completion:timecompleted"]
    for number, name, audience in ((91, REPORT, {SERVICE}), (92, PRIVATE_REPORT, set[int]())):
        world.tables.reports[number] = Report(
            number,
            name,
            columns,
            filters,
            sort=["course:idnumber", "user:idnumber"],
            active_only=True,
            audience=audience,
            timecreated=NOW,
        )


def build_stage(site: EmbeddedMoodle, target: Path) -> Stage:
    """The recorder's own stage on the embedded Moodle."""
    log: list[Exchange] = []
    tables = site.world.tables

    def account(token: str) -> Account:
        return Account(site.url, token, "service", log)

    service, single = account(site.token), account(site.token)
    info = service.moodle.info
    single.moodle._info = info.model_copy(
        update={"functions": tuple(f for f in info.functions if "tool_mobile" not in f.name)}
    )
    stage = Stage(
        service=service,
        single=single,
        admin=service,
        stranger=account("0" * 32),
        states=EmbeddedStates(site.world),
        target=target,
        scrubber=Scrubber(site.url, (site.token,)),
        log=log,
        release=info.release,
    )
    stage.courses = {row.idnumber: row.id for row in tables.courses.values()}
    stage.assignments = {row.idnumber: (row.id, row.cmid) for row in tables.assignments.values()}
    stage.teachers = {
        user.username: user.id for user in tables.users.values() if user.username in TEACHERS
    }
    stage.cohort = 71
    stage.reports = {row.name: row.id for row in tables.reports.values()}

    def unenrol(username: str, course: str) -> None:
        site.world.unenrol(stage.teachers[username], course)

    stage.unenrol = unenrol  # type: ignore[method-assign]  # no administrator's token here
    return stage
