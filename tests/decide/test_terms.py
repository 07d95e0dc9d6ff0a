"""Terms with dates, frames of several years, age and school."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.people import Attribute
from tests.decide.making import BODY, attribute, course, decide, done, local, rules, teacher

TERMS = """period:
  every: term
  terms:
    - {title: {en: Autumn}, first_day: 2023-09-01, last_day: 2023-12-30}
    - {title: {en: January}, first_day: 2023-12-31, last_day: 2024-01-31}
    - {title: {en: Spring}, first_day: 2024-02-26, last_day: 2024-07-10}"""
TERM_BODY = BODY.replace("period: {every: year, starts: 03-01}", TERMS)
FRAME_BODY = BODY.replace(
    "period: {every: year, starts: 03-01}",
    "period: {every: frame, years: 5, starts: 01-01, first: 2021}",
)
WHOLE = "  - {course: C1, category: a, hours: 12}\n"
CALENDARS = [Calendar(rules(body).schemes[0]) for body in (TERM_BODY, FRAME_BODY)]


@given(st.sampled_from(CALENDARS), st.integers(0, 4_000_000_000))
def test_every_instant_is_in_exactly_one_period_or_gap(calendar: Calendar, seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    span = calendar.containing(moment)
    assert moment in span.period
    assert calendar.containing(span.period.start) == span
    before = calendar.before(span)
    assert before == span or before.period.end <= span.period.start
    if not calendar.governed(span):
        assert span.gap or span.first.year < 2021


@pytest.mark.parametrize(
    ("at", "key"),
    [
        ("2023-08-31 23:59", ""),
        ("2023-09-01 00:00", "2023-09"),
        ("2023-12-30 23:59", "2023-09"),
        ("2023-12-31 00:00", "2023-12"),
        ("2024-01-31 23:59", "2023-12"),
        ("2024-02-01 00:00", ""),
        ("2024-02-25 23:59", ""),
        ("2024-02-26 00:00", "2024-02"),
        ("2024-07-10 23:59", "2024-02"),
        ("2024-07-11 00:00", ""),
    ],
)
def test_a_term_lasts_from_its_first_day_to_its_last(at: str, key: str) -> None:
    assert CALENDARS[0].containing(local(at)).period.key == key


def test_terms_follow_one_another_over_their_gaps() -> None:
    terms = CALENDARS[0]
    early, autumn, january, gap, spring, late = (
        terms.containing(local(f"{day} 12:00"))
        for day in (
            *("2023-08-01", "2023-10-01", "2024-01-10"),
            *("2024-02-10", "2024-03-01", "2024-08-01"),
        )
    )
    assert [each.gap for each in (early, gap, late)] == [True, True, True]
    assert [terms.before(each) for each in (late, spring, gap, january, autumn, early)] == [
        *(spring, january, january, autumn),
        *(early, early),
    ]
    assert [terms.following(each) for each in (early, autumn, january, gap, spring, late)] == [
        *(autumn, january, spring, spring),
        *(None, None),
    ]
    with pytest.raises(TypeError, match="terms do not follow"):
        terms.after(autumn, 1)


def test_frames_follow_one_another_by_their_length() -> None:
    frames = Calendar(rules(FRAME_BODY).schemes[0])
    span = frames.containing(local("2026-01-01 00:00"))
    assert (span.period.key, span.label.en) == ("2026", "2026 to 2030")
    assert frames.before(span).period.key == "2021"
    following = frames.following(span)
    assert following is not None
    assert following.period.key == "2031"
    assert frames.after(span, 2).period.key == "2036"
    assert (frames.governed(span), frames.governed(frames.before(span))) == (True, True)
    assert not frames.governed(frames.before(frames.before(span)))


def test_after_the_last_term_there_is_a_gap_without_end() -> None:
    for moment in (local("2100-01-01 00:00"), datetime(9999, 12, 31, 15, tzinfo=UTC)):
        assert Calendar(rules(TERM_BODY).schemes[0]).containing(moment).gap


@pytest.mark.parametrize(
    ("at", "key"),
    [
        ("2020-12-31 23:59", "2016"),
        ("2021-01-01 00:00", "2021"),
        ("2025-12-31 23:59", "2021"),
        ("2026-01-01 00:00", "2026"),
    ],
)
def test_a_frame_of_five_years(at: str, key: str) -> None:
    span = CALENDARS[1].containing(local(at))
    assert span.period.key == key
    assert span.label.en == f"{key} to {int(key) + 4}"


def by_key(body: str, at: str, on: str) -> dict[str, Decision]:
    decisions, _ = decide(rules(body, WHOLE), [course(1)], [done(1, local(at))], local(on))
    return {key: decision for (_, key), decision in decisions.items()}


def test_only_terms_are_decided_and_holidays_count_in_none() -> None:
    found = by_key(TERM_BODY, "2024-02-10 10:00", "2024-08-20 00:00")
    assert {key: each.outcome for key, each in found.items()} == {"2024-02": Outcome.NOT_MET}
    found = by_key(TERM_BODY, "2023-12-30 23:59", "2024-02-10 00:00")
    assert {key: each.outcome for key, each in found.items()} == {
        "2023-09": Outcome.MET,
        "2023-12": Outcome.IN_PROGRESS,
    }
    assert found["2023-09"].period_label.en == "Autumn"
    assert by_key(TERM_BODY, "2023-08-10 10:00", "2023-08-20 00:00") == {}


def test_a_frame_counts_all_its_years_and_none_before_the_first() -> None:
    found = by_key(FRAME_BODY, "2025-12-31 23:59", "2026-02-01 00:00")
    assert {key: each.recognised for key, each in found.items()} == {
        "2021": Decimal(12),
        "2026": Decimal(0),
    }
    assert list(by_key(FRAME_BODY, "2020-12-31 23:59", "2021-02-01 00:00")) == ["2021"]


@pytest.mark.parametrize(
    ("age", "born", "belongs"),
    [
        ("{at_most: 45}", "1979-03-02", True),
        ("{at_most: 45}", "1979-03-01", False),
        ("{at_most: 45}", "1980-03-01", True),
        ("{at_least: 45}", "1980-03-01", True),
        ("{at_least: 45}", "1980-03-02", False),
        ("{at_least: 45, at_most: 45}", "1980-02-29", True),
    ],
)
def test_age_in_completed_years_on_the_first_day(age: str, born: str, *, belongs: bool) -> None:
    book = rules(BODY.replace("role: [teacher]", f"age: {age}"))
    known = (*teacher(), attribute(Attribute.BIRTH_DATE, born))
    decisions, problems = decide(book, [], [], local("2025-10-01 12:00"), known)
    outcome = decisions["sample", "2025"].outcome
    assert outcome is (Outcome.IN_PROGRESS if belongs else Outcome.NOT_APPLICABLE)
    assert problems == []


def test_an_unknown_date_of_birth_is_reported_and_decides_nothing() -> None:
    book = rules(BODY.replace("role: [teacher]", "age: {at_most: 45}"))
    decisions, problems = decide(book, [], [], local("2025-10-01 12:00"))
    assert decisions == {}
    assert "birth_date is unknown" in problems[0].found


@pytest.mark.parametrize(
    ("school", "outcome"),
    [("一小", Outcome.IN_PROGRESS), ("二小", Outcome.NOT_APPLICABLE)],
)
def test_a_scheme_of_one_school(school: str, outcome: Outcome) -> None:
    book = rules(BODY.replace("role: [teacher]", "role: [teacher], school: [一小]"))
    known = (*teacher(), attribute(Attribute.SCHOOL, school))
    decisions, _ = decide(book, [], [], local("2025-10-01 12:00"), known)
    assert decisions["sample", "2025"].outcome is outcome
    assert decide(book, [], [], local("2025-10-01 12:00"))[0] == {}
