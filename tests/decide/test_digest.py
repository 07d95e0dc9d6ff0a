"""A decision's digest: of what it says, not of where in a file the rules stand."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

import pytest

from moodle_cpd.decide import decision_digest, decision_to_json, written
from moodle_cpd.model.decision import Alike, Decision, Outcome, Place, Text
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
    assert written(DECISION) == (decision_to_json(DECISION), decision_digest(DECISION))


def test_what_is_alike_is_written_as_if_it_were_single() -> None:
    alike = Alike(DECISION)
    for teacher in (DECISION.teacher, 0, 7, 70_000):
        single = replace(DECISION, teacher=teacher)
        own = alike.of(teacher)
        assert own == single
        assert (own.like, single.like) == (alike, None)
        assert written(own) == written(single)


def test_nothing_but_the_teacher_differs() -> None:
    names = [each.name for each in fields(Decision) if each.init]
    values: dict[str, Any] = {name: object() for name in names}
    whole = Decision(**values)
    own = Alike(whole).of(7)
    assert own.teacher == 7
    others = [name for name in names if name != "teacher"]
    assert [getattr(own, name) for name in others] == [getattr(whole, name) for name in others]


def test_what_is_made_of_it_is_alike_no_more() -> None:
    own = Alike(DECISION).of(7)
    changed = replace(own, outcome=Outcome.WAIVED)
    assert changed.like is None
    assert '"outcome":"waived"' in written(changed)[0]


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
