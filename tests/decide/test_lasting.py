"""How long a decision holds without news: until the next moment at which something may turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from moodle_cpd.decide import Horizon, Lasting, TeacherRecord, prepare
from moodle_cpd.model.adjustment import Adjustment, AdjustmentKind
from moodle_cpd.model.people import Attribute
from tests.decide.making import BODY, SITE, TEACHER, attribute, done, local, rules, teacher

ON = local("2026-02-20 10:00")
PLAIN = TeacherRecord(SITE, TEACHER, (), teacher())
BY_HAND = Adjustment(
    SITE, TEACHER, "sample", AdjustmentKind.ADD, "why", "document 1", ON, date(2026, 2, 20)
)


def lasting(
    known: TeacherRecord = PLAIN, on: datetime = ON, read: datetime = ON, body: str = BODY
) -> Lasting:
    return Horizon(prepare(rules(body), {}), on, read).of(known)


def test_until_the_period_ends_and_until_it_was_read_to_the_end_of_its_grace() -> None:
    found = lasting(read=ON - timedelta(days=3))
    # The last day of the period is a turn of its own, for those who are asked a share of it.
    assert found.until == local("2026-02-28 00:00")
    assert lasting(on=found.until).until == local("2026-03-01 00:00")
    assert lasting(on=local("2026-03-01 00:00")).until == local("2026-03-31 00:00")
    assert (found.since, found.read_since) == (ON, ON - timedelta(days=3))
    assert found.read_before == local("2026-03-31 00:00")
    assert lasting(read=local("2025-03-30 23:59")).read_before == local("2025-03-31 00:00")


@pytest.mark.parametrize("days", [29, 30, 366])
def test_however_long_grace_is(days: int) -> None:
    body = BODY.replace("grace_days: 30", f"grace_days: {days}")
    on = local("2026-03-01 10:00")
    over = {29: "2026-03-30", 30: "2026-03-31", 366: "2026-03-02"}
    found = lasting(on=on, read=on, body=body)
    assert found.until == found.read_before == local(f"{over[days]} 00:00")


@pytest.mark.parametrize(
    ("judged", "until"), [("02-25", "2026-02-25"), ("2026-02-22", "2026-02-22")]
)
def test_until_the_day_on_which_an_audience_is_judged(judged: str, until: str) -> None:
    body = BODY.replace("role: [teacher]", f"role: [teacher], judged_on: {judged}")
    assert lasting(body=body).until == local(f"{until} 00:00")


def test_until_what_lies_ahead_comes_to_be_seen() -> None:
    ahead = local("2026-02-21 08:30")
    facts = (done(1, ahead), done(2, ON), done(3, None), done(4, ahead + timedelta(days=1)))
    assert lasting(replace(PLAIN, facts=facts)).until == ahead
    tomorrow = (*teacher(), attribute(Attribute.ROLE, "teacher", "2026-02-21"))
    assert lasting(replace(PLAIN, attributes=tomorrow)).until == local("2026-02-21 00:00")
    today = (*teacher(), attribute(Attribute.ROLE, "teacher", "2026-02-20"))
    assert lasting(replace(PLAIN, attributes=today)) == lasting()
    assert lasting(replace(PLAIN, adjustments=[BY_HAND])).until == local("2026-02-20 12:00")
    removed = replace(BY_HAND, kind=AdjustmentKind.REMOVE, day=None)
    assert lasting(replace(PLAIN, adjustments=[removed])) == lasting()


def test_a_site_that_was_never_read_is_news_once_it_was() -> None:
    never = datetime.min.replace(tzinfo=ON.tzinfo)
    assert lasting(read=never).read_before < ON - timedelta(days=365 * 50)
