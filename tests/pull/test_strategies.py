"""The three ways of reading completions find the same."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.model.fact import Fact, FactKind
from moodle_cpd.pull.strategies import Strategy
from tests.pull.site import LATER, NOW, Site

REPORT = "core_reportbuilder_retrieve_report"
LISTS = "core_enrol_get_users_courses"

Told = tuple[str, int, int, int | None, int, datetime | None, object]


def told(facts: list[Fact]) -> list[Told]:
    """What facts say, without where they are known from."""
    return sorted(
        (f.kind, f.teacher, f.course, f.activity, f.attempt, f.at, str(f.value)) for f in facts
    )


@pytest.mark.parametrize("strategy", list(Strategy))
def test_each_is_used_as_named(site: Site, strategy: Strategy) -> None:
    site.strategy = strategy
    report = site.pull()
    assert report.strategy is strategy
    assert report.problems == ()
    assert (site.calls(REPORT) > 0) == (strategy is Strategy.REPORT)
    assert (site.calls("tool_mobile") > 0) == (strategy is not Strategy.SINGLE)
    how_many_a_course_has = 1
    assert (site.calls(LISTS) > how_many_a_course_has) == (strategy is not Strategy.REPORT)


def test_all_find_the_same_on_the_first_reading_and_after_changes(site: Site) -> None:
    world = site.world
    teacher, course = site.completed_pair()
    number = world.course(course).id
    world.tables.completions[teacher, number].criteria.clear()  # an uncertain time for the lists
    fresh = next(
        (t, c)
        for t in site.teachers
        for c in world.tables.courses
        if site.is_active(t, c)
        and (t, c) not in world.tables.completions
        and world.tables.courses[c].idnumber != ids.RECORD_COURSE
        and not world.tables.users[t].suspended
    )
    for round_, now in enumerate((NOW, LATER, LATER + timedelta(days=8))):
        seen: dict[Strategy, list[Told]] = {}
        for strategy in Strategy:
            site.strategy, site.name = strategy, f"by-{strategy}"
            report = site.pull(now=now)
            assert report.problems == ()
            seen[strategy] = told(
                [f for f in site.facts() if (f.teacher, f.course) != (teacher, number)]
            )
        assert seen[Strategy.REPORT] == seen[Strategy.BATCH] == seen[Strategy.SINGLE]
        if round_ == 0:
            world.complete(*fresh, now + timedelta(minutes=5))
        else:
            world.uncomplete(*fresh)
    assert not [f for f in site.facts(FactKind.COURSE_COMPLETED) if (f.teacher, f.course) == fresh]


def test_a_time_that_the_criteria_dont_tell_stands_in_the_report(site: Site) -> None:
    teacher, course = site.completed_pair()
    row = site.world.tables.completions[teacher, site.world.course(course).id]
    times, row.criteria = row.criteria, dict.fromkeys(row.criteria)
    site.pull()
    assert [fact.at for fact in site.completions(teacher, course)] == [None]
    site.strategy = Strategy.REPORT
    report = site.pull(now=LATER, full=True)
    (fact,) = site.completions(teacher, course)
    assert fact.at is not None
    assert (report.new[FactKind.COURSE_COMPLETED], report.retracted) == (1, 1)
    row.criteria = times


def test_another_time_in_the_report_is_no_second_completion(site: Site) -> None:
    """The criteria still tell the known moment: an administrator edited the other one."""
    site.pull()
    teacher, course = site.completed_pair()
    (before,) = site.completions(teacher, course)
    row = site.world.tables.completions[teacher, site.world.course(course).id]
    row.timecompleted = int(NOW.timestamp())
    site.strategy = Strategy.REPORT
    report = site.pull(now=LATER, full=True)
    assert site.completions(teacher, course) == [before]
    assert report.problems == ()


def test_completed_again_is_another_fact_beside_the_first(site: Site) -> None:
    site.strategy = Strategy.REPORT
    site.pull()
    teacher, course = site.completed_pair()
    (before,) = site.completions(teacher, course)
    site.world.uncomplete(teacher, course)
    site.world.complete(teacher, course, NOW + timedelta(hours=2))
    site.pull(now=LATER)
    assert [f.at for f in site.completions(teacher, course)] == [
        before.at,
        NOW + timedelta(hours=2),
    ]
