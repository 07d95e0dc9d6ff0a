"""Running hours on an embedded Moodle, decided as a test wishes, written step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from moodle_cpd.apply import Delivery
from moodle_cpd.apply.running_hours import show_running_hours
from moodle_cpd.apply.verifying_hours import compare_hours
from moodle_cpd.config import RunningHoursSettings, load_settings, read_token
from moodle_cpd.decide import result_of
from moodle_cpd.demo import EmbeddedMoodle, Request, Response
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.ledger import Ledger
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.decision import Decision, Outcome, Place, RequirementResult, State, Text
from moodle_cpd.model.drift import Drift
from moodle_cpd.model.people import Person
from moodle_cpd.model.period import Period
from moodle_cpd.model.running_hours import HoursPlace, HoursShown, HoursUpdate
from moodle_cpd.moodle import Client, Moodle, Writer
from moodle_cpd.plan.running_hours import RunningHours
from moodle_cpd.problems import Problem
from tests.apply.hand import Silent, Steps
from tests.settings import write_settings

ACTIVITY = ids.QIANSHAN_PROGRESS
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
PLACE = Place("schemes/x.yaml", 3, 1)
WANTED = RunningHoursSettings(scheme="x", course=ids.RECORD_COURSE, activity=ACTIVITY)


def decision(teacher: int, hours: str, period: str = "2026") -> Decision:
    """So many of 72 hours in a year that runs."""
    have = Decimal(hours)
    start, end = (datetime(int(period) + years, 1, 1, tzinfo=UTC) for years in (0, 1))
    return Decision(
        site="demo",
        teacher=teacher,
        scheme="x",
        title=Text("规定", "Rule"),
        period=Period(period, start, end),
        outcome=Outcome.IN_PROGRESS,
        earned=have,
        recognised=have,
        credits=None,
        by_category=(),
        requirement=RequirementResult(
            Text("学时", "Hours"), State.MISSING, have, Decimal(72), "hours", PLACE
        ),
        credit_lines=(),
        reasons=(),
        awards=(),
        rules_digest="r",
    )


class Showing:
    """Running hours of some teachers of an embedded Moodle."""

    def __init__(self, site: EmbeddedMoodle, folder: Path) -> None:
        self.site, self.world = site, site.world
        config = write_settings(folder, site)
        self.settings = load_settings(config)
        self.path = folder / "ledger.sqlite"
        self.teachers = sorted(self.world.cohort(ids.TEACHERS_COHORT).members)
        self.people = {
            user: Person("demo", user, "", "", f"教师{user}", "en" if user % 2 else "zh_cn")
            for user in self.teachers
        }
        self.steps = Steps()
        self.problems: list[Problem] = []
        self.requests = 0

    def plan(self, ledger: Ledger, hours: Mapping[int, str], period: str) -> list[HoursUpdate]:
        decisions = {teacher: decision(teacher, of, period) for teacher, of in hours.items()}
        running = RunningHours(
            [WANTED],
            ledger.hours_shown("demo"),
            ledger.hours_meant("demo"),
            self.people,
            lambda teacher, _: decisions[teacher],
            frozenset(),
            NOW,
        )
        results = [
            result_of(each, f"{each.teacher} {each.recognised} {period}")
            for each in decisions.values()
        ]
        return [update for result in results for update in running.updates([result])]

    def show(self, hours: Mapping[int, str], *, period: str = "2026", cut_after: int = 0) -> int:
        """Plan and write; how many were read back."""
        self.steps.left, self.steps.unheard = cut_after, False
        client = Client(self.settings.site, read_token(self.settings.site), sleep=lambda _: None)
        with Ledger.open(self.path) as ledger:
            moodle = Moodle(client)
            delivery = Delivery(
                moodle=moodle,
                writer=Writer(moodle),
                ledger=ledger,
                settings=self.settings,
                people=self.people,
                run=1,
                clock=lambda: NOW,
            )
            try:
                return show_running_hours(delivery, self.plan(ledger, hours, period), Silent())
            finally:
                self.steps.left = 0
                self.problems = delivery.problems
                self.requests = moodle.requests_sent
                client.close()

    def verify(self) -> list[Drift]:
        """What ``verify`` finds of running hours; what is missing is forgotten, as it does."""
        client = Client(self.settings.site, read_token(self.settings.site))
        try:
            with Ledger.open(self.path) as ledger:
                found = compare_hours(Moodle(client), [WANTED], ledger.hours_shown("demo"))
                self.problems = found.problems
                ledger.forget_hours("demo", found.missing)
        finally:
            client.close()
        return found.drifts

    def shown(self) -> dict[HoursPlace, HoursShown]:
        with Ledger.open(self.path) as ledger:
            assert not ledger.hours_meant("demo"), "nothing is in doubt"
            return ledger.hours_shown("demo")

    def seen(self) -> dict[int, tuple[float | None, str]]:
        """What teachers see: grade and comment."""
        found = {}
        with self.world.lock:
            assignment = self.world.assignment(ACTIVITY)
            for teacher, rows in self.world.tables.grades.get(assignment.id, {}).items():
                grade = self.world.grade_of(teacher, ACTIVITY)
                found[teacher] = (grade, rows[-1].comment or "")
        return found

    def told(self) -> list[int]:
        """Whom Moodle would tell of it."""
        with self.world.lock:
            return sorted(message.user for message in self.world.tables.messages)


def note_write(steps: Steps, request: Request) -> Response | None:
    if "mod_assign_save_grades" in repr(request):
        steps.unheard = True
    return None


def counting(showing: Showing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every commit, and every write that Moodle carried out, be a step to be cut off after."""
    steps = showing.steps
    showing.site.after.append(lambda request: note_write(steps, request))
    write = Store._write

    @contextmanager
    def counted(self: Store) -> Iterator[Connection]:
        if steps.unheard:
            steps.unheard = False
            steps.passed()
        with write(self) as connection:
            yield connection
        steps.passed()

    monkeypatch.setattr(Store, "_write", counted)
