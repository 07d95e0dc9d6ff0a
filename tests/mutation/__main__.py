"""``python -m tests.mutation [MODULE ...]``: change the code that decides, and run its tests."""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.mutation.changes import Change, ModuleChanges
from tests.mutation.harmless import Excuse, read_excuses, unused
from tests.mutation.running import Bench, Fate

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "moodle_cpd" / "decide"
TESTS = (
    "tests/decide",
    "tests/cases/test_shipped.py::test_every_case_comes_out_as_written",
)
_SHOWN = re.compile(r".*/(?P<module>\w+)\.py:\d+: \w+: (?P<what>.*)")
BAD = (Fate.SURVIVED, Fate.UNTOUCHED)


class Plugin:
    """Runs the changes where the tests would run.

    Args:
        modules: those to change.
        sample: how many changes at most, picked by ``seed``; None is all.
        seed: of the sample.
        jobs: processes at a time.
        budget: seconds of tests for each change at most.
        again: run the harmless ones, too.
        only: those alone that are told here, as ``told_of`` tells them; None is all.

    Attributes:
        fates: what became of each change.
    """

    def __init__(
        self,
        modules: Iterable[ModuleChanges],
        *,
        sample: int | None,
        seed: int,
        jobs: int,
        budget: float,
        again: bool,
        only: frozenset[str] | None,
    ) -> None:
        self._modules, self._sample, self._seed = list(modules), sample, seed
        self._jobs, self._budget, self._again, self._only = jobs, budget, again, only
        self.fates: dict[Change, Fate] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests once."""
        bench = Bench(session.items, FOLDER, self._budget)
        bench.measure()
        told(f"{len(session.items)} tests, {sum(bench.seconds):.0f} s with tracing")
        excuses = read_excuses()
        every = [(module, change) for module in self._modules for change in module]
        if self._only is not None:
            every = [(module, change) for module, change in every if told_of(change) in self._only]
        if self._sample is not None:
            picked = random.Random(self._seed).sample(every, min(self._sample, len(every)))
            every = picked
        wanted = []
        for module, change in every:
            if not self._again and any(excuse.fits(change) for excuse in excuses):
                self.fates[change] = Fate.HARMLESS
            else:
                wanted.append((module, change))
        # In the background of a shell it would be ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            for change, fate in bench.fates(wanted, self._jobs):
                harmless = fate in BAD and any(excuse.fits(change) for excuse in excuses)
                self.fates[change] = Fate.HARMLESS if harmless else fate
                if self.fates[change] in BAD:
                    told(shown(change, fate))
        except KeyboardInterrupt:
            told(f"stopped after {len(self.fates)} of {len(every)} changes")
        return True


def told(words: str) -> None:
    """Tell at once, past what pytest captures."""
    os.write(2, f"{words}\n".encode())


def shown(change: Change, fate: Fate) -> str:
    """A change as a line, with its place first."""
    where = f"moodle_cpd/decide/{change.module}.py:{change.line}"
    return f"{where}: {fate.value}: {told_of(change).partition(': ')[2]}"


def told_of(change: Change) -> str:
    """A change in words that stay true when lines move."""
    nth = f" ({change.nth})" if change.nth > 1 else ""
    return f"{change.module}: {change.function}: {change.was}  →  {change.now}{nth}"


def read_survivors(path: Path) -> frozenset[str] | None:
    """The changes of a list of survivors, as ``told_of`` tells them; None where there is none."""
    if not path.exists():
        return None
    found = (_SHOWN.fullmatch(line) for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(f"{each['module']}: {each['what']}" for each in found if each)


def table(fates: dict[Change, Fate], modules: Iterable[str]) -> str:
    """How many there were and what became of them, module by module."""
    lines = ["| module | changes | noticed | harmless | survivors |", "|---|--:|--:|--:|--:|"]
    whole: Counter[Fate] = Counter()
    for name in modules:
        counts = Counter(fate for change, fate in fates.items() if change.module == name)
        whole += counts
        if counts:
            lines.append(_row(name, counts))
    return "\n".join([*lines, _row("**all**", whole)])


def _row(name: str, counts: Counter[Fate]) -> str:
    noticed = counts[Fate.KILLED] + counts[Fate.ENDLESS]
    bad = sum(counts[fate] for fate in BAD)
    return f"| {name} | {counts.total()} | {noticed} | {counts[Fate.HARMLESS]} | {bad} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 0 where nothing survives that is not known to be harmless, and every reason is used."""
    known = sorted(path.stem for path in FOLDER.glob("*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as caps; all without")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (2)")
    parser.add_argument("--sample", type=int, help="so many changes, picked by --seed, not all")
    parser.add_argument("--seed", type=int, default=1)
    words = "seconds of tests for each change at most: quick, but not the last word"
    parser.add_argument("--budget", type=float, default=float("inf"), help=words)
    parser.add_argument("--tests", nargs="+", default=list(TESTS), help="instead of all")
    parser.add_argument("--again", action="store_true", help="run the harmless ones, too")
    words = "a list of survivors: only these are run where it is there, and what is left is kept"
    parser.add_argument("--survivors", type=Path, metavar="FILE", help=words)
    options = parser.parse_args(arguments)
    for name in options.modules:
        if name not in known:
            parser.error(f"no module '{name}'; there are {', '.join(known)}")
    modules = [
        ModuleChanges(name, (FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        for name in options.modules or known
    ]
    plugin = Plugin(
        modules,
        sample=options.sample,
        seed=options.seed,
        jobs=options.jobs,
        budget=options.budget,
        again=options.again,
        only=None if options.survivors is None else read_survivors(options.survivors),
    )
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    tests = [str(ROOT / test) for test in options.tests]
    code = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests], plugins=[plugin])
    if code != pytest.ExitCode.OK:
        return 2
    left = [shown(change, fate) for change, fate in plugin.fates.items() if fate in BAD]
    if options.survivors is not None:
        options.survivors.write_text("".join(f"{line}\n" for line in left), encoding="utf-8")
    sys.stdout.write(f"\n{table(plugin.fates, known)}\n")
    names = {module.name for module in modules}
    mine = [each for each in read_excuses() if each.key[0] in names]
    stale = unused(mine, (change for module in modules for change in module))
    stale += _noticed(mine, plugin.fates)
    for each in stale:
        sys.stdout.write(f"{each.place}: not needed: {each.key}\n")
    return int(bool(stale or left))


def _noticed(excuses: Iterable[Excuse], fates: dict[Change, Fate]) -> list[Excuse]:
    """Entries about changes that a test does notice."""
    killed = [change for change, fate in fates.items() if fate in {Fate.KILLED, Fate.ENDLESS}]
    return [each for each in excuses if each.key[3] and any(each.fits(c) for c in killed)]


if __name__ == "__main__":
    sys.exit(main())
