"""The commands by name, each read from disk only when it is wanted."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module

import click

_WHERE = {
    "init": "init.init",
    "doctor": "doctor.doctor",
    "pull": "pulling.pull",
    "decide": "deciding.decide",
    "plan": "planning.plan",
    "apply": "planning.apply",
    "sync": "planning.sync",
    "check": "check.check",
    "cases": "cases.cases",
    "regulations": "regulations.regulations",
    "schema": "schema.schema",
    "adjust": "adjusting.adjust",
    "close": "closing.close",
    "import": "importing.import_",
    "status": "status.status",
    "verify": "drifting.verify",
    "explain": "explaining.explain_command",
    "keys": "keys.keys",
    "certificate": "certificate.certificate",
    "verification-site": "publishing.verification_site",
    "demo": "demo.demo",
}
"""The module of this room in which each command stands, and its name there."""


class Commands(MutableMapping[str, click.Command]):
    """What click takes for a dictionary of all commands.

    Most need parts of the program that the others do without: to have all of them read takes
    longer than many a command runs.
    """

    def __init__(self) -> None:
        self._read: dict[str, click.Command] = {}
        self._where = dict(_WHERE)

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._read:
            module, _, attribute = self._where[name].partition(".")
            found = getattr(import_module(f"moodle_cpd.cli.{module}"), attribute)
            self._read[name] = found
        return self._read[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._where.setdefault(name, "")
        self._read[name] = command

    def __delitem__(self, name: str) -> None:
        del self._where[name]
        self._read.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)
