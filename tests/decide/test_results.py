"""What decisions come to, short where nothing is earned, written and read again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.outcome import not_applicable
from moodle_cpd.decide.results import (
    cells_from_json,
    cells_to_json,
    problems_from_json,
    problems_to_json,
    result_of,
    results_from_json,
    results_to_json,
)
from moodle_cpd.model.decision import (
    AwardDue,
    Decision,
    Outcome,
    Place,
    Qualification,
    State,
    Text,
)
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.result import Result
from moodle_cpd.problems import Problem
from tests.decide.making import BODY, SITE, TEACHER, adjusted, course, decide, done, local, rules

ENTRIES = "  - {course: C1, category: a, hours: 12}\n"
MORE = """
hours_per_credit: 6
awards:
  - {id: badge, kind: badge, title: {zh: 徽章, en: Badge}, issued_here: true}
"""
AT, ON = local("2025-06-01 10:00"), local("2025-08-01 10:00")


def results(*, more: str = MORE, met: bool = True, by_hand: bool = False) -> list[Result]:
    adjustments = [adjusted("add", "2025-05-01", category="b", hours="1")] if by_hand else []
    decisions, _ = decide(
        rules(BODY + more, ENTRIES),
        [course(1)],
        [done(1, AT)] if met else [],
        ON,
        adjustments=adjustments,
    )
    return [result_of(each, f"d{number}") for number, each in enumerate(decisions.values())]


def test_what_is_earned_comes_with_its_words_and_where_it_is_asked() -> None:
    before, result = results(by_hand=True)
    assert (before.period, before.outcome, before.awards) == ("2024", Outcome.NOT_MET, ())
    assert (result.site, result.teacher, result.scheme) == (SITE, TEACHER, "sample")
    assert (result.period, result.outcome, result.digest) == ("2025", Outcome.MET, "d1")
    assert (result.recognised, result.credits) == (Decimal(13), Decimal(13) / 6)
    assert [each.key for each in result.awards] == ["badge"]
    assert result.title == Text("样例", "Sample")
    assert result.place is not None
    assert result.place.file == "schemes/sample.yaml"
    assert "1 hours of b added" in result.by_hand[0].en


def test_what_earns_nothing_is_short() -> None:
    for result in (results(met=False, by_hand=True)[1], results(more="", by_hand=True)[1]):
        assert (result.awards, result.title, result.place) == ((), Text(), None)
        assert result.by_hand == ()


def test_where_nothing_is_asked_there_is_no_place() -> None:
    scheme = PreparedScheme(rules().schemes[0], {})
    span = scheme.calendar.containing(ON)
    alike = not_applicable(scheme, SITE, span, "", Text("x", "x"))
    assert result_of(alike.of(TEACHER), "d").place is None


def test_results_are_read_as_they_were_written() -> None:
    every = [*results(by_hand=True), *results(more=""), *results(met=False)]
    text = results_to_json(every)
    assert results_from_json(SITE, TEACHER, text) == every
    assert results_to_json(results_from_json(SITE, TEACHER, text)) == text
    assert cells_from_json(cells_to_json(every))[:2] == (
        ("sample", "2024", "not_met"),
        ("sample", "2025", "met"),
    )
    assert "徽章" in text
    assert '"scheme":"sample","period":"2024",' in text


def test_only_what_is_said_is_written() -> None:
    bare = Result(
        *(SITE, TEACHER, "s", "2025", Outcome.NOT_MET, Decimal(0), None, "d"),
        awards=(),
        title=Text(),
        place=None,
        by_hand=(),
    )
    assert json.loads(results_to_json([bare])) == [
        {"scheme": "s", "period": "2025", "outcome": "not_met", "recognised": "0", "digest": "d"}
    ]
    award = AwardDue("k", "badge", Text("徽", "B"), False, Place("f", 1, 2, "r"))
    full = Result(
        *(SITE, TEACHER, "s", "2025", Outcome.MET, Decimal("1.50"), Decimal("0.5"), "d"),
        awards=(award,),
        title=Text("题", "T"),
        place=Place("g", 3, 4),
        by_hand=(Text("调", "A"),),
    )
    (written,) = json.loads(results_to_json([full]))
    assert set(written) == {
        *("scheme", "period", "outcome", "recognised", "digest"),
        *("credits", "title", "awards", "place", "by_hand"),
    }
    (again,) = results_from_json(SITE, TEACHER, results_to_json([full]))
    assert again == full


def test_problems_keep_their_order_and_words() -> None:
    problems = [Problem("二", "b", "c", "d"), Problem("一", "b", "", "")]
    text = problems_to_json(problems)
    assert text == '[["二","b","c","d"],["一","b","",""]]'
    assert problems_from_json(text) == tuple(problems)


def one(*facts: Fact) -> Decision:
    decisions, _ = decide(rules(BODY + MORE, ENTRIES), [course(1)], facts, ON)
    return decisions["sample", "2025"]


@pytest.mark.parametrize(
    ("gained", "said"),
    [(Text("甲", "one"), "甲"), (Text("", "one"), "one"), (Text("甲", ""), "甲")],
)
@pytest.mark.parametrize(
    ("until", "day"),
    [
        ("2027-03-01 00:00:00", date(2027, 2, 28)),
        ("2027-03-01 00:00:01", date(2027, 3, 1)),
        ("2027-03-01 00:00:02", date(2027, 3, 1)),
    ],
)
def test_what_is_held_is_held_through_its_last_day(
    gained: Text, said: str, until: str, day: date
) -> None:
    decision = one(done(1, AT))
    assert result_of(decision, "d").valid_until is None
    held = Qualification(Text("q", "q"), gained, local(until), Place("f", 1, 1))
    result = result_of(replace(decision, qualification=held), "d")
    assert (result.gained, result.valid_until, result.zone) == (said, day, decision.time_zone)
    assert result.ends == decision.period.end
    assert results_from_json(SITE, TEACHER, results_to_json([result])) == [result]


@pytest.mark.parametrize(
    ("outcome", "state", "unmet"),
    [
        (Outcome.NOT_MET, State.MISSING, True),
        (Outcome.NOT_MET, None, True),
        (Outcome.IN_PROGRESS, State.MISSING, True),
        (Outcome.IN_PROGRESS, State.UNKNOWN, False),
        (Outcome.IN_PROGRESS, None, False),
        (Outcome.MET, State.MET, False),
        (Outcome.WAIVED, State.MISSING, False),
    ],
)
def test_what_is_known_to_be_missing(outcome: Outcome, state: State | None, unmet: bool) -> None:
    decision = replace(one(), outcome=outcome)
    assert decision.requirement is not None
    asked = None if state is None else replace(decision.requirement, state=state)
    result = result_of(replace(decision, requirement=asked), "d")
    assert (result.unmet, result.ends) == (unmet, None)
    assert results_from_json(SITE, TEACHER, results_to_json([result])) == [result]
