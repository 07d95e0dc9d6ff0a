"""Whatever is wrong: one clear message with place and remedy, the documented code, nothing done."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle, Response
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from tests.settings import MAPPINGS, write_settings

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command line on the settings in ``tmp_path``: exit code, stdout, stderr."""

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = app.run(["-c", str(tmp_path / "moodle-cpd.toml"), *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.fixture
def config(site: EmbeddedMoodle, tmp_path: Path) -> Path:
    return write_settings(tmp_path, site)


def change(config: Path, old: str, new: str) -> None:
    text = config.read_text(encoding="utf-8")
    assert old in text
    config.write_text(text.replace(old, new), encoding="utf-8")


def untouched(site: EmbeddedMoodle) -> bool:
    return not site.world.tables.messages


def test_wrong_address(config: Path, run: Run, site: EmbeddedMoodle) -> None:
    change(config, site.url, "http://127.0.0.1:9")
    change(config, "[site]\n", "[site]\nretries = 0\n")
    code, _, err = run("sync", "--yes")
    assert code == ExitCode.SITE_PROBLEM
    assert "no connection to 127.0.0.1:9" in err
    assert "[site] url" in err


def test_address_without_a_moodle(config: Path, run: Run, site: EmbeddedMoodle) -> None:
    change(config, site.url, site.url + "/elsewhere")
    code, _, err = run("sync", "--yes")
    assert code == ExitCode.SITE_PROBLEM
    assert "404" in err
    assert "front page" in err


def test_wrong_token(config: Path, run: Run, site: EmbeddedMoodle) -> None:
    wrong = "0" * 32
    (config.parent / "token.txt").write_text(wrong)
    code, out, err = run("sync", "--yes")
    assert code == ExitCode.SITE_PROBLEM
    assert "invalidtoken" in err
    assert "Manage tokens" in err
    assert wrong not in out + err
    assert untouched(site)


def test_no_token(config: Path, run: Run) -> None:
    (config.parent / "token.txt").unlink()
    code, _, err = run("sync")
    assert code == ExitCode.BAD_INPUT
    assert "token" in err


def test_token_without_functions(config: Path, run: Run, site: EmbeddedMoodle) -> None:
    for function in list(site.world.functions):
        site.world.withdraw_function(function)
    code, _, err = run("sync", "--yes")
    assert code == ExitCode.SITE_PROBLEM
    assert "External services" in err
    assert untouched(site)


@pytest.mark.parametrize(
    ("switch", "value", "words"),
    [
        ("webservices_enabled", False, "web services"),
        ("maintenance", True, "maintenance"),
        ("policy_unaccepted", True, "site policy"),
        ("password_change_forced", True, "change its password"),
    ],
)
def test_a_site_that_is_closed(
    config: Path, run: Run, site: EmbeddedMoodle, switch: str, value: bool, words: str
) -> None:
    change(config, "[site]\n", "[site]\nretries = 0\n")
    setattr(site.world, switch, value)
    code, _, err = run("sync", "--yes")
    assert code == ExitCode.SITE_PROBLEM
    assert words in err
    assert untouched(site)


def test_a_capability_that_is_missing_never_looks_like_an_empty_site(
    config: Path, run: Run, site: EmbeddedMoodle
) -> None:
    code, _, _ = run("sync")
    assert code == ExitCode.CHANGES_PENDING
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        before = ledger.count_facts("demo")
    site.world.set_capability("moodle/course:viewparticipants", False)
    code, _, err = run("pull")
    assert code in {ExitCode.PARTIAL, ExitCode.SITE_PROBLEM}
    assert "viewparticipants" in err
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        assert ledger.count_facts("demo") == before


def test_no_settings(run: Run) -> None:
    code, _, err = run("sync")
    assert code == ExitCode.BAD_INPUT
    assert "moodle-cpd init" in err


def test_settings_with_several_mistakes_name_each_with_its_line(config: Path, run: Run) -> None:
    change(config, "[site]\n", '[site]\ncolour = "red"\nretries = "many"\n')
    code, _, err = run("sync")
    assert code == ExitCode.BAD_INPUT
    assert "colour" in err
    assert "retries" in err
    line = config.read_text().splitlines().index('colour = "red"') + 1
    assert f"{config}:{line}:" in err


def test_settings_that_are_no_toml(config: Path, run: Run) -> None:
    change(config, "[people]\n", "[people\n")
    code, _, err = run("sync")
    assert code == ExitCode.BAD_INPUT
    assert f"{config}:" in err


def test_an_award_that_no_scheme_gives(config: Path, run: Run) -> None:
    change(config, 'award = "homeroom-badge"', 'award = "homeroom-bagde"')
    code, _, err = run("sync")
    assert code == ExitCode.BAD_INPUT
    assert "homeroom-bagde" in err
    assert "homeroom-badge" in err


@pytest.fixture
def own_rules(config: Path, tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    shutil.copytree(MAPPINGS, rules)
    change(config, json.dumps(str(MAPPINGS)), '"rules"')
    return rules


def test_broken_yaml(own_rules: Path, run: Run, site: EmbeddedMoodle) -> None:
    scheme = own_rules / "schemes" / "homeroom-teacher-30h.yaml"
    scheme.write_text(scheme.read_text().replace("grace_days: 30", "grace_days: [30"))
    code, _, err = run("sync", "--yes")
    assert code == ExitCode.BAD_INPUT
    assert "homeroom-teacher-30h.yaml:" in err
    assert untouched(site)
    assert not site.log, "rules are read before the site is asked"


def test_a_course_map_that_names_a_course_that_is_not_there(own_rules: Path, run: Run) -> None:
    course_map = own_rules / "courses" / "demo-homeroom-teacher-30h.yaml"
    course_map.write_text(course_map.read_text().replace("C-HOMEROOM-BASIC", "C-HOMEROOM-BASICS"))
    code, _, err = run("sync")
    assert "C-HOMEROOM-BASICS" in err
    assert "demo-homeroom-teacher-30h.yaml:" in err
    assert code == ExitCode.CHANGES_PENDING


def test_a_ledger_that_cannot_be_written(config: Path, run: Run, tmp_path: Path) -> None:
    change(config, '"ledger.sqlite"', '"locked/ledger.sqlite"')
    (tmp_path / "locked").write_text("a file where a folder should be")
    code, _, err = run("sync")
    assert code == ExitCode.BAD_INPUT
    assert "ledger.sqlite" in err


@pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX")
def test_the_ledger_is_private(config: Path, run: Run, tmp_path: Path) -> None:
    run("sync")
    for path in tmp_path.glob("ledger.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_second_run_at_the_same_time(config: Path, run: Run, site: EmbeddedMoodle) -> None:
    with (
        Ledger.open(config.parent / "ledger.sqlite") as ledger,
        ledger.lease("demo", "sync", lambda: datetime.now(UTC)),
    ):
        code, _, err = run("sync", "--yes")
    assert code == ExitCode.LOCKED
    assert str(os.getpid()) in err
    assert untouched(site)


def test_a_plan_that_is_no_longer_true_is_refused(
    config: Path, run: Run, site: EmbeddedMoodle
) -> None:
    code, out, _ = run("sync", "--json")
    assert code == ExitCode.CHANGES_PENDING
    digest = json.loads(out)["digest"]
    wrong = ("0" if digest[0] != "0" else "1") + digest[1:]
    code, _, err = run("apply", wrong)
    assert code == ExitCode.REFUSED
    assert "moodle-cpd plan" in err
    assert untouched(site)


def test_more_than_the_limit_is_refused_until_the_number_is_said(
    config: Path, run: Run, site: EmbeddedMoodle
) -> None:
    text = config.read_text(encoding="utf-8")
    assert "[limits]\n" in text
    config.write_text(text.replace("[limits]\n", "[limits]\nawards = 1\n"), encoding="utf-8")
    code, _, err = run("sync", "--yes")
    assert code == ExitCode.REFUSED
    assert "--allow" in err
    assert untouched(site)
    code, _, err = run("sync", "--yes", "--allow", "500")
    assert code == ExitCode.DONE, err
    assert not untouched(site)


def test_errors_are_json_where_json_was_asked_for(run: Run) -> None:
    code, out, _ = run("sync", "--json")
    assert code == ExitCode.BAD_INPUT
    data = json.loads(out)
    assert data["exit_code"] == 2
    assert data["problems"][0]["hint"].startswith("Run 'moodle-cpd init'")


def test_an_unknown_option_is_bad_input(run: Run) -> None:
    assert run("sync", "--frobnicate")[0] == ExitCode.BAD_INPUT


@pytest.mark.parametrize("switch", ["policy_unaccepted", "password_change_forced"])
def test_an_account_that_may_not_work_yet_does_not_see_an_empty_site(
    config: Path, run: Run, site: EmbeddedMoodle, switch: str
) -> None:
    change(config, 'cohorts = ["teachers"]', "cohorts = []")
    setattr(site.world, switch, True)
    code, _, err = run("pull")
    assert code == ExitCode.SITE_PROBLEM
    assert "Log in once as the service account" in err


def test_a_proxy_that_answers_with_a_page(config: Path, run: Run, site: EmbeddedMoodle) -> None:
    page = b"<!DOCTYPE html><html><body>Please log in to the network</body></html>"
    site.before.append(lambda _: Response(body=page))
    code, _, err = run("sync", "--yes")
    assert code == ExitCode.SITE_PROBLEM
    assert "web page" in err
    assert "proxy" in err
    assert untouched(site)


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_full_disk(config: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: SQLite gets the same refusal."""
    limited = (
        "import resource, sys; from moodle_cpd.cli import app;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        f"sys.exit(app.run(['-c', {str(config)!r}, 'sync', '--yes']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == ExitCode.BAD_INPUT, done.stderr
    assert "ledger.sqlite" in done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_has_failed_before_the_period_was_read_to_its_end(
    config: Path, run: Run, site: EmbeddedMoodle
) -> None:
    """A capability goes missing, the period and its grace days pass: absence is no evidence."""
    site.world.set_capability("report/completion:view", False)
    assert run("pull")[0] == ExitCode.PARTIAL
    code, out, _ = run("decide", "--json")
    outcomes = {each["outcome"] for each in json.loads(out)["outcomes"]}
    assert "not_met" not in outcomes
    site.world.set_capability("report/completion:view", True)
    assert run("pull")[0] == ExitCode.DONE
    code, out, _ = run("decide", "--json")
    assert "not_met" in {each["outcome"] for each in json.loads(out)["outcomes"]}
    assert code == ExitCode.DONE
