"""Single requirements held against hours, grades, pieces and points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import pytest

from moodle_cpd.decide.caps import Totals
from moodle_cpd.decide.claim import Judged, Standing
from moodle_cpd.decide.credit import Assessed
from moodle_cpd.decide.requirements import PastTotals, Standpoint, evaluate
from moodle_cpd.decide.work import Attempt
from moodle_cpd.model.decision import Place, Score, State, Text
from moodle_cpd.rules.matching import Target
from moodle_cpd.rules.rulebook import Assessment, PassMark
from moodle_cpd.rules.rulebook_requirements import (
    Group,
    HoursAtLeast,
    OnlyFor,
    Passed,
    Pieces,
    Present,
    Requirement,
    ScoreAtLeast,
)
from tests.decide.making import BODY, handed_in, local, marked, rules

AT = local("2025-06-10 10:00")
PLACE = Place("schemes/sample.yaml", 1, 1)
TITLE = Text("题", "Title")
MET, UNKNOWN, MISSING = State.MET, State.UNKNOWN, State.MISSING
COUNTS, PENDING, NOTHING = Standing.COUNTS, Standing.PENDING, Standing.NOTHING
EXAM = Assessment("exam", TITLE, PassMark(Decimal(60), None), PLACE)
AUDIENCE = rules(BODY).schemes[0].audience


def totals(hours: str) -> Totals:
    """Hours of category ``a``, a quarter of them from the county, which gave as many of others."""
    number = Decimal(hours)
    county = {"a": number / 4, "": number / 2}
    return Totals({"a": number}, number + 100, {"county": county})


def stand(
    sure: str = "0",
    possible: str | None = None,
    *,
    assessed: Sequence[Assessed] = (),
    score: Score | None = None,
    only_certain: bool = False,
    earlier: Sequence[tuple[int, str, str]] = (),
) -> Standpoint:
    found = totals(sure)
    return Standpoint(
        found,
        totals(possible or sure),
        {"exam": EXAM},
        {"exam": assessed},
        {"essay": assessed},
        score,
        only_certain,
        tuple(
            (before, PastTotals(totals(had), totals(could), totals("0")))
            for before, had, could in earlier
        ),
    )


def hours(need: str, category: str | None = "a", **more: object) -> HoursAtLeast:
    return HoursAtLeast(Decimal(need), category, TITLE, PLACE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "at", "state", "have"),
    [
        (hours("10"), stand("10"), MET, "10"),
        (hours("10"), stand("9.99"), MISSING, "9.99"),
        (hours("10"), stand("9.99", "10"), UNKNOWN, "9.99"),
        (hours("110", None), stand("10"), MET, "110"),
        (hours("110", None), stand("9.99"), MISSING, "109.99"),
        (hours("10", "gone"), stand("99"), MISSING, "0"),
        (hours("10", from_level="county"), stand("40"), MET, "10"),
        (hours("10", from_level="county"), stand("39"), MISSING, "9.75"),
        (hours("10", None, from_level="county"), stand("20"), MET, "10"),
        # Over several periods: so many in all, of the periods before that belong to it.
        (hours("10", years=2), stand("4", earlier=[(1, "6", "6")]), MET, "10"),
        (hours("10", years=2), stand("4", earlier=[(2, "6", "6")]), MISSING, "4"),
        (hours("10", years=3), stand("4", earlier=[(2, "5", "6")]), UNKNOWN, "9"),
        (hours("10", years=3), stand("4", earlier=[(1, "2", "2"), (2, "4", "4")]), MET, "10"),
        (hours("10"), stand("4", earlier=[(0, "6", "6"), (1, "6", "6")]), MISSING, "4"),
        (Present("a", TITLE, PLACE), stand("0.01"), MET, "0.01"),
        (Present("a", TITLE, PLACE), stand("0", "0.5"), UNKNOWN, "0"),
        (Present("a", TITLE, PLACE), stand("0", "1"), UNKNOWN, "0"),
        (Present("a", TITLE, PLACE), stand("0"), MISSING, "0"),
        (Present("a", TITLE, PLACE, years=2), stand("0", earlier=[(1, "1", "1")]), MET, "1"),
        (Present("a", TITLE, PLACE, years=2), stand("0", earlier=[(1, "0", "1")]), UNKNOWN, "0"),
        (Present("a", TITLE, PLACE, from_level="county"), stand("4"), MET, "1"),
    ],
)
def test_hours(asked: Requirement, at: Standpoint, state: State, have: str) -> None:
    found = evaluate(asked, at)
    assert (found.state, found.have, found.unit) == (state, Decimal(have), "hours")
    assert found.need == (asked.need if isinstance(asked, HoursAtLeast) else None)
    assert (found.title, found.place) == (TITLE, PLACE)


def test_a_number_of_hours_says_how_it_came_about() -> None:
    words = Text("折算", "in proportion")
    assert evaluate(hours("10", reason=words), stand()).reason == words
    assert evaluate(Present("a", TITLE, PLACE), stand()).reason == Text()


def piece(number: int, standing: Standing, points: str | None = None, attempt: int = 0) -> Judged:
    grade = None if points is None else marked(1, number, points, AT, attempt=attempt)
    found = Attempt(attempt, handed_in(1, number, AT, attempt), grade)
    return Judged(found, AT, standing, Decimal(points or 0), Text(f"第{number}件", f"p{number}"))


def at_each(*pieces: Judged, latest: bool = False) -> list[Assessed]:
    return [Assessed(Target(1, place), latest, [each]) for place, each in enumerate(pieces)]


PIECES = Pieces("essay", 2, TITLE, PLACE)


@pytest.mark.parametrize(
    ("standings", "state", "have", "reason"),
    [
        ((), MISSING, 0, "Nothing was handed in"),
        ((COUNTS,), MISSING, 1, ""),
        ((NOTHING, COUNTS), MISSING, 1, "p0"),
        ((PENDING, COUNTS), UNKNOWN, 1, "p0"),
        ((PENDING,), MISSING, 0, "p0"),
        # What is there speaks for itself once it is enough.
        ((COUNTS, NOTHING, COUNTS), MET, 2, None),
        ((COUNTS, COUNTS, COUNTS), MET, 3, None),
    ],
)
def test_pieces(
    standings: tuple[Standing, ...], state: State, have: int, reason: str | None
) -> None:
    pieces = [piece(number, each) for number, each in enumerate(standings)]
    found = evaluate(PIECES, stand(assessed=at_each(*pieces)))
    assert (found.state, found.unit) == (state, "items")
    assert (found.have, found.need) == (Decimal(have), Decimal(2))
    ordered = sorted(pieces, key=lambda each: each.attempt.facts)
    if reason is None:
        first = next(each for each in ordered if each.standing is COUNTS)
        reason = first.reason.en
    assert found.reason.en == reason
    assert found.facts == tuple(key for each in ordered for key in each.attempt.facts)
    assert evaluate(PIECES, stand(assessed=at_each(*pieces[::-1]))) == found


PASSED = Passed("exam", TITLE, PLACE)


@pytest.mark.parametrize(
    ("pieces", "state", "have"),
    [
        ([], MISSING, None),
        ([piece(1, COUNTS, "60")], MET, 60),
        ([piece(1, PENDING)], UNKNOWN, None),
        ([piece(1, NOTHING, "59")], MISSING, 59),
        ([piece(1, NOTHING, "59"), piece(2, PENDING)], UNKNOWN, None),
        ([piece(1, COUNTS, "70"), piece(2, COUNTS, "80"), piece(3, PENDING)], MET, 80),
    ],
)
def test_an_assessment(pieces: list[Judged], state: State, have: int | None) -> None:
    found = evaluate(PASSED, stand(assessed=at_each(*pieces)))
    assert (found.state, found.have) == (state, have)
    assert found.need == (60 if have is not None else None)
    assert found.unit == ("points" if pieces else "")
    if not pieces:
        assert found.reason.en == "No grade"


def test_what_a_later_attempt_could_take_away_is_left_out_where_only_certain_things_count() -> None:
    attempts = [piece(1, COUNTS, "60"), piece(1, NOTHING, "10", attempt=1)]
    best, latest = (Assessed(Target(1, 1), last, attempts) for last in (False, True))
    for only_certain, expected in ((False, [MET, MISSING]), (True, [MET, MISSING])):
        states = [
            evaluate(PASSED, stand(assessed=[each], only_certain=only_certain)).state
            for each in (best, latest)
        ]
        assert states == expected
    certain = at_each(piece(1, COUNTS, "60"), latest=True)
    assert evaluate(PASSED, stand(assessed=certain)).state is MET
    assert evaluate(PASSED, stand(assessed=certain, only_certain=True)).state is MISSING


def score(assured: str, open_total: str) -> Score:
    sure, could = Decimal(assured), Decimal(open_total)
    return Score(
        points=sure,
        possible=Decimal(100),
        total=sure,
        open_total=could,
        band="",
        band_title=Text(),
        final=True,
        lines=(),
        place=PLACE,
        assured=sure,
    )


SIXTY = ScoreAtLeast(Decimal(60), None, TITLE, PLACE)


@pytest.mark.parametrize(
    ("points", "state", "have"),
    [
        (score("60", "60"), MET, "60"),
        (score("59.99", "59.99"), MISSING, "59.99"),
        (score("0", "60"), UNKNOWN, "0"),
        (None, MISSING, "0"),
    ],
)
def test_points(points: Score | None, state: State, have: str) -> None:
    found = evaluate(SIXTY, stand(score=points))
    assert (found.state, found.have, found.need) == (state, Decimal(have), Decimal(60))
    assert found.unit == "points"


def test_points_are_never_certain_before_the_end() -> None:
    states = [
        evaluate(SIXTY, stand(score=each, only_certain=True)).state
        for each in (score("60", "60"), score("0", "60"), score("0", "59"))
    ]
    assert states == [UNKNOWN, UNKNOWN, MISSING]


def test_without_a_score_one_point_is_not_had() -> None:
    one = ScoreAtLeast(Decimal(1), None, TITLE, PLACE)
    assert evaluate(one, stand()).state is MISSING


def group(kind: Literal["all", "any", "at_least"], count: int, *parts: Requirement) -> Group:
    return Group(kind, count, parts, TITLE, PLACE)


GOOD, OPEN, BAD = hours("1"), hours("2"), hours("3")


@pytest.mark.parametrize(
    ("asked", "state", "have", "unit"),
    [
        (group("all", 2, GOOD, GOOD), MET, None, ""),
        (group("all", 2, GOOD, OPEN), UNKNOWN, None, ""),
        (group("all", 2, GOOD, BAD), MISSING, None, ""),
        (group("any", 1, OPEN, GOOD), MET, None, ""),
        (group("any", 1, OPEN, BAD), UNKNOWN, None, ""),
        (group("at_least", 2, GOOD, OPEN, BAD), UNKNOWN, 1, "items"),
        (group("at_least", 2, GOOD, GOOD, BAD), MET, 2, "items"),
        (group("at_least", 2, GOOD, BAD, BAD), MISSING, 1, "items"),
    ],
)
def test_groups(asked: Group, state: State, have: int | None, unit: str) -> None:
    found = evaluate(asked, stand("1", "2"))
    assert (found.state, found.have, found.unit) == (state, have, unit)
    assert found.need == (2 if unit else None)
    assert [each.state for each in found.parts] == [
        {1: MET, 2: UNKNOWN, 3: MISSING}[int(part.need)]  # type: ignore[union-attr]
        for part in asked.parts
    ]


def test_what_is_asked_of_some_is_what_its_part_asks() -> None:
    asked = OnlyFor(AUDIENCE, GOOD, TITLE, PLACE)
    assert evaluate(asked, stand("1")) == evaluate(GOOD, stand("1"))
