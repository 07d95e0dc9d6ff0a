"""Drift: what Moodle holds otherwise than the ledger says is told, and what is missing repaired."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle, build_world
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Award, Route
from tests.conftest import TODAY
from tests.settings import homeroom_only, write_settings

Run = Callable[..., tuple[int, dict[str, Any]]]
ACTIVITY = "homeroom-2026"


@pytest.fixture
def site() -> Any:
    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=60)) as moodle:
        yield moodle


@pytest.fixture
def config(site: EmbeddedMoodle, tmp_path: Path) -> Path:
    return write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))


@pytest.fixture
def run(config: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = app.run(["-c", str(config), "-q", *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


def awards(config: Path, route: Route) -> list[Award]:
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        found = ledger.awards("demo").values()
        return [a for a in found if a.route is route and a.target == ACTIVITY]


def told(found: dict[str, Any]) -> set[tuple[str, str, int]]:
    return {(each["kind"], each["thing"], each["teacher"]) for each in found["drifts"]}


def test_what_is_missing_is_handed_over_again_and_what_a_person_changed_is_left(
    site: EmbeddedMoodle, config: Path, run: Run
) -> None:
    assert run("sync", "--yes", "--allow", "1000")[0] == ExitCode.DONE
    code, found = run("verify", "--files")
    assert (code, found["drifts"]) == (ExitCode.DONE, [])
    assert found["checked"] > 4

    world = site.world
    lost, changed, *_ = awards(config, Route.RECORD_COURSE)
    left, hidden, *_ = awards(config, Route.COHORT)
    stranger = max(world.tables.users)
    ours = world.files_of(lost.key.teacher, ACTIVITY)
    for files in world.tables.files.values():
        for name in [name for name, file in files.items() if file in ours]:
            del files[name]
    world.grade(changed.key.teacher, ACTIVITY, 7, world.now())
    world.cohort(ACTIVITY).members.pop(left.key.teacher)
    world.join_cohort(stranger, ACTIVITY)
    for badge in world.tables.issued_to[hidden.key.teacher]:
        badge.visible = False

    code, found = run("verify", "--files")
    assert code == ExitCode.CHANGES_PENDING
    seen = told(found)
    assert {
        ("missing", "file", lost.key.teacher),
        ("changed", "grade", changed.key.teacher),
        ("missing", "member", left.key.teacher),
        ("extra", "member", stranger),
        ("unseen", "badge", hidden.key.teacher),
    } <= seen
    assert len(seen) <= 7, seen

    code, plan = run("plan")
    assert code == ExitCode.CHANGES_PENDING
    repairs = {(a["verb"], a["teacher"]) for a in plan["actions"]}
    assert repairs == {("repair", lost.key.teacher), ("repair", left.key.teacher)}
    assert any("changed by another hand" in problem["found"] for problem in plan["problems"])

    run("sync", "--yes", "--allow", "1000")
    [file] = world.files_of(lost.key.teacher, ACTIVITY)
    assert file.filename.startswith(lost.serial)
    assert sha256(file.content).hexdigest() == lost.sha256
    assert left.key.teacher in world.cohort(ACTIVITY).members
    assert world.grade_of(changed.key.teacher, ACTIVITY) == 7
    assert set(awards(config, Route.RECORD_COURSE)) >= {lost, changed}
    code, plan = run("plan")
    assert plan["actions"] == []
    _, found = run("verify", "--files")
    assert ("missing", "file", lost.key.teacher) not in told(found)
    assert ("changed", "grade", changed.key.teacher) in told(found)


def test_without_a_way_to_see_files_it_says_that_they_were_not_compared(run: Run) -> None:
    run("sync", "--yes", "--allow", "1000")
    code, found = run("verify")
    assert (code, found["files"]) == (ExitCode.DONE, "not")
