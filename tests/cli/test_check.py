"""``moodle-cpd check``: every mistake of every file at once, with and without settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.errors import ExitCode
from tests.cases.making import CASES, COURSES, SCHEME, write

Run = Callable[..., tuple[int, str, str]]

SETTINGS = """\
rules = "rules"
[site]
url = "https://moodle.example"
[[awards]]
scheme = "sample"
award = "{award}"
route = "cohort"
cohort = "c-{{period}}"
badge = "b {{period}}"
"""

SOUND = (
    SCHEME.replace("requirements:\n", "requirements:\n  reference: one\n")
    .replace("}}\nreq", "}, reference: one}\nreq")
    .replace("not_met}", "not_met, reference: one}")
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in ``tmp_path``: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = app.run(list(arguments))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_the_shipped_rules_need_no_settings(run: Run) -> None:
    code, out, err = run("check")
    assert (code, err) == (ExitCode.DONE, "")
    assert "nothing wrong" in out


def test_what_concerns_schools_and_offices_is_listed(run: Run, tmp_path: Path) -> None:
    declared = """
archive:
  - {id: notes, title: {zh: 学习笔记, en: Notes}, reference: 五.3, kept_by: school}
"""
    write(tmp_path / "rules", scheme=SOUND + declared)
    code, out, _ = run("check", "--declared", "rules")
    assert code == ExitCode.DONE
    assert "学习笔记 Notes: 校级 school ← 五.3 (schemes/" in out
    assert "学习笔记" not in run("check", "rules")[1]


def test_a_folder(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "rules", scheme=SOUND)
    code, out, err = run("check", "rules")
    assert (code, err) == (ExitCode.DONE, "")
    assert out == "1 schemes, 6 lines of course maps, 1 worked cases: nothing wrong.\n"
    _, out, _ = run("check", "rules", "--json")
    data = json.loads(out)
    assert (data["exit_code"], data["problems"], data["schemes"]) == (0, [], ["sample"])


def test_all_mistakes_of_all_files_at_once(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path / "rules",
        cases=CASES.replace("outcome: met", "outcome: good"),
        scheme=SOUND.replace("grace_days: 30", "grace_days: x"),
        courses=COURSES.replace("hours: 6", "hours: six"),
    )
    code, out, err = run("check", "rules")
    assert (code, out) == (ExitCode.BAD_INPUT, "")
    for file in ("cases/sample/first.yaml", "schemes/sample.yaml", "courses/sample.yaml"):
        assert f"! {file}:" in err
    code, out, _ = run("check", "rules", "--json")
    data = json.loads(out)
    assert (code, data["exit_code"], len(data["problems"])) == (2, 2, 3)


def test_what_makes_no_sense_and_unknown_names_in_cases(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path / "rules",
        cases=CASES.replace("stories: [hours]", "stories: [ours]"),
        scheme=SOUND.replace("grace_days: 30", "grace_days: 30\nhours_at_most: 9"),
    )
    code, _, err = run("check", "rules")
    assert code == ExitCode.BAD_INPUT
    assert "asks for 10 hours of which only 9 count" in err
    assert "unknown story 'ours'" in err


@pytest.mark.parametrize(("award", "right"), [("badge", True), ("bagde", False)])
def test_with_settings_the_award_tables_too(
    run: Run, tmp_path: Path, award: str, right: bool
) -> None:
    write(tmp_path / "rules", scheme=SOUND)
    (tmp_path / "moodle-cpd.toml").write_text(SETTINGS.format(award=award), encoding="utf-8")
    code, _, err = run("check")
    assert code == (ExitCode.DONE if right else ExitCode.BAD_INPUT)
    assert ("no scheme gives 'sample/bagde'" in err) is not right


def test_a_folder_is_no_matter_of_the_settings(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "rules", scheme=SOUND)
    (tmp_path / "moodle-cpd.toml").write_text(SETTINGS.format(award="x"), encoding="utf-8")
    assert run("check", "rules")[0] == ExitCode.DONE
