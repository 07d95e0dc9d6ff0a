"""Lines of a score one by one: what is sure, what is open, and the facts they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from moodle_cpd.decide.caps import Totals
from moodle_cpd.decide.claim import Judged, Standing
from moodle_cpd.decide.credit import Assessed, PeriodWork
from moodle_cpd.decide.score import Scoring
from moodle_cpd.decide.work import Attempt
from moodle_cpd.model.decision import Score, ScoreLine, Text
from moodle_cpd.rules.matching import Target
from tests.decide.making import BODY, handed_in, local, marked, rules
from tests.decide.test_score import KINDS

AT = local("2025-06-10 10:00")
COUNTS, PENDING, NOTHING = Standing.COUNTS, Standing.PENDING, Standing.NOTHING


def piece(
    number: int,
    standing: Standing = COUNTS,
    points: str | None = None,
    maximum: str | None = "100",
    attempt: int = 0,
) -> Judged:
    grade = None if points is None else marked(1, number, points, AT, maximum=maximum)
    found = Attempt(attempt, handed_in(1, number, AT, attempt), grade)
    return Judged(
        found, AT, standing, Decimal(points or 0), Text(f"第{number}件", f"piece {number}")
    )


def alone(*pieces: Judged, latest: bool = False) -> list[Assessed]:
    """Each piece at an activity of its own."""
    return [
        Assessed(Target(1, number), latest, [each]) for number, each in enumerate(pieces, start=1)
    ]


def score_of(
    rule: str,
    found: Sequence[Assessed] = (),
    *,
    hours: str = "0",
    possible: str | None = None,
    final: bool = True,
) -> Score:
    """The score where the same work is there for every assessment and kind of evidence."""
    text = f"\nscore:\n  title: {{en: Assessment}}\n{rule}"
    made = rules(BODY.replace("{hours_at_least: 10}", "{score_at_least: 1}") + KINDS + text)
    scheme = made.schemes[0]
    assert scheme.score is not None
    work = PeriodWork(
        assessed={each.id: list(found) for each in scheme.assessments},
        evidence={each.id: list(found) for each in scheme.evidence},
    )
    sure, could = (
        Totals({"a": Decimal(each), "b": Decimal(0)}, Decimal(each), {})
        for each in (hours, possible or hours)
    )
    return Scoring(scheme.score, work, sure, could, final=final).score()


def line_of(rule: str, found: Sequence[Assessed] = (), *, final: bool = True) -> ScoreLine:
    return score_of(rule, found, final=final).lines[-1]


def points(line: ScoreLine) -> tuple[int, int]:
    return int(line.points), int(line.open)


SHARE = "  components: [{id: x, title: {en: X}, points: 50, in_proportion_to: test}]\n"
ALL = "  components: [{id: x, title: {en: X}, points: 50, all_for: essay, pieces: 2}]\n"
EACH = "  components: [{id: x, title: {en: X}, points: 50, points_each: 20, for_each: essay}]\n"
FULL = "  starts_at: 100\n"
TAKEN = FULL + "  deductions: [{id: y, title: {en: Y}, points_each: 10, WHAT}]\n"
GIVEN = (
    FULL + "  bonuses: [{id: z, title: {en: Z}, points_each: 10, for_each: essay, at_most: 15}]\n"
)
MISSING = TAKEN.replace("WHAT", "missing: essay, expected: 2")
FAILED = TAKEN.replace("WHAT", "failed: training")
OFF_EACH = TAKEN.replace("WHAT", "for_each: essay, at_most: 15")


@pytest.mark.parametrize(
    ("rule", "standings", "expected"),
    [
        (EACH, [], (0, 0)),
        (EACH, [COUNTS], (20, 20)),
        (EACH, [COUNTS, PENDING], (20, 40)),
        (EACH, [COUNTS, COUNTS, COUNTS], (50, 50)),
        (EACH, [NOTHING, PENDING], (0, 20)),
        (ALL, [COUNTS], (0, 0)),
        (ALL, [COUNTS, PENDING], (0, 50)),
        (ALL, [COUNTS, COUNTS], (50, 50)),
        (ALL, [COUNTS, COUNTS, COUNTS], (50, 50)),
        (ALL, [PENDING, PENDING], (0, 50)),
        (MISSING, [], (-20, -20)),
        (MISSING, [COUNTS], (-10, -10)),
        (MISSING, [COUNTS, PENDING], (-10, 0)),
        (MISSING, [PENDING], (-20, -10)),
        (MISSING, [COUNTS, COUNTS, COUNTS, PENDING], (0, 0)),
        (FAILED, [NOTHING, COUNTS], (-10, -10)),
        (FAILED, [NOTHING, PENDING], (-20, -10)),
        (FAILED, [PENDING], (-10, 0)),
        (OFF_EACH, [COUNTS], (-10, -10)),
        (OFF_EACH, [COUNTS, PENDING], (-15, -10)),
        (OFF_EACH, [COUNTS, COUNTS], (-15, -15)),
        (GIVEN, [COUNTS, PENDING], (10, 15)),
        (GIVEN, [PENDING], (0, 10)),
        (GIVEN, [NOTHING], (0, 0)),
    ],
)
def test_points_that_are_sure_and_points_there_could_be(
    rule: str, standings: list[Standing], expected: tuple[int, int]
) -> None:
    found = alone(*(piece(number, each) for number, each in enumerate(standings)))
    assert points(line_of(rule, found)) == expected


@pytest.mark.parametrize(
    ("rule", "sure", "due", "open_"),
    [
        # What is missing is taken off at the end only; what failed, at once.
        (MISSING, 80, 100, 100),
        (FAILED, 90, 100, 100),
        (OFF_EACH, 90, 100, 100),
        (GIVEN, 100, 100, 100),
        (GIVEN.replace("100", "50\n  possible: 100", 1), 50, 50, 60),
    ],
)
def test_before_the_end_only_what_is_due_is_taken_off(
    rule: str, sure: int, due: int, open_: int
) -> None:
    found = score_of(rule, alone(piece(1, PENDING)), final=False)
    assert [found.assured, found.total, found.open_total] == [sure, due, open_]
    assert ("Taken off at the end only" in found.lines[-1].reason.en) is (rule is MISSING)


@pytest.mark.parametrize(
    ("hours", "possible", "expected", "reason"),
    [
        ("0", None, (-30, -30), "0 of 48 hours"),
        ("47.5", None, (-5, -5), "47.5 of 48 hours"),
        ("47.5", "48", (-5, 0), "47.5 of 48 hours"),
        ("48", None, (0, 0), "48 of 48 hours"),
        ("50", "52", (0, 0), "50 of 48 hours"),
    ],
)
@pytest.mark.parametrize("of", ["", ", of: a"])
def test_hours_that_are_lacking(
    of: str, hours: str, possible: str | None, expected: tuple[int, int], reason: str
) -> None:
    rule = TAKEN.replace("WHAT", f"hours_short_of: 48, at_most: 30{of}")
    found = score_of(rule, hours=hours, possible=possible)
    assert (points(found.lines[-1]), found.lines[-1].reason.en) == (expected, reason)
    assert found.total == 100 + expected[0]
    assert found.lines[-1].of == -30


def test_what_a_line_says_and_rests_on() -> None:
    nothing = line_of(EACH)
    assert (nothing.facts, nothing.reason.en) == ((), "No grade and no work")
    assert nothing.of == 50
    good, bad, open_ = piece(1), piece(2, NOTHING), piece(3, PENDING)
    every = alone(good, bad, open_)
    counted = line_of(EACH, every)
    keys = sorted(key for each in (good, bad, open_) for key in each.attempt.facts)
    assert sorted(counted.facts) == keys
    assert "piece 1" in counted.reason.en
    # Of assessments only those that were not passed.
    failed = line_of(FAILED, every)
    assert good.attempt.facts[0] not in failed.facts
    assert set(failed.facts) == {*bad.attempt.facts, *open_.attempt.facts}
    assert line_of(MISSING, every).reason.en == "1 of 2 pieces"
    assert sorted(line_of(MISSING, every).facts) == keys
    assert line_of(GIVEN).of == 15
    assert line_of(MISSING).of is None
    assert line_of(FAILED, alone(good)).reason.en == "No grade and no work"


def test_the_order_of_what_is_known_does_not_show() -> None:
    found = alone(*(piece(number, points="80") for number in range(1, 9)))
    for rule in (SHARE, EACH, MISSING, GIVEN):
        one, other = line_of(rule, found), line_of(rule, found[::-1])
        assert one == other


@pytest.mark.parametrize(
    ("pieces", "expected", "named"),
    [
        ([], (0, 0), []),
        ([piece(1, points="80")], (40, 40), [1]),
        ([piece(1, points="80"), piece(2, points="40")], (40, 40), [1]),
        ([piece(1, points="40"), piece(2, points="60", maximum="60")], (50, 50), [2]),
        # A grade of nothing is a grade.
        ([piece(1, points="0")], (0, 0), [1]),
        # Unmarked work, and a grade that is no share of anything, could be perfect.
        ([piece(1, points="80"), piece(2, PENDING)], (40, 50), [1, 2]),
        ([piece(1, points="80", maximum=None)], (0, 50), [1]),
        ([piece(1, PENDING), piece(2, points="80")], (40, 50), [2, 1]),
    ],
)
def test_points_in_proportion(
    pieces: list[Judged], expected: tuple[int, int], named: list[int]
) -> None:
    line = line_of(SHARE, alone(*pieces))
    assert points(line) == expected
    by_key = {key: each.attempt for each in pieces for key in each.attempt.facts}
    keys = [key for number in named for key in pieces[number - 1].attempt.facts]
    assert list(line.facts) == keys
    assert set(line.facts) <= set(by_key)


def test_a_grade_without_points_is_unknown() -> None:
    fact = marked(1, 1, None, AT)
    unknown = Judged(Attempt(0, handed_in(1, 1, AT), fact), AT, PENDING, Decimal(0), Text("x", "x"))
    assert points(line_of(SHARE, alone(unknown))) == (0, 50)


def test_of_equal_grades_the_first_is_named() -> None:
    pieces = [piece(number, points="80") for number in range(1, 6)]
    first = min(pieces, key=lambda each: each.attempt.facts)
    for found in (alone(*pieces), alone(*pieces[::-1])):
        assert line_of(SHARE, found).facts == first.attempt.facts


def test_what_a_person_excused_has_no_grade_and_hides_none() -> None:
    excused = Judged(Attempt(0, by_hand="!"), AT, COUNTS, Decimal(0), Text("免除", "Excused"))
    late = Judged(Attempt(0, by_hand="~"), AT, COUNTS, Decimal(0), Text("免除", "Excused"))
    graded = piece(1, points="80")
    assert points(line_of(SHARE, alone(excused, graded, late))) == (40, 40)
    assert points(line_of(SHARE, alone(excused))) == (0, 0)


@pytest.mark.parametrize(("latest", "expected"), [(False, 45), (True, 20)])
def test_the_best_attempt_or_the_latest(latest: bool, expected: int) -> None:
    attempts = [piece(1, points="90"), piece(1, points="40", attempt=1)]
    for found in (attempts, attempts[::-1]):
        assert line_of(SHARE, [Assessed(Target(1, 1), latest, found)]).points == expected


BANDS = """  components: [{id: x, title: {en: X}, points: 100, in_proportion_to: test}]
  bands:
    - {id: pass, title: {en: pass}, from_points: 60}
    - {id: good, title: {en: good}, from_points: 80}
"""


@pytest.mark.parametrize(
    ("grade", "band"), [("59.99", ""), ("60", "pass"), ("79.99", "pass"), ("80", "good")]
)
def test_a_band_begins_at_its_points(grade: str, band: str) -> None:
    found = score_of(BANDS, alone(piece(1, points=grade)))
    assert (found.band, found.band_title.en) == (band, band)
    assert score_of(BANDS, alone(piece(1, points=grade)), final=False).band == ""


def test_a_band_is_open_while_a_higher_one_could_be_reached() -> None:
    # 60 for the essay are sure; the grade that has no maximum may bring 20 more.
    held = BANDS.replace(
        "points: 100, in_proportion_to: test}]",
        """points: 20, in_proportion_to: test}
    - {id: v, title: {en: V}, points: 20, all_for: material, pieces: 5}
    - {id: w, title: {en: W}, points: 60, all_for: essay}""",
    ).replace("components: [{", "components:\n    - {")
    found = score_of(held, alone(piece(1, points="3", maximum=None)))
    assert [found.total, found.open_total] == [60, 80]
    assert found.band == ""
    higher = held.replace("from_points: 80", "from_points: 80.01")
    found = score_of(higher, alone(piece(1, points="3", maximum=None)))
    assert (found.band, found.band_title.en) == ("pass", "pass")
