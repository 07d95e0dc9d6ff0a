"""How long a decision holds without news: until the next moment at which something may turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from moodle_cpd.decide import Horizon, Lasting, TeacherRecord, prepare
from moodle_cpd.model.adjustment import Adjustment, AdjustmentKind
from moodle_cpd.model.people import Attribute
from tests.decide.making import BODY, HEAD, SITE, TEACHER, attribute, done, local, rules, teacher
from tests.decide.test_qualification import BODY as QUALIFICATION

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


def test_each_moment_is_behind_it_once_it_has_come() -> None:
    over = local("2025-03-31 00:00")
    assert lasting(on=over, read=over).read_before == local("2026-03-31 00:00")
    midnight = local("2026-02-20 00:00")
    today = (*teacher(), attribute(Attribute.ROLE, "teacher", "2026-02-20"))
    assert lasting(replace(PLAIN, attributes=today), midnight, midnight) == lasting(
        on=midnight, read=midnight
    )


def test_days_of_grace_end_by_the_rules_that_govern_the_period() -> None:
    grace = "{by_period: [{value: 30, until: 2026-02-28}, {value: 10, from: 2026-03-01}]}"
    body = BODY.replace("grace_days: 30", f"grace_days: {grace}")
    ends = []
    on = local("2026-03-05 10:00")
    for _ in range(2):
        found = lasting(on=on, read=on, body=body)
        assert found.until == found.read_before
        ends.append(on := found.until)
    assert ends == [local("2026-03-11 00:00"), local("2026-03-31 00:00")]


TERMS = """period:
  every: term
  terms:
    - {title: {en: Autumn}, first_day: 2025-09-01, last_day: 2025-12-20}
    - {title: {en: Spring}, first_day: 2026-02-26, last_day: 2026-07-10}"""


@pytest.mark.parametrize(
    ("on", "until"),
    [
        # Before the first term, within one, between two, and after the last.
        ("2025-08-01", "2025-09-01"),
        ("2025-12-19", "2025-12-20"),
        ("2025-12-20", "2025-12-21"),
        ("2025-12-21", "2025-12-31"),
        ("2025-12-31", "2026-01-15"),
        ("2026-01-15", "2026-02-26"),
        ("2026-07-10", "2026-07-11"),
        ("2026-07-11", "2026-07-21"),
    ],
)
def test_terms_and_what_lies_between_them(on: str, until: str) -> None:
    body = BODY.replace("period: {every: year, starts: 03-01}", TERMS)
    body = body.replace("grace_days: 30", "grace_days: 10")
    body = body.replace("role: [teacher]", "role: [teacher], judged_on: 2026-01-15")
    moment = local(f"{on} 00:00")
    assert lasting(on=moment, read=moment, body=body).until == local(f"{until} 00:00")


def test_after_the_last_term_nothing_turns_any_more() -> None:
    body = BODY.replace("period: {every: year, starts: 03-01}", TERMS)
    for day in ("2026-08-10", "2027-12-01", "2040-01-01"):
        found = lasting(on=local(f"{day} 00:00"), read=local(f"{day} 00:00"), body=body)
        assert found.until.year == found.read_before.year == 9999


POST_FRAME = """
frames:
  - id: sample-post
    title: {en: Post}
    counts: earned
    period: {every: before_post, years: 2, first_day: 2024-01-01}
    grace_days: 10
    duty: once
    requirements: {hours_at_least: 10}
"""


def hired(day: str) -> TeacherRecord:
    return TeacherRecord(SITE, TEACHER, (), (*teacher()[:2], attribute(Attribute.HIRE_DATE, day)))


@pytest.mark.parametrize(
    ("on", "until"),
    [
        ("2026-08-01", "2026-09-01"),
        # Who is to take the post is looked at on the day of taking it.
        ("2026-09-01", "2026-09-02"),
        ("2026-09-02", "2026-09-11"),
        ("2026-09-11", "2027-02-28"),
    ],
)
def test_each_teacher_has_a_period_before_the_post(on: str, until: str) -> None:
    moment = local(f"{on} 00:00")
    found = lasting(hired("2026-09-01"), moment, moment, BODY + POST_FRAME)
    assert found.until == local(f"{until} 00:00")
    # Of who has no such period only the others tell.
    for known in (hired("2010-09-01"), hired("")):
        found = lasting(known, moment, moment, BODY + POST_FRAME)
        assert found.until == local("2027-02-28 00:00")
        assert found.read_before == local("2027-03-31 00:00")


@pytest.mark.parametrize(
    ("read", "before"),
    [
        ("2026-02-01", "2026-03-31"),
        ("2026-04-01", "2026-09-11"),
        ("2026-09-11", "2027-03-31"),
    ],
)
def test_the_site_must_be_read_to_the_end_of_that_too(read: str, before: str) -> None:
    on = local("2026-10-01 00:00")
    found = lasting(hired("2026-09-01"), on, local(f"{read} 00:00"), BODY + POST_FRAME)
    assert found.read_before == local(f"{before} 00:00")


@pytest.mark.parametrize(
    ("days", "on", "until"),
    [
        (90, "2022-06-01", "2022-10-03"),
        (90, "2022-10-03", "2022-12-31"),
        (366, "2022-06-01", "2022-12-31"),
        (1, "2022-12-30", "2022-12-31"),
    ],
)
def test_until_a_qualification_is_about_to_lapse(days: int, on: str, until: str) -> None:
    body = QUALIFICATION.replace("expiring_days: 90", f"expiring_days: {days}")
    moment = local(f"{on} 00:00")
    assert lasting(on=moment, read=moment, body=body).until == local(f"{until} 00:00")


def test_a_day_begins_later_in_the_west() -> None:
    west = rules(head=HEAD.replace("Asia/Shanghai", "America/New_York")).schemes
    book = rules()
    both = replace(book, schemes=(*book.schemes, *west))
    # In New York it is half past eleven of the 19th.
    on = local("2026-02-20 00:30")
    known = replace(PLAIN, adjustments=[replace(BY_HAND, day=date(2026, 2, 19))])
    found = Horizon(prepare(both, {}), on, on).of(known)
    assert found.until == local("2026-02-20 01:00")
