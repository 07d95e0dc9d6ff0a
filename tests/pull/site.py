"""A made-up site that the tests of this room pull from."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from pydantic import SecretStr

from moodle_cpd.config import (
    AttributeSource,
    AwardSettings,
    PeopleSettings,
    PullSettings,
    Settings,
    SiteSettings,
)
from moodle_cpd.demo import EmbeddedMoodle, World, build_world
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.state import Assignment
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Route
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.fact import Fact, FactKind
from moodle_cpd.model.people import Attribute
from moodle_cpd.moodle import Client, Moodle
from moodle_cpd.pull import PullReport, pull
from moodle_cpd.pull.strategies import Strategy

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=1)

PEOPLE = PeopleSettings(
    cohorts=(ids.TEACHERS_COHORT,),
    attributes={
        Attribute.SCHOOL: AttributeSource(profile_field=ids.SCHOOL_FIELD),
        Attribute.ROLE: AttributeSource(
            profile_field=ids.DUTY_FIELD, separator="、", values={"班主任": "homeroom"}
        ),
        Attribute.BIRTH_DATE: AttributeSource(profile_field=ids.BIRTH_FIELD),
    },
)
RECORD = AwardSettings(
    scheme="qianshan",
    award="certificate",
    route=Route.RECORD_COURSE,
    course=ids.RECORD_COURSE,
    activity="qianshan-{period}",
)


class Silent:
    def start(self, label: str, total: int | None) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass


def every_course(_: Course) -> bool:
    return True


def every_work(_: Course, activity: Activity) -> bool:
    return activity.type == "assign"


class Site:
    """An embedded Moodle, a ledger, and pulls from one into the other."""

    def __init__(self, server: EmbeddedMoodle, ledger: Ledger) -> None:
        self.server = server
        self.world: World = server.world
        self.ledger = ledger
        self.people = PEOPLE
        self.awards: tuple[AwardSettings, ...] = (RECORD,)
        self.name = "moodle"
        self.strategy = Strategy.BATCH
        self.people_report: int | None = None
        self.overrides = True

    def pull(
        self,
        selected: Callable[[Course], bool] = every_course,
        now: datetime = NOW,
        *,
        full: bool = False,
        scope: str = "",
        wanted: Callable[[Course, Activity], bool] = every_work,
    ) -> PullReport:
        report = min(self.world.tables.reports) if self.strategy is Strategy.REPORT else None
        settings = Settings(
            site=SiteSettings(
                name=self.name,
                url=self.server.url,
                retries=0,
                report=report,
                people_report=self.people_report,
            ),
            people=self.people,
            awards=self.awards,
            pull=PullSettings(strategy=self.strategy.value, overrides=self.overrides),
        )
        client = Client(settings.site, SecretStr(self.server.token), sleep=lambda _: None)
        try:
            moodle = Moodle(client)
            run = self.ledger.start_run(self.name, "pull", now)
            return pull(
                moodle,
                self.ledger,
                settings,
                run,
                selected=selected,
                wanted=wanted,
                now=now,
                progress=Silent(),
                full=full,
                scope=scope,
            )
        finally:
            client.close()

    def facts(self, kind: FactKind | None = None, *, history: bool = False) -> list[Fact]:
        return [
            fact
            for _, facts in self.ledger.facts(self.name, history=history)
            for fact in facts
            if kind is None or fact.kind is kind
        ]

    def completions(self, teacher: int, course: str) -> list[Fact]:
        number = self.world.course(course).id
        return [
            fact
            for fact in self.facts(FactKind.COURSE_COMPLETED)
            if (fact.teacher, fact.course) == (teacher, number)
        ]

    def of_work(
        self, kind: FactKind, teacher: int, work: Assignment, *, history: bool = False
    ) -> list[Fact]:
        return [
            fact
            for fact in self.facts(kind, history=history)
            if (fact.teacher, fact.activity) == (teacher, work.cmid)
        ]

    def calls(self, function: str) -> int:
        """How many requests named a function, on their own or in a batch."""
        return sum(function in str((each.function, each.params)) for each in self.server.log)

    @property
    def teachers(self) -> list[int]:
        """User ids of the teachers' cohort."""
        return sorted(self.world.cohort(ids.TEACHERS_COHORT).members)

    def is_active(self, teacher: int, course: int) -> bool:
        """Whether a teacher has an enrolment that runs; of others Moodle shows no completion."""
        rows = self.world.tables.enrolments_of[teacher]
        return any(row.course == course and not row.suspended for row in rows)

    def completed_pair(self) -> tuple[int, str]:
        """A teacher who is active and a course that they completed."""
        for (teacher, course), row in sorted(self.world.tables.completions.items()):
            if row.timecompleted and not self.world.tables.users[teacher].suspended:
                return teacher, self.world.tables.courses[course].idnumber
        raise LookupError


def small_world(teachers: int = 8) -> World:
    return build_world(3, today=TODAY, teachers=teachers)
