"""The data that the scenarios play with, and the hand that records them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from moodle_cpd.config import SiteSettings
from moodle_cpd.errors import CpdError
from moodle_cpd.moodle import Client, Moodle, Writer
from moodle_cpd.moodle.client import BATCH_FUNCTION, REST_PATH
from moodle_cpd.moodle.encode import Param, flatten
from moodle_cpd.moodle.reply import parse
from moodle_cpd.moodle.transport import Transport
from tests.live.exchange import Exchange, RecordingTransport, pretty, write
from tests.live.scrub import Scrubber
from tests.live.states import States

COURSES = ("REC-COURSE", "REC-ANY", "REC-FREE", "REC-RECORD")
COHORT = "rec-homeroom"
REPORT = "录制:课程完成"
PRIVATE_REPORT = "录制:没有受众"
NOBODY = 999_999

# Family name, given name, school, stage; t08's given name is broken in one scenario.
TEACHERS = {
    "rec-t01": ("陆", "文渊", "示范州第一小学", "primary"),
    "rec-t02": ("钱", "若楠", "示范州第一小学", "primary"),
    "rec-t03": ("孙", "怡", "示范州第二小学", "primary"),
    "rec-t04": ("何", "其", "示范州实验中学", "secondary"),
    "rec-t05": ("䶮", "文", "示范州实验中学", "secondary"),
    "rec-t06": ("王", "𠅤", "示范州民族中学", "secondary"),
    "rec-t07": ("阿不都热依木", "·买买提", "示范州民族中学", "secondary"),
    "rec-t08": ("周", "晓梅", "示范州中心幼儿园", "kindergarten"),
}
NOT_ENROLLED = "rec-t04"
GROUPS = {"A 组": ("rec-t01", "rec-t02"), "B 组": ("rec-t05", "rec-t06")}
_BIRTHDATE = 504_892_800  # 1986-01-01 at midnight in Shanghai, as a site there keeps it


class Account:
    """A token with the program's own classes around it; every exchange is logged."""

    def __init__(self, url: str, token: str, name: str, log: list[Exchange]) -> None:
        site = SiteSettings(name="recorded", url=url, retries=0, allow_http=True)
        secret = SecretStr(token)
        self.client = Client(site, secret)
        self.use(RecordingTransport(site, secret, name, log))
        self.moodle = Moodle(self.client)
        self.writer = Writer(self.moodle)

    @property
    def transport(self) -> Transport:
        """Sends the requests."""
        return self.client.transport

    def use(self, transport: Transport) -> None:
        """Send by another way."""
        self.client.transport.close()
        self.client.transport = transport

    def call(self, function: str, params: Mapping[str, Param] | None = None) -> Any:
        """Call any function; nothing is repeated."""
        return self.client.write(function, params or {})


@dataclass
class Stage:
    """Accounts, prepared data, and the recording.

    Attributes:
        service: the account as the program uses it.
        single: the same, for a service without the batch function.
        admin: a site administrator's token; makes data and looks things up.
        stranger: a token that the site does not know.
        states: states of the site.
        courses: ids by idnumber.
        assignments: assignment id and course module id, by idnumber of the activity.
        teachers: ids by user name.
        cohort: id.
        reports: ids by name.
        unexpected: scenarios that went otherwise than told.
    """

    service: Account
    single: Account
    admin: Account
    stranger: Account
    states: States
    target: Path
    scrubber: Scrubber
    log: list[Exchange]
    release: str = ""
    courses: dict[str, int] = field(default_factory=dict)
    assignments: dict[str, tuple[int, int]] = field(default_factory=dict)
    teachers: dict[str, int] = field(default_factory=dict)
    cohort: int = 0
    reports: dict[str, int] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)

    @contextmanager
    def record(self, function: str, scenario: str, expect: str = "good") -> Iterator[None]:
        """Keep the one exchange of a function that happens inside.

        Args:
            function: the web service function.
            scenario: the file's name.
            expect: the outcome that Moodle 5.1 gave; another one is told at the end.
        """
        self.log.clear()
        try:
            yield
        except CpdError as error:
            if expect == "good":
                print(f"{function} {scenario}: {error}", file=sys.stderr)  # noqa: T201 - a tool
        found = [exchange for exchange in self.log if exchange.function == function]
        if len(found) != 1:
            raise RuntimeError(f"{function} {scenario}: {len(found)} exchanges, expected one")
        [exchange] = found
        write(self.target, exchange, scenario, self._text(exchange, scenario))
        if exchange.outcome != expect:
            self.unexpected.append(f"{function}/{scenario}: {exchange.outcome}, not {expect}")

    def call(self, function: str, scenario: str, params: Any, expect: str = "good") -> None:
        """Record a call for which the program has no method of its own."""
        with self.record(function, scenario, expect):
            self.service.call(function, params)

    def assignment(self, idnumber: str) -> int:
        """The id of an assignment."""
        return self.assignments[idnumber][0]

    def enrol(self, usernames: Sequence[str], courses: Sequence[str]) -> None:
        """Enrol teachers as students."""
        student = 5
        self.admin.call(
            "enrol_manual_enrol_users",
            {
                "enrolments": [
                    {"roleid": student, "userid": self.teachers[name], "courseid": self.courses[c]}
                    for name in usernames
                    for c in courses
                ]
            },
        )

    def unenrol(self, username: str, course: str) -> None:
        """Take a teacher out of a course."""
        gone: dict[str, Param] = {
            "userid": self.teachers[username],
            "courseid": self.courses[course],
        }
        self.admin.call("enrol_manual_unenrol_users", {"enrolments": [gone]})

    def _text(self, exchange: Exchange, scenario: str) -> str:
        return exchange.as_json(scenario, self.release, self.scrubber)


def build(url: str, token: str, admin_token: str, states: States, target: Path) -> Stage:
    """Look up what a person prepared, and make the rest."""
    log: list[Exchange] = []
    url = url.rstrip("/")
    service = Account(url, token, "service", log)
    single = Account(url, token, "service", log)
    admin = Account(url, admin_token, "admin", log)
    stranger = Account(url, "0" * 32, "service", log)
    scrubber = Scrubber(url, (token, admin_token))
    stage = Stage(service, single, admin, stranger, states, target, scrubber, log)
    info = service.moodle.info
    stage.release = info.release
    single.moodle._info = info.model_copy(
        update={"functions": tuple(f for f in info.functions if f.name != BATCH_FUNCTION)}
    )
    _look_up(stage)
    _make(stage)
    return stage


def write_stage(stage: Stage) -> None:
    """Keep the ids, so that the scenes can be played again from the recordings."""
    content = {
        "release": stage.release,
        "courses": stage.courses,
        "assignments": stage.assignments,
        "teachers": stage.teachers,
        "cohort": stage.cohort,
        "reports": stage.reports,
    }
    (stage.target / "stage.json").write_text(pretty(content) + "\n", encoding="utf-8")


def _look_up(stage: Stage) -> None:
    call = stage.admin.call
    found = call("core_course_get_courses_by_field")["courses"]
    stage.courses = {row["idnumber"]: row["id"] for row in found if row["idnumber"] in COURSES}
    ids = [stage.courses[name] for name in COURSES]
    params: dict[str, Param] = {"courseids": ids, "includenotenrolledcourses": True}
    for course in call("mod_assign_get_assignments", params)["courses"]:
        for assignment in course["assignments"]:
            module = call("core_course_get_course_module", {"cmid": assignment["cmid"]})["cm"]
            stage.assignments[module["idnumber"]] = (assignment["id"], assignment["cmid"])
    cohort = stage.admin.moodle.cohort(COHORT)
    if cohort is None:
        raise RuntimeError(f"no cohort {COHORT}")
    stage.cohort = cohort.id
    reports = call("core_reportbuilder_list_reports")["reports"]
    stage.reports = {report["name"]: report["id"] for report in reports}


def _make(stage: Stage) -> None:
    users: list[Param] = [
        {
            "username": username,
            "password": "Recorded-2026!",
            "firstname": given,
            "lastname": family,
            "email": f"{username}@example.invalid",
            "idnumber": username.upper(),
            "customfields": [
                {"type": "school", "value": school},
                {"type": "stage", "value": stage_name},
                {"type": "birthdate", "value": str(_BIRTHDATE)},
            ],
        }
        for username, (family, given, school, stage_name) in TEACHERS.items()
    ]
    # Moodle stores a date of a profile field at midnight in the zone of the request.
    reply = stage.admin.transport.post(
        REST_PATH,
        [("wsfunction", "core_user_create_users"), *flatten({"users": users})],
        function="core_user_create_users",
        extra={"moodlewsrestformat": "json", "moodlewssettingtimezone": "Asia/Shanghai"},
    )
    made: Any = parse("recorded", "core_user_create_users", reply)
    stage.teachers = {user["username"]: user["id"] for user in made}
    stage.enrol([name for name in TEACHERS if name != NOT_ENROLLED], COURSES)
    groups: list[Param] = [
        {"courseid": stage.courses["REC-COURSE"], "name": name, "description": ""}
        for name in GROUPS
    ]
    for group in stage.admin.call("core_group_create_groups", {"groups": groups}):
        members: list[Param] = [
            {"groupid": group["id"], "userid": stage.teachers[name]}
            for name in GROUPS[group["name"]]
        ]
        stage.admin.call("core_group_add_group_members", {"members": members})
