"""Frames: further spans of one regulation; recognised hours, programmes, time before the post."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from moodle_cpd.decide import decision_from_json, decision_to_json
from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.people import Attribute
from tests.decide.making import (
    activity,
    adjusted,
    attribute,
    course,
    decide,
    done,
    handed_in,
    local,
    marked,
    rules,
    teacher,
)

TERMS = """
period:
  every: term
  terms:
    - {title: {en: Autumn}, first_day: 2023-09-01, last_day: 2023-12-31}
    - {title: {en: Spring}, first_day: 2024-02-01, last_day: 2024-06-30}
grace_days: 10
duty: every_period
audience: {role: [teacher]}
categories:
  - {id: a, title: {en: A}, hours_at_most: 12}
assessments:
  - {id: test, title: {en: Test}, pass_at: {percent: 60}}
recognised_when: {passed: test}
requirements: {passed: test}
frames:
  - id: sample-five-years
    title: {en: Five years}
    counts: COUNTS
    period: {every: frame, starts: 01-01, first: 2021, years: 5}
    duty: every_period
    requirements: {hours_at_least: 20}
"""
ENTRIES = """
  - {course: C1, category: a, hours: 12, repeatable: true}
  - {course: C2, category: a, hours: 10, repeatable: true}
  - {course: C3, activity: T, assessment: test}
"""
COURSES = (course(1), course(2), course(3, activities=[activity(33, "T")]))
ON = local("2026-06-01 08:00")


def work(points: str, day: str, *numbers: int) -> list[object]:
    at = local(f"{day} 10:00")
    return [marked(3, 33, points, at, attempt=int(day[2:4])), *(done(n, at) for n in numbers)]


def outcomes(counts: str, *facts: object, on: object = ON) -> dict[str, tuple[Outcome, Decimal]]:
    book = rules(TERMS.replace("COUNTS", counts), ENTRIES)
    found, _ = decide(book, COURSES, facts, on)  # type: ignore[arg-type] # made above
    return {key: (each.outcome, each.recognised) for (_, key), each in found.items()}


def test_only_recognised_hours_count_and_caps_of_the_terms_hold() -> None:
    facts = [*work("60", "2023-10-01", 1, 2), *work("80", "2024-03-01", 2)]
    found = outcomes("recognised", *facts)
    assert found["2023-09"] == (Outcome.MET, Decimal(12))
    assert found["2024-02"] == (Outcome.MET, Decimal(10))
    assert found["2021"] == (Outcome.MET, Decimal(22))
    facts = [*work("59", "2023-10-01", 1, 2), *work("80", "2024-03-01", 2)]
    found = outcomes("recognised", *facts)
    assert found["2023-09"] == (Outcome.NOT_MET, Decimal(0))
    assert found["2021"] == (Outcome.NOT_MET, Decimal(10))


def test_all_hours_count_where_the_frame_says_earned() -> None:
    facts = [*work("59", "2023-10-01", 1, 2), *work("80", "2024-03-01", 2)]
    found = outcomes("earned", *facts)
    assert found["2021"] == (Outcome.NOT_MET, Decimal(12))  # its own cap, once in five years


def test_hours_that_may_still_be_recognised_keep_the_frame_open() -> None:
    day = local("2024-03-01 10:00")
    facts = [*work("60", "2023-10-01", 1), done(1, day)]
    unmarked = [*facts, handed_in(3, 33, day, attempt=24)]
    assert outcomes("recognised", *facts)["2021"][0] is Outcome.NOT_MET
    assert outcomes("recognised", *unmarked)["2021"][0] is Outcome.IN_PROGRESS


POST = """
period: {every: before_post, years: 2, first_day: 2024-01-01}
grace_days: 10
duty: once
audience: {role: [new_teacher]}
categories: [{id: a, title: {en: A}}]
requirements: {hours_at_least: 10}
consequences:
  - {flag: may_not_take_post, title: {en: may not}, when: not_met}
"""
NEW = (
    attribute(Attribute.ROLE, "new_teacher"),
    attribute(Attribute.HIRE_DATE, "2026-09-01"),
)


@pytest.mark.parametrize(
    ("hired", "first", "last"),
    [
        ("2023-12-31", None, None),
        ("2024-01-01", "2022-01-01", "2023-12-31"),
        ("2024-01-29", "2022-01-29", "2024-01-28"),
        ("2024-02-28", "2022-02-28", "2024-02-27"),
        # Where the year has no 29 February it begins on 1 March.
        ("2024-02-29", "2022-03-01", "2024-02-28"),
        ("2024-03-01", "2022-03-01", "2024-02-29"),
        ("2024-03-29", "2022-03-29", "2024-03-28"),
    ],
)
def test_the_days_before_the_post(hired: str, first: str | None, last: str | None) -> None:
    taken = date.fromisoformat(hired)
    calendar = Calendar(rules(POST).schemes[0], taken)
    span = calendar.containing(local(f"{hired} 00:00") - timedelta(minutes=1))
    if first is None or last is None:
        assert span.gap
        return
    assert (str(span.first), str(span.last), span.gap) == (first, last, False)
    assert span.period.key == hired[:7]
    assert calendar.containing(span.period.end).gap


@pytest.mark.parametrize(
    ("day", "on", "outcome"),
    [
        ("2026-08-31 23:59", "2026-09-01", Outcome.MET),
        ("2026-09-01 00:00", "2026-09-10", Outcome.IN_PROGRESS),
        ("2026-09-01 00:00", "2026-09-11", Outcome.NOT_MET),
        ("2024-09-01 00:00", "2026-09-11", Outcome.MET),
        ("2024-08-31 23:59", "2026-09-11", Outcome.NOT_MET),
        ("2026-05-01 00:00", "2026-06-01", Outcome.MET),
    ],
)
def test_before_the_post(day: str, on: str, outcome: Outcome) -> None:
    book = rules(POST, "  - {course: C1, category: a, hours: 10}\n")
    found, problems = decide(book, [course(1)], [done(1, local(day))], local(f"{on} 00:00"), NEW)
    assert problems == []
    assert {key: each.outcome for (_, key), each in found.items()} == {"2026-09": outcome}
    flags = [each.flag for each in found["sample", "2026-09"].consequences]
    assert flags == (["may_not_take_post"] if outcome is Outcome.NOT_MET else [])


def test_posts_taken_long_ago_are_not_looked_at_and_unknown_ones_are_told() -> None:
    book = rules(POST, "  - {course: C1, category: a, hours: 10}\n")
    on = local("2026-09-11 00:00")
    old = (NEW[0], attribute(Attribute.HIRE_DATE, "2023-12-31"))
    assert decide(book, [course(1)], [], on, old) == ({}, [])
    found, problems = decide(book, [course(1)], [], on, NEW[:1])
    assert found == {}
    assert "hire_date is unknown" in str(problems[0])
    found, problems = decide(book, [course(1)], [], on, teacher()[:2])
    assert (found, problems) == ({}, [])


def test_a_programme_has_one_period() -> None:
    body = POST[POST.index("grace_days") :].replace("new_teacher", "teacher")
    period = "{every: programme, title: {en: P}, first_day: 2023-09-01, last_day: 2026-08-31}"
    book = rules(f"\nperiod: {period}\n{body}", "  - {course: C1, category: a, hours: 10}\n")
    facts = [done(1, local("2026-08-31 23:59"))]
    found, _ = decide(book, [course(1)], facts, local("2026-10-01 00:00"))
    assert {key: each.outcome for key, each in found.items()} == {
        ("sample", "2023-09"): Outcome.MET
    }
    late = [done(1, local("2026-09-01 00:00"))]
    found, _ = decide(book, [course(1)], late, local("2026-10-01 00:00"))
    assert found["sample", "2023-09"].outcome is Outcome.NOT_MET


RECOGNISED_LATER = """
period: {every: year, starts: 01-01}
grace_days: 0
duty: every_period
audience: {role: [teacher]}
categories:
  - {id: a, title: {en: A}}
  - {id: b, title: {en: B}, from: 2023-01-01}
requirements: {hours_at_least: 10}
frames:
  - id: sample-five-years
    title: {en: Five years}
    counts: recognised
    period: {every: frame, starts: 01-01, first: 2021, years: 5}
    duty: every_period
    requirements:
      all: [{hours_at_least: 24}, {hours_at_least: 12, from_level: county}]
"""
OF_A_LEVEL = """
  - {course: C1, category: a, hours: 12, level: county, repeatable: true}
  - {course: C2, category: b, hours: 12, from: 2023-01-01}
"""


def test_recognised_hours_keep_their_level_and_a_category_that_came_within_the_frame() -> None:
    facts = [done(1, local("2022-05-01 10:00")), done(2, local("2024-05-01 10:00"))]
    found, problems = decide(rules(RECOGNISED_LATER, OF_A_LEVEL), COURSES, facts, ON)
    frame = found["sample-five-years", "2021"]
    assert problems == []
    assert (frame.outcome, frame.recognised) == (Outcome.MET, Decimal(24))
    assert dict(frame.by_category) == {"a": Decimal(12), "b": Decimal(12)}
    assert frame.by_level == (("county", Decimal(12)),)
    assert decision_from_json(decision_to_json(frame)) == frame


@pytest.mark.parametrize("scheme", ["sample", "sample-five-years"])
def test_hours_that_a_person_added_are_recognised_too(scheme: str) -> None:
    facts = [done(1, local("2022-05-01 10:00"))]
    more = adjusted("add", "2023-05-01", category="b", hours="12", level="county")
    found, problems = decide(
        rules(RECOGNISED_LATER, OF_A_LEVEL),
        COURSES,
        facts,
        ON,
        adjustments=[replace(more, scheme=scheme)],
    )
    frame = found["sample-five-years", "2021"]
    assert problems == []
    assert (frame.outcome, frame.recognised) == (Outcome.MET, Decimal(24))
    assert frame.by_level == (("county", Decimal(24)),)


def test_a_frame_stays_open_as_long_as_one_of_its_terms() -> None:
    work = "  - {course: C3, activity: T, category: a, hours: 8, counts_when: graded}\n"
    body = TERMS.replace("COUNTS", "recognised").replace(
        "recognised_when: {passed: test}\nrequirements: {passed: test}",
        "requirements: {hours_at_least: 8}",
    )
    paper = handed_in(3, 33, local("2024-03-01 10:00"))
    for facts, outcome in (([paper], Outcome.IN_PROGRESS), ([], Outcome.NOT_MET)):
        found, _ = decide(rules(body, work), COURSES, facts, ON)
        assert found["sample-five-years", "2021"].outcome is outcome
