"""``moodle-cpd cases`` without a site: what it prints, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.errors import ExitCode
from tests.cases.making import CASES, COURSES, SCHEME, write

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line where there are no settings: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = app.run(list(arguments))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_the_shipped_cases_need_neither_site_nor_settings(run: Run) -> None:
    code, out, err = run("-q", "cases")
    assert (code, err) == (ExitCode.DONE, "")
    assert out.strip().endswith("0 not.")


@pytest.mark.parametrize("path", ["rules", "rules/cases", "rules/cases/sample/first.yaml"])
def test_a_path_brings_the_rules_it_lies_beside(run: Run, tmp_path: Path, path: str) -> None:
    write(tmp_path / "rules")
    code, out, _ = run("cases", path)
    assert code == ExitCode.DONE
    assert out == "1 cases, 1 checks: 1 as expected, 0 not.\n"


def test_settings_name_the_rules(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "rules")
    (tmp_path / "moodle-cpd.toml").write_text(
        'rules = "rules"\n[site]\nurl = "https://moodle.example"\n', encoding="utf-8"
    )
    _, out, _ = run("cases")
    assert out == "1 cases, 1 checks: 1 as expected, 0 not.\n"


def test_differences_stand_side_by_side(run: Run, tmp_path: Path) -> None:
    write(tmp_path, CASES.replace("earned: 10", "earned: 12"))
    code, out, _ = run("cases", ".")
    assert code == ExitCode.CHANGES_PENDING
    assert out == (
        "cases/sample/first.yaml:25:9: all-done, on 2026-06-02\n"
        "            expected  got\n"
        "    earned  12        10\n"
        "1 cases, 1 checks: 0 as expected, 1 not.\n"
    )
    code, out, _ = run("cases", ".", "--json")
    assert code == ExitCode.CHANGES_PENDING
    data = json.loads(out)
    assert (data["cases"], data["checks"], data["failed"]) == (1, 1, 1)
    assert data["results"][0]["differences"] == [{"what": "earned", "expected": "12", "got": "10"}]


def test_other_rules(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "one")
    write(tmp_path / "two", scheme=SCHEME.replace("hours_at_least: 10", "hours_at_least: 11"))
    code, out, _ = run("cases", "one", "--rules", "two")
    assert code == ExitCode.CHANGES_PENDING
    assert "met       in_progress" in out


def test_schemes_without_cases_are_named(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    other = SCHEME.replace("scheme: sample", "scheme: other")
    (tmp_path / "schemes" / "other.yaml").write_text(other, encoding="utf-8")
    assert "Without any case: other." in run("cases", ".")[2]
    assert run("cases", "cases/sample")[2] == ""


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("cases/sample/first.yaml", CASES.replace("outcome: met", "outcome: good")),
        ("cases/sample/first.yaml", CASES.replace("[hours]", "[ours]")),
        ("schemes/sample.yaml", SCHEME.replace("grace_days: 30", "grace_days: x")),
    ],
)
def test_broken_files(run: Run, tmp_path: Path, file: str, text: str) -> None:
    write(tmp_path)
    (tmp_path / file).write_text(text, encoding="utf-8")
    code, out, err = run("cases", ".")
    assert (code, out) == (ExitCode.BAD_INPUT, "")
    assert f"! {file}:" in err


def test_no_cases(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "cases/sample/first.yaml").unlink()
    code, _, err = run("cases", ".")
    assert code == ExitCode.BAD_INPUT
    assert "no cases here" in err


def test_mutate_names_the_case_and_the_survivors(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    code, out, _ = run("-q", "cases", ".", "--mutate")
    assert code == ExitCode.CHANGES_PENDING
    lines = [line.split() for line in out.splitlines()]
    assert any(line[1:] == ["grace_days", "30", "31", "survived"] for line in lines)
    hours = [line for line in lines if line[1] == "requirements.all.0.hours_at_least"]
    assert [line[-2:] for line in hours if line[3] == "11"] == [["noticed", "all-done"]]
    assert [line[-1] for line in hours if line[3] == "9"] == ["survived"]
    assert any(line[1] == "categories.0.id" and line[-1] == "refused" for line in lines)


def test_mutate_as_json(run: Run, tmp_path: Path) -> None:
    write(tmp_path, courses=COURSES.replace("hours: 6", "hours: 6, repeatable: false"))
    _, out, _ = run("-q", "cases", ".", "--mutate", "--json")
    data = json.loads(out)
    assert sum(data["counts"].values()) == len(data["changes"])
    repeatable = [c for c in data["changes"] if c["key"] == "entries.0.repeatable"]
    assert [(c["now"], c["fate"]) for c in repeatable] == [
        ("taken away", "same"),
        ("true", "survived"),
    ]
