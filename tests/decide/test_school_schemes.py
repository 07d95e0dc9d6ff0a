"""The two schools' schemes at their thresholds, on facts made by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from moodle_cpd.model.decision import Decision, Outcome, Score
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute
from moodle_cpd.rules import Rulebook, load_rulebook
from moodle_cpd.rules.shipped import shipped_mappings
from tests.decide.making import (
    SHIPPED,
    activity,
    attribute,
    course,
    decide,
    done,
    handed_in,
    local,
    marked,
    teacher,
)

R3, R4 = "yulin-school-term-100", "school-based-48h"
R3_ENTRIES = """
  - {course: C1, activity: REFLECTION, evidence: training-reflection}
  - {course: C1, activity: TEST, assessment: quality-test}
  - course: C1
    activity: CERTIFICATE
    category: national-platform
    hours: 10
    counts_when: passed
    pass_at: {percent: 60}
    evidence: national-certificate
    level: nation
    certificate: {zh: 国家平台10学时培训证书}
  - {course: C1, activity: CLOUD, evidence: cloud-reflection}
  - {course: C1, activity: M1, evidence: material}
  - {course: C1, activity: M2, evidence: material}
  - {course: C1, activity: M3, evidence: material}
  - {course: C1, activity: M4, evidence: material}
  - {course: C1, activity: BONUS, evidence: outstanding-result}
  - {course: C2, category: cloud-research, hours: 6}
"""
R3_NAMES = ("REFLECTION", "TEST", "CERTIFICATE", "CLOUD", "M1", "M2", "M3", "M4", "BONUS")
R4_WORKS = [f"{kind}{month}" for kind in ("R", "C") for month in range(10)]
R4_NAMES = (*R4_WORKS, "T1", "T2", "O1", "O2")
R4_ENTRIES = (
    "".join(
        f"  - {{course: C1, activity: {name}, evidence: {kind}}}\n"
        for name in R4_WORKS
        for kind in ["reflection" if name[0] == "R" else "case"]
    )
    + """\
  - {course: C1, activity: T1, assessment: training, evidence: excellent-training}
  - {course: C1, activity: T2, assessment: training, evidence: excellent-training}
  - {course: C1, activity: O1, evidence: open-lesson}
  - {course: C1, activity: O2, evidence: open-lesson}
  - {course: C2, category: information-technology, hours: {custom_field: hours}}
  - {course: C3, category: distance-education, hours: 1}
"""
)


def book(scheme: str, entries: str) -> Rulebook:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("schemes", "courses"):
            (folder / part).mkdir()
        text = (SHIPPED / "schemes" / f"{scheme}.yaml").read_text(encoding="utf-8")
        (folder / "schemes" / "scheme.yaml").write_text(text, encoding="utf-8")
        head = f"course_map: map\ntitle: {{en: Map}}\nscheme: {scheme}\nentries:\n"
        (folder / "courses" / "map.yaml").write_text(head + entries, encoding="utf-8")
        return load_rulebook(folder)


R3_BOOK, R4_BOOK = book(R3, R3_ENTRIES), book(R4, R4_ENTRIES)
AT = local("2023-10-10 10:00")


def number(names: Sequence[str], name: str) -> int:
    return 100 + names.index(name)


def decided(
    rulebook: Rulebook,
    names: Sequence[str],
    facts: list[Fact],
    on: str,
    hours: str = "48",
    born: str = "1960-01-01",
) -> tuple[Decision, Score]:
    scheme = next(each.id for each in rulebook.schemes if each.frame_of is None)
    school, key = ("榆林镇中心小学", "2023-09") if scheme == R3 else ("射县实验小学", "2023")
    activities = [activity(number(names, name), name) for name in names]
    courses = [course(1, activities=activities), course(2, fields={"hours": hours}), course(3)]
    known = (
        *teacher(),
        attribute(Attribute.SCHOOL, school),
        attribute(Attribute.BIRTH_DATE, born),
    )
    decision = decide(rulebook, courses, facts, local(on), known)[0][scheme, key]
    assert decision.score is not None
    return decision, decision.score


def r3(facts: list[Fact], on: str = "2024-01-30 00:00") -> tuple[Decision, Score]:
    return decided(R3_BOOK, R3_NAMES, facts, on)


def sent(name: str, length: int | None = 1000, at: str = "2023-10-10 10:00") -> Fact:
    return handed_in(1, number(R3_NAMES, name), local(at), length=length)


def graded(name: str, points: str) -> Fact:
    return marked(1, number(R3_NAMES, name), points, AT)


MATERIALS = [sent(name, None) for name in ("M1", "M2", "M3", "M4")]


def test_r3_a_full_score() -> None:
    facts = [
        *MATERIALS,
        sent("REFLECTION", 1000),
        graded("TEST", "100"),
        graded("CERTIFICATE", "100"),
        sent("CLOUD", 800),
        done(2, AT),
    ]
    decision, score = r3(facts)
    assert (score.total, score.band, decision.outcome) == (Decimal(100), "pass", Outcome.MET)
    assert (decision.earned, decision.recognised) == (Decimal(16), Decimal(16))
    assert decision.by_level == (("nation", Decimal(10)),)
    assert [award.key for award in decision.awards] == ["completion-certificate"]
    assert r3([*facts, graded("BONUS", "1")])[1].total == 100


@pytest.mark.parametrize(
    ("points", "outcome", "recognised"),
    [
        ("33.32", Outcome.NOT_MET, 0),
        ("33.33", Outcome.NOT_MET, 0),
        ("33.34", Outcome.MET, 16),
    ],
)
def test_r3_below_60_nothing_is_recognised(points: str, outcome: Outcome, recognised: int) -> None:
    facts = [*MATERIALS, graded("CERTIFICATE", "60"), graded("TEST", points), done(2, AT)]
    decision, score = r3(facts)
    assert (decision.outcome, decision.earned) == (outcome, Decimal(16))
    assert decision.recognised == recognised
    assert bool(decision.awards) is (outcome is Outcome.MET)
    flags = [each.flag for each in decision.consequences]
    assert flags == ([] if outcome is Outcome.MET else ["hours_not_recognised"])
    assert score.total < 60 or outcome is Outcome.MET


@pytest.mark.parametrize(
    ("name", "length", "points"),
    [
        ("REFLECTION", 999, 0),
        ("REFLECTION", 1000, 10),
        ("CLOUD", 799, 0),
        ("CLOUD", 800, 10),
    ],
)
def test_r3_reflections_need_their_length(name: str, length: int, points: int) -> None:
    assert r3([sent(name, length)])[1].points == points


def test_r3_the_term_ends_with_30_december() -> None:
    assert r3([sent("CLOUD", at="2023-12-30 23:59")])[1].points == 10
    assert r3([sent("CLOUD", at="2023-12-31 00:00")])[1].points == 0


def test_r3_is_open_until_the_grace_days_are_over() -> None:
    facts = [*MATERIALS, graded("TEST", "100")]
    assert r3(facts, "2024-01-29 23:59")[0].outcome is Outcome.IN_PROGRESS
    assert r3(facts, "2024-01-30 00:00")[0].outcome is Outcome.MET


def r4(
    works: int, hours: str = "48", training: Sequence[str] = (), on: str = "2024-10-01 00:00"
) -> tuple[Decision, Score]:
    facts = [handed_in(1, number(R4_NAMES, name), AT) for name in R4_WORKS[:works]]
    facts += [
        marked(1, number(R4_NAMES, f"T{place}"), points, AT)
        for place, points in enumerate(training, start=1)
    ]
    facts.append(done(2, AT))
    return decided(R4_BOOK, R4_NAMES, facts, on, hours)


@pytest.mark.parametrize(
    ("works", "hours", "training", "total", "outcome"),
    [
        (20, "48", [], "100", Outcome.MET),
        (19, "48", [], "98", Outcome.MET),
        (0, "48", [], "60", Outcome.MET),
        (20, "47", [], "98", Outcome.NOT_MET),
        (20, "47.5", [], "99", Outcome.NOT_MET),
        (20, "33", [], "70", Outcome.NOT_MET),
        (20, "1", [], "70", Outcome.NOT_MET),
        (20, "48", ["90"], "100", Outcome.MET),
        (18, "48", ["90"], "98", Outcome.MET),
        (18, "48", ["89.99"], "96", Outcome.MET),
        (20, "48", ["59.99"], "95", Outcome.MET),
        (20, "48", ["60"], "100", Outcome.MET),
        (20, "48", ["0", "0"], "90", Outcome.MET),
    ],
)
def test_r4_takes_off_and_adds(
    works: int, hours: str, training: list[str], total: str, outcome: Outcome
) -> None:
    decision, score = r4(works, hours, training)
    assert (score.total, decision.outcome) == (Decimal(total), outcome)


def test_r4_shows_what_the_score_can_still_be() -> None:
    decision, score = r4(0, "10", on="2023-11-01 00:00")
    assert decision.outcome is Outcome.IN_PROGRESS
    assert (score.total, score.open_total, score.final) == (Decimal(100), Decimal(100), False)
    assert score.assured == 30


@pytest.mark.parametrize(
    ("born", "lessons", "distance", "outcome"),
    [
        ("1987-09-01", 0, True, Outcome.MET),  # 36 on 1 September 2023
        ("1987-09-02", 0, True, Outcome.NOT_MET),  # 35
        ("1987-09-02", 1, True, Outcome.NOT_MET),
        ("1987-09-02", 2, True, Outcome.MET),
        ("1972-09-01", 0, False, Outcome.MET),  # 51
        ("1972-09-02", 0, False, Outcome.NOT_MET),  # 50
        ("1972-09-02", 0, True, Outcome.MET),
    ],
)
def test_r4_asks_more_of_the_younger(
    born: str, lessons: int, outcome: Outcome, *, distance: bool
) -> None:
    facts = [done(2, AT)]
    facts += [done(3, AT)] if distance else []
    for name in ("O1", "O2")[:lessons]:
        facts.append(marked(1, number(R4_NAMES, name), "1", AT))
    decision, _ = decided(R4_BOOK, R4_NAMES, facts, "2024-10-01 00:00", born=born)
    assert decision.outcome is outcome


def test_r4_decides_nothing_where_the_age_is_unknown() -> None:
    known = (*teacher(), attribute(Attribute.SCHOOL, "射县实验小学"))
    decisions, problems = decide(R4_BOOK, [], [], local("2024-10-01 00:00"), known)
    assert decisions == {}
    assert [each.found for each in problems] == [
        "birth_date is unknown, so scheme 'school-based-48h' decides nothing"
    ]


def test_what_is_unknown_is_said_once_for_all_schemes_that_need_it() -> None:
    book = load_rulebook(shipped_mappings())
    _, problems = decide(book, [], [], local("2024-10-01 00:00"), teacher())
    lacking = [each.found for each in problems if each.found.startswith("school is unknown")]
    schemes = "'school-based-48h', 'yulin-five-years', 'yulin-research-lesson'"
    schemes += ", 'yulin-school-term-100'"
    assert lacking == [f"school is unknown, so schemes {schemes} decide nothing"]
