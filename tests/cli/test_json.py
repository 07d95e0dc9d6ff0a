"""With ``--json`` every command prints exactly one JSON document, whatever happens."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from moodle_cpd.cli import app, cli
from moodle_cpd.demo import EmbeddedMoodle
from tests.settings import write_settings

ARGUMENTS = {
    "demo": ["--into", "demo", "--teachers", "24"],
    "explain": ["T0009"],
    "apply": ["00000000"],
    "sync": ["--yes"],
    "regulations": ["homeroom-teacher-30h"],
    "verification-site": ["public"],
}


NEED_NONE = {"cases", "check", "demo", "init", "regulations"}
"""Commands that work without settings."""


def takes_json(command: click.Command) -> bool:
    return any("--json" in parameter.opts for parameter in command.params)


NAMES = sorted(name for name, command in cli.commands.items() if takes_json(command))


def test_every_command_that_reports_something_can_do_it_for_programs() -> None:
    assert set(cli.commands) - set(NAMES) <= {"schema", "adjust", "certificate", "import", "keys"}


@pytest.mark.parametrize("name", NAMES)
def test_one_document(
    name: str,
    site: EmbeddedMoodle,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = write_settings(tmp_path, site)
    assert app.run(["-c", str(config), "-q", "sync"]) == 3
    monkeypatch.chdir(tmp_path)
    if name == "init":
        config = tmp_path / "new" / "moodle-cpd.toml"
    capsys.readouterr()
    app.run(["-c", str(config), name, *ARGUMENTS.get(name, []), "--json"])
    json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NEED_NONE])
def test_one_document_where_the_settings_are_missing(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "none.toml"
    assert app.run(["-c", str(config), name, *ARGUMENTS.get(name, []), "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["exit_code"] == 2
    assert document["problems"]
