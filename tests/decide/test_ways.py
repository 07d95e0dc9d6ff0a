"""What could still be done: each candidate with the facts that there would be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from moodle_cpd.decide import TeacherRecord
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.ways import Candidate, asks, candidates
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.period import Period
from tests.decide.making import (
    BODY,
    SITE,
    TEACHER,
    activity,
    course,
    done,
    handed_in,
    local,
    marked,
    rules,
    teacher,
)

ON = local("2026-06-01 10:00")
PERIOD = Period("2026", local("2026-03-01 00:00"), local("2027-03-01 00:00"))
BEFORE, NOW = local("2025-05-01 10:00"), local("2026-05-01 10:00")
ASKED = BODY + (
    "assessments:\n"
    "  - {id: exam, title: {en: E}, pass_at: {points: 120}}\n"
    "  - {id: half, title: {en: H}, pass_at: {points: 50}}\n"
    "evidence:\n"
    "  - {id: notes, title: {en: N}, accepted_when: graded, characters_at_least: 500}\n"
)
PLAIN = """
  - {course: C3, category: a, hours: 4}
  - {course: C4, activity: P, category: b, hours: 2, counts_when: graded}
  - {course: C4, category: b, hours: 1}
  - {course: C4, activity: Q, category: b, hours: 2, counts_when: graded}
"""
SITE_COURSES = [course(4, activities=[activity(41, "Q"), activity(40, "P")]), course(3)]


def shown(each: Candidate) -> str:
    """A candidate as ``kind place: facts``; a fact as its kind, attempt, value and maximum."""
    target = each.target
    assert {(fact.course, fact.activity) for fact in each.facts} == {target[:2]}
    place = f"{target.course}/{target.activity or '-'}"
    if target.record is not None:
        record = target.record
        place += f" {record.what} {record.day} {record.characters} {record.level}".rstrip()
    return f"{each.kind.value} {place}: {of(each.facts)}" + (
        f" besides {of(each.besides)}" if each.besides else ""
    )


def of(facts: Sequence[Fact]) -> str:
    found = []
    for fact in facts:
        assert (fact.site, fact.teacher) == (SITE, TEACHER)
        number = fact.kind.value[0] + str(fact.attempt)
        found.append(number + (f"={fact.value}" if fact.value is not None else ""))
        if fact.maximum is not None:
            found[-1] += f"/{fact.maximum}"
    return " ".join(found)


def prepared(entries: str, body: str = BODY) -> PreparedScheme:
    catalogue = {each.id: each for each in SITE_COURSES}
    return PreparedScheme(rules(body, entries).scheme("sample"), catalogue)


def made(
    entries: str,
    some: Sequence[Fact] = (),
    *,
    body: str = BODY,
    on: datetime = ON,
    record_courses: frozenset[int] = frozenset(),
) -> list[Candidate]:
    known = TeacherRecord(SITE, TEACHER, some, teacher())
    return list(candidates(prepared(entries, body), known, PERIOD, on, record_courses))


def told(entries: str, some: Sequence[Fact] = (), body: str = BODY) -> list[str]:
    return [shown(each) for each in made(entries, some, body=body)]


def test_they_come_by_course_and_activity_whatever_the_order_of_the_site() -> None:
    assert told(PLAIN) == [
        "do 3/-: c0",
        "do 4/-: c0",
        "do 4/40: s0=1 g0=100/100",
        "do 4/41: s0=1 g0=100/100",
    ]


def test_what_must_bring_the_same_is_alike_and_what_was_tried_is_like_no_other() -> None:
    entry = "  - {course: {idnumber_like: C*}, category: a, hours: 4}\n"
    one, other = made(entry)
    assert one.alike == other.alike
    assert one.alike is not None
    one, other = made(entry, [done(3, BEFORE)])
    assert one.alike is None
    assert other.alike is not None


def test_nothing_in_a_record_course_is_a_way() -> None:
    found = made(PLAIN, record_courses=frozenset({4}))
    assert [each.target.course for each in found] == [3]
    found = made(PLAIN, record_courses=frozenset({3}))
    assert [each.target.course for each in found] == [4, 4, 4]


def test_once_the_period_is_over_only_marking_is_left() -> None:
    records = PLAIN + "  - {record: 国培, category: a, hours: 1}\n"
    some = [handed_in(4, 40, NOW)]
    last = local("2027-02-28 23:59")
    assert len(made(records, some, on=last)) == 6
    assert [shown(each) for each in made(records, some, on=PERIOD.end)] == ["mark 4/40: g0=100/100"]


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ([done(3, BEFORE)], "repeat 3/-: c0"),
        ([done(3, NOW)], "retry 3/-: c0"),
        ([done(3, None)], "date 3/-: c0"),
        ([done(3, BEFORE), done(3, NOW)], "retry 3/-: c0"),
        ([done(3, NOW), done(3, BEFORE)], "retry 3/-: c0"),
    ],
)
def test_a_course_that_was_done_before(some: list[Fact], expected: str) -> None:
    assert told(PLAIN, some)[0] == expected


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ([marked(4, 40, "59", NOW)], ["retry 4/40: s1=1 g1=100/100"]),
        ([marked(4, 40, "59", BEFORE, attempt=2)], ["repeat 4/40: s3=1 g3=100/100"]),
        (
            [handed_in(4, 40, BEFORE), marked(4, 40, "9", NOW, attempt=1)],
            ["mark 4/40: g0=100/100", "retry 4/40: s2=1 g2=100/100 besides g0=100/100"],
        ),
        (
            [handed_in(4, 40, BEFORE), handed_in(4, 40, NOW, 1)],
            ["mark 4/40: g1=100/100", "retry 4/40: s2=1 g2=100/100 besides g1=100/100"],
        ),
        # Marked offline and the mark taken back: nothing waits.
        ([marked(4, 40, None, NOW)], ["retry 4/40: s1=1 g1=100/100"]),
        ([handed_in(4, 40, NOW), marked(4, 40, "59", NOW)], ["retry 4/40: s1=1 g1=100/100"]),
        ([marked(4, 40, "59", None)], ["date 4/40: s1=1 g1=100/100"]),
    ],
)
def test_work_that_was_handed_in_before(some: list[Fact], expected: list[str]) -> None:
    assert [line for line in told(PLAIN, some) if "4/40" in line] == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("course: C3, assessment: exam", "s0=1 g0=120/120"),
        ("course: C3, assessment: half", "s0=1 g0=100/100"),
        ("course: C3, category: a, hours: 1, assessment: exam", "c0 s0=1 g0=120/120"),
        ("course: C4, activity: P, evidence: notes", "s0=500 g0=100/100"),
        ("course: C4, activity: P, assessment: exam", "s0=1 g0=120/120"),
        (
            (
                "course: C4, activity: P, category: a, hours: 1, characters_at_least: 800, "
                "counts_when: handed_in, evidence: notes, assessment: exam"
            ),
            "s0=800 g0=120/120",
        ),
        (
            (
                "course: C4, activity: P, category: a, hours: 1, counts_when: passed, "
                "pass_at: {points: 150}, assessment: exam"
            ),
            "s0=1 g0=150/150",
        ),
    ],
)
def test_the_facts_are_the_best_that_is_asked(entry: str, expected: str) -> None:
    (found,) = made(f"  - {{{entry}}}\n", body=ASKED)
    assert of(found.facts) == expected


def test_work_on_a_course_that_was_completed_is_its_first_attempt() -> None:
    entry = "  - {course: C3, category: a, hours: 1, assessment: exam}\n"
    assert told(entry, [done(3, NOW)], ASKED) == ["retry 3/-: c0 s0=1 g0=120/120"]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (["record: 国培, category: a, hours: 6"], ["国培 2026-06-01 0"]),
        (["record_like: 讲座*, category: a, hours: 6"], ["讲座 2026-06-01 0"]),
        (["record_like: '讲?座*', category: a, hours: 6"], ["讲0座 2026-06-01 0"]),
        (["record_like: '*', category: a, hours: 6"], ["0 2026-06-01 0"]),
        (
            ["record: 国培, category: a, hours: 6, level: county, evidence: notes"],
            ["国培 2026-06-01 500 county"],
        ),
        (
            ["record: 国培, category: a, hours: 6, characters_at_least: 800, evidence: notes"],
            ["国培 2026-06-01 800"],
        ),
        # What stands in place of a pattern fits another line better.
        (
            ["record_like: 国培*, category: a, hours: 6", "record: 国培, category: b, hours: 1"],
            ["国培 2026-06-01 0"],
        ),
        # Nor is what fits two lines alike a way.
        (
            [
                "record_like: '国*培', category: a, hours: 6",
                "record_like: 国培*, category: b, hours: 1",
            ],
            [],
        ),
        (
            ["course: C3, category: a, hours: 4", "record: 国培, category: a, hours: 6"],
            ["国培 2026-06-01 0"],
        ),
    ],
)
def test_records_that_a_line_takes(entries: list[str], expected: list[str]) -> None:
    found = told("".join(f"  - {{{entry}}}\n" for entry in entries), body=ASKED)
    records = [line for line in found if line.startswith("record")]
    assert records == [f"record 0/- {each}: r0=100/100" for each in expected]


def test_a_record_has_the_points_that_are_asked() -> None:
    (found,) = told("  - {record: 笔试, assessment: exam}\n", body=ASKED)
    assert found == "record 0/- 笔试 2026-06-01 0: r0=120/120"


@pytest.mark.parametrize(
    ("entry", "zh", "en"),
    [
        ("course: C3, category: a, hours: 1", "完成课程", "complete the course"),
        (
            "course: C3, category: a, hours: 1, assessment: exam",
            "完成课程；成绩达到120分",
            "complete the course; a grade of at least 120 points",
        ),
        ("course: C3, assessment: half", "成绩达到50分", "a grade of at least 50 points"),
        (
            "course: C4, activity: P, category: a, hours: 1, counts_when: handed_in",
            "提交",
            "hand it in",
        ),
        (
            "course: C4, activity: P, category: a, hours: 1, counts_when: graded",
            "提交并有成绩",
            "hand it in and have it marked",
        ),
        (
            (
                "course: C4, activity: P, category: a, hours: 1, counts_when: passed, "
                "pass_at: {percent: 60}"
            ),
            "成绩达到满分的60%",
            "a grade of at least 60% of the maximum",
        ),
        (
            "course: C4, activity: P, evidence: notes",
            "提交并有成绩，不少于500字",
            "hand it in and have it marked, at least 500 characters",
        ),
        # What is asked twice is said once.
        (
            (
                "course: C4, activity: P, category: a, hours: 1, counts_when: graded, "
                "characters_at_least: 500, evidence: notes"
            ),
            "提交并有成绩，不少于500字",
            "hand it in and have it marked, at least 500 characters",
        ),
        # Nobody hands in a record.
        ("record: 国培, category: a, hours: 1", "", ""),
        (
            "record: 国培, category: a, hours: 1, evidence: notes",
            "提交并有成绩，不少于500字",
            "hand it in and have it marked, at least 500 characters",
        ),
    ],
)
def test_what_must_be_reached_in_words(entry: str, zh: str, en: str) -> None:
    entries = f"  - {{{entry}}}\n"
    scheme = prepared(entries, ASKED)
    (found,) = [each for each in made(entries, body=ASKED) if zh or each.target.record]
    words = asks(scheme, found.target, found.match)
    assert (words.zh, words.en) == (zh, en)
