"""The shipped schemes at their thresholds: the boundary itself and one step on each side."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Outcome, State
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute
from moodle_cpd.rules import load_rulebook
from tests.decide.making import (
    SHIPPED,
    activity,
    attribute,
    course,
    decide,
    done,
    local,
    marked,
    rules,
    teacher,
)

BOOK = load_rulebook(SHIPPED)
R1, R5 = "qianshan-annual-72h", "homeroom-teacher-30h"

R1_COURSES = [
    course(1, "C-ETHICS", activities=[activity(10, "ETHICS-NOTES")]),
    course(2, "C-EDTECH", activities=[activity(20, "EDTECH-EXAM")]),
    course(3, "C-STUDENT"),
    course(4, "C-MENTAL", activities=[activity(40, "MENTAL-CASE")]),
    course(5, "C-SUBJECT", activities=[activity(50, "SUBJECT-COPY")]),
    course(
        6,
        "C-RESEARCH",
        activities=[activity(60, "RESEARCH-LOG"), activity(61, "RESEARCH-LETTER")],
    ),
    course(8, "C-READING", activities=[activity(80, "READING-NOTE")]),
    course(
        11,
        "C-TERM",
        activities=[
            activity(110 + number, f"TERM-{name}")
            for number, name in enumerate(
                f"{kind}-{term}"
                for kind in ("CITY", "COUNTY", "NOTE")
                for term in ("SPRING", "AUTUMN")
            )
        ],
    ),
]
R1_TERM = [(11, 110 + number) for number in range(6)]
R1_WORKS = [(1, 10), (2, 20), (5, 50), (6, 60), (6, 61), (8, 80)]


def backbone(hours: str) -> list[Course]:
    return [*R1_COURSES, course(7, "C-BACKBONE", fields={"hours": hours})]


def r1_facts(at: datetime) -> list[Fact]:
    """70 hours in all five compulsory areas and research, the last of them at a moment.

    The examination is passed and all pieces of work are there.
    """
    return [
        *(done(number, at - timedelta(days=number)) for number in (1, 2, 3, 5, 6)),
        marked(4, 40, "60", at - timedelta(days=9)),
        *(marked(*work, "60", at - timedelta(days=8)) for work in R1_WORKS),
        *(marked(*work, "100", at - timedelta(days=8)) for work in R1_TERM),
        done(7, at),
    ]


@pytest.mark.parametrize(
    ("hours", "total", "outcome"),
    [
        ("1.9", "71.9", Outcome.NOT_MET),
        ("1.999", "71.999", Outcome.NOT_MET),
        ("2", "72", Outcome.MET),
        ("2.1", "72.1", Outcome.MET),
    ],
)
def test_r1_needs_72_hours(hours: str, total: str, outcome: Outcome) -> None:
    facts = r1_facts(local("2025-11-03 10:00"))
    decisions, _ = decide(BOOK, backbone(hours), facts, local("2026-04-01 00:00"))
    decision = decisions[R1, "2025"]
    assert decision.recognised == Decimal(total)
    assert decision.credits == Decimal(total) / 10
    assert decision.outcome is outcome
    assert bool(decision.awards) is (outcome is Outcome.MET)


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        ("2026-02-28 23:59", Outcome.MET),
        ("2026-03-01 00:00", Outcome.NOT_MET),
        ("2024-02-29 23:59", Outcome.MET),
        ("2024-03-01 00:00", Outcome.NOT_MET),
    ],
)
def test_r1_ends_with_february(last: str, outcome: Outcome) -> None:
    at = local(last)
    decisions, _ = decide(BOOK, backbone("2"), r1_facts(at), at + timedelta(days=60))
    year = str(int(last[:4]) - 1)
    assert decisions[R1, year].outcome is outcome


@pytest.mark.parametrize("missing", [1, 2, 3, 4, 5])
def test_r1_needs_each_compulsory_area_however_many_hours(missing: int) -> None:
    facts = [
        fact
        for fact in r1_facts(local("2025-11-03 10:00"))
        if fact.course != missing or (missing, fact.activity) in R1_WORKS
    ]
    decisions, _ = decide(BOOK, backbone("500"), facts, local("2026-04-01 00:00"))
    decision = decisions[R1, "2025"]
    assert decision.recognised > 500
    assert decision.outcome is Outcome.NOT_MET
    assert decision.requirement is not None
    areas = decision.requirement.parts[1]
    assert [part.state for part in areas.parts].count(State.MISSING) == 1


@pytest.mark.parametrize(
    ("role", "course_done", "outcome"),
    [
        ("teacher", False, Outcome.MET),
        ("backbone_teacher", False, Outcome.NOT_MET),
        ("backbone_teacher", True, Outcome.MET),
    ],
)
def test_r1_asks_extra_electives_of_backbone_teachers(
    role: str, outcome: Outcome, *, course_done: bool
) -> None:
    courses = [*backbone("2"), course(9, "C-ONLINE")]
    at = local("2025-11-03 10:00")
    known = (*teacher(role), attribute(Attribute.BIRTH_DATE, "1980-05-01"))
    facts = [fact for fact in r1_facts(at) if fact.course != 7]
    facts.append(done(9, at))
    facts += [done(7, at)] if course_done else []
    decisions, _ = decide(BOOK, courses, facts, local("2026-04-01 00:00"), known)
    assert decisions[R1, "2025"].outcome is outcome


@pytest.mark.parametrize("work", R1_WORKS)
@pytest.mark.parametrize(("points", "met"), [("59.99", False), ("60", True), ("0", False)])
def test_r1_needs_each_piece_of_work_and_the_examination(
    work: tuple[int, int], points: str, *, met: bool
) -> None:
    others = [
        fact for fact in r1_facts(local("2025-11-03 10:00")) if (fact.course, fact.activity) != work
    ]
    on = local("2026-04-01 00:00")
    decisions, _ = decide(BOOK, backbone("2"), others, on)
    assert decisions[R1, "2025"].outcome is Outcome.NOT_MET
    copied_or_own = marked(*work, points, local("2025-10-01 10:00"))
    decisions, _ = decide(BOOK, backbone("2"), [*others, copied_or_own], on)
    # A letter need only be there.
    assert (decisions[R1, "2025"].outcome is Outcome.MET) is (met or work == (6, 61))


@pytest.mark.parametrize(
    ("points", "present"), [("59.99", False), ("59.995", False), ("60", True), ("60.01", True)]
)
def test_r1_mental_health_needs_a_passing_grade(points: str, *, present: bool) -> None:
    facts = [f for f in r1_facts(local("2025-11-03 10:00")) if f.course != 4]
    facts.append(marked(4, 40, points, local("2025-10-01 10:00")))
    decisions, _ = decide(BOOK, backbone("100"), facts, local("2026-04-01 00:00"))
    assert (decisions[R1, "2025"].outcome is Outcome.MET) is present


HOMEROOM = [
    course(11, "C-HOMEROOM-BASIC", fields={"hours": "14"}),
    course(12, "C-HOMEROOM-CASES", fields={"hours": "12"}),
]


def exam(hours: str) -> list[Course]:
    fields = {"hours": hours}
    return [*HOMEROOM, course(13, "C-HOMEROOM-EXAM", fields=fields, activities=[EXAM])]


EXAM = activity(130, "HOMEROOM-EXAM")


def r5_facts(points: str | None = "60") -> list[Fact]:
    at = local("2026-10-10 10:00")
    facts = [done(number, at) for number in (11, 12, 13)]
    return facts if points is None else [*facts, marked(13, 130, points, at)]


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [("3.99", Outcome.NOT_MET), ("4", Outcome.MET), ("4.01", Outcome.MET)],
)
def test_r5_needs_30_hours(hours: str, outcome: Outcome) -> None:
    decisions, _ = decide(
        BOOK, exam(hours), r5_facts(), local("2027-01-31 00:00"), teacher("homeroom_teacher")
    )
    decision = decisions[R5, "2026"]
    assert decision.recognised == 26 + Decimal(hours)
    assert decision.outcome is outcome


@pytest.mark.parametrize(
    ("points", "outcome"),
    [
        ("59.99", Outcome.NOT_MET),
        ("60", Outcome.MET),
        ("60.01", Outcome.MET),
        (None, Outcome.NOT_MET),
    ],
)
def test_r5_needs_its_assessment(points: str | None, outcome: Outcome) -> None:
    decisions, _ = decide(
        BOOK, exam("6"), r5_facts(points), local("2027-01-31 00:00"), teacher("homeroom_teacher")
    )
    decision = decisions[R5, "2026"]
    assert decision.outcome is outcome
    flags = [each.flag for each in decision.consequences]
    failed = ["may_not_serve_as_homeroom_teacher", "must_join_next_years_training"]
    assert flags == (failed if outcome is Outcome.NOT_MET else [])


def test_r5_gives_a_badge_and_two_certificates_one_of_them_elsewhere() -> None:
    known = (*teacher("homeroom_teacher"), attribute(Attribute.SCHOOL, "一小"))
    decisions, problems = decide(BOOK, exam("6"), r5_facts(), local("2026-11-01 00:00"), known)
    awards = {each.key: each.issued_here for each in decisions[R5, "2026"].awards}
    assert awards == {
        "homeroom-badge": True,
        "training-certificate": False,
        "qualification-certificate": True,
    }
    assert problems == []


def test_r5_once_passed_only_renewal_is_asked() -> None:
    decisions, _ = decide(
        BOOK, exam("6"), r5_facts(), local("2029-05-01 00:00"), teacher("homeroom_teacher")
    )
    assert decisions[R5, "2026"].outcome is Outcome.MET
    # Without school-based training in the year after, the qualification lapses.
    later = decisions[R5, "2027"]
    assert later.outcome is Outcome.LAPSED
    flags = [each.flag for each in later.consequences]
    assert flags == ["may_not_serve_as_homeroom_teacher"]


def test_not_met_never_before_end_and_grace() -> None:
    book = rules()
    facts = [done(1, local("2025-05-01 10:00"))]
    for on, outcome in (
        ("2026-02-28 23:59", Outcome.IN_PROGRESS),
        ("2026-03-30 23:59", Outcome.IN_PROGRESS),
        ("2026-03-31 00:00", Outcome.NOT_MET),
    ):
        decisions, _ = decide(book, [course(1)], facts, local(on))
        assert decisions["sample", "2025"].outcome is outcome, on
