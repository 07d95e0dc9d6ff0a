"""Awards that end soon: a plan counts the very ones that ``status`` lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from moodle_cpd.model.award import Award, AwardState
from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.result import Result
from moodle_cpd.plan import EndingSoon
from tests.plan.test_lives import GAINED, HELD, NOW, later, planned

TODAY = NOW.date()
AWAY = replace(later(Outcome.NOT_APPLICABLE, TODAY), gained="", valid_until=None, period="2028")


def in_days(count: int) -> date:
    return TODAY + timedelta(days=count)


def listed(award: Award, *results: Result) -> list[date]:
    """Last days as ``status`` lists them; the plan counts as many."""
    ending = EndingSoon([award], NOW)
    if results:
        ending.take(results)
    found = [until for until, each in ending.found() if each is award]
    assert planned(*results, awards=(award,)).expiring == len(found)
    return found


@pytest.mark.parametrize(("days", "soon"), [(89, True), (90, False), (0, True)])
@pytest.mark.parametrize("away", [(), (AWAY,)])
def test_the_last_day_is_near_also_of_who_left_the_audience(
    away: tuple[Result, ...], days: int, soon: bool
) -> None:
    until = in_days(days)
    held = replace(HELD, valid_until=until)
    assert listed(held, GAINED, later(Outcome.VALID, until), *away) == [until] * soon


def test_what_the_scheme_calls_expiring_is_listed_however_far_the_day() -> None:
    until = in_days(200)
    held = replace(HELD, valid_until=until)
    assert listed(held, GAINED, later(Outcome.EXPIRING, until)) == [until]


def test_what_was_renewed_does_not_end_though_the_paper_still_says_so() -> None:
    held = replace(HELD, valid_until=in_days(10))
    assert listed(held, GAINED, later(Outcome.VALID, in_days(400))) == []


def test_what_has_lapsed_is_ended_by_the_plan_and_not_announced() -> None:
    held = replace(HELD, valid_until=in_days(-1))
    assert listed(held, GAINED, later(Outcome.LAPSED, in_days(-1))) == []
    assert listed(held, GAINED, later(Outcome.VALID, in_days(-1)), AWAY) == []
    # In the days of grace it may have been renewed.
    assert listed(held, GAINED, later(Outcome.EXPIRING, in_days(-1))) == [in_days(-1)]


def test_of_whom_nothing_is_decided_the_award_itself_tells() -> None:
    assert listed(replace(HELD, valid_until=in_days(10))) == [in_days(10)]
    assert listed(replace(HELD, valid_until=in_days(10)), AWAY) == [in_days(10)]
    for state in set(AwardState) - {AwardState.ISSUED, AwardState.CONFIRMED}:
        assert listed(replace(HELD, valid_until=in_days(10), state=state)) == []
    assert listed(replace(HELD, valid_until=None)) == []


def test_the_earliest_comes_first() -> None:
    one, two = (replace(HELD, valid_until=in_days(days)) for days in (20, 10))
    other = replace(two, key=replace(two.key, teacher=8))
    assert [until for until, _ in EndingSoon([one, other], NOW).found()] == [
        in_days(10),
        in_days(20),
    ]
