"""Runs, courses, decisions, plans and the journal."""

from datetime import timedelta

import pytest

from moodle_cpd.ledger import DecisionRecord, JournalEntry, Ledger, Run, TeacherDecided, schema
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.people import Attribute, Person
from tests.ledger.examples import NOW, SITE, completion, key


def person(number: int) -> Person:
    return Person(SITE, number, f"T{number}", f"t{number}", f"教师{number}")


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


def record(ledger: Ledger, run: int, *decisions: DecisionRecord) -> int:
    teachers = {
        each.teacher: [d for d in decisions if d.teacher == each.teacher] for each in decisions
    }
    return ledger.record_decided(
        run, [decided(teacher, tuple(some)) for teacher, some in teachers.items()]
    )


def decided(
    teacher: int, decisions: tuple[DecisionRecord, ...] = (), *, seen: int = 0, results: str = "[]"
) -> TeacherDecided:
    return TeacherDecided(
        site=SITE,
        teacher=teacher,
        seen=seen,
        basis="rules",
        since=NOW,
        until=NOW + timedelta(days=30),
        read_since=NOW - timedelta(days=1),
        read_before=NOW + timedelta(days=10),
        cells="[]",
        results=results,
        problems="[]",
        decisions=decisions,
    )


def test_decisions_are_added_only_where_they_changed(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "decide", NOW)
    assert record(ledger, run, decision("a"), decision("a", 6)) == 2
    assert record(ledger, run, decision("a"), decision("b", 6)) == 1
    assert record(ledger, run, decision("b", 6), decision("a", 6)) == 1
    assert record(ledger, run, decision("c", 6, "2025")) == 1
    assert record(ledger, run) == 0
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


def undecided(
    ledger: Ledger, *, days: float = 0, read: float = -1, every: bool = False
) -> set[int]:
    on, read_until = NOW + timedelta(days=days), NOW + timedelta(days=read)
    return set(ledger.undecided(SITE, basis="rules", on=on, read=read_until, every=every))


def test_who_is_decided_stays_so_until_news_or_time_or_other_rules(ledger: Ledger) -> None:
    ledger.record_people(SITE, [person(5), person(6)], NOW.date())
    run = ledger.start_run(SITE, "decide", NOW)
    assert undecided(ledger) == {5, 6}
    ledger.record_decided(run, [decided(5), decided(6), decided(7)])
    assert undecided(ledger) == set()
    assert undecided(ledger, days=29.9, read=9.9) == set()
    assert undecided(ledger, every=True) == {5, 6}
    assert undecided(ledger, days=30) == {5, 6}
    assert undecided(ledger, days=-0.1) == {5, 6}
    assert undecided(ledger, read=10) == {5, 6}
    assert undecided(ledger, read=-1.1) == {5, 6}
    assert set(ledger.undecided(SITE, basis="other", on=NOW, read=NOW)) == {5, 6}


def test_facts_and_attributes_are_news_where_they_say_something_new(ledger: Ledger) -> None:
    ledger.record_people(SITE, [person(5), person(6)], NOW.date())
    run = ledger.start_run(SITE, "decide", NOW)
    ledger.record_decided(run, [decided(5), decided(6)])
    ledger.record_facts(run, [completion(5, 3)])
    assert undecided(ledger) == {5}
    ledger.record_decided(run, [decided(5, seen=1)])
    ledger.record_facts(run, [completion(5, 3)])
    assert undecided(ledger) == set()
    for _ in range(2):
        ledger.record_attributes(SITE, {6: {Attribute.ROLE: ("teacher",)}}, NOW.date())
    assert ledger.undecided(SITE, basis="rules", on=NOW, read=NOW) == {6: 1}


def test_what_was_decided_is_read_back_of_known_teachers(ledger: Ledger) -> None:
    ledger.record_people(SITE, [person(5), person(6)], NOW.date())
    run = ledger.start_run(SITE, "decide", NOW)
    ledger.record_decided(run, [decided(6, results="[6]"), decided(5), decided(7)])
    assert list(ledger.decided(SITE)) == [(5, "[]"), (6, "[6]")]
    assert list(ledger.counted(SITE)) == [(5, "[]", "[]"), (6, "[]", "[]")]
    assert list(ledger.decided("other-site")) == []


NO_GROUND = {
    *("decided", "decisions", "awards", "award_events", "certificates", "journal"),
    *("enrolments", "vanished", "drifts", "running_hours"),
}
"""Tables that name a teacher and that no decision rests on."""

NEWS = {
    *("facts", "attributes", "changes"),
    *("dispensations", "adjustments", "adjustments_withdrawn"),
}
"""Tables whose writers say of whom there is news."""


def test_it_is_known_of_every_table_whether_it_brings_news() -> None:
    tables = schema.metadata.tables.values()
    assert {table.name for table in tables if "teacher" in table.columns} == NO_GROUND | NEWS


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
