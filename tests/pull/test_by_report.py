"""The report strategy: what it asks, what it refuses, where it goes on."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from moodle_cpd.demo import Request, Response
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.errors import TransientError
from moodle_cpd.model.fact import FactKind
from moodle_cpd.pull import PullReport, pages
from moodle_cpd.pull.strategies import Strategy
from tests.pull.site import LATER, NOW, Site
from tests.pull.test_strategies import LISTS, REPORT, told

SET = "core_reportbuilder_set_filters"
RESET = "core_reportbuilder_filters_reset"
BATCH = "tool_mobile_call_external_functions"


@pytest.fixture
def site(site: Site) -> Site:
    site.strategy = Strategy.REPORT
    return site


def about(function: str, request: Request) -> bool:
    return function in str((request.function, request.params))


def test_no_news_cost_few_requests_and_no_list(site: Site) -> None:
    site.pull()
    lists = site.calls(LISTS)
    again = site.pull(now=NOW + timedelta(days=3))
    assert again.requests <= 12
    assert not again.full
    site.pull(now=NOW + timedelta(days=4))
    assert site.calls(LISTS) == lists
    assert lists <= len(site.world.tables.courses) / 2, "at first, for how many a course has"


def test_filters_are_taken_off_again_and_sent_with_every_page(site: Site) -> None:
    site.pull()
    site.pull(now=LATER)
    assert not site.world.tables.report_filters
    for request in site.server.log:
        if about(REPORT, request):
            assert about(SET, request)
            assert about(RESET, request)


@pytest.mark.parametrize("batch", [True, False])
def test_filters_are_taken_off_after_an_error_too(site: Site, *, batch: bool) -> None:
    if not batch:
        site.world.withdraw_function(BATCH)
    site.pull()
    report = site.world.tables.reports[min(site.world.tables.reports)]
    audience = set(report.audience)

    def vanish(request: Request) -> Response | None:
        if request.function == REPORT:
            return Response(status=500)
        return None

    if batch:
        # Refused behind the filter that was just set, in the same request.
        report.columns = report.columns[:1]
        site.pull(now=LATER)
    else:
        site.server.before.append(vanish)
        with pytest.raises(TransientError):
            site.pull(now=LATER)
    assert not any(site.world.tables.report_filters.values())
    assert audience


def test_full_after_some_days_or_when_asked(site: Site) -> None:
    assert site.pull().full
    assert not site.pull(now=LATER).full
    assert site.pull(now=LATER, full=True).full
    assert not site.pull(now=LATER + timedelta(days=6)).full
    assert site.pull(now=LATER + timedelta(days=7)).full


def test_a_completion_that_cron_wrote_down_late_is_found(site: Site) -> None:
    site.pull(now=NOW)
    teacher, course = site.completed_pair()
    site.world.uncomplete(teacher, course)
    site.world.complete(teacher, course, NOW - timedelta(hours=40))
    report = site.pull(now=LATER)
    assert not report.full
    assert report.new[FactKind.COURSE_COMPLETED] == 1


def test_one_that_is_later_still_is_found_by_the_next_full_reading(site: Site) -> None:
    site.pull(now=NOW)
    teacher, course = site.completed_pair()
    site.world.uncomplete(teacher, course)
    site.world.complete(teacher, course, NOW - timedelta(days=40))
    assert site.pull(now=LATER).new[FactKind.COURSE_COMPLETED] == 0
    assert site.pull(now=LATER, full=True).new[FactKind.COURSE_COMPLETED] == 1


def test_a_row_that_is_gone_retracts_nothing_and_is_listed(site: Site) -> None:
    site.pull()
    teacher, course = site.completed_pair()
    site.world.unenrol(teacher, course)
    assert site.pull(now=LATER).vanished == ()
    report = site.pull(now=LATER, full=True)
    assert (report.retracted, len(site.completions(teacher, course))) == (0, 1)
    assert report.vanished == ((teacher, site.world.course(course).id),)
    assert site.pull(now=LATER).vanished == report.vanished, "listed until it is seen again"
    site.world.enrol(teacher, course)
    assert site.pull(now=LATER, full=True).vanished == ()


def test_taken_back_in_moodle_is_retracted_by_the_next_full_reading(site: Site) -> None:
    site.pull()
    teacher, course = site.completed_pair()
    site.world.uncomplete(teacher, course)
    assert site.pull(now=LATER).retracted == 0
    assert site.pull(now=LATER, full=True).retracted == 1
    assert site.completions(teacher, course) == []


def test_a_newcomers_old_completions_are_read(site: Site) -> None:
    teacher, _ = site.completed_pair()
    cohort = site.world.cohort(ids.TEACHERS_COHORT)
    since = cohort.members.pop(teacher)
    site.pull()
    assert not [fact for fact in site.facts() if fact.teacher == teacher]
    cohort.members[teacher] = since
    report = site.pull(now=LATER)
    assert not report.full
    site.name, site.strategy = "another", Strategy.BATCH
    site.pull(now=LATER)
    expected = told(site.facts())
    site.name = "moodle"
    assert told(site.facts()) == expected


def test_a_course_that_the_rules_begin_to_use_is_read_from_its_beginning(site: Site) -> None:
    site.pull(selected=lambda course: course.idnumber == ids.ETHICS, scope="old")
    report = site.pull(now=LATER, scope="new")
    assert report.new[FactKind.COURSE_COMPLETED] > 0
    site.name, site.strategy = "another", Strategy.BATCH
    site.pull(now=LATER)
    expected = told(site.facts())
    site.name = "moodle"
    assert told(site.facts()) == expected


def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_FIRST", 16)
    monkeypatch.setattr(pages.Place.__init__, "__defaults__", (0, 16, -1, None))
    monkeypatch.setattr(pages, "_LARGEST", 16)
    monkeypatch.setattr(pages, "_SMALLEST", 16)


def test_pages_fit_together(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_in = site.pull().requests
    whole = told(site.facts())
    small_pages(monkeypatch)
    site.name = "another"
    many = site.pull()
    assert told(site.facts()) == whole
    assert many.requests > whole_in
    assert many.problems == ()


@pytest.mark.parametrize("pages_read", [2, 3, 5])
def test_a_cut_off_first_reading_goes_on_where_it_was(
    site: Site, monkeypatch: pytest.MonkeyPatch, pages_read: int
) -> None:
    small_pages(monkeypatch)
    site.name = "whole"
    site.pull()
    whole = told(site.facts())
    enrolled = {c: site.ledger.enrolled("whole", c) for c in site.world.tables.courses}
    wanted = sum(about(REPORT, request) for request in site.server.log)
    site.name = "cut"
    met = 0

    def cut(request: Request) -> Response | None:
        nonlocal met
        met += about(REPORT, request)
        return Response(status=503) if met > pages_read else None

    site.server.before.append(cut)
    with pytest.raises(TransientError):
        site.pull()
    site.server.before.clear()
    before = len(site.server.log)
    report = site.pull(now=NOW + timedelta(hours=1))
    assert told(site.facts()) == whole
    assert {c: site.ledger.enrolled("cut", c) for c in enrolled} == enrolled
    assert report.began == NOW, "what was read then is as old as that"
    rest = sum(about(REPORT, request) for request in site.server.log[before:])
    # The calibration, the page that shows that nothing moved, and that page again.
    assert rest <= wanted - pages_read + 4


def test_rows_that_move_between_pages_are_read_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(monkeypatch)
    teacher, course = site.completed_pair()
    met = 0

    def leave(request: Request) -> None:
        nonlocal met
        met += about(REPORT, request)
        if met == 4:
            met += 1
            site.world.unenrol(teacher, course)

    site.server.before.append(leave)
    assert site.pull().problems == ()
    site.server.before.clear()
    found = told(site.facts())
    site.name, site.strategy = "another", Strategy.BATCH
    site.pull()
    left = (teacher, site.world.course(course).id)
    expected = told(site.facts())
    assert [f for f in found if f[1:3] != left] == [f for f in expected if f[1:3] != left]


def fallback(report: PullReport, word: str) -> None:
    """The lists were read instead, and a person is told why."""
    (problem,) = report.problems
    assert word in f"{problem.found} {problem.hint}"
    assert "instead" in problem.found


def test_an_unsorted_report_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pages(monkeypatch)
    site.world.tables.reports[min(site.world.tables.reports)].sort = []
    fallback(site.pull(), "Sort it")
    site.name, site.strategy = "another", Strategy.BATCH
    before = told(site.facts())
    site.pull()
    assert before == []
    expected = told(site.facts())
    site.name = "moodle"
    assert told(site.facts()) == expected


def test_a_site_that_forces_its_zone_on_everybody_is_read_by_lists(site: Site) -> None:
    site.world.force_timezone = "Asia/Shanghai"
    fallback(site.pull(), "Force timezone")
    assert {f.source.function for f in site.facts(FactKind.COURSE_COMPLETED)} == {
        "core_completion_get_course_completion_status"
    }


def test_teachers_whose_user_names_are_hidden_are_read_by_lists(site: Site) -> None:
    """Their rows could not be told from those of people who are no teachers."""
    site.world.set_capability("moodle/user:viewalldetails", False)
    fallback(site.pull(), "user names")
    assert site.facts(FactKind.COURSE_COMPLETED)


def test_a_report_without_the_filter_is_not_used(site: Site) -> None:
    site.world.tables.reports[min(site.world.tables.reports)].filters = []
    fallback(site.pull(), "Time completed")


@pytest.mark.parametrize("spoil", ["columns", "audience"])
def test_a_report_that_is_not_as_it_must_be(site: Site, spoil: str) -> None:
    report = site.world.tables.reports[min(site.world.tables.reports)]
    if spoil == "columns":
        report.columns = report.columns[:2]
    else:
        report.audience.clear()
    fallback(site.pull(), "instead")


def test_another_program_that_sets_other_filters_is_noticed(site: Site) -> None:
    site.pull()
    site.world.withdraw_function(BATCH)
    account = site.world.service_user_id
    report = min(site.world.tables.reports)

    def disturb(request: Request) -> None:
        if request.function == REPORT:
            site.world.tables.report_filters[account, report] = {}

    site.server.before.append(disturb)
    fallback(site.pull(now=LATER), "same account")


def test_two_enrolments_are_one_completion(site: Site) -> None:
    teacher, course = site.completed_pair()
    site.world.enrol(teacher, course, method="self")
    site.pull()
    assert len(site.completions(teacher, course)) == 1


def test_record_course_never_yields_facts(site: Site) -> None:
    teacher = site.teachers[0]
    record = site.world.course(ids.RECORD_COURSE)
    site.world.enrol(teacher, record.id)
    site.world.complete(teacher, record.id, NOW)
    site.pull()
    assert not [fact for fact in site.facts(history=True) if fact.course == record.id]


def test_facts_name_no_person(site: Site) -> None:
    site.pull()
    replies = json.dumps([fact.source.reply for fact in site.facts()])
    assert not [u.username for u in site.world.tables.users.values() if u.username in replies]


def test_an_empty_reply_is_no_evidence_where_nothing_known_is_shown_either(site: Site) -> None:
    site.pull()
    known = len(site.facts(FactKind.COURSE_COMPLETED))
    quiet = NOW + timedelta(days=3)
    assert site.pull(now=quiet).problems == ()
    for teacher, course in list(site.world.tables.completions):
        site.world.uncomplete(teacher, course)
    report = site.pull(now=quiet)
    (problem,) = report.problems
    assert "does not show completions any more" in problem.found
    assert "lists of courses were read instead" in problem.found
    assert report.retracted == known
