"""Plays a schedule and says whether the end is that of a run that nothing disturbed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from moodle_cpd.errors import ExitCode
from moodle_cpd.pull.strategies import Strategy
from tests.faults.installation import Installation, Run
from tests.faults.schedule import Schedule, Target
from tests.faults.state import State, differences, end_state, without_hours

DOCUMENTED = frozenset(
    {
        ExitCode.DONE,
        ExitCode.SITE_PROBLEM,
        ExitCode.PARTIAL,
        ExitCode.REFUSED,
    }
)
"""How a disturbed run may end."""


_DISTURBED, _UNDISTURBED = "disturbed", "undisturbed"


@dataclass
class Verdict:
    """What came of a schedule.

    Attributes:
        seed: whose.
        wrong: what should not have happened; empty where all is well.
        met: how often which fault met which function in which phase.
        codes: how the disturbed runs ended.
    """

    seed: int
    wrong: list[str] = field(default_factory=list)
    met: Counter[Target] = field(default_factory=Counter)
    codes: list[int] = field(default_factory=list)


Weaken = Callable[[pytest.MonkeyPatch], None]
"""Switches off one of the things that protect a run; undone afterwards."""


class Player:
    """Plays schedules one after the other.

    Args:
        folder: for what they leave behind, until they are over.
        weaken: what is done to the program in disturbed runs.
        between: what is done to the installation after each of them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        weaken: Weaken = lambda _: None,
        between: Callable[[Installation], None] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._weaken = weaken
        self._between = between
        self._undisturbed: dict[frozenset[str], State] = {}

    def play(self, schedule: Schedule) -> Verdict:
        """Play one."""
        verdict = Verdict(schedule.seed)
        with self._home(_DISTURBED, way=schedule.way, parallel=schedule.parallel) as home:
            if schedule.warm:
                home.sync(write=False)
            # Who goes on where a run was cut off reads what was there at that time: what came since
            # is for the run after that.
            cut_off: frozenset[str] | None = None
            earned = 0
            for number, strikes in enumerate(schedule.runs, start=1):
                if cut_off is None:
                    home.happenings.earn(earned)
                    earned += 1
                before = home.happenings.so_far
                run = home.sync(strikes)
                self._between(home)
                verdict.codes.append(run.code)
                verdict.wrong += _judge(f"run {number}", run)
                nothing_new = home.happenings.so_far == before
                if run.code == ExitCode.DONE and nothing_new and cut_off in {None, before}:
                    verdict.wrong += self._compare(f"after run {number}", home)
                if run.code != ExitCode.SITE_PROBLEM:
                    cut_off = None
                elif cut_off is None:
                    cut_off = before
            if cut_off not in {None, home.happenings.so_far}:
                home.sync()
            last = home.sync()
            if last.code != ExitCode.DONE:
                verdict.wrong.append(f"the last run ended with {last.code}: {last.said}")
            verdict.wrong += self._compare("in the end", home)
            verdict.met = home.met
        return verdict

    def _compare(self, name: str, home: Installation) -> list[str]:
        found, meant = end_state(home), self._meant(home.happenings.so_far)
        if not home.shows_hours:
            meant = without_hours(meant, home)
        wrong = [*found.pop("wrong"), *differences(found, meant)]
        return [f"{name}: {each}" for each in wrong]

    def _meant(self, happened: frozenset[str]) -> State:
        """The end where all that happened had happened before the first run that wrote."""
        known = self._undisturbed.get(happened)
        if known is None:
            with self._home(_UNDISTURBED) as home:
                home.happenings.repeat(happened)
                assert home.sync().code == ExitCode.DONE
                known = end_state(home)
            assert known.pop("wrong") == []
            self._undisturbed[happened] = known
        return known

    @contextmanager
    def _home(
        self, name: str, *, way: Strategy = Strategy.BATCH, parallel: int = 1
    ) -> Iterator[Installation]:
        with pytest.MonkeyPatch.context() as patch:
            if name == _DISTURBED:
                self._weaken(patch)
            home = Installation(self._folder / name, patch, way=way, parallel=parallel)
            try:
                yield home
            finally:
                home.close()


def _judge(name: str, run: Run) -> list[str]:
    if run.code not in DOCUMENTED:
        return [f"{name} ended with {run.code}: {run.said}"]
    if run.code != ExitCode.DONE and not run.said.strip():
        return [f"{name} ended with {run.code} and said nothing"]
    return []
