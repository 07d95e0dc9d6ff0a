"""Two versions of the rules, value by value."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from moodle_cpd.rules.changes import RuleChange, rule_changes
from tests.settings import MAPPINGS

SCHEME = "schemes/qianshan-annual-72h.yaml"
MAP = "courses/demo-qianshan-annual-72h.yaml"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    shutil.copytree(MAPPINGS, tmp_path / "other")
    return tmp_path / "other"


def edit(folder: Path, file: str, *replacements: tuple[str, str]) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / file).write_text(text, encoding="utf-8")


def told(changes: tuple[RuleChange, ...]) -> list[tuple[str, str, str]]:
    return [(" ".join(each.keys), each.old, each.new) for each in changes]


def line_of(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return 1 + next(number for number, line in enumerate(lines) if text in line)


def test_the_same_rules_in_other_words_are_the_same(other: Path) -> None:
    edit(
        other,
        SCHEME,
        ("scheme: ", "# one more line\nscheme: "),
        ("zh: 研修课程", "zh: 研修"),
        ("grace_days: 30", "grace_days: {value: 30, reference: '9'}"),
        ("reference: 二(一)4(2)", "reference: 二(一)4"),
        ("hours_at_least: 72", "hours_at_least: 72.0"),
    )
    assert rule_changes(MAPPINGS, other) == ()


def test_a_value_has_its_place_in_both(other: Path) -> None:
    edit(
        other, SCHEME, ("scheme: ", "#\n#\nscheme: "), ("hours_at_least: 72", "hours_at_least: 80")
    )
    (change,) = rule_changes(MAPPINGS, other)
    assert (change.scheme, change.section) == ("qianshan-annual-72h", "requirements")
    assert (change.old, change.new) == ("72", "80")
    line = line_of(MAPPINGS, SCHEME, "hours_at_least: 72")
    assert change.before == f"{SCHEME}:{line}:7"
    assert change.after == f"{SCHEME}:{line + 2}:7"
    assert f"{SCHEME}:{line}:7" in change.within_before


def test_items_are_known_by_what_they_are_about(other: Path) -> None:
    edit(
        other,
        SCHEME,
        ("        - present: ethics\n", "        - present: research\n        - present: ethics\n"),
        ("role: [teacher, homeroom", "role: [homeroom"),
    )
    edit(other, MAP, ("hours: 16", "hours: 15.5"), ("percent: 60", "percent: 70"))
    assert told(rule_changes(MAPPINGS, other)) == [
        ("audience role teacher", "teacher", ""),
        ("requirements all all all present research", "", "present: research"),
        ("entries C-EDTECH hours", "16", "15.5"),
        ("entries C-MENTAL / MENTAL-CASE pass_at percent", "60", "70"),
    ]


def test_whole_files(other: Path) -> None:
    (other / MAP).unlink()
    (change,) = rule_changes(MAPPINGS, other)
    assert (change.section, change.before, change.after) == ("file", f"{MAP}:1:1", "")
    (change,) = rule_changes(other, MAPPINGS)
    assert (change.old, change.new, change.after) == ("", MAP, f"{MAP}:1:1")


def test_a_long_value_is_shortened(other: Path) -> None:
    text = "requirements: {all: [" + ", ".join(f"{{present: {n:030}}}" for n in range(9)) + "]}\n"
    (other / SCHEME).write_text("scheme: qianshan-annual-72h\n" + text, encoding="utf-8")
    longest = max(len(each.new) for each in rule_changes(MAPPINGS, other))
    assert longest <= 100
