"""All schemes of one teacher: which periods are decided, in which order, and what is to be seen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from moodle_cpd.decide import TeacherRecord, decide_teacher
from moodle_cpd.model.people import Attribute
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
