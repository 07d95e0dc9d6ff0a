"""The settings file that ``moodle-cpd init`` writes holds together with the rules beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.config import load_settings
from moodle_cpd.errors import ExitCode
from moodle_cpd.rules import load_rulebook


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "moodle-cpd.toml"
    assert app.run(["-c", str(path), "init", "--url", "https://moodle.example"]) == ExitCode.DONE
    return path


def test_what_is_written_loads(config: Path) -> None:
    settings = load_settings(config)
    assert settings.site.url == "https://moodle.example"
    assert settings.awards == ()


def test_the_examples_are_those_of_the_shipped_schemes(config: Path) -> None:
    head, *examples = config.read_text(encoding="utf-8").split("# [[awards]]\n")
    awards, _, hours = "# [[awards]]\n".join(["", *examples]).partition("\n\n")
    hours = hours[hours.index("# [[running_hours]]") :]
    lines = (line.removeprefix("#").removeprefix(" ") for line in f"{awards}\n{hours}".splitlines())
    uncommented = "\n".join(lines)
    config.write_text(head + uncommented, encoding="utf-8")
    settings = load_settings(config)
    named = {(each.scheme, each.award) for each in settings.awards}
    assert len(named) == len(examples) > 0
    rules = load_rulebook(config.parent / "mappings")
    issued = {(s.id, a.id) for s in rules.schemes for a in s.awards if a.issued_here}
    assert named <= issued
    assert {each.scheme for each in settings.running_hours} <= {s.id for s in rules.schemes}
    assert len(settings.running_hours) == 1
