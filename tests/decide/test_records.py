"""Imported records: each counts by itself, by what it says, within caps and levels."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from moodle_cpd.decide import explain
from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.fact import Fact
from tests.decide.making import BODY, decide, decide_one, local, record, rules

AFTER = local("2027-04-05 00:00")
WITHIN = local("2026-06-01 00:00")

RECORDED = "  - {record_like: 培训*, category: a, hours: recorded}\n"

ASKED = BODY.replace(
    "requirements: {hours_at_least: 10}",
    """assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}}
evidence:
  - {id: lesson, title: {en: Lesson}, accepted_when: handed_in}
  - {id: essay, title: {en: Essay}, accepted_when: handed_in, characters_at_least: 800}
requirements:
  any:
    - passed: exam
    - {evidence: lesson, pieces: 2}
    - evidence: essay
""",
)


def test_a_record_gives_its_own_hours() -> None:
    book = rules(entries=RECORDED)
    decision = decide_one(book, [], [record("培训1", "2026-05-01", "10")], WITHIN, "2026")
    assert (decision.outcome, decision.recognised) == (Outcome.MET, Decimal(10))
    (line,) = decision.credit_lines
    assert (line.course, line.course_name, line.counted) == (0, "培训1", Decimal(10))
    assert line.facts == (record("培训1", "2026-05-01", "10").key,)


def test_each_record_counts_by_itself_under_the_cap_of_its_line() -> None:
    facts = [
        record("培训1", "2026-05-01", "4"),
        record("培训1", "2026-05-02", "4"),
        record("培训1", "2026-05-02", "4", document="D 2"),
        record("别的", "2026-05-02", "4"),
    ]
    assert decide_one(rules(entries=RECORDED), [], facts, WITHIN, "2026").earned == 12
    capped = rules(entries=RECORDED.replace("}", ", hours_at_most: 9}"))
    assert decide_one(capped, [], facts, WITHIN, "2026").earned == 9


def test_a_record_counts_in_the_period_of_its_day() -> None:
    facts = [record("培训1", "2026-02-28", "3"), record("培训1", "2026-03-01", "4")]
    found, problems = decide(rules(entries=RECORDED), [], facts, WITHIN)
    assert problems == []
    assert {key: each.earned for (_, key), each in found.items()} == {"2025": 3, "2026": 4}


def test_a_retracted_record_counts_no_more() -> None:
    gone = replace(record("培训1", "2026-05-01", "10"), retracted=True)
    assert decide_one(rules(entries=RECORDED), [], [gone], WITHIN, "2026").earned == 0


def test_hours_that_the_record_does_not_say_keep_the_outcome_open() -> None:
    book = rules(entries=RECORDED)
    found, problems = decide(book, [], [record("培训1", "2026-05-01")], AFTER)
    assert found["sample", "2026"].outcome is Outcome.IN_PROGRESS
    assert [("says no hours" in each.found) for each in problems] == [True]


def test_points_are_held_against_the_pass_mark_of_the_line() -> None:
    book = rules(
        entries="  - {record: 考核, category: a, hours: recorded, pass_at: {percent: 60}}\n"
    )

    def earned(fact: Fact) -> Decimal:
        return decide_one(book, [], [fact], WITHIN, "2026").earned

    assert earned(record("考核", "2026-05-01", "10", points="59.99")) == 0
    assert earned(record("考核", "2026-05-01", "10", points="60")) == 10
    assert earned(record("考核", "2026-05-01", "10", points="30", maximum="50")) == 10
    found, problems = decide(book, [], [record("考核", "2026-05-01", "10")], AFTER)
    assert found["sample", "2026"].outcome is Outcome.IN_PROGRESS
    assert "record '考核' of 2026-05-01" in problems[0].found
    assert "says no points" in problems[0].found


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ([record("考核", "2026-05-01", points="60")], Outcome.MET),
        ([record("考核", "2026-05-01", points="59.9")], Outcome.NOT_MET),
        ([record("公开课", "2026-05-01")], Outcome.NOT_MET),
        ([record("公开课", "2026-05-01"), record("公开课", "2026-05-02")], Outcome.MET),
        ([record("心得", "2026-05-01", characters=800)], Outcome.MET),
        ([record("心得", "2026-05-01", characters=799)], Outcome.NOT_MET),
        ([record("心得", "2026-05-01", points="900")], Outcome.IN_PROGRESS),
    ],
)
def test_assessment_and_evidence(facts: list[Fact], outcome: Outcome) -> None:
    book = rules(
        ASKED,
        "  - {record: 考核, assessment: exam}\n"
        "  - {record: 公开课, evidence: lesson}\n"
        "  - {record: 心得, evidence: essay}\n",
    )
    assert decide_one(book, [], facts, AFTER, "2026").outcome is outcome


def test_the_level_is_the_records_else_the_lines() -> None:
    book = rules(entries="  - {record_like: 培训*, category: a, hours: recorded, level: county}\n")
    facts = [
        record("培训1", "2026-05-01", "3"),
        record("培训2", "2026-05-01", "4", level="province"),
    ]
    decision = decide_one(book, [], facts, WITHIN, "2026")
    assert decision.by_level == (("county", Decimal(3)), ("province", Decimal(4)))


def test_the_explanation_leads_to_the_document() -> None:
    book = rules(entries=RECORDED)
    fact = record("培训1", "2026-05-01", "10", document="沈教〔2026〕12号", level="county")
    decision = decide_one(book, [], [fact], WITHIN, "2026")
    text = explain(decision, book.schemes[0], [fact]).text("zh")
    assert "培训1 · 2026-05-01 · 10 学时 · 县（区）级 · 文件 沈教〔2026〕12号" in text
    assert '← import records {"file":"a.csv","line":2}' in text


def test_the_order_of_records_tells_nothing() -> None:
    book = rules(entries=RECORDED.replace("}", ", hours_at_most: 9}"))
    facts = [record(f"培训{n}", "2026-05-01", "4") for n in range(4)]
    first, last = (
        decide_one(book, [], each, WITHIN, "2026") for each in (facts, list(reversed(facts)))
    )
    assert first == last


def test_hours_of_a_record_in_proportion_to_its_points() -> None:
    line = "{record: 考核, category: a, hours: {value: recorded, in_proportion_to: grade}}"
    book = rules(entries=f"  - {line}\n")
    marked = record("考核", "2026-05-01", "12", points="25", maximum="50")
    assert decide_one(book, [], [marked], WITHIN, "2026").earned == 6
    found, problems = decide(book, [], [record("考核", "2026-05-01", "12")], AFTER)
    assert found["sample", "2026"].outcome is Outcome.IN_PROGRESS
    assert "says no points" in problems[0].found
