"""A teacher who left keeps what was given and gets nothing new; the plan says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.demo import idnumbers as ids
from tests.settings import homeroom_only, write_settings


def test_the_plan_leaves_out_who_is_not_among_the_teachers_any_more(
    site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))

    def command(*arguments: str) -> str:
        app.run(["-c", str(config), "-q", *arguments])
        return capsys.readouterr().out

    def earning() -> set[int]:
        planned = json.loads(command("plan", "--json"))
        return {action["teacher"] for action in planned["actions"]}

    command("pull")
    before = earning()
    left = min(before)
    members = site.world.cohort(ids.TEACHERS_COHORT).members
    row = members.pop(left)
    command("pull")
    assert earning() == before - {left}
    assert f"users {left}" in command("plan", "--json")
    members[left] = row
    command("pull")
    assert earning() == before
