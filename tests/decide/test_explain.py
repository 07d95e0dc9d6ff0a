from __future__ import annotations

import json
from dataclasses import replace

import pytest

from moodle_cpd.decide import decision_digest, decision_from_json, decision_to_json, explain
from moodle_cpd.decide.steps import as_markdown, as_text
from moodle_cpd.errors import InputError
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.fact import Fact
from moodle_cpd.rules import load_rulebook
from tests.decide.making import (
    BODY,
    SHIPPED,
    activity,
    course,
    decide,
    decide_one,
    done,
    handed_in,
    local,
    marked,
    rules,
    teacher,
)

BOOK = load_rulebook(SHIPPED)
R5 = "homeroom-teacher-30h"
COURSES = [
    course(11, "C-HOMEROOM-BASIC", fields={"hours": "14"}),
    course(12, "C-HOMEROOM-CASES", fields={"hours": "12"}),
    course(
        13, "C-HOMEROOM-EXAM", fields={"hours": "6"}, activities=[activity(130, "HOMEROOM-EXAM")]
    ),
    course(99),
]
FACTS = [
    done(11, local("2026-10-08 10:00")),
    done(12, local("2026-10-09 10:00")),
    handed_in(13, 130, local("2026-10-10 10:00")),
    marked(13, 130, "59.995", local("2026-10-12 10:00")),
    done(99, local("2026-10-11 10:00")),
    done(98, local("2027-01-01 00:00")),
]


def decision() -> Decision:
    decisions, _ = decide(
        BOOK, COURSES, FACTS, local("2026-11-01 10:00"), teacher("homeroom_teacher")
    )
    return decisions[R5, "2026"]


def test_it_leads_from_the_outcome_to_moodles_reply() -> None:
    text = explain(decision(), BOOK.scheme(R5), FACTS).text("en")
    lines = [line.strip() for line in text.splitlines()]
    wanted = [
        "Outcome: in progress",
        "Hours: 26 recognised, 26 earned",
        "[missing] At least 30 hours of Homeroom teachers' training · 26 / 30 hours, 4 to go",
        "[missing] Assessment of homeroom teachers' training: passed · 59.99 / 60 points",
        "2026-10-08 10:00 · Course 11 · 14 hours count",
        "Homeroom teachers' training ← courses/demo-homeroom-teacher-30h.yaml:",
        '← Moodle report {"timecompleted":1}',
        "Facts of this period that this decision does not use",
    ]
    places = [next(n for n, line in enumerate(lines) if line.startswith(want)) for want in wanted]
    assert places == sorted(places)
    assert "二.2(2)" in text
    assert "course 99" in lines[-1]


def test_what_is_shown_never_crosses_the_threshold() -> None:
    text = explain(decision(), BOOK.scheme(R5), FACTS).text("zh")
    assert "得59.99分（满分100），未达到60分" in text
    assert "59.99 / 60 分" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ["结论：进行中", "还差 4", "班主任专题培训"]), ("en", ["Outcome: in progress"])],
)
def test_both_languages_in_both_renderings(language: str, words: list[str]) -> None:
    explanation = explain(decision(), BOOK.scheme(R5), FACTS)
    for rendered in (explanation.text(language), explanation.markdown(language)):  # type: ignore[arg-type]
        for word in words:
            assert word in rendered


def test_a_fact_that_is_not_at_hand_is_told() -> None:
    text = explain(decision(), BOOK.scheme(R5), FACTS[1:]).text("en")
    assert f"fact {FACTS[0].key} is not at hand" in text


def test_an_explanation_of_a_stored_decision_is_the_same() -> None:
    one = decision()
    again = decision_from_json(decision_to_json(one))
    scheme = BOOK.scheme(R5)
    assert explain(one, scheme, FACTS).text("zh") == explain(again, scheme, FACTS).text("zh")
    assert json.dumps(explain(one, scheme, FACTS).json())


def test_names_become_no_markup_and_no_new_line() -> None:
    name = "<script>alert(1)</script> `x` *y* [z](http://e) | # \r\n\x1b[31m- item"
    courses = [replace(course(1), full_name=name)]
    facts: list[Fact] = [done(1, local("2026-04-01 10:00"))]
    book = rules(BODY, "  - {course: C1, category: a, hours: 12}\n")
    found = decide_one(book, courses, facts, local("2026-06-01 10:00"), "2026")
    explanation = explain(found, book.schemes[0], facts)
    text, markdown = explanation.text("en"), explanation.markdown("en")
    assert "\x1b" not in text + markdown
    assert len(text.splitlines()) == len(markdown.splitlines()) - 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in markdown
    assert "\\[z\\](http://e)" in markdown
    assert "\\`x\\` \\*y\\*" in markdown


def test_a_step_that_begins_like_a_list_stays_one_step() -> None:
    assert as_markdown([(0, "t"), (1, "- a"), (1, "1. b"), (2, "+c")]).splitlines()[2:] == [
        "- \\- a",
        "- 1\\. b",
        "  - \\+c",
    ]
    assert as_text([(0, "a\nb"), (1, "c")]) == "a b\n  c"


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"site": 1}', "null"])
def test_a_decision_that_cannot_be_read_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError, match="can't be read"):
        decision_from_json(text)


def test_the_digest_ignores_where_a_rule_stands_and_nothing_else() -> None:
    entries = "  - {course: C1, category: a, hours: 12, reference: '4'}\n"
    facts = [done(1, local("2026-04-01 10:00"))]

    def digest(text: str) -> str:
        book = rules(BODY, text)
        on = local("2026-06-01 10:00")
        return decision_digest(
            replace(decide_one(book, [course(1)], facts, on, "2026"), rules_digest="")
        )

    assert digest(entries) == digest("  # a comment\n" + entries)
    assert digest(entries) != digest(entries.replace("'4'", "'5'"))
    assert digest(entries) != digest(entries.replace("12", "13"))
