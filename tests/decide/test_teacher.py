"""All schemes of one teacher: which periods are decided, in which order, and what is to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from moodle_cpd.decide import TeacherRecord, decide_teacher
from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.people import Attribute, DatedAttribute
from tests.decide.making import (
    BODY,
    SITE,
    TEACHER,
    attribute,
    course,
    decide,
    done,
    local,
    rules,
    teacher,
)
from tests.decide.test_recognised import ENTRIES, FRAME

ON = local("2026-01-01 12:00")
FROM_2024 = "{every: year, starts: 03-01, first: 2024}"
QUALIFICATION = """
qualification:
  title: {en: Q}
  expiring_days: 30
  renewal: [{present: a, every_years: 3}]
"""


def test_a_frame_rests_on_its_scheme_and_stands_in_its_place_whatever_it_is_called() -> None:
    book = rules(BODY + FRAME.replace("sample-three-years", "another"), ENTRIES)
    known = TeacherRecord(SITE, TEACHER, [done(1, local("2025-06-01 10:00"))], teacher())
    decisions, _ = decide_teacher(book, {1: course(1)}, known, ON)
    assert [(each.scheme, each.period.key, each.earned) for each in decisions] == [
        ("another", "2024", Decimal(6)),
        ("sample", "2024", Decimal(0)),
        ("sample", "2025", Decimal(6)),
    ]


def test_what_was_taken_back_opens_no_period() -> None:
    fact = done(1, local("2021-06-01 10:00"))
    for facts, first in (([fact], "2021"), ([replace(fact, retracted=True)], "2024")):
        decisions, _ = decide(rules(), [course(1)], facts, ON)
        assert min(key for _, key in decisions) == first


def test_who_did_anything_early_was_there_though_more_came_later() -> None:
    known = (attribute(Attribute.ROLE, "teacher", "2025-09-01"),)
    facts = [done(1, local(f"{year}-06-01 10:00")) for year in (2023, 2025)]
    decisions, problems = decide(rules(), [course(1)], facts, ON, known)
    assert [key for _, key in decisions] == ["2023", "2024", "2025"]
    assert problems == []


def test_problems_come_in_their_order() -> None:
    facts = [done(number, local("2025-06-01 10:00")) for number in range(11, 20)]
    _, problems = decide(rules(), [], facts, ON)
    assert [each.where for each in problems] == [f"m: course {number}" for number in range(11, 20)]


PAPER = Dispensation(
    SITE, TEACHER, "sample", DispensationKind.WAIVED, date(2024, 1, 1), None, "D 1"
)
ROLES = (("teacher", "2020-01-01"), ("", "2024-03-01"), ("teacher", "2025-03-01"))
UNKNOWN_IN_2024 = [
    *(attribute(Attribute.ROLE, role, since) for role, since in ROLES),
    *(each for each in teacher() if each.name is not Attribute.ROLE),
]


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        (teacher(), ["document D 1"]),
        (teacher("clerk"), []),
        ((), ["role is unknown"]),
        # Whom it concerned in the year before, and no more.
        ((*teacher(), attribute(Attribute.ROLE, "clerk", "2025-01-01")), ["document D 1"]),
    ],
)
def test_a_document_is_to_be_seen_to_of_whom_the_scheme_concerns(
    attributes: Sequence[DatedAttribute], told: list[str]
) -> None:
    known = TeacherRecord(SITE, TEACHER, [], attributes, [PAPER])
    _, problems = decide_teacher(rules(), {}, known, ON)
    assert [each.found[: len(words)] for each, words in zip(problems, told, strict=True)] == told


def test_whom_the_scheme_asked_once_and_asks_no_more_it_concerns() -> None:
    book = rules(BODY.replace("every_period", "once"), ENTRIES.replace("hours: 6", "hours: 10"))
    facts = [done(number, local("2024-06-01 10:00")) for number in (1, 2)]
    courses = {1: course(1), 2: course(2)}
    met, later = decide_teacher(book, courses, TeacherRecord(SITE, TEACHER, facts, teacher()), ON)[
        0
    ]
    assert (met.outcome, later.outcome) == (Outcome.MET, Outcome.NOT_APPLICABLE)
    assert "asked only once" in later.reasons[0].en
    known = TeacherRecord(SITE, TEACHER, facts, UNKNOWN_IN_2024, [PAPER], closed=[met])
    decisions, problems = decide_teacher(book, courses, known, ON)
    assert decisions == [later]
    assert [each.found.split(" ")[0] for each in problems] == ["document", "role"]


def test_a_former_edition_of_which_nothing_is_decided_has_nothing_to_be_seen_to() -> None:
    tie = "  - {course: {short_name: short 1}, category: b, hours: 9, until: 2025-02-28}\n"
    facts = [done(1, local("2024-06-01 10:00"))]
    for attributes, told in ((teacher(), "course 1"), (UNKNOWN_IN_2024, "role is unknown")):
        book = rules(BODY, ENTRIES + tie)
        _, (problem,) = decide(book, [course(1)], facts, ON, attributes)
        assert problem.found.startswith(told)


def test_before_the_first_period_nothing_is_decided_of_a_qualification_either() -> None:
    body = BODY.replace("{every: year, starts: 03-01}", FROM_2024).replace("every_period", "once")
    book = rules(body + QUALIFICATION, ENTRIES)
    decisions, problems = decide(book, [course(1)], [], local("2023-01-01 12:00"))
    assert (decisions, problems) == ({}, [])
