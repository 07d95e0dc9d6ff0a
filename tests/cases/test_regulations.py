"""Each line of the regulations leads to the rules and to worked cases, and the page says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moodle_cpd.cases import guards, lacking, page, read_cases, read_regulations, rows
from moodle_cpd.cases.regulations import Regulation
from moodle_cpd.errors import InputError
from tests.cases.making import write
from tests.cases.shipped import FOLDER, RULES, changed

PAGE = Path(__file__).parents[2] / "docs" / "administrators" / "regulations.md"
REGULATIONS = read_regulations(RULES)


def test_the_page_is_up_to_date() -> None:
    tables = [(each, rows(each, changed(each.scheme))) for each in REGULATIONS]
    again = "moodle-cpd regulations > docs/administrators/regulations.md"
    assert PAGE.read_text(encoding="utf-8").rstrip() == page(tables).rstrip(), again


LACKING: dict[str, set[str]] = {}
"""Lines that the schemes still lack, as the notes of each say."""


@pytest.mark.parametrize("regulation", REGULATIONS, ids=lambda each: each.scheme)
def test_nothing_else_is_lacking(regulation: Regulation) -> None:
    found = lacking(rows(regulation, changed(regulation.scheme)))
    told = {problem.found.split("'")[1] for problem in found}
    assert told == LACKING.get(regulation.scheme, set())


def test_a_regulation_alone_changes_only_what_it_names() -> None:
    one = next(each for each in REGULATIONS if each.scheme == "homeroom-teacher-30h")
    found = list(guards(RULES, one, FOLDER.files))
    assert 0 < len(found) < len(changed(one.scheme))
    assert rows(one, found) == rows(one, changed(one.scheme))


LINES = """\
scheme: sample
title: {en: Sample}
lines:
  - id: total
    words: {en: Hours}
    reference: one
    in_scheme: [requirements hours_at_least]
"""


def folder(path: Path, text: str = LINES) -> Path:
    rules = write(path)
    (rules / "regulations").mkdir()
    (rules / "regulations" / "sample.yaml").write_text(text, encoding="utf-8")
    return rules


def test_a_line_leads_to_its_value_and_its_cases(tmp_path: Path) -> None:
    rules = folder(tmp_path)
    (one,) = read_regulations(rules)
    (row,) = rows(one, guards(rules, one, read_cases(rules / "cases", rules).files))
    (spot,) = row.line.spots
    line = (rules / spot.file).read_text(encoding="utf-8").splitlines()[spot.mark.line - 1]
    assert re.search(rf"hours_at_least: {spot.shown}\b", line)
    assert row.cases
    assert lacking([row]) == []


def test_a_line_without_rule_or_case_is_told(tmp_path: Path) -> None:
    text = LINES + "  - {id: other, words: {en: More}, reference: two}\n"
    rules = folder(tmp_path, text)
    (one,) = read_regulations(rules)
    found = lacking(rows(one, ()))
    assert [(problem.where, problem.found.split(":")[0]) for problem in found] == [
        ("regulations/sample.yaml:4:5", "line 'total'"),
        ("regulations/sample.yaml:8:5", "line 'other'"),
    ]
    assert "no worked case" in found[0].found
    assert "no line of the rules" in found[1].found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("scheme: sample", "scheme: other", "regulations/sample.yaml:1:1: unknown scheme 'other'"),
        ("requirements hours_at_least", "requirements passed=x", "leads to nothing"),
        ("requirements hours_at_least", "categories title", "leads to 2 values"),
        ("words: {en: Hours}", "words: {}", "regulations/sample.yaml:5:12: no words"),
        ("title:", "titel:", "unknown key 'titel'"),
        ("scheme: sample", "scheme: [", "not valid YAML"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    rules = folder(tmp_path, LINES.replace(old, new))
    with pytest.raises(InputError, match=re.escape(told)) as caught:
        read_regulations(rules)
    for problem in caught.value.problems:
        assert re.match(r"regulations/sample\.yaml:\d+:\d+$", problem.where)
