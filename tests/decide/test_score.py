"""Scores: components, deductions, bonuses, bands, and hours that hang on them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide import decision_from_json, decision_to_json, explain
from moodle_cpd.model.decision import Decision, Outcome, Score, State
from moodle_cpd.model.fact import Fact
from tests.decide.making import (
    BODY,
    activity,
    course,
    decide,
    done,
    handed_in,
    local,
    marked,
    rules,
)

KINDS = """
assessments:
  - {id: test, title: {en: Test}, pass_at: {percent: 60}}
  - {id: training, title: {en: Training}, pass_at: {percent: 60}}
evidence:
  - {id: essay, title: {en: Essay}, accepted_when: handed_in, characters_at_least: 1000}
  - {id: material, title: {en: Material}, accepted_when: graded}
  - id: excellent
    title: {en: Excellent}
    accepted_when: passed
    pass_at: {percent: 90}
"""
SCORE = """
score:
  title: {en: Assessment}
  components:
    - {id: test, title: {en: Test}, points: 30, in_proportion_to: test}
    - {id: essay, title: {en: Essay}, points: 10, all_for: essay}
    - {id: materials, title: {en: Materials}, points: 20, points_each: 10, for_each: material}
  bands:
    - {id: pass, title: {zh: 合格, en: pass}, from_points: 60}
    - {id: good, title: {zh: 良好, en: good}, from_points: 80}
    - {id: excellent, title: {zh: 优秀, en: excellent}, from_points: 90}
"""
ENTRIES = """
  - {course: C1, activity: T1, assessment: test}
  - {course: C1, activity: T2, assessment: test}
  - {course: C1, activity: E1, evidence: essay}
  - {course: C1, activity: M1, evidence: material}
  - {course: C1, activity: M2, evidence: material}
  - {course: C1, activity: M3, evidence: material}
  - {course: C1, activity: R1, assessment: training, evidence: excellent}
  - {course: C1, activity: R2, assessment: training, evidence: excellent}
  - {course: C2, category: a, hours: 10}
  - {course: C3, category: b, hours: {custom_field: hours}}
"""
NAMES = {"T1": 1, "T2": 2, "E1": 3, "M1": 4, "M2": 5, "M3": 6, "R1": 7, "R2": 8}
COURSES = [
    course(1, activities=[activity(number, name) for name, number in NAMES.items()]),
    course(2),
    course(3, fields={"hours": "37.5"}),
]
AT, MARKED = local("2025-06-10 10:00"), local("2025-06-12 10:00")
DURING, AFTER = local("2025-08-01 00:00"), local("2026-03-31 00:00")


def graded(name: str, points: str, maximum: str = "100") -> Fact:
    return marked(1, NAMES[name], points, MARKED, maximum=maximum)


def sent(name: str, length: int = 1000) -> Fact:
    return handed_in(1, NAMES[name], AT, length=length)


def decision_of(
    facts: Sequence[Fact],
    *,
    score: str = SCORE,
    asked: str = "{score_at_least: 60}",
    more: str = "",
    final: bool = True,
) -> tuple[Decision, Score]:
    body = BODY.replace("{hours_at_least: 10}", asked) + KINDS + score + more
    decisions, _ = decide(rules(body, ENTRIES), COURSES, facts, AFTER if final else DURING)
    decision = decisions["sample", "2025"]
    assert decision.score is not None
    return decision, decision.score


FULL = [graded("T1", "100"), sent("E1"), graded("M1", "1"), graded("M2", "0")]


def test_everything_together_is_a_hundred() -> None:
    _, score = decision_of(FULL)
    assert (score.points, score.possible, score.total) == (Decimal(60), Decimal(60), Decimal(100))
    assert score.band == "excellent"


def test_the_components_are_converted_to_a_hundred() -> None:
    _, score = decision_of([graded("T1", "50"), sent("E1")])
    assert [line.points for line in score.lines] == [Decimal(15), Decimal(10), Decimal(0)]
    assert str(score.total).startswith("41.6666")


@pytest.mark.parametrize(
    ("points", "outcome", "band"),
    [
        ("53.33", Outcome.NOT_MET, ""),
        ("53.34", Outcome.MET, "pass"),
    ],
)
def test_a_threshold_belongs_to_the_band(points: str, outcome: Outcome, band: str) -> None:
    # 20 for the materials leave 16 of 36 points to the test: 53.333… of 100.
    decision, score = decision_of([graded("T1", points), graded("M1", "9"), graded("M2", "9")])
    assert (decision.outcome, score.band) == (outcome, band)


def test_thirds_add_up_exactly() -> None:
    exactly = [graded("T1", "16", "30"), graded("M1", "9"), graded("M2", "9")]
    decision, score = decision_of(exactly)
    assert (decision.outcome, score.total) == (Outcome.MET, Decimal(60))
    three = """
score:
  title: {en: Thirds}
  possible: 10
  components:
    - {id: a, title: {en: A}, points: 10, in_proportion_to: test}
    - {id: b, title: {en: B}, points: 10, in_proportion_to: training}
"""
    facts = [graded("T1", "1", "3"), graded("R1", "2", "3")]
    assert decision_of(facts, score=three)[1].total == Decimal(100)


@pytest.mark.parametrize(("length", "points"), [(999, 0), (1000, 10), (1001, 10)])
def test_all_or_nothing(length: int, points: int) -> None:
    _, score = decision_of([sent("E1", length)])
    assert score.lines[1].points == points


@pytest.mark.parametrize(("count", "points"), [(0, 0), (1, 10), (2, 20), (3, 20)])
def test_points_for_each_piece_up_to_a_maximum(count: int, points: int) -> None:
    facts = [graded(name, "5") for name in ("M1", "M2", "M3")[:count]]
    assert decision_of(facts)[1].points == points


def test_the_best_activity_gives_the_proportion() -> None:
    _, score = decision_of([graded("T1", "40", "50"), graded("T2", "70")])
    assert score.lines[0].points == 24


def test_never_decided_before_end_and_grace() -> None:
    decision, score = decision_of(FULL, final=False)
    assert decision.requirement is not None
    assert decision.requirement.state is State.MET
    assert decision.outcome is Outcome.IN_PROGRESS
    assert (score.band, score.final) == ("", False)
    assert any("decided after" in reason.en for reason in decision.reasons)


def test_unmarked_work_keeps_it_open_and_then_the_band() -> None:
    facts = [sent("T1"), graded("M1", "9"), graded("M2", "9"), sent("E1")]
    decision, score = decision_of(facts)
    assert decision.outcome is Outcome.IN_PROGRESS
    assert (score.total, score.open_total) == (Decimal(50), Decimal(100))
    assert score.band == ""
    decision, score = decision_of([*facts, graded("T2", "60")])
    assert decision.outcome is Outcome.MET
    assert (score.total, score.open_total, score.band) == (Decimal(80), Decimal(100), "")


DEDUCTED = """
score:
  title: {en: Assessment}
  starts_at: 100
  deductions:
    - {id: pieces, title: {en: Missing}, points_each: 2, missing: material, expected: 20}
    - {id: hours, title: {en: Hours}, points_each: 2, hours_short_of: 48, at_most: 30}
    - {id: failed, title: {en: Failed}, points_each: 5, failed: training}
  bonuses:
    - {id: excellent, title: {en: Excellent}, points_each: 2, for_each: excellent}
"""
HOURS = [done(2, AT), done(3, AT)]


@pytest.mark.parametrize(
    ("facts", "total"),
    [
        ([], "30"),  # 20 missing pieces cost 40, the hours 30 at most
        (HOURS, "59"),  # 47.5 hours: half an hour short costs one point
        ([*HOURS, graded("M1", "9")], "61"),
        ([*HOURS, graded("R1", "59.99")], "54"),
        ([*HOURS, graded("R1", "60")], "59"),
        ([*HOURS, graded("R1", "89.99")], "59"),
        ([*HOURS, graded("R1", "90")], "61"),
        ([*HOURS, graded("R1", "90"), graded("R2", "95")], "63"),
    ],
)
def test_deductions_and_bonuses(facts: list[Fact], total: str) -> None:
    assert decision_of(facts, score=DEDUCTED)[1].total == Decimal(total)


def test_a_score_that_starts_at_100_is_open_on_the_first_day() -> None:
    decision, score = decision_of([], score=DEDUCTED, final=False)
    assert decision.outcome is Outcome.IN_PROGRESS
    assert (score.total, score.open_total) == (Decimal(100), Decimal(100))
    assert score.assured == 30
    assert decision.requirement is not None
    assert (decision.requirement.state, decision.requirement.have) == (State.UNKNOWN, Decimal(30))
    _, score = decision_of([], score=DEDUCTED)
    assert (score.total, score.open_total, score.assured) == (Decimal(30), Decimal(30), Decimal(30))


def test_what_was_failed_is_taken_off_at_once_and_what_is_unmarked_is_not() -> None:
    facts = [graded("R1", "0"), sent("R2")]
    _, score = decision_of(facts, score=DEDUCTED, final=False)
    assert (score.total, score.open_total, score.assured) == (Decimal(95), Decimal(97), Decimal(20))


def test_unmarked_training_is_neither_failed_nor_excellent() -> None:
    _, score = decision_of([*HOURS, sent("R1")], score=DEDUCTED)
    assert (score.total, score.open_total) == (Decimal(54), Decimal(61))


def test_the_sum_is_held_once_after_everything() -> None:
    held = """
score:
  title: {en: Assessment}
  starts_at: 100
  deductions:
    - {id: failed, title: {en: Failed}, points_each: 90, failed: training}
  bonuses:
    - {id: excellent, title: {en: Excellent}, points_each: 50, for_each: material, at_most: 120}
"""
    both = [graded("R1", "0"), graded("R2", "0")]
    assert decision_of(both, score=held)[1].total == 0
    materials = [graded(name, "5") for name in ("M1", "M2", "M3")]
    assert decision_of([*both, *materials], score=held)[1].total == 40
    assert decision_of(materials, score=held)[1].total == 100


def test_a_change_of_one_component_is_held_there() -> None:
    text = SCORE.replace(
        "  bands:",
        """  bonuses:
    - {id: more, title: {en: More}, points_each: 9, for_each: excellent, component: essay}
  bands:""",
    )
    assert decision_of([sent("E1"), graded("R1", "95")], score=text)[1].points == 10
    assert decision_of([graded("R1", "95")], score=text)[1].points == 9
    assert decision_of([graded("R1", "95"), graded("R2", "95")], score=text)[1].points == 10


@pytest.mark.parametrize(
    ("role", "possible", "points", "total"),
    [("teacher", 60, 40, "66.66"), ("librarian", 30, 30, "100")],
)
def test_a_component_for_some_is_neither_given_to_others_nor_possible(
    role: str, possible: int, points: int, total: str
) -> None:
    text = SCORE.replace(
        "in_proportion_to: test}", f"in_proportion_to: test, only_for: {{role: [{role}]}}}}"
    ).replace(
        "  bands:",
        """  bonuses:
    - {id: more, title: {en: More}, points_each: 1, for_each: excellent, component: test}
  bands:""",
    )
    facts = [graded("T1", "30"), graded("R1", "95")]
    facts += [sent("E1"), graded("M1", "9"), graded("M2", "9")]
    _, score = decision_of(facts, score=text)
    assert score.possible == possible
    assert score.points == points
    assert str(score.total).startswith(total)
    assert len(score.lines) == (4 if role == "teacher" else 2)


GATE = "\nrecognised_when: {score_at_least: 60}\n"


@pytest.mark.parametrize(
    ("points", "final", "recognised", "outcome"),
    [
        ("100", True, 10, Outcome.MET),
        ("0", True, 0, Outcome.NOT_MET),
        ("100", False, 0, Outcome.IN_PROGRESS),
        ("0", False, 0, Outcome.IN_PROGRESS),
    ],
)
def test_hours_count_only_if_the_assessment_passes(
    points: str, recognised: int, outcome: Outcome, *, final: bool
) -> None:
    facts = [done(2, AT), graded("T1", points), sent("E1")]
    decision, _ = decision_of(facts, asked="{hours_at_least: 10}", more=GATE, final=final)
    assert (decision.earned, decision.outcome) == (Decimal(10), outcome)
    assert decision.recognised == recognised
    assert decision.gate is not None


def test_a_gate_on_an_examination_opens_at_once() -> None:
    more = "\nrecognised_when: {passed: test}\n"
    facts = [done(2, AT), graded("T1", "60")]
    decision, _ = decision_of(facts, asked="{hours_at_least: 10}", more=more, final=False)
    assert (decision.recognised, decision.outcome) == (Decimal(10), Outcome.MET)
    decision, _ = decision_of(facts[:1], asked="{hours_at_least: 10}", more=more)
    assert (decision.recognised, decision.outcome) == (Decimal(0), Outcome.NOT_MET)


def test_bands_can_be_asked_for() -> None:
    facts = [graded("T1", "100"), sent("E1"), graded("M1", "1")]
    assert decision_of(facts, asked="{band: good}")[0].outcome is Outcome.MET
    assert decision_of(facts, asked="{band: excellent}")[0].outcome is Outcome.NOT_MET


def test_the_explanation_tells_the_points_of_the_decision() -> None:
    body = BODY.replace("{hours_at_least: 10}", "{band: good}") + KINDS + SCORE + GATE
    book = rules(body, ENTRIES)
    decision = decide(book, COURSES, FULL, AFTER)[0]["sample", "2025"]
    explanation = explain(decision, book.schemes[0], FULL)
    text = explanation.text("en")
    assert "Score: 100 (60 of 60) · excellent" in text
    assert "Test · 30 / 30" in text
    assert "recognition of the hours" in text
    assert explanation.known.unused == ()
    assert "得分：100（60 / 60） · 优秀" in explanation.text("zh")


WORKS = st.lists(
    st.tuples(
        st.sampled_from(sorted(NAMES)),
        st.sampled_from([None, "0", "33.3", "59.99", "60", "89", "90", "100"]),
        st.sampled_from([0, 999, 1000]),
        st.integers(0, 1),
    ),
    max_size=9,
    unique_by=lambda work: (work[0], work[3]),
)


def facts_of(works: list[tuple[str, str | None, int, int]]) -> list[Fact]:
    facts = []
    for name, points, length, attempt in works:
        facts.append(handed_in(1, NAMES[name], AT, attempt, length=length))
        if points is not None:
            facts.append(marked(1, NAMES[name], points, MARKED, attempt=attempt))
    return facts


@given(WORKS, st.sampled_from([SCORE, DEDUCTED]), st.booleans(), st.randoms())
def test_what_holds_for_any_score(
    works: list[tuple[str, str | None, int, int]], rule: str, final: bool, random: object
) -> None:
    facts = facts_of(works)
    decision, score = decision_of(facts, score=rule, more=GATE, final=final)
    assert 0 <= score.points <= score.possible
    assert 0 <= score.total <= score.open_total <= 100
    assert all(line.points <= line.open for line in score.lines)
    assert decision.recognised in {Decimal(0), decision.earned}
    if not final:
        assert decision.outcome is Outcome.IN_PROGRESS
    text = decision_to_json(decision)
    assert decision_from_json(text) == decision
    random.shuffle(facts)  # type: ignore[attr-defined]
    again, _ = decision_of(facts, score=rule, more=GATE, final=final)
    assert decision_to_json(again) == text


@given(WORKS, st.sampled_from([SCORE, DEDUCTED]), st.sampled_from(sorted(NAMES)))
def test_one_more_perfect_attempt_never_lowers_a_score(
    works: list[tuple[str, str | None, int, int]], rule: str, name: str
) -> None:
    facts = facts_of(works)
    more = [
        handed_in(1, NAMES[name], AT, 7, length=2000),
        marked(1, NAMES[name], "100", MARKED, attempt=7),
    ]
    _, before = decision_of(facts, score=rule)
    _, after = decision_of([*facts, *more], score=rule)
    assert after.total >= before.total
