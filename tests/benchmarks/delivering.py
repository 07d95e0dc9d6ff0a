"""How fast awards reach a Moodle, and how fast they are compared with the ledger afterwards.

``python -m tests.benchmarks.delivering --url … --course … --activity … --badge … --cohort …
--cohort-badge … --teachers 200 --parallel 2``, with a token in ``MOODLE_CPD_TOKEN``. Participants
of the record course who have no mark in the activity are given a made-up certificate, and put into
the cohort: use a Moodle that may be thrown away. Requests are counted, so that they hold where the
times don't.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from pydantic import SecretStr

from moodle_cpd.apply import Delivery, apply_plan
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import find_record_activity
from moodle_cpd.apply.verifying import Verifier
from moodle_cpd.certificates import NoticeRenderer
from moodle_cpd.certificates.press import Press
from moodle_cpd.config import AwardSettings, Settings, SiteSettings
from moodle_cpd.config.settings import CertificateSettings
from moodle_cpd.decide import decision_digest, decision_to_json
from moodle_cpd.ledger import Ledger
from moodle_cpd.ledger.decided import TeacherDecided
from moodle_cpd.ledger.decisions import DecisionRecord
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import AwardKey, Route
from moodle_cpd.model.decision import AwardDue, Decision, Outcome, Place, Text
from moodle_cpd.model.people import Person
from moodle_cpd.model.period import Period
from moodle_cpd.moodle import Client, Moodle, Writer
from moodle_cpd.plan import Plan

SITE, YEAR = "bench", "2026"
HOURS = Decimal(72)
PERIOD = Period(YEAR, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
PLACE = Place("made-up.yaml", 1, 1)


class Silent:
    """Nobody watches."""

    def start(self, label: str, total: int | None) -> None:
        """Nothing to tell."""

    def advance(self, count: int = 1) -> None:
        """Nothing to tell."""


def settings_of(options: argparse.Namespace) -> Settings:
    """A record course and a cohort; names keep their period as Moodle has them."""

    def named(text: str) -> str:
        return text.replace(YEAR, "{period}")

    record = AwardSettings(
        scheme="certificate",
        award="paper",
        route=Route.RECORD_COURSE,
        course=options.course,
        activity=named(options.activity),
        badge=named(options.badge) if options.badge else None,
    )
    cohort = AwardSettings(
        scheme="badge",
        award="badge",
        route=Route.COHORT,
        cohort=named(options.cohort),
        badge=named(options.cohort_badge),
    )
    site = SiteSettings(
        name=SITE,
        url=options.url,
        parallel=options.parallel,
        files_report=options.files_report,
        badges_report=options.badges_report,
    )
    # Each run numbers anew: a number that another ledger gave is refused.
    own = f"B{datetime.now(UTC):%d%H%M%S}-{{year}}-{{number:06}}"
    papers = CertificateSettings(serial=own)
    return Settings(site=site, awards=(record, cohort), certificates=papers)


def decision_for(teacher: int, route: AwardSettings) -> Decision:
    """A made-up decision that earns the route's award."""
    due = AwardDue(route.award, "certificate", Text("年度学时证书", "Hours"), True, PLACE)
    return Decision(
        site=SITE,
        teacher=teacher,
        scheme=route.scheme,
        title=Text("教师培训学时登记办法", "Regulation"),
        period=PERIOD,
        outcome=Outcome.MET,
        earned=HOURS,
        recognised=HOURS,
        credits=None,
        by_category=(),
        requirement=None,
        credit_lines=(),
        reasons=(),
        awards=(due,),
        rules_digest="",
        period_label=Text("2026 年度", "2026"),
        authority=Text("示范州教育局", "Bureau"),
    )


def plan_for(ledger: Ledger, run: int, teachers: list[int], route: AwardSettings) -> Plan:
    """Issue the route's award to everybody; their decisions are put into the ledger."""
    actions = []
    for teacher in teachers:
        decision = decision_for(teacher, route)
        digest = decision_digest(decision)
        record = DecisionRecord(
            SITE, teacher, route.scheme, YEAR, "met", digest, decision_to_json(decision)
        )
        moment = datetime.now(UTC)
        ledger.record_decided(
            run,
            [
                TeacherDecided(
                    SITE,
                    teacher,
                    0,
                    "",
                    moment,
                    moment,
                    moment,
                    moment,
                    "[]",
                    "[]",
                    "[]",
                    (record,),
                )
            ],
        )
        actions.append(
            Action(
                verb=Verb.ISSUE,
                award=AwardKey(SITE, teacher, route.scheme, YEAR, route.award),
                route=route.route,
                course=route.course or "",
                target=route.target(YEAR),
                badge=route.badge_name(YEAR) or "",
                title=Text("年度学时证书", "Hours"),
                hours=HOURS,
                credits=None,
                decision_digest=digest,
                reason=Text("", ""),
                messages=1,
            )
        )
    return Plan(SITE, "", "", "", None, tuple(actions))


@contextmanager
def told(step: str, count: int, moodle: Moodle) -> Iterator[None]:
    """Print what a step took for each award."""
    requests, wall, cpu = moodle.requests_sent, perf_counter(), _cpu()
    yield
    wall, cpu = perf_counter() - wall, _cpu() - cpu
    print(  # noqa: T201 - the report
        json.dumps(
            {
                "step": step,
                "awards": count,
                "ms_each": round(1000 * wall / count, 1),
                "own_cpu_ms_each": round(1000 * cpu / count, 1),
                "requests": moodle.requests_sent - requests,
                "requests_each": round((moodle.requests_sent - requests) / count, 3),
            }
        )
    )


def _cpu() -> float:
    """Seconds of this process, and of those that drew and have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _same(press: Press) -> Press:
    return press


def measure(options: argparse.Namespace, folder: Path) -> None:
    """Deliver by both routes, then compare."""
    settings = settings_of(options)
    client = Client(settings.site, SecretStr(os.environ["MOODLE_CPD_TOKEN"]))
    moodle = Moodle(client)
    record, cohort = settings.awards
    with Ledger.open(folder / "ledger.sqlite") as ledger:
        run = ledger.start_run(SITE, "bench", datetime.now(UTC))
        activity = find_record_activity(moodle, options.course, options.activity)
        marks = Marks(moodle, activity.assignment.id)
        marks.look()
        free = [
            teacher
            for teacher in sorted(moodle.enrolled(activity.course))
            if marks.of(teacher) is None
        ]
        teachers = free[: options.teachers]
        names = {user.id: user.username or "" for user in moodle.users_by_id(teachers)}
        people = [Person(SITE, one, f"T{one}", names[one], f"张三{one}") for one in teachers]
        ledger.record_people(SITE, people, date(2026, 1, 1))
        for route in (record, cohort):
            plan = plan_for(ledger, run, teachers, route)
            delivery = Delivery(
                moodle=moodle,
                writer=Writer(moodle),
                ledger=ledger,
                settings=settings,
                people=ledger.people(SITE),
                run=run,
                clock=lambda: datetime.now(UTC),
            )
            with told(str(route.route), len(teachers), moodle), Press.of(settings) as press:
                report = apply_plan(plan, delivery, partial(_same, press), NoticeRenderer, Silent())
            print(report.confirmed, "confirmed", *report.problems[:3])  # noqa: T201 - as above
        for content in (False, True):
            with told(f"verify, files: {content}", 2 * len(teachers), moodle):
                found = Verifier(moodle, ledger, settings, content=content).compare(Silent())
            print(len(found.drifts), "drifts", *found.problems[:3])  # noqa: T201 - as above
    client.close()


def main() -> None:
    """Measure what the options say."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "course", "activity", "cohort", "cohort-badge"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--badge", default="")
    parser.add_argument("--teachers", type=int, default=200)
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--files-report", type=int, help="id of the report over files")
    parser.add_argument("--badges-report", type=int, help="id of the report over badges")
    with TemporaryDirectory() as folder:
        measure(parser.parse_args(), Path(folder))


if __name__ == "__main__":
    main()
