"""Runs, courses, decisions, plans and the journal."""

from datetime import timedelta

import pytest

from moodle_cpd.ledger import DecisionRecord, JournalEntry, Ledger, Run
from moodle_cpd.model.catalogue import Activity, Course
from tests.ledger.examples import NOW, SITE, key

LATER = NOW + timedelta(minutes=5)


def test_runs_newest_first_killed_ones_without_an_end(ledger: Ledger) -> None:
    first = ledger.start_run(SITE, "pull", NOW)
    other = ledger.start_run("other-site", "sync", NOW)
    second = ledger.start_run(SITE, "sync", LATER)
    assert len({first, other, second}) == 3
    ledger.finish_run(second, LATER, 5, {"facts": {"grade": 3}})
    assert ledger.runs(SITE) == [
        Run(second, SITE, "sync", LATER, LATER, 5, {"facts": {"grade": 3}}),
        Run(first, SITE, "pull", NOW, None, None, {}),
    ]
    assert [run.id for run in ledger.runs(SITE, limit=1)] == [second]


def course(activities: tuple[Activity, ...] = (), name: str = "师德 <2012>") -> Course:
    return Course(SITE, 3, "C-3", "师德", name, ("REQ", "CPD"), {"hours": "12"}, activities)


def test_courses_are_as_last_seen_and_none_is_forgotten(ledger: Ledger) -> None:
    note, exam = Activity(31, 1, "N", "学习笔记"), Activity(32, 2, "", "考试 #1")
    ledger.record_courses(SITE, [course((note, exam)), Course(SITE, 2, "", "b", "B")])
    renamed = Activity(32, 2, "E", "考试")
    ledger.record_courses(SITE, [course((renamed,), "师德")])
    found = ledger.courses(SITE)
    assert list(found) == [2, 3]
    assert found[3] == course((note, renamed), "师德")


def test_a_record_course_is_remembered_for_ever(ledger: Ledger) -> None:
    assert ledger.record_courses_seen(SITE, [7, 8]) == {7, 8}
    assert ledger.record_courses_seen(SITE, [8, 9]) == {7, 8, 9}
    assert ledger.record_courses_seen(SITE, []) == {7, 8, 9}
    assert ledger.record_courses_seen("other-site", []) == frozenset()


def decision(digest: str, teacher: int = 5, period: str = "2026") -> DecisionRecord:
    body = f'{{"digest":"{digest}"}}'
    return DecisionRecord(SITE, teacher, "homeroom", period, "met", digest, body)


def test_decisions_are_added_only_where_they_changed(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "decide", NOW)
    assert ledger.record_decisions(run, [decision("a"), decision("a", 6)]) == 2
    assert ledger.record_decisions(run, [decision("a"), decision("b", 6)]) == 1
    assert ledger.record_decisions(run, [decision("b", 6), decision("a", 6)]) == 1
    assert ledger.record_decisions(run, [decision("c", 6, "2025")]) == 1
    assert ledger.latest_decision(SITE, 6, "homeroom", "2026") == decision("a", 6)
    assert ledger.latest_decision(SITE, 7, "homeroom", "2026") is None
    assert list(ledger.latest_decisions(SITE)) == [
        decision("a"),
        decision("c", 6, "2025"),
        decision("a", 6),
    ]
    assert list(ledger.latest_decisions(SITE, [5])) == [decision("a")]
    assert ledger.decision(SITE, 6, "b") == decision("b").body
    assert ledger.decision(SITE, 5, "b") is None


def test_plan_is_found_by_its_digest(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "plan", NOW)
    ledger.record_plan(run, "abc", '{"actions":[]}')
    ledger.record_plan(run, "abc", '{"actions":[]}')
    assert ledger.plan("abc") == '{"actions":[]}'
    assert ledger.plan("abd") is None


def test_journal_tells_intents_without_result(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "apply", NOW)
    first = ledger.journal_intent(run, key(5), "add-member", {"cohort": 3}, NOW)
    second = ledger.journal_intent(run, key(6), "add-member", {"cohort": 3}, NOW)
    ledger.journal_result(first, "done", {"warnings": 0}, LATER)
    open_one = JournalEntry(second, run, key(6), "add-member", {"cohort": 3}, NOW, None, None, None)
    assert ledger.open_intents(SITE) == [open_one]
    assert ledger.open_intents("other-site") == []
    assert ledger.journal(SITE, key(6)) == [open_one]
    (closed,) = ledger.journal(SITE, key(5))
    assert (closed.outcome, closed.result, closed.resolved_at) == ("done", {"warnings": 0}, LATER)
    assert [entry.entry for entry in ledger.journal(SITE)] == [first, second]


def test_the_outcome_of_a_write_is_said_once(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "apply", NOW)
    entry = ledger.journal_intent(run, key(), "save-grade", {}, NOW)
    ledger.journal_result(entry, "done", {}, NOW)
    for wrong in (entry, entry + 1):
        with pytest.raises(ValueError, match="not open"):
            ledger.journal_result(wrong, "failed", {}, NOW)
    (kept,) = ledger.journal(SITE, key())
    assert kept.outcome == "done"


def test_moment_without_zone_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        ledger.start_run(SITE, "pull", NOW.replace(tzinfo=None))
