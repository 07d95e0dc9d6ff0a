"""Tests against one change after the other, each in a forked process.

Tests are collected and run once, which shows which test comes through which line. Then each change
is made in a fork, where the tests that come through its line run, the likeliest to notice first,
until one fails.
"""

from __future__ import annotations

import ast
import gc
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.changes import Change, ModuleChanges
from tests.mutation.patching import patch

MEMORY: Final = 2 << 30
"""Bytes that a changed program may take before it counts as noticed."""

Line = tuple[str, int]


class Fate(StrEnum):
    """What became of a change."""

    KILLED = "killed"
    """A test fails."""
    ENDLESS = "endless"
    """The tests come to no end, or take all the memory."""
    HARMLESS = "harmless"
    """No test notices, and the reason is written down."""
    SURVIVED = "survived"
    """No test notices."""
    UNTOUCHED = "untouched"
    """No test even comes through the line."""


@dataclass(slots=True)
class Bench:
    """Tests that were run once, and how.

    Attributes:
        items: the tests.
        folder: of the modules that are changed.
        budget: seconds of tests that a change may take at most, as measured with tracing.
        through: the tests that come through a line, by place in ``items``.
        seconds: how long each test takes.
    """

    items: Sequence[pytest.Item]
    folder: Path
    budget: float
    through: dict[Line, list[int]] = field(default_factory=lambda: defaultdict(list))
    seconds: list[float] = field(default_factory=list)
    _killers: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def measure(self) -> None:
        """Run every test once.

        Raises:
            RuntimeError: one fails although nothing is changed.
        """
        for number, item in enumerate(self.items):
            lines: set[Line] = set()
            start = time.process_time()
            sys.settrace(_tracer(str(self.folder), lines))
            try:
                passes = _passes(item)
            finally:
                sys.settrace(None)
            if not passes:
                raise RuntimeError(f"{item.nodeid} fails without any change")
            self.seconds.append(time.process_time() - start)
            for line in lines:
                self.through[line].append(number)

    def tests_of(self, change: Change) -> list[int]:
        """The tests that come through a change, the likeliest to notice first.

        First what noticed others in the same function; then whatever promises most for its time:
        the module's own tests, and those that noticed other changes of the module.
        """
        if isinstance(change.slot[0], ast.arguments):
            found = self._below(change)
        elif change.function.strip("."):
            found = self.through.get((change.module, change.line), [])
        else:
            found = list(range(len(self.items)))
        killers = self._killers[change.module, change.function]
        recent = {number: place for place, number in enumerate(reversed(killers))}
        kills = Counter(
            number
            for (module, _), numbers in self._killers.items()
            if module == change.module
            for number in numbers
        )
        own = f"test_{change.module}.py"

        def rank(number: int) -> tuple[int, float]:
            last = recent.get(number, len(self.items))
            promise = 1 + 2 * kills[number] + 4 * (self.items[number].path.name == own)
            return last, self.seconds[number] / promise

        ordered = sorted(found, key=rank)
        sums = accumulate(self.seconds[number] for number in ordered)
        return [number for number, spent in zip(ordered, sums, strict=True) if spent < self.budget]

    def _below(self, change: Change) -> list[int]:
        """The tests that come through the next line: in that of a default itself nothing runs."""
        lines = [line for module, line in self.through if module == change.module]
        first = min((line for line in lines if line > change.line), default=change.line)
        return self.through.get((change.module, first), [])

    def fates(
        self, changes: Iterable[tuple[ModuleChanges, Change]], jobs: int
    ) -> Iterator[tuple[Change, Fate]]:
        """Make each change and run its tests.

        Args:
            changes: with the module that they belong to.
            jobs: processes at a time.
        """
        gc.freeze()
        running: dict[int, tuple[Change, int]] = {}
        for module, change in changes:
            tests = self.tests_of(change)
            if not tests:
                yield change, Fate.UNTOUCHED
                continue
            while len(running) >= jobs:
                yield self._next_done(running)
            child, end = _fork(lambda m=module, c=change, t=tests: self._fails(m, c, t))  # type: ignore[misc]
            running[child] = change, end
        while running:
            yield self._next_done(running)

    def _fails(self, module: ModuleChanges, change: Change, tests: Sequence[int]) -> int | None:
        patch(module, change)
        for number in tests:
            _allow(5 + int(4 * self.seconds[number]))
            if not _passes(self.items[number]):
                return number
        return None

    def _next_done(self, running: dict[int, tuple[Change, int]]) -> tuple[Change, Fate]:
        child, _ = os.waitpid(-1, 0)
        change, end = running.pop(child)
        with os.fdopen(end) as pipe:
            said = pipe.read()
        if said == "none":
            return change, Fate.SURVIVED
        if not said:
            return change, Fate.ENDLESS
        killers = self._killers[change.module, change.function]
        number = int(said)
        if number in killers:
            killers.remove(number)
        killers.append(number)
        return change, Fate.KILLED


def _allow(seconds: int) -> None:
    """Let this process end by itself once it has worked for so many seconds more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def _fork(work: Callable[[], int | None]) -> tuple[int, int]:
    """Do something in a process of its own; the process, and where it says what came of it."""
    here, there = os.pipe()
    child = os.fork()
    if child:
        os.close(there)
        return child, here
    os.close(here)
    try:
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        found = work()
        os.write(there, ("none" if found is None else str(found)).encode())
    finally:
        # Nothing of the parent's is to be finished or written a second time.
        os._exit(0)


def _passes(item: pytest.Item) -> bool:
    reports = runtestprotocol(item, log=False, nextitem=None)
    return not any(report.failed for report in reports)


def _tracer(folder: str, lines: set[Line]) -> Callable[..., Any]:
    """Note the lines of the modules in a folder."""

    def inside(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            lines.add((Path(frame.f_code.co_filename).stem, frame.f_lineno))
        return inside

    def outside(frame: FrameType, _event: str, _: object) -> Any:
        return inside if frame.f_code.co_filename.startswith(folder) else None

    return outside
