"""A decision's digest: of what it says, not of where in a file the rules stand."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from moodle_cpd.decide import decision_digest, decision_to_json, digest_of_json
from moodle_cpd.model.decision import Place, Text
from tests.decide.making import course, decide_one, done, local, rules

DECISION = decide_one(
    rules(entries="  - {course: C1, category: a, hours: 12}\n"),
    [course(1)],
    [done(1, local("2025-05-01 10:00"))],
    local("2025-06-01 10:00"),
    "2025",
)


def with_entry(place: Place) -> str:
    lines = tuple(replace(line, entry=place) for line in DECISION.credit_lines)
    return decision_digest(replace(DECISION, credit_lines=lines))


def test_it_is_that_of_the_text() -> None:
    assert decision_digest(DECISION) == digest_of_json(decision_to_json(DECISION))


def test_it_is_of_the_canonical_text_without_positions() -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "column" in value:
            return {"reference": value["reference"]}
        return {key: plain(each) for key, each in value.items()}

    found = plain(json.loads(decision_to_json(DECISION)))
    text = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert decision_digest(DECISION) == sha256(text.encode()).hexdigest()


def test_lines_columns_and_files_are_left_out_and_paragraphs_are_in() -> None:
    before = with_entry(Place("courses/a.yaml", 3, 5, "二.1"))
    assert with_entry(Place('courses/"b\\".yaml', 30, 1, "二.1")) == before
    assert with_entry(Place("courses/a.yaml", 3, 5, "二.2")) != before


@pytest.mark.parametrize(
    "text",
    [
        '"column":1,"file":"x","line":2,',
        '\\"column":1,"file":"","line":2,',
        '{"column":1,"file":"","line":2,"reference":""}',
        '\\{"column":',
        '\\,"reference":',
    ],
)
def test_words_that_look_like_a_position_are_words(text: str) -> None:
    plain = decision_digest(replace(DECISION, title=Text("", "")))
    assert decision_digest(replace(DECISION, title=Text(text, ""))) != plain
