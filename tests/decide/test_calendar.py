from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.rules import Scheme
from tests.decide.making import BODY, HEAD, local, rules


def scheme(starts: str = "03-01", zone: str = "Asia/Shanghai", grace: int = 30) -> Scheme:
    body = BODY.replace("03-01", starts).replace("grace_days: 30", f"grace_days: {grace}")
    return rules(body, head=HEAD.replace("Asia/Shanghai", zone)).schemes[0]


CALENDARS = [
    Calendar(scheme(starts, zone))
    for starts in ("01-01", "03-01", "02-28", "12-31", "09-01", "10-05")
    for zone in ("Asia/Shanghai", "America/Sao_Paulo", "Pacific/Apia", "UTC", "Africa/Cairo")
]


@given(
    st.sampled_from(CALENDARS),
    st.integers(0, 5_000_000_000),
)
def test_every_instant_is_in_exactly_one_period(calendar: Calendar, seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    span = calendar.containing(moment)
    assert moment in span.period
    before = calendar.before(span)
    assert before.period.end == span.period.start
    after = calendar.containing(span.period.end)
    assert after.period.start == span.period.end
    assert sum(moment in each.period for each in (before, span, after)) == 1
    assert before.period.key < span.period.key < after.period.key


@pytest.mark.parametrize(
    ("at", "key"),
    [
        ("2026-02-28 23:59", "2025"),
        ("2026-03-01 00:00", "2026"),
        ("2024-02-29 23:59", "2023"),
        ("2024-03-01 00:00", "2024"),
        ("2024-02-28 23:59", "2023"),
        ("2025-03-01 00:00", "2025"),
    ],
)
def test_the_year_turns_at_local_midnight_of_the_first_of_march(at: str, key: str) -> None:
    assert Calendar(scheme()).containing(local(at)).period.key == key


def test_the_last_utc_evening_of_february_is_march_in_shanghai() -> None:
    calendar = Calendar(scheme())
    assert calendar.containing(datetime(2026, 2, 28, 15, 59, tzinfo=UTC)).period.key == "2025"
    assert calendar.containing(datetime(2026, 2, 28, 16, 0, tzinfo=UTC)).period.key == "2026"


def test_days_and_grace_of_a_leap_year() -> None:
    calendar = Calendar(scheme())
    span = calendar.containing(local("2023-06-01 12:00"))
    assert calendar.final_from(span) == local("2024-03-31 00:00")
    assert (span.first, span.last) == (date(2023, 3, 1), date(2024, 2, 29))
    assert span.final_from == local("2024-03-31 00:00")
    assert span.period.end - span.period.start == timedelta(days=366)


@pytest.mark.parametrize(
    ("starts", "zh", "en"),
    [
        ("01-01", "2025年", "2025"),
        ("03-01", "2025年3月至2026年2月", "March 2025 to February 2026"),
        ("02-01", "2025年2月至2026年1月", "February 2025 to January 2026"),
        ("01-02", "2025-01-02至2026-01-01", "2025-01-02 to 2026-01-01"),
        ("09-15", "2025-09-15至2026-09-14", "2025-09-15 to 2026-09-14"),
    ],
)
def test_periods_have_names(starts: str, zh: str, en: str) -> None:
    label = Calendar(scheme(starts)).containing(local("2025-12-01 00:00")).label
    assert (label.zh, label.en) == (zh, en)


def test_midnight_that_a_clock_change_leaves_out() -> None:
    # In São Paulo summer time began at midnight of 15 October 2017: that day began at one o'clock.
    calendar = Calendar(scheme("10-15", "America/Sao_Paulo"))
    span = calendar.containing(datetime(2017, 10, 15, 3, 0, tzinfo=UTC))
    assert span.period.start == datetime(2017, 10, 15, 3, 0, tzinfo=UTC)
    assert calendar.containing(datetime(2017, 10, 15, 2, 59, tzinfo=UTC)).period.key == "2016"


@pytest.mark.parametrize("starts", ["03-01", "03-02", "03-15", "03-31", "11-15", "12-01", "12-31"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Sao_Paulo"])
def test_it_does_not_matter_what_was_asked_before(starts: str, zone: str) -> None:
    rule = scheme(starts, zone)
    turn = Calendar(rule).containing(datetime(2026, 7, 1, tzinfo=UTC)).period.start
    moments = [
        datetime(turn.year, turn.month, 1, tzinfo=UTC),
        *(turn + timedelta(hours=hours) for hours in (-25, -1, 0, 1, 25, 24 * 35)),
        turn.replace(day=28),
    ]
    keys = [Calendar(rule).containing(moment).period.key for moment in moments]
    for order in (moments, moments[::-1]):
        calendar = Calendar(rule)
        found = {moment: calendar.containing(moment).period.key for moment in order}
        assert [found[moment] for moment in moments] == keys
    assert (keys[2], keys[3]) == (str(int(keys[3]) - 1), keys[4])


@pytest.mark.parametrize("starts", ["03-01", "03-15"])
def test_the_periods_of_many_moments_at_once(starts: str) -> None:
    days = ("2020-01-01", "2024-07-01", "2025-03-01", "2026-03-14", "2026-03-15", "2026-03-20")
    moments = [local(f"{day} 12:00") for day in days]
    one = Calendar(scheme(starts))
    for number in range(len(moments) + 1):
        some = moments[:number]
        expected = [Calendar(scheme(starts)).containing(each).period for each in some]
        assert [each.period for each in one.holding(some)] == list(dict.fromkeys(expected))
    turn = one.containing(moments[1]).period.end
    around = [turn - timedelta(seconds=1), turn, turn + timedelta(seconds=1)]
    assert one.holding(around) == [one.containing(around[0]), one.containing(turn)]
