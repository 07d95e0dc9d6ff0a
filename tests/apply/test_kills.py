"""Killed anywhere and run again, a sync ends as if it had never been killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from moodle_cpd.config import TOKEN_VARIABLE
from moodle_cpd.demo import EmbeddedMoodle, Request, Response, build_world
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardState
from tests.apply import killed
from tests.conftest import TODAY
from tests.settings import homeroom_only, write_settings

MOMENTS = (
    "cohort begun",
    "cohort intent add_cohort_member",
    "cohort sent add_cohort_member",
    "cohort result add_cohort_member",
    "cohort state issued",
    "cohort state confirmed",
    "record-course begun",
    "record-course intent upload_draft",
    "record-course sent upload_draft",
    "record-course result upload_draft",
    "record-course intent save_grade",
    "record-course sent save_grade",
    "record-course result save_grade",
    "record-course state issued",
    "record-course state confirmed",
)
KILLS = 3
"""In each moment, at least."""


def run_sync(config: Path, moment: str, log: Path, together: int = 1) -> int:
    """Exit code of a sync that dies at ``moment``; −9 where it did."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.apply.killed"])
    process = context.Process(target=killed.sync, args=(str(config), moment, str(log), together))
    process.start()
    process.join(60)
    assert process.exitcode is not None, "a run hangs"
    return process.exitcode


def next_moment(kills: Counter[str], spent: set[str]) -> str:
    """The moment to die at next: route by route, each in turn, so that one award meets many."""
    wanted = [m for m in MOMENTS if kills[m] < KILLS and m not in spent]
    return min(
        wanted,
        key=lambda m: (m.split()[0], kills[m], MOMENTS.index(m)),
        default="",
    )


def end_state(site: EmbeddedMoodle, ledger_path: Path) -> dict[str, object]:
    """What Moodle holds and the ledger says, without what is random or a time."""
    world = site.world
    with Ledger.open(ledger_path) as ledger, world.lock:
        awards = ledger.awards("demo")
        assert ledger.open_intents("demo") == []
        files = {}
        for area, held in world.tables.files.items():
            if "feedback_files" in area:
                for file in held.values():
                    files[file.filename] = sha256(file.content).hexdigest()
        for award in awards.values():
            assert award.state is AwardState.CONFIRMED
            if award.sha256:
                assert files[f"{award.serial}.pdf"] == award.sha256
        serials = [award.serial for award in awards.values()]
        assert len(set(serials)) == len(serials)
        return {
            "awards": {str(key): (award.serial, str(award.hours)) for key, award in awards.items()},
            "files": sorted(files),
            "badges": {u: sorted(world.badges_of(u)) for u in world.tables.users},
            "grades": {
                (award.key.teacher, award.key.scheme): str(award.hours) for award in awards.values()
            },
            "comments": sorted(
                (row.user, row.assignment, row.comment or "")
                for by_user in world.tables.grades.values()
                for rows in by_user.values()
                for row in rows
            ),
            "messages": sorted((m.user, m.kind) for m in world.tables.messages),
        }


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)


def test_killed_at_each_moment_the_end_is_the_same(
    tmp_path: Path, token: None, capsys: pytest.CaptureFixture[str]
) -> None:
    teachers = 110
    rules = homeroom_only(tmp_path / "rules")
    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=teachers)) as site:
        config = write_settings(tmp_path / "whole", site, rules=rules)
        assert run_sync(config, "", tmp_path / "log") == 0, (tmp_path / "log").read_text()
        undisturbed = end_state(site, config.parent / "ledger.sqlite")
    kills: Counter[str] = Counter()
    spent: set[str] = set()
    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=teachers)) as site:
        config = write_settings(tmp_path / "killed", site, rules=rules)
        while True:
            moment = next_moment(kills, spent)
            code = run_sync(config, moment, tmp_path / "log")
            if code == -signal.SIGKILL:
                kills[moment] += 1
                continue
            assert code == 0, (tmp_path / "log").read_text()
            if not moment:
                break
            spent.add(moment)
        disturbed = end_state(site, config.parent / "ledger.sqlite")
    with capsys.disabled():
        print()  # noqa: T201 - the count is part of what this test is for
        for moment in MOMENTS:
            print(f"  kill -9 at '{moment}': {kills[moment]}")  # noqa: T201 - as above
    assert {m: kills[m] for m in MOMENTS if kills[m] < KILLS} == {}
    assert disturbed == undisturbed


def test_interrupted_a_run_says_so_and_the_next_one_goes_on(tmp_path: Path, token: None) -> None:
    """Ctrl-C while Moodle is busy with certificates."""
    rules = homeroom_only(tmp_path / "rules")
    context = multiprocessing.get_context("forkserver")
    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=60)) as site:
        config = write_settings(tmp_path / "here", site, rules=rules)
        arguments = (str(config), "", str(tmp_path / "log"))
        process = context.Process(target=killed.sync, args=arguments)

        def interrupt(request: Request) -> Response | None:
            # Each time: Python drops an interrupt that comes while it tidies up an object.
            if request.function == "mod_assign_save_grades" and process.pid is not None:
                os.kill(process.pid, signal.SIGINT)
            return None

        site.before.append(interrupt)
        process.start()
        process.join(60)
        site.before.remove(interrupt)
        assert process.exitcode == ExitCode.INTERRUPTED
        said = (tmp_path / "log").read_text()
        assert f"go on with: moodle-cpd -c {config} -q sync --yes" in said
        assert run_sync(config, "", tmp_path / "log") == ExitCode.DONE
        end = end_state(site, config.parent / "ledger.sqlite")
    assert len(end["files"]) > 3  # type: ignore[arg-type]
