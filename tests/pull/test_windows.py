"""Large assignments are read in spans of time, each row once whatever the spans are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.demo import Request, Response
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.errors import SiteError, TransientError
from moodle_cpd.model.fact import FactKind
from moodle_cpd.problems import Problem
from moodle_cpd.pull import submissions, windows
from moodle_cpd.pull.strategies import Strategy
from moodle_cpd.pull.windows import backwards
from tests.pull.site import LATER, NOW, Site
from tests.pull.test_completions import breaking_after
from tests.pull.test_grades import work

NEWEST = 1_790_000_000
SUBMISSIONS = "mod_assign_get_submissions"


class Rows:
    """Rows by their times, a clock that goes with them, and a gateway that gives up."""

    def __init__(self, times: Sequence[int], *, seconds: float = 0.0, most: int = 10**9) -> None:
        self.times = times
        self.seconds = seconds
        self.most = most
        self.passed = 0.0
        self.sizes: list[int] = []

    def ask(self, since: int, before: int | None) -> tuple[list[int], int]:
        found = [t for t in self.times if since <= t and (before is None or t <= before)]
        self.passed += self.seconds * len(found)
        if len(found) > self.most:
            raise TransientError(Problem("gateway", "504"))
        self.sizes.append(len(found))
        return found, len(found)

    def read(self, expected: int = 15_000) -> list[int]:
        spans = backwards(
            NEWEST, self.ask, expected=expected, clock=lambda: self.passed, target=2.0
        )
        return [time for span in spans for time in span]


@given(st.lists(st.integers(0, NEWEST + 1000)), st.floats(0, 10), st.integers(0, 20_000))
def test_every_row_comes_once(times: list[int], seconds: float, expected: int) -> None:
    rows = Rows(times, seconds=seconds)
    assert sorted(rows.read(expected)) == sorted(times)


def test_few_rows_take_few_requests_and_many_are_shared_out() -> None:
    few = Rows([NEWEST - 50])
    few.read()
    assert len(few.sizes) <= 4
    known = Rows([NEWEST - 50])
    known.read(expected=900)
    assert known.sizes == [1]
    year = range(NEWEST - 365 * 86_400, NEWEST, 3_000)
    many = Rows(year, seconds=0.0023)
    many.read()
    assert max(many.sizes) < 8_000
    assert len(many.sizes) < 8


def test_a_span_that_the_site_does_not_manage_is_asked_for_in_shorter_ones() -> None:
    times = range(NEWEST - 90 * 86_400, NEWEST, 600)
    rows = Rows(times, most=1_200)
    assert sorted(rows.read()) == list(times)
    with pytest.raises(TransientError):
        Rows([NEWEST] * 9, most=8).read()
    cautious = Rows(times, most=1_200)
    assert sorted(cautious.read(expected=900)) == list(times), "more than was expected"


@pytest.fixture
def large(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Any assignment counts as large."""
    for module in (submissions, windows):
        monkeypatch.setattr(module, "ROWS", 1)
    return site


def test_large_assignments_give_the_same_facts(
    large: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.pull()
    found = [fact.key for fact in large.facts(FactKind.SUBMISSION)]
    asked = large.calls(SUBMISSIONS)
    monkeypatch.undo()
    large.name = "another"
    large.pull()
    small = [fact.subject.replace("another", "moodle") for fact in large.facts()]
    assert asked > 2 * (large.calls(SUBMISSIONS) - asked)
    assert len(found) > 10
    large.name = "moodle"
    assert [fact.subject for fact in large.facts()] == small


def test_work_handed_in_again_while_it_is_read_is_not_missed(large: Site) -> None:
    teacher, notes = work(large, "NEWTEACHER-NOTE")
    large.world.submit(teacher, notes.id, "<p>初稿</p>", NOW - timedelta(days=200))
    again = NOW + timedelta(seconds=30)
    own = {"0": str(notes.id)}

    def hand_in(request: Request) -> None:
        asked = request.params.get("assignmentids", {})
        if request.function == SUBMISSIONS and "before" in request.params and asked == own:
            large.world.submit(teacher, notes.id, "<p>第二稿改</p>", again)

    large.server.before.append(hand_in)
    large.pull()
    facts = large.of_work(FactKind.SUBMISSION, teacher, notes)
    assert [fact.value for fact in facts] == [4]


def test_a_reading_that_was_cut_off_does_not_begin_anew(large: Site) -> None:
    large.pull()
    all_requests = len(large.server.log)
    whole = large.calls(SUBMISSIONS)
    large.name = "another"
    large.server.before.append(breaking_after(2 * all_requests - 20))
    with pytest.raises(SiteError):
        large.pull()
    large.server.before.clear()
    before = large.calls(SUBMISSIONS)
    assert before > whole + 20, "cut off within the submissions"
    large.pull(now=NOW + timedelta(hours=1))
    assert large.calls(SUBMISSIONS) - before < whole / 2
    subjects = [fact.subject.replace("another", "moodle") for fact in large.facts()]
    large.name = "moodle"
    assert [fact.subject for fact in large.facts()] == subjects
    assert large.pull(now=LATER).new[FactKind.SUBMISSION] == 0


def test_a_refusal_within_the_spans_leaves_the_assignment_to_the_next_pull(large: Site) -> None:
    seen: list[int] = []

    def withdraw(request: Request) -> Response | None:
        if request.function == SUBMISSIONS:
            seen.append(request.n)
            if len(seen) == 3:
                large.world.set_capability("mod/assign:grade", False)
        return None

    large.server.before.append(withdraw)
    report = large.pull()
    assert any("mod/assign:grade" in problem.hint for problem in report.problems)
    large.server.before.clear()
    large.world.set_capability("mod/assign:grade", True)
    assert large.pull(now=LATER).new[FactKind.SUBMISSION] > 0
    assert large.pull(now=LATER).problems == ()


def spans(site: Site) -> int:
    """How many requests asked about a span of time that has an end."""
    return sum(
        request.function == SUBMISSIONS and "before" in request.params
        for request in site.server.log
    )


@pytest.mark.parametrize("strategy", list(Strategy))
def test_an_assignment_is_large_by_all_who_are_in_its_course(
    site: Site, monkeypatch: pytest.MonkeyPatch, strategy: Strategy
) -> None:
    site.strategy = strategy
    for module in (submissions, windows):
        monkeypatch.setattr(module, "ROWS", 3)
    members = site.world.cohort(ids.TEACHERS_COHORT).members
    for teacher in site.teachers[2:]:
        del members[teacher]
    site.pull()
    assert spans(site) > 0
    asked = spans(site)
    site.pull(now=LATER)
    assert spans(site) == asked
