"""How fast Moodle is read: everything at first, then no news; beside it one call for each pair.

``python -m tests.benchmarks.reading --url … --cohort … --report … --people-report …`` measures a
site that is there already, a token in ``MOODLE_CPD_TOKEN``; without ``--url`` an embedded Moodle of
``--teachers`` and ``--courses`` is made, in a process of its own, and measured. All of it in one
run, so that the ratios hold where the times don't. The site is only read. One call for each teacher
and course is measured on some pairs and extrapolated, and so are the details of completions many in
one request. With ``--ledger`` the ledger is kept: the next run with it measures one reading more,
of what is new by then.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from multiprocessing import get_context
from multiprocessing.connection import Connection
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

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """One step.

    Attributes:
        step: what was read.
        seconds: wall time.
        requests: HTTP requests.
        memory: the process's peak so far, in MB.
        note: what it was extrapolated from, or what was found.
    """

    step: str
    seconds: float
    requests: int
    memory: int
    note: str = ""


class Steps:
    """Hears of a pull's parts, and keeps how long each took."""

    def __init__(self, moodle: Moodle) -> None:
        self.found: list[Measured] = []
        self._moodle = moodle
        self._label = ""
        self._began = perf_counter()
        self._requests = moodle.requests_sent

    def start(self, label: str, total: int | None) -> None:
        """A part begins, and the one before has ended."""
        if self._label:
            seconds, requests = perf_counter() - self._began, self._moodle.requests_sent
            self.found.append(
                Measured(f"  {self._label}", seconds, requests - self._requests, peak())
            )
        self._label, self._began = label, perf_counter()
        self._requests = self._moodle.requests_sent

    def advance(self, count: int = 1) -> None:
        """Not of interest here."""


def peak() -> int:
    """The process's peak of memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def read(
    moodle: Moodle,
    ledger: Ledger,
    settings: Settings,
    pattern: str,
    step: str,
    *,
    types: Collection[str],
) -> list[Measured]:
    """One pull, and its parts."""
    steps, now = Steps(moodle), datetime.now(UTC)
    before, began = moodle.requests_sent, perf_counter()

    def selected(course: Course) -> bool:
        return fnmatchcase(course.idnumber, pattern)

    run = ledger.start_run(moodle.name, "pull", now)
    report = pull(
        moodle,
        ledger,
        settings,
        run,
        selected=selected,
        wanted=lambda _, activity: activity.type in types,
        now=now,
        progress=steps,
    )
    seconds = perf_counter() - began
    steps.start("", None)
    new = ", ".join(f"{count} {kind}" for kind, count in report.new.items() if count)
    note = f"{report.strategy}, new: {new or 'nothing'}"
    if report.problems:
        note += f"; {len(report.problems)} problems: {report.problems[0]}"
    return [Measured(step, seconds, moodle.requests_sent - before, peak(), note), *steps.found]


def details(moodle: Moodle, pairs: list[Pair], all_pairs: int, *, single: bool) -> Measured:
    """Details of completions for some pairs, extrapolated to all."""
    moodle.one_by_one = single
    before, began = moodle.requests_sent, perf_counter()
    answered = sum(1 for _ in moodle.completion_statuses(pairs))
    seconds, requests = perf_counter() - began, moodle.requests_sent - before
    moodle.one_by_one = False
    factor = all_pairs / answered
    name = "one call a pair" if single else "details, many in one request"
    note = f"{answered} pairs in {seconds:.2f} s and {requests} requests, extrapolated"
    return Measured(name, seconds * factor, round(requests * factor), peak(), note)


def measure(
    settings: Settings,
    token: str,
    pattern: str,
    *,
    sample: int,
    path: Path,
    types: Collection[str],
) -> list[Measured]:
    """All steps on one site; one reading alone where the ledger knows it already."""
    client = Client(settings.site, SecretStr(token))
    moodle = Moodle(client)
    with Ledger.open(path) as ledger:
        if ledger.readings(moodle.name):
            return read(moodle, ledger, settings, pattern, "what is new", types=types)
        found = read(moodle, ledger, settings, pattern, "first reading", types=types)
        for step in ("again, no news", "and again"):
            found += read(moodle, ledger, settings, pattern, step, types=types)
        if not sample:
            return found
        moments = ledger.standing_moments(moodle.name, FactKind.COURSE_COMPLETED)
        known = [(teacher, course) for teacher, facts in moments for course, _ in facts]
        courses = [c for c in ledger.courses(moodle.name).values() if selected_by(pattern, c)]
        enrolled = sum(len(ledger.enrolled(moodle.name, course.id)) for course in courses)
        # Teacher by teacher, as they are read.
        start = max(0, len(known) - sample) // 2
        pairs = known[start : start + sample]
        found.append(details(moodle, pairs, enrolled, single=False))
        found.append(details(moodle, pairs, enrolled, single=True))
    client.close()
    return found


def selected_by(pattern: str, course: Course) -> bool:
    """Whether a course is read."""
    return fnmatchcase(course.idnumber, pattern)


@contextmanager
def embedded(teachers: int, courses: int) -> Iterator[tuple[SiteSettings, str]]:
    """An embedded Moodle of a size, in a process of its own, so that its memory is not ours."""
    fresh = get_context("spawn")
    here, there = fresh.Pipe()
    process = fresh.Process(target=serve, args=(there, teachers, courses), daemon=True)
    process.start()
    try:
        url, report, token = here.recv()
        yield SiteSettings(url=url, report=report), token
    finally:
        here.send("enough")
        process.join()


def serve(pipe: Connection, teachers: int, courses: int) -> None:
    """Be that Moodle until told otherwise."""
    from moodle_cpd.demo import EmbeddedMoodle, build_crowd

    world = build_crowd(seed=3, today=datetime.now(UTC).date(), teachers=teachers, courses=courses)
    with EmbeddedMoodle(world) as server:
        pipe.send((server.url, min(world.tables.reports), server.token))
        pipe.recv()


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("--report", type=int)
    parser.add_argument("--people-report", type=int)
    parser.add_argument("--cohort", default="teachers")
    parser.add_argument("--courses-like", default="*", help="idnumbers of the courses to read")
    parser.add_argument(
        "--types", nargs="+", default=["assign"], help="assign, quiz, course_total, …"
    )
    parser.add_argument("--strategy", choices=["report", "batch", "single"])
    parser.add_argument("--sample", type=int, default=500, help="pairs for one call each")
    parser.add_argument("--ledger", type=Path, help="file to keep for the next run")
    parser.add_argument("--teachers", type=int, default=200)
    parser.add_argument("--courses", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        people = PeopleSettings(cohorts=(options.cohort,))
        how = PullSettings(strategy=options.strategy)

        def run(site: SiteSettings, token: str) -> list[Measured]:
            settings = Settings(site=site, people=people, pull=how)
            path = options.ledger or Path(folder) / "ledger.sqlite"
            return measure(
                settings,
                token,
                options.courses_like,
                sample=options.sample,
                path=path,
                types=options.types,
            )

        if options.url:
            site = SiteSettings(
                url=options.url, report=options.report, people_report=options.people_report
            )
            found = run(site, os.environ["MOODLE_CPD_TOKEN"])
        else:
            with embedded(options.teachers, options.courses) as (site, token):
                found = run(site, token)
    if options.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))  # noqa: T201 - a command
        return
    for each in found:
        line = f"{each.step:<34} {each.seconds:>9.2f} s {each.requests:>7} requests"
        print(f"{line} {each.memory:>5} MB  {each.note}")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
