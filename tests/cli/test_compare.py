"""``decide --rules OTHER_DIR --compare`` on an embedded site: who, why, and nothing recorded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.config import TOKEN_VARIABLE
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from tests.settings import homeroom_only, write_settings

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    site: EmbeddedMoodle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command line where a site was pulled, with a copy of its rules in ``other``."""
    rules = homeroom_only(tmp_path / "rules")
    shutil.copytree(rules, tmp_path / "other")
    write_settings(tmp_path, site, rules=rules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(TOKEN_VARIABLE, site.token)

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = app.run(["-q", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    code, _, err = command("pull")
    assert code == ExitCode.DONE, err
    return command


def ask_for_more(folder: Path) -> None:
    scheme = folder / "other" / "schemes" / "homeroom-teacher-30h.yaml"
    text = scheme.read_text(encoding="utf-8")
    assert "hours_at_least: 30" in text
    scheme.write_text(text.replace("hours_at_least: 30", "hours_at_least: 40"), encoding="utf-8")


def test_the_same_rules_change_nothing(run: Run) -> None:
    code, out, err = run("decide", "--rules", "other", "--compare")
    assert (code, err) == (ExitCode.DONE, "")
    assert out.startswith("0 outcomes, awards or consequences change; 0 more decisions")


def test_whose_outcome_changes_and_why(run: Run, tmp_path: Path) -> None:
    ask_for_more(tmp_path)
    code, out, _ = run("decide", "--rules", "other", "--compare", "--language", "en")
    assert code == ExitCode.CHANGES_PENDING
    assert ": met → " in out
    assert "New or changed: At least 40 hours of Homeroom teachers' training" in out
    assert "← schemes/homeroom-teacher-30h.yaml:" in out
    assert "(T00" in out
    assert "No more: Qualification certificate" in out
    _, chinese, _ = run("decide", "--rules", "other", "--compare")
    assert "新增或改变的要求" in chinese


def test_numbers_alone_are_no_pending_change(run: Run, tmp_path: Path) -> None:
    scheme = tmp_path / "other" / "schemes" / "homeroom-teacher-30h.yaml"
    with scheme.open("a", encoding="utf-8") as file:
        file.write("hours_per_credit: 10\n")
    code, out, _ = run("decide", "--rules", "other", "--compare")
    assert code == ExitCode.DONE
    assert out.startswith("0 outcomes, awards or consequences change; ")
    assert "; 0 more" not in out


def test_programs_get_ids_and_no_names(run: Run, tmp_path: Path, site: EmbeddedMoodle) -> None:
    ask_for_more(tmp_path)
    code, out, _ = run("decide", "--rules", "other", "--compare", "--json")
    data = json.loads(out)
    assert code == ExitCode.CHANGES_PENDING
    assert data["outcomes_changed"] == len([c for c in data["changes"] if c["outcome_changes"]])
    assert data["outcomes_changed"] > 0
    assert data["rules_before"] != data["rules_after"]
    for user in site.world.tables.users.values():
        assert user.lastname + user.firstname not in out
    assert all(isinstance(change["teacher"], int) for change in data["changes"])


def test_nothing_is_recorded(run: Run, tmp_path: Path) -> None:
    ask_for_more(tmp_path)
    before = (tmp_path / "ledger.sqlite").read_bytes()
    run("decide", "--rules", "other", "--compare")
    code, out, _ = run("decide", "--rules", "other")
    assert code == ExitCode.DONE
    assert " 0 new or changed" in out
    assert (tmp_path / "ledger.sqlite").read_bytes() == before


def test_compare_needs_the_other_rules(run: Run) -> None:
    code, _, err = run("decide", "--compare")
    assert code == ExitCode.BAD_INPUT
    assert "--compare needs --rules" in err


def test_broken_other_rules(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other" / "schemes" / "bad.yaml").write_text("scheme: [", encoding="utf-8")
    code, out, err = run("decide", "--rules", "other", "--compare")
    assert (code, out) == (ExitCode.BAD_INPUT, "")
    assert "! schemes/bad.yaml:" in err
