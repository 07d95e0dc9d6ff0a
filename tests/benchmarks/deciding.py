"""How fast everybody is decided: all at first, then only whom something new concerns.

``python -m tests.benchmarks.deciding`` fills a ledger with a made-up county and runs the real
command on it, each time as a process of its own, whose time and peak of memory the system tells.
Beside it stands the naive way: each teacher read by queries of their own, the rules held against
the courses anew for each, everybody decided again every night. It is measured on some teachers and
extrapolated.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from moodle_cpd.decide import (
    TeacherRecord,
    decide_teacher,
    decision_digest,
    decision_to_json,
)
from moodle_cpd.ledger import DecisionRecord, Ledger, TeacherDecided
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.shipped import shipped_mappings
from tests.benchmarks import county

SETTINGS = """\
ledger = "ledger.sqlite"
rules = {rules}

[site]
name = "{site}"
url = "https://moodle.example"
"""
COMMAND = "import sys; from moodle_cpd.cli import main; main()"
NEWS_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Measured:
    """One step as a process of its own.

    Attributes:
        step: what was done.
        teachers: of how many there was something to decide.
        wall: seconds.
        cpu: seconds of one core.
        memory: peak, in MB.
    """

    step: str
    teachers: int
    wall: float
    cpu: float
    memory: float


def measure(teachers: int, naive: int, jobs: Sequence[int] = ()) -> Iterator[Measured]:
    """All steps on a county of so many teachers.

    Args:
        teachers: how many.
        naive: how many of them are decided the naive way; the rest is extrapolated.
        jobs: numbers of processes in which everybody is decided again.
    """
    now = county.minute(datetime.now(UTC))
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = SETTINGS.format(rules=json.dumps(str(shipped_mappings())), site=county.SITE)
        (folder / "moodle-cpd.toml").write_text(settings, encoding="utf-8")
        # News come between the last two moments.
        _beside(folder, "fill", teachers, now - timedelta(minutes=2))
        shutil.copy(folder / "ledger.sqlite", folder / "naive.sqlite")
        yield _decide(folder, "everybody, for the first time", teachers)
        yield _decide(folder, "again, nothing new", 0)
        news = max(1, round(teachers * NEWS_SHARE))
        _beside(folder, "news", teachers, now - timedelta(minutes=1))
        yield _decide(folder, "again, 1% with news", news)
        yield _decide(folder, "everybody again (--all)", teachers, "--all")
        for number in jobs:
            options = ("--all", "--jobs", str(number))
            yield _decide(folder, f"everybody again (--all --jobs {number})", teachers, *options)
        some = min(naive, teachers)
        one = _run(_self("naive", folder, some, now), f"the naive way, {some} teachers", some)
        scale = teachers / some
        yield one
        yield Measured(
            "the naive way, extrapolated", teachers, one.wall * scale, one.cpu * scale, one.memory
        )


def _decide(folder: Path, step: str, teachers: int, *options: str) -> Measured:
    config = str(folder / "moodle-cpd.toml")
    line = [sys.executable, "-c", COMMAND, "-c", config, "-q", "decide", "--json", *options]
    return _run(line, step, teachers)


def _run(line: Sequence[str], step: str, teachers: int) -> Measured:
    begin = perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{step}: exit code {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(step, teachers, wall, cpu, usage.ru_maxrss / 1024)


def _self(task: str, folder: Path, teachers: int, at: datetime) -> list[str]:
    module = ["-m", "tests.benchmarks.deciding"]
    return [sys.executable, *module, "--task", task, str(folder), str(teachers), at.isoformat()]


def _beside(folder: Path, task: str, teachers: int, at: datetime) -> None:
    """Do something in a process of its own, so that this one stays small beside those measured."""
    subprocess.run(_self(task, folder, teachers, at), check=True)


def _task(task: str, folder: Path, teachers: int, at: datetime) -> None:
    if task == "naive":
        with Ledger.open(folder / "naive.sqlite") as ledger:
            decide_naively(ledger, range(1, teachers + 1), at)
        return
    with Ledger.open(folder / "ledger.sqlite") as ledger:
        if task == "fill":
            county.fill(ledger, teachers, at)
        else:
            some = max(1, round(teachers * NEWS_SHARE))
            county.news(ledger, range(1, teachers + 1, teachers // some), at)


def decide_naively(ledger: Ledger, teachers: Sequence[int], on: datetime) -> None:
    """Decide some teachers one after the other, as a script would that knows of nothing else."""
    rulebook = load_rulebook(shipped_mappings())
    run = ledger.start_run(county.SITE, "decide", on)
    for teacher in teachers:
        known = TeacherRecord(
            county.SITE,
            teacher,
            [fact for _, facts in ledger.facts(county.SITE, [teacher]) for fact in facts],
            ledger.attributes(county.SITE, [teacher]).get(teacher, ()),
        )
        decisions, _ = decide_teacher(rulebook, ledger.courses(county.SITE), known, on)
        records = tuple(
            DecisionRecord(
                each.site,
                each.teacher,
                each.scheme,
                each.period.key,
                str(each.outcome),
                decision_digest(each),
                decision_to_json(each),
            )
            for each in decisions
        )
        whole = TeacherDecided(
            county.SITE, teacher, 0, "", on, on, on, on, "[]", "[]", "[]", decisions=records
        )
        ledger.record_decided(run, [whole])


def _table(teachers: int, found: Sequence[Measured]) -> str:
    facts = teachers * county.YEARS * county.FACTS_A_YEAR
    lines = [
        f"{teachers} teachers, {facts} facts",
        "",
        "| step | decided | wall s | CPU s | facts/s | peak MB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for each in found:
        of_each = county.YEARS * county.FACTS_A_YEAR
        rate = f"{each.teachers * of_each / each.wall:.0f}" if each.teachers else "-"
        lines.append(
            f"| {each.step} | {each.teachers} | {each.wall:.1f} | {each.cpu:.1f} | {rate} "
            f"| {each.memory:.0f} |"
        )
    first, _, news, *_, naive = found
    lines += ["", f"1% with news: {news.cpu / first.cpu:.1%} of the first time,"]
    lines += [f"{news.cpu / naive.cpu:.2%} of the naive way."]
    return "\n".join(lines)


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.deciding")
    parser.add_argument(
        "--teachers", type=int, nargs="+", default=[15000], help="sizes of the county"
    )
    parser.add_argument("--naive", type=int, default=200, help="teachers decided the naive way")
    parser.add_argument(
        "--jobs", type=int, nargs="*", default=[], help="also decide in so many processes"
    )
    parser.add_argument("--json", action="store_true", help="figures for a program")
    parser.add_argument("--task", nargs=4, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.task:
        task, folder, teachers, at = wanted.task
        _task(task, Path(folder), int(teachers), datetime.fromisoformat(at))
        return
    for teachers in wanted.teachers:
        found = list(measure(teachers, wanted.naive, wanted.jobs))
        if wanted.json:
            document = {"teachers": teachers, "steps": [asdict(each) for each in found]}
            text = json.dumps(document)
        else:
            text = _table(teachers, found)
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
