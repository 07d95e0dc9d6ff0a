"""``decide --rules OTHER_DIR --compare`` on an embedded site: who, why, and nothing recorded."""

from __future__ import annotations

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from moodle_cpd.cases import Change, Side
from moodle_cpd.cli.comparing_words import Report
from moodle_cpd.config import TOKEN_VARIABLE
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from moodle_cpd.model.decision import Outcome, Text
from moodle_cpd.model.people import Person
from tests.cli.running import Run, running
from tests.settings import homeroom_only, write_settings


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
    return running(capsys, ["pull"])


def ask_for_more(folder: Path) -> None:
    scheme = folder / "other" / "schemes" / "homeroom-teacher-30h.yaml"
    text = scheme.read_text(encoding="utf-8")
    assert "hours_at_least: 30" in text
    scheme.write_text(text.replace("hours_at_least: 30", "hours_at_least: 40"), encoding="utf-8")


def test_the_same_rules_change_nothing(run: Run) -> None:
    code, out, err = run("decide", "--rules", "other", "--compare")
    assert (code, err) == (ExitCode.DONE, "")
    assert "0 个结论改变（0 人），另有 0 个只是数字改变" in out
    assert "规则的改动：0 处" in out


def test_whose_outcome_changes_and_why(run: Run, tmp_path: Path) -> None:
    ask_for_more(tmp_path)
    code, out, _ = run("decide", "--rules", "other", "--compare", "--language", "en")
    assert code == ExitCode.CHANGES_PENDING
    totals, turns, rules, first, *_ = out.split("\n\n")
    assert " outcomes, awards or consequences change (of " in totals
    assert "met → in progress" in turns
    assert rules.startswith("Differences of the rules: 1\n")
    value = "hours_at_least homeroom-training: 30 → 40 ← schemes/homeroom-teacher-30h.yaml:"
    assert value in rules
    assert f"Because: requirements › {value}" in first
    assert "New or changed: At least 40 hours of Homeroom teachers' training" in out
    assert "← schemes/homeroom-teacher-30h.yaml:" in out
    assert "(T00" in out
    assert "   No more: " in first
    assert "Qualification certificate for homeroom teachers" in first
    _, chinese, _ = run("decide", "--rules", "other", "--compare")
    assert "新增或改变的要求" in chinese


def test_numbers_alone_are_no_pending_change(run: Run, tmp_path: Path) -> None:
    scheme = tmp_path / "other" / "schemes" / "homeroom-teacher-30h.yaml"
    with scheme.open("a", encoding="utf-8") as file:
        file.write("hours_per_credit: 10\n")
    code, out, _ = run("decide", "--rules", "other", "--compare")
    assert code == ExitCode.DONE
    assert "0 个结论改变" in out
    assert "另有 0 个" not in out
    assert "规则的改动：1 处\n  homeroom-teacher-30h · hours_per_credit: （无） → 10 ←" in out
    assert "结论不变、只是数字改变：\n  homeroom-teacher-30h  2025" in out


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


def test_json_has_totals_kinds_and_every_change(run: Run, tmp_path: Path) -> None:
    ask_for_more(tmp_path)
    _, out, _ = run("decide", "--rules", "other", "--compare", "--json")
    data = json.loads(out)
    (rule,) = data["rule_changes"]
    assert (rule["old"], rule["new"]) == ("30", "40")
    assert rule["before"] == rule["after"]
    assert sum(turn["teachers"] for turn in data["turns"]) == data["outcomes_changed"]
    assert sum(len(group["teachers"]) for group in data["groups"]) == data["outcomes_changed"]
    for group in data["groups"]:
        assert group["causes"] == [{"rule_change": 0, "teachers": len(group["teachers"])}]
    assert len(data["changes"]) == data["outcomes_changed"] + data["numbers_changed"]


def test_long_lists_are_cut_unless_asked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moodle_cpd.cli.comparing_words._PEOPLE", 1)
    ask_for_more(tmp_path)
    _, out, _ = run("decide", "--rules", "other", "--compare")
    named = out.count("   - ")
    assert "……另有 " in out
    assert "--all-changes" in out
    _, every, _ = run("decide", "--rules", "other", "--compare", "--all-changes")
    assert every.count("   - ") > named
    assert "……另有 " not in every


def test_all_changes_as_a_table(run: Run, tmp_path: Path) -> None:
    ask_for_more(tmp_path)
    code, out, _ = run("decide", "--rules", "other", "--compare", "--into", "all.csv")
    assert code == ExitCode.CHANGES_PENDING
    assert "全部变化已写入 all.csv" in out
    path = tmp_path / "all.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.stat().st_mode & 0o077 == 0
    header, *rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    _, data, _ = run("decide", "--rules", "other", "--compare", "--json")
    assert len(rows) == len(json.loads(data)["changes"])
    assert {row[header.index("方案")] for row in rows} == {"homeroom-teacher-30h"}
    code, _, err = run("decide", "--rules", "other", "--compare", "--into", "no/such/all.csv")
    assert code == ExitCode.BAD_INPUT
    assert "--into" in err


def test_a_name_is_no_formula() -> None:
    people = {7: Person("m", 7, "=1+1", "u", "@cmd\n|x")}
    side = Side(*(Outcome.MET, Decimal(1), Decimal(1), None, (), None, "", (), (), ()))
    change = Change(7, "s", "2026", Text("t"), Text("p"), None, side, (Text("because"),))
    report = Report((), (), (), people, 1, "other", chinese=True)
    row = list(csv.reader(report.sheet([change]).splitlines()))[1]
    assert row[:2] == ["'=1+1", "'@cmd |x"]


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
    code, _, err = run("decide", "--all-changes")
    assert code == ExitCode.BAD_INPUT
    assert "go with --compare" in err


def test_broken_other_rules(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other" / "schemes" / "bad.yaml").write_text("scheme: [", encoding="utf-8")
    code, out, err = run("decide", "--rules", "other", "--compare")
    assert (code, out) == (ExitCode.BAD_INPUT, "")
    assert "! schemes/bad.yaml:" in err
