"""``explain`` on an embedded site: what is missing first, then the way down to Moodle's reply."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moodle_cpd.config import TOKEN_VARIABLE
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from tests.cli.running import Run, running
from tests.settings import homeroom_only, write_settings


@pytest.fixture
def run(
    site: EmbeddedMoodle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command line where a site was pulled and decided by the homeroom teachers' rules."""
    write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(TOKEN_VARIABLE, site.token)
    return running(capsys, ["pull", "decide"])


def somebody(run: Run, site: EmbeddedMoodle, outcome: str) -> str:
    """The ID number of a teacher with this outcome in 2026."""
    for user in site.world.tables.users.values():
        if not user.idnumber.startswith("T"):
            continue
        code, out, _ = run("explain", user.idnumber, "--period", "2026", "--json")
        if code == ExitCode.DONE and json.loads(out)[0]["decision"]["outcome"] == outcome:
            return user.idnumber
    raise AssertionError(outcome)


def test_the_missing_comes_first_and_brief_stops_there(run: Run, site: EmbeddedMoodle) -> None:
    teacher = somebody(run, site, "in_progress")
    code, out, _ = run("explain", teacher, "--period", "2026")
    assert code == ExitCode.DONE
    order = [
        "结论：进行中",
        "截止日期：2026-12-31",
        "还差 ",
        "如果到期时没有变化",
        "要求",
        "← Moodle",
    ]
    places = [out.index(words) for words in order]
    assert places == sorted(places)
    code, brief, _ = run("explain", teacher, "--period", "2026", "--brief")
    assert code == ExitCode.DONE
    assert "还差 " in brief
    assert "←" not in brief
    _, english, _ = run("explain", teacher, "--period", "2026", "--brief", "--language", "en")
    assert "Due by 2026-12-31 (that day included, Asia/Shanghai time)" in english


def test_json_has_the_same_numbers(run: Run, site: EmbeddedMoodle) -> None:
    teacher = somebody(run, site, "in_progress")
    _, out, _ = run("explain", teacher, "--period", "2026", "--json")
    (data,) = json.loads(out)
    missing = data["missing"]
    assert (missing["phase"], missing["last_day"]) == ("running", "2026-12-31")
    assert missing["in_the_end"] == "not_met"
    _, text, _ = run("explain", teacher, "--period", "2026")
    for lack in missing["lacks"]:
        assert lack["title"]["zh"] in text
        if lack["unit"] == "hours":
            assert f"已有 {lack['have']} / {lack['need']} 学时，还差 {lack['gap']} 学时" in text


def test_all_periods_begin_with_an_overview(run: Run, site: EmbeddedMoodle) -> None:
    teacher = somebody(run, site, "in_progress")
    _, out, _ = run("explain", teacher)
    head = out.split("\n\n")[1].splitlines()
    assert len(head) == out.count("结论：")
    assert "2026年" in head[0]
    assert "截止 2026-12-31" in head[0]
    _, markdown, _ = run("explain", teacher, "--format", "markdown")
    assert markdown.startswith("# ")
    assert "\n\n- 中小学班主任岗位培训 · 2026年 · 进行中 · 还差 " in markdown


def test_why_it_does_not_apply(run: Run, site: EmbeddedMoodle) -> None:
    teacher = somebody(run, site, "not_applicable")
    _, out, _ = run("explain", teacher, "--period", "2026")
    assert "适用范围：班主任、拟任班主任 ← schemes/homeroom-teacher-30h.yaml:" in out


def test_a_decision_that_does_not_hold_any_more_says_so(
    run: Run, site: EmbeddedMoodle, tmp_path: Path
) -> None:
    teacher = somebody(run, site, "in_progress")
    scheme = tmp_path / "rules" / "schemes" / "homeroom-teacher-30h.yaml"
    text = scheme.read_text(encoding="utf-8")
    scheme.write_text(text.replace("hours_at_least: 30", "hours_at_least: 40"), encoding="utf-8")
    _, out, _ = run("explain", teacher, "--period", "2026")
    assert "请先运行 moodle-cpd decide" in out
    assert "不少于30学时" in out
    assert "截止日期" not in out
    scheme.write_text("# one more line\n" + text, encoding="utf-8")
    _, out, _ = run("explain", teacher, "--period", "2026")
    assert "请先运行" not in out
    line = text[: text.index("requirements:")].count("\n") + 3
    assert f"schemes/homeroom-teacher-30h.yaml:{line}:" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody-at-all",), "known teachers fits"),
        (("T0009", "--scheme", "x"), "one of: homeroom-teacher-30h"),
        (("T0009", "--period", "1999"), "Run 'moodle-cpd decide'"),
    ],
)
def test_what_cannot_be_explained(run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, out, err = run("explain", *arguments)
    assert (code, out) == (ExitCode.BAD_INPUT, "")
    assert words in err
