"""What a command needs, opened in the order in which it can fail, closed in any case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moodle_cpd.cli.console import Console
from moodle_cpd.config import Settings, load_settings, read_token
from moodle_cpd.errors import CpdError, ExitCode, InputError
from moodle_cpd.ledger import Ledger
from moodle_cpd.problems import Problem
from moodle_cpd.rules import Rulebook, load_rulebook
from moodle_cpd.rules.shipped import shipped_mappings

if TYPE_CHECKING:
    from moodle_cpd.moodle import Moodle


def session_of(context: click.Context) -> Session:
    """The session of a command that runs.

    Raises:
        RuntimeError: the command runs outside of the program.
    """
    session = context.find_object(Session)
    if session is None:
        raise RuntimeError("the command runs outside of the program")
    return session


def now() -> datetime:
    """The moment, UTC; the only clock of the commands."""
    return datetime.now(UTC)


@dataclass
class Session:
    """One command's view of the installation.

    Attributes:
        config: path of the settings file.
        console: where words go.
    """

    config: Path
    console: Console

    @cached_property
    def settings(self) -> Settings:
        """The settings, read once."""
        return load_settings(self.config)

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules, read once, and held against the settings' award tables."""
        rulebook = load_rulebook(self.settings.rules)
        problems = self.award_problems(rulebook)
        if problems:
            raise InputError(*problems)
        return rulebook

    def rules_folder(self) -> Path:
        """The settings' rules; without a settings file the shipped ones."""
        return self.settings.rules if self.config.exists() else shipped_mappings()

    def award_problems(self, rulebook: Rulebook) -> list[Problem]:
        """Tables of the settings that name what no scheme gives."""
        return [*self._unknown_awards(rulebook), *self._unknown_hours(rulebook)]

    def _unknown_awards(self, rulebook: Rulebook) -> Iterator[Problem]:
        known = {
            (scheme.id, award.id)
            for scheme in rulebook.schemes
            for edition in scheme.editions
            for award in edition.awards
        }
        for number, award in enumerate(self.settings.awards, start=1):
            if (award.scheme, award.award) not in known:
                names = ", ".join(f"{scheme}/{name}" for scheme, name in sorted(known)) or "none"
                yield Problem(
                    f"{self.config}: [[awards]] number {number}",
                    f"no scheme gives '{award.scheme}/{award.award}'",
                    f"one of: {names}",
                )

    def _unknown_hours(self, rulebook: Rulebook) -> Iterator[Problem]:
        schemes = {scheme.id: scheme for scheme in rulebook.schemes}
        for number, wanted in enumerate(self.settings.running_hours, start=1):
            place = f"{self.config}: [[running_hours]] number {number}"
            if wanted.scheme not in schemes:
                names = ", ".join(sorted(schemes)) or "none"
                yield Problem(place, f"no scheme is '{wanted.scheme}'", f"one of: {names}")
            elif wanted.grade == "points" and schemes[wanted.scheme].score is None:
                hint = 'Set grade = "hours"'
                yield Problem(place, f"scheme '{wanted.scheme}' gives no points", "", hint)

    @contextmanager
    def moodle(self, *, at_any_hour: bool = False) -> Iterator[Moodle]:
        """The site, with its connections closed afterwards.

        Args:
            at_any_hour: also outside the hours that the settings give to runs.
        """
        # Commands that ask nothing of a site need not wait until HTTP is there.
        from moodle_cpd.moodle import Client, Gate, Moodle  # noqa: PLC0415  # as said

        site = self.settings.site
        hours = None if at_any_hour else site.open_hours
        gate = Gate(hours, self.settings.people.time_zone, now)
        client = Client(site, read_token(site), gate=gate)
        try:
            yield Moodle(client)
        finally:
            client.close()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, for looking."""
        with Ledger.open(self.settings.ledger) as ledger:
            yield ledger

    @contextmanager
    def run(self, command: str) -> Iterator[Run]:
        """The ledger, for a run that writes: alone on this ledger and site, and recorded."""
        site = self.settings.site.name
        with self.ledger() as ledger, ledger.lease(site, command, now):
            run = Run(ledger, ledger.start_run(site, command, now()), site)
            try:
                yield run
            except CpdError as error:
                ledger.finish_run(run.id, now(), error.exit_code, run.summary)
                raise
            except KeyboardInterrupt:
                ledger.finish_run(run.id, now(), ExitCode.INTERRUPTED, run.summary)
                raise
            ledger.finish_run(run.id, now(), run.exit_code, run.summary)


class Run:
    """One recorded run.

    Attributes:
        ledger: where it writes.
        site: the site's name in the configuration.
        read_at: when Moodle was last read, UTC; None: never.
        read_until: when it was last read with nothing left out, UTC; None: never.
        id: its number in the ledger.
        exit_code: what the process will tell its caller.
        summary: counts of what it did.
    """

    def __init__(self, ledger: Ledger, number: int, site: str) -> None:
        self.ledger = ledger
        self.site = site
        self.read_at = ledger.last_pull(site)
        self.read_until = ledger.last_pull(site, complete=True)
        self.id = number
        self.exit_code = ExitCode.DONE
        self.summary: dict[str, object] = {}
