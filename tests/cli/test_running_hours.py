"""Running hours from the first plan to the last: shown, applied, at rest, verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.errors import ExitCode
from tests.settings import rules_of, write_settings


class Commands:
    """Command lines on one installation, with what they print as JSON."""

    def __init__(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.config, self._capsys = config, capsys

    def __call__(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        self._capsys.readouterr()
        code = app.run(["-c", str(self.config), "-q", *arguments, "--json"])
        return code, json.loads(self._capsys.readouterr().out)


@pytest.fixture
def command(site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    rules = rules_of(tmp_path / "rules", "qianshan")
    return Commands(write_settings(tmp_path, site, rules=rules, running_hours=True), capsys)


def grades(site: EmbeddedMoodle) -> dict[int, float | None]:
    with site.world.lock:
        number = site.world.assignment(ids.QIANSHAN_PROGRESS).id
        teachers = site.world.tables.grades.get(number, {})
        return {user: site.world.grade_of(user, ids.QIANSHAN_PROGRESS) for user in teachers}


def test_from_the_first_plan_to_rest(site: EmbeddedMoodle, command: Commands) -> None:
    code, first = command("sync")
    assert code == ExitCode.CHANGES_PENDING
    assert grades(site) == {}, "nothing is written before it was seen"
    planned = {row["teacher"]: float(row["amount"]) for row in first["running_hours"]}
    assert planned

    code, applied = command("apply", first["digest"], "--allow", "1000")
    assert code == ExitCode.DONE, applied["problems"]
    assert applied["running_hours"] == {"written": len(planned), "unfinished": 0}
    assert grades(site) == planned
    assert not [message for message in site.world.tables.messages if "学时进度" in message.subject]

    code, plan = command("plan")
    assert (code, plan["actions"]) == (ExitCode.DONE, [])
    assert "running_hours" not in plan
    _, status = command("status")
    assert status["running_hours"] == {"shown": len(planned), "in_doubt": 0}
    assert command("verify")[0] == ExitCode.DONE


def test_one_more_course_is_one_more_number(site: EmbeddedMoodle, command: Commands) -> None:
    command("sync", "--yes", "--allow", "1000")
    before = grades(site)
    world = site.world
    with world.lock:
        course = world.course(ids.RESEARCH).id
        teacher = next(
            user
            for user in sorted(before)
            if world.tables.is_active(user, course, world.now())
            and (user, course) not in world.tables.completions
        )
        world.complete(teacher, course, world.now())
    _, report = command("sync", "--yes", "--allow", "1000")
    [row] = report["plan"]["running_hours"]
    assert row["teacher"] == teacher
    assert float(row["before"]) == before[teacher]
    changed = {user for user, grade in grades(site).items() if grade != before[user]}
    assert changed == {teacher}


def test_what_a_person_wrote_is_told_by_verify_and_by_the_plan(
    site: EmbeddedMoodle, command: Commands
) -> None:
    command("sync", "--yes", "--allow", "1000")
    teacher = min(grades(site))
    site.world.grade(teacher, ids.QIANSHAN_PROGRESS, 1, site.world.now())
    code, found = command("verify")
    assert code == ExitCode.CHANGES_PENDING
    assert [(row["thing"], row["kind"]) for row in found["drifts"]] == [("hours", "changed")]
    _, plan = command("plan")
    assert any("another hand" in problem["found"] for problem in plan["problems"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("qianshan-annual-72h", "no-such"), "no scheme is 'no-such'"),
        (("activity =", 'grade = "points"\nactivity ='), "gives no points"),
    ],
)
def test_a_scheme_that_can_not_be_shown(
    command: Commands, capsys: pytest.CaptureFixture[str], change: tuple[str, str], words: str
) -> None:
    head, table, hours = command.config.read_text(encoding="utf-8").partition("[[running_hours]]")
    command.config.write_text(f"{head}{table}{hours.replace(*change)}", encoding="utf-8")
    assert app.run(["-c", str(command.config), "-q", "plan"]) == ExitCode.BAD_INPUT
    assert words in capsys.readouterr().err
