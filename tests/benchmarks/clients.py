"""The same first reading in all our ways, and by the Python clients that people use.

People and completions of the teachers of one cohort, on a site that is there already, a token in
``MOODLE_CPD_TOKEN``. The clients live in environments of their own, whose interpreters are named:
``python -m tests.benchmarks.clients --url … --cohort … --report … --moodlepy venv/bin/python``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from pydantic import SecretStr

from moodle_cpd.config import PeopleSettings, PullSettings, Settings, SiteSettings
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.fact import FactKind
from moodle_cpd.moodle import Client, Moodle
from moodle_cpd.pull import pull
from moodle_cpd.pull.strategies import Strategy
from tests.benchmarks.reading import Steps

NAIVE = Path(__file__).with_name("naive.py")


def ours(
    site: SiteSettings, token: str, cohort: str, pattern: str, strategy: Strategy
) -> dict[str, object]:
    """One first reading of ours."""
    settings = Settings(
        site=site,
        people=PeopleSettings(cohorts=(cohort,)),
        pull=PullSettings(strategy=strategy.value),
    )

    def selected(course: Course) -> bool:
        return fnmatchcase(course.idnumber, pattern)

    client = Client(site, SecretStr(token))
    moodle = Moodle(client)
    with TemporaryDirectory() as folder, Ledger.open(Path(folder) / "ledger.sqlite") as ledger:
        now = datetime.now(UTC)
        run = ledger.start_run(moodle.name, "pull", now)
        began = perf_counter()
        report = pull(
            moodle,
            ledger,
            settings,
            run,
            selected=selected,
            wanted=lambda _course, _activity: False,
            now=now,
            progress=Steps(moodle),
        )
        seconds = perf_counter() - began
        client.close()
        assert report.strategy is strategy, f"the site does not allow '{strategy}'"
        assert not report.problems, report.problems[0]
        return {
            "seconds": seconds,
            "requests": report.requests,
            "people": report.people,
            "completed": report.new[FactKind.COURSE_COMPLETED],
            "teachers": sorted(ledger.people(moodle.name)),
        }


def theirs(name: str, interpreter: str, work: dict[str, object]) -> dict[str, object]:
    """The same by a client in an environment of its own."""
    command = [interpreter, str(NAIVE), name]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command,
        input=json.dumps(work),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure one after the other, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--cohort", required=True)
    parser.add_argument("--report", type=int)
    parser.add_argument("--courses-like", default="*", help="idnumbers of the courses to read")
    parser.add_argument("--moodlepy", help="interpreter of an environment that has moodlepy")
    parser.add_argument("--pymoodle", help="interpreter of an environment that has pymoodle")
    options = parser.parse_args()
    token = os.environ["MOODLE_CPD_TOKEN"]
    site = SiteSettings(url=options.url, report=options.report)
    teachers: object = []
    completed: object = None
    for strategy in Strategy:
        if strategy is Strategy.REPORT and options.report is None:
            continue
        found = ours(site, token, options.cohort, options.courses_like, strategy)
        teachers = found.pop("teachers")
        completed = tell(f"ours, {strategy}", found, completed)
    work = {
        "url": options.url,
        "token": token,
        "teachers": teachers,
        "pattern": options.courses_like,
    }
    for name in ("moodlepy", "pymoodle"):
        if interpreter := getattr(options, name):
            completed = tell(name, theirs(name, interpreter, work), completed)


def tell(name: str, found: dict[str, object], completed: object) -> object:
    """Print one line; all must find the same."""
    print(  # noqa: T201 - a command
        f"{name:<14} {found['seconds']:>8.2f} s {found['requests']:>6} requests"
        f"  {found['people']} people, {found['completed']} completions",
        flush=True,
    )
    assert completed in {None, found["completed"]}, "they don't find the same"
    return found["completed"]


if __name__ == "__main__":
    main()
