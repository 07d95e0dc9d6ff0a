"""A small site with everything that runs against it, in this process and on clocks of its own."""

from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Self

import pytest
from sqlalchemy import Engine

from moodle_cpd import moodle
from moodle_cpd.certificates import CertificateContent
from moodle_cpd.cli import app, planning, session, steps
from moodle_cpd.config import Settings, SiteSettings
from moodle_cpd.demo import EmbeddedMoodle, build_world
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.fault import Fault, Strike
from moodle_cpd.demo.faults import BATCH, Faults, batch_label
from moodle_cpd.ledger import Ledger, ledger
from moodle_cpd.ledger.engine import open_engine
from moodle_cpd.moodle import Client
from moodle_cpd.moodle.reply import RawReply
from moodle_cpd.moodle.transport import Transport
from moodle_cpd.pull.strategies import Strategy
from moodle_cpd.rules import Rulebook, load_rulebook
from tests.conftest import TODAY
from tests.faults.happenings import Happenings, use_doomed
from tests.live.exchange import function_first
from tests.settings import homeroom_only, write_settings

PULL, APPLY = "pull", "apply"
PHASES = (PULL, APPLY)
"""Deciding and planning ask nothing of Moodle."""

START = datetime(2026, 11, 22, 4, tzinfo=UTC)
PATIENCE = 5
"""Seconds for which one of several requests waits that met, by chance, another's silence."""
IMPATIENCE = 0.02
"""Seconds that a client waits for a reply of which the test knows that it never comes."""


_RUNNING_HOURS = f"""
[[running_hours]]
scheme = "homeroom-teacher-30h"
course = "{ids.RECORD_COURSE}"
activity = "{ids.QIANSHAN_PROGRESS}"
"""


class Clocks:
    """The time that everything goes by; it passes only when it is told to."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.jump = 0.0

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self.passed

    def now(self) -> datetime:
        """This computer's time."""
        return START + timedelta(seconds=self.passed + self.jump)

    def site(self) -> float:
        """The site's time in Unix seconds."""
        return START.timestamp() + self.passed

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += seconds

    def leap(self, seconds: float) -> None:
        """Set this computer's clock wrong by so much."""
        self.jump = seconds


@dataclass
class Run:
    """What came of one run.

    Attributes:
        code: exit code.
        said: what it printed as problems.
        asked: how often each label was asked for in each phase.
    """

    code: int
    said: str
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)


class Installation:
    """A site, a ledger, and runs of the program between them.

    Args:
        folder: for settings and ledger; what an earlier installation left there is replaced.
        patch: undone by the caller.
        way: how completions are read.
        parallel: how many requests there are at a time, at most.

    Attributes:
        met: how often which fault met which function in which phase.
        shows_hours: running hours are written, which needs many calls in one request.
    """

    def __init__(
        self,
        folder: Path,
        patch: pytest.MonkeyPatch,
        *,
        way: Strategy = Strategy.BATCH,
        parallel: int = 1,
    ) -> None:
        self.clocks = Clocks()
        self.world = build_world(25, today=TODAY, teachers=9, clock=self.clocks.site)
        self.site = EmbeddedMoodle(self.world, date=self.clocks.site)
        self.happenings = Happenings(self.world)
        self.met: Counter[tuple[str, str, Fault]] = Counter()
        self.faults = Faults(
            self.site,
            events={
                Fault.SLOW: self.clocks.wait,
                Fault.CLOCK: self.clocks.leap,
                Fault.CHANGED: self.happenings.change,
                Fault.DELETED: self.happenings.delete,
            },
            tell=self._count,
        )
        self.phase = PULL
        self._plans: Mapping[str, list[Strike]] = {}
        self._asked: Counter[tuple[str, str]] = Counter()
        self._patient: dict[Transport, SiteSettings] = {}
        self._door = Lock()
        self.shows_hours = way is not Strategy.SINGLE
        self._patch(patch)
        self.site.start()
        self.config = write_settings(folder, self.site, rules=_rules(folder.parent))
        text = self.config.read_text(encoding="utf-8")
        report = "report = 1\n" if way is Strategy.REPORT else ""
        site = f"[site]\nparallel = {parallel}\nread_timeout = {PATIENCE}\n{report}"
        text = text.replace("[site]\n", site) + f'\n[pull]\nstrategy = "{way}"\n'
        text += _RUNNING_HOURS if self.shows_hours else ""
        self.config.write_text(text, "utf-8")
        self.ledger_path = self.config.parent / "ledger.sqlite"
        shutil.copy(_empty_ledger(folder.parent), self.ledger_path)

    def close(self) -> None:
        """Stop the site."""
        self.site.stop()

    def sync(self, plans: Mapping[str, list[Strike]] | None = None, *, write: bool = True) -> Run:
        """One ``sync`` while strikes hit each of its phases; what lasts is mended afterwards."""
        self._plans = plans or {}
        self._asked = Counter()
        self._enter(PULL)
        said = io.StringIO()
        arguments = ["-c", str(self.config), "-q", "sync"]
        if write:
            arguments += ["--yes", "--allow", "1000"]
        with redirect_stdout(io.StringIO()), redirect_stderr(said):
            code = app.run(arguments)
        self.faults.mend()
        self.clocks.jump = 0.0
        return Run(code, said.getvalue(), self._asked)

    def _count(self, strike: Strike) -> None:
        self.met[self.phase, strike.label, strike.fault] += 1

    def _enter(self, phase: str) -> None:
        self.phase = phase
        self.faults.schedule(self._plans.get(phase, []))

    def _patch(self, patch: pytest.MonkeyPatch) -> None:
        clocks = self.clocks
        client = partial(
            Client,
            sleep=clocks.wait,
            chance=lambda: 0.5,
            clock=clocks.monotonic,
            now=clocks.now,
        )
        patch.setattr(moodle, "Client", client)
        for module in (session, steps, planning):
            patch.setattr(module, "now", clocks.now)
        patch.setattr(session, "load_rulebook", _rulebook)
        patch.setattr(ledger, "open_engine", _engine)
        patch.setattr(steps, "Press", _Pen)
        apply_step = steps.apply_step

        def applied(*arguments: Any, **options: Any) -> Any:
            self._enter(APPLY)
            return apply_step(*arguments, **options)

        patch.setattr(planning, "apply_step", applied)
        patch.setattr(Transport, "post", self._post(Transport.post))

    def _settings(self, transport: Transport) -> SiteSettings:
        """As they were when it was made: several requests under way may share it."""
        return self._patient.setdefault(transport, transport.site)

    def _post(self, post: Callable[..., RawReply]) -> Callable[..., RawReply]:
        """On the way to the site: what only the client's side can bring about."""

        def wrapped(
            transport: Transport,
            path: str,
            pairs: Iterable[tuple[str, str]],
            *,
            function: str,
            **more: Any,
        ) -> RawReply:
            pairs = list(pairs)
            label = _label(function, pairs)
            self._asked[self.phase, label] += 1
            self.clocks.wait(0.05)
            self._settings(transport)
            strike = self.faults.due(label)
            fault = None if strike is None else strike.fault
            if strike is not None and fault is Fault.PARAMETERS and strike.late:
                # What is dropped is then missing while the function is called all the same.
                pairs = list(function_first(pairs))
            if fault is Fault.REFUSED:
                self.faults.skip(label)
                with self._closed():
                    return post(transport, path, pairs, function=function, **more)
            if fault is Fault.SILENT:
                with self._impatient(transport):
                    return post(transport, path, pairs, function=function, **more)
            return post(transport, path, pairs, function=function, **more)

        return wrapped

    @contextmanager
    def _impatient(self, transport: Transport) -> Iterator[None]:
        """A reply is not waited for; of requests under way together one after the other."""
        patient = self._settings(transport)
        with self._door:
            transport.site = patient.model_copy(update={"read_timeout": IMPATIENCE})
            try:
                yield
            finally:
                transport.site = patient

    @contextmanager
    def _closed(self) -> Iterator[None]:
        """Nobody listens; of requests under way together one after the other meets that."""
        with self._door:
            self.site.stop()
            try:
                yield
            finally:
                self.site.start()


def _label(function: str, pairs: Iterable[tuple[str, str]]) -> str:
    if function != BATCH:
        return function
    return batch_label(value for name, value in pairs if name.endswith("[function]"))


@cache
def _rules(folder: Path) -> Path:
    rules = homeroom_only(folder / "rules")
    use_doomed(rules)
    return rules


@cache
def _rulebook(folder: Path) -> Rulebook:
    return load_rulebook(folder)


@cache
def _engine(path: Path, wait: float) -> Engine:
    """One engine a path for good: a new one would compile every statement anew."""
    return open_engine(path, wait)


@cache
def _empty_ledger(folder: Path) -> Path:
    path = folder / "empty.sqlite"
    with Ledger.open(path):
        pass
    return path


class _Pen:
    """Draws certificates quickly: what stands on them is another test's matter."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """One for any settings."""
        return cls()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to end."""

    def render(self, content: CertificateContent, credential: str = "") -> bytes:
        """A few bytes that differ wherever what is drawn does."""
        return b"%PDF-" + sha256(repr((content, credential)).encode()).digest()

    render_apart = render

    def render_all(
        self,
        certificates: Iterable[tuple[CertificateContent, str]],
        doubtful: Collection[str] = (),
    ) -> Iterator[bytes]:
        """Each of them."""
        return (self.render(*each) for each in certificates)
