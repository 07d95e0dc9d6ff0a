"""What lacks, by when, and what on the site would give it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide import TeacherRecord, explain_fully
from moodle_cpd.decide.missing import Lack, Missing, Phase, Way
from moodle_cpd.decide.missing_steps import missing_json
from moodle_cpd.decide.trying import missing
from moodle_cpd.decide.ways import WayKind
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Decision, Outcome, RequirementResult, State
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import DatedAttribute
from moodle_cpd.rules import Rulebook
from tests.decide.making import (
    BODY,
    SITE,
    TEACHER,
    activity,
    course,
    decide,
    done,
    handed_in,
    local,
    marked,
    rules,
    teacher,
)
from tests.decide.test_properties import BOOK, COURSES, facts, in_period

ON = local("2026-06-01 10:00")
ENTRIES = """
  - {course: C1, category: a, hours: 4}
  - {course: C2, category: a, hours: 6, repeatable: true}
  - {course: C3, category: b, hours: 3}
  - course: C4
    activity: P
    category: b
    hours: 2
    counts_when: passed
    pass_at: {percent: 60}
"""
SITE_COURSES = [course(1), course(2), course(3), course(4, activities=[activity(40, "P")])]


def lacking(
    book: Rulebook,
    some: Sequence[Fact] = (),
    on: datetime = ON,
    period: str = "2026",
    courses: Sequence[Course] = SITE_COURSES,
    attributes: Sequence[DatedAttribute] | None = None,
) -> tuple[Missing | None, Decision]:
    known = TeacherRecord(SITE, TEACHER, some, teacher() if attributes is None else attributes)
    catalogue = {each.id: each for each in courses}
    decision = decide(book, courses, some, on, attributes)[0]["sample", period]
    return missing(book, catalogue, known, decision, on), decision


def found(*arguments: object, **more: object) -> Missing:
    result, _ = lacking(*arguments, **more)  # type: ignore[arg-type]
    assert result is not None
    return result


def the_one(result: Missing) -> Lack:
    (lack,) = result.lacks
    return lack


def told(ways: Sequence[Way]) -> list[tuple[str, int, int | None, str | None]]:
    return [
        (w.kind.value, w.course, w.activity, None if w.gain is None else str(w.gain)) for w in ways
    ]


def plain(*values: Decimal | None) -> list[str | None]:
    return [None if value is None else str(value) for value in values]


def test_what_lacks_by_when_and_what_gives_it() -> None:
    result = found(rules(BODY, ENTRIES), [done(3, local("2026-04-01 10:00"))])
    assert (result.phase, result.last) == (Phase.RUNNING, date(2027, 2, 28))
    assert result.marked_by == date(2027, 3, 30)
    lack = the_one(result)
    assert [*plain(lack.have, lack.need, lack.gap), lack.unit] == ["3", "10", "7", "hours"]
    assert told(lack.ways) == [("do", 2, None, "6"), ("do", 1, None, "4"), ("do", 4, 40, "2")]
    assert not any(way.enough for way in lack.ways)
    assert (plain(lack.reachable), lack.closable) == (["15"], True)
    assert result.in_the_end is Outcome.NOT_MET


def test_only_what_would_still_count() -> None:
    before = [done(1, local("2025-04-01 10:00")), done(2, local("2025-05-01 10:00"))]
    lack = the_one(found(rules(BODY, ENTRIES), before))
    # Course 1 counted last year; course 2 did, too, and is repeatable.
    assert told(lack.ways) == [
        ("do", 3, None, "3"),
        ("do", 4, 40, "2"),
        ("repeat", 2, None, "6"),
    ]


def test_a_cap_leaves_only_its_rest_and_then_nothing() -> None:
    capped = BODY.replace("{id: a, title: {en: A}}", "{id: a, title: {en: A}, hours_at_most: 5}")
    book = rules(capped, ENTRIES)
    lack = the_one(found(book))
    assert told(lack.ways)[:2] == [("do", 2, None, "5"), ("do", 1, None, "4")]
    assert (plain(lack.reachable), lack.closable) == (["10"], True)
    lack = the_one(found(book, [done(2, local("2026-04-01 10:00"))]))
    assert told(lack.ways) == [("do", 3, None, "3"), ("do", 4, 40, "2")]
    lack = the_one(found(rules(capped.replace("10", "11"), ENTRIES)))
    assert (plain(lack.reachable), lack.closable) == (["10"], False)


def test_unmarked_work_waits_and_is_not_to_be_done_again() -> None:
    lack = the_one(found(rules(BODY, ENTRIES), [handed_in(4, 40, local("2026-05-01 10:00"))]))
    assert told(lack.ways)[0] == ("mark", 4, 40, "2")
    assert [way.course for way in lack.ways].count(4) == 1


def test_failed_work_can_be_tried_again_and_says_what_is_asked() -> None:
    some = [marked(4, 40, "59", local("2026-05-01 10:00"))]
    lack = the_one(found(rules(BODY, ENTRIES), some))
    (way,) = [way for way in lack.ways if way.course == 4]
    assert way.kind is WayKind.RETRY
    assert way.asks.zh == "成绩达到满分的60%"


def test_hours_in_proportion_are_what_the_best_grade_adds() -> None:
    entry = (
        "  - course: C4\n    activity: P\n    category: b\n    counts_when: graded\n"
        "    hours: {value: 8, in_proportion_to: grade}\n"
    )
    some = [marked(4, 40, "75", local("2026-05-01 10:00"))]
    lack = the_one(found(rules(BODY, entry), some))
    assert plain(lack.have, lack.gap) == ["6", "4"]
    assert told(lack.ways) == [("retry", 4, 40, "2")]
    assert lack.ways[0].by_grade


def test_what_has_no_time_waits_for_a_date() -> None:
    lack = the_one(found(rules(BODY, ENTRIES), [done(2, None)]))
    assert told(lack.ways)[0] == ("date", 2, None, "6")


def test_a_text_that_has_no_length_must_be_handed_in_again() -> None:
    body = BODY.replace("{hours_at_least: 10}", "{evidence: e}") + (
        "evidence:\n  - {id: e, title: {en: E}, accepted_when: handed_in, "
        "characters_at_least: 500}\n"
    )
    book = rules(body, "  - {course: C4, activity: P, evidence: e}\n")
    lack = the_one(found(book, [handed_in(4, 40, local("2026-05-01 10:00"), length=None)]))
    assert lack.state is State.UNKNOWN
    assert told(lack.ways) == [("retry", 4, 40, "1")]
    assert lack.ways[0].asks.en == "hand it in, at least 500 characters"


def test_after_the_end_only_marking_is_left() -> None:
    book = rules(BODY, ENTRIES)
    some = [handed_in(4, 40, local("2027-02-28 23:59"))]
    on = local("2027-03-05 10:00")
    result = found(book, some, on)
    assert result.phase is Phase.MARKING
    assert told(the_one(result).ways) == [("mark", 4, 40, "2")]
    result = found(book, [], local("2027-03-31 00:00"))
    assert result.phase is Phase.OVER
    assert the_one(result).ways == ()


def test_nothing_lacks_where_the_outcome_is_settled() -> None:
    some = [done(1, local("2026-04-01 10:00")), done(2, local("2026-04-02 10:00"))]
    result, decision = lacking(rules(BODY, ENTRIES), some)
    assert decision.outcome is Outcome.MET
    assert result is None


def test_records_and_ties_are_no_way() -> None:
    entries = ENTRIES + "".join(
        f'  - {{course: {{idnumber_like: "{like}"}}, category: a, hours: 9}}\n'
        for like in ("D?", "D*")
    )
    courses = [*SITE_COURSES, course(5, "D5")]
    known = TeacherRecord(SITE, TEACHER, (), teacher())
    book = rules(BODY, entries)
    decision = decide(book, courses, [], ON)[0]["sample", "2026"]
    catalogue = {each.id: each for each in courses}
    result = missing(book, catalogue, known, decision, ON, frozenset({2}))
    assert result is not None
    assert told(the_one(result).ways) == [
        ("do", 1, None, "4"),
        ("do", 3, None, "3"),
        ("do", 4, 40, "2"),
    ]


CHOICE = """
requirements:
  all:
    - any: [{present: a}, {all: [{hours_at_least: 3, of: b}, {passed: exam}]}]
    - at_least: 2
      among: [{present: b}, {passed: exam}, {hours_at_least: 2}]
assessments:
  - {id: exam, title: {en: Exam}, pass_at: {points: 150}}
"""


def test_what_one_can_choose_from_stays_a_choice() -> None:
    body = BODY.replace("requirements: {hours_at_least: 10}\n", CHOICE)
    entries = ENTRIES + "  - {course: C1, activity: E, assessment: exam, earned: graded}\n"
    courses = [course(1, activities=[activity(10, "E")]), *SITE_COURSES[1:]]
    result = found(rules(body, entries), [], courses=courses)
    either, two = result.lacks
    assert (either.choose, len(either.parts), either.gap) == (1, 2, None)
    hours, both = either.parts
    assert (both.choose, len(both.parts)) == (2, 2)
    assert (two.choose, len(two.parts)) == (2, 3)
    exam = both.parts[1]
    assert told(exam.ways) == [("do", 1, 10, None)]
    assert exam.ways[0].graded_in_time
    assert exam.closable
    assert exam.ways[0].also == 0  # asked twice, and the same thing
    assert told(hours.ways)[0] == ("do", 2, None, "6")


SCORED = """
score:
  title: {en: Score}
  possible: 40
  components:
    - {id: test, title: {zh: 测验, en: Test}, points: 30, in_proportion_to: test}
    - {id: essay, title: {en: Essay}, points: 10, all_for: essay}
  bands:
    - {id: pass, title: {zh: 合格, en: pass}, from_points: 60}
recognised_when: {band: pass}
assessments:
  - {id: test, title: {en: Test}, pass_at: {percent: 60}}
evidence:
  - {id: essay, title: {en: Essay}, accepted_when: handed_in}
"""


def test_points_and_hours_that_hang_on_them() -> None:
    body = BODY.replace("10}", "4}") + SCORED
    entries = ENTRIES + (
        "  - {course: C4, activity: T, assessment: test}\n"
        "  - {course: C4, activity: E, evidence: essay}\n"
    )
    activities = [activity(40, "P"), activity(41, "T"), activity(42, "E")]
    courses = [*SITE_COURSES[:3], course(4, activities=activities)]
    some = [done(3, local("2026-04-01 10:00"))]
    result, decision = lacking(rules(body, entries), some, courses=courses)
    assert result is not None
    assert decision.recognised == 0
    hours, points = result.lacks
    # Three hours are earned; that they are not recognised is no lack of hours.
    assert (plain(hours.have, hours.gap), hours.opens_hours) == (["3", "1"], False)
    assert (plain(points.have, points.gap), points.opens_hours) == (["0", "60"], True)
    told_ = [(w.activity, str(w.gain), w.through.en, w.by_grade, w.also) for w in points.ways]
    assert told_ == [(41, "75", "Test", True, 0), (42, "25", "Essay", False, 0)]


def test_a_gate_that_is_also_asked_is_told_once() -> None:
    body = BODY.replace("{hours_at_least: 10}", "{score_at_least: 60}") + SCORED
    result = found(rules(body, "  - {course: C4, activity: P, assessment: test}\n"))
    lack = the_one(result)
    assert lack.opens_hours
    assert told(lack.ways) == [("do", 4, 40, "75")]
    assert lack.ways[0].also == 0


def test_what_follows_in_the_end() -> None:
    body = BODY + (
        "consequences:\n"
        "  - {flag: again, title: {zh: 重新培训, en: trained again}, when: not_met}\n"
        "  - {flag: never, title: {en: never}, when: met}\n"
    )
    result = found(rules(body, ENTRIES))
    assert [each.flag for each in result.consequences] == ["again"]


# -- what holds for any facts -------------------------------------------------------------------


def leaves(requirement: RequirementResult | None) -> Iterator[RequirementResult]:
    if requirement is not None:
        if not requirement.parts:
            yield requirement
        for part in requirement.parts:
            yield from leaves(part)


def single(lacks: Sequence[Lack]) -> Iterator[Lack]:
    for lack in lacks:
        if not lack.parts:
            yield lack
        yield from single(lack.parts)


DURING = local("2025-12-20 12:00")


@given(facts(in_period))
def test_the_numbers_are_the_decisions_own(some: list[Fact]) -> None:
    result, decision = lacking(BOOK, some, DURING, "2025", COURSES)
    if result is None:
        assert decision.outcome is Outcome.MET
        return
    by_title = {leaf.title: leaf for leaf in leaves(decision.requirement)}
    for lack in single(result.lacks):
        leaf = by_title[lack.title]
        assert leaf.state is not State.MET
        assert (lack.have, lack.need, lack.state) == (leaf.have, leaf.need, leaf.state)
        assert lack.gap is None or lack.gap == lack.need - lack.have > 0  # type: ignore[operator]


@given(facts(in_period), st.data())
def test_a_way_brings_what_it_says(some: list[Fact], data: st.DataObject) -> None:
    some = [fact for fact in some if fact.at is not None and fact.at <= DURING]
    result, _ = lacking(BOOK, some, DURING, "2025", COURSES)
    ways = [(lack, way) for lack in single(result.lacks if result else ()) for way in lack.ways]
    if not ways:
        return
    lack, way = data.draw(st.sampled_from(ways))
    if way.activity is None:
        more = [done(way.course, DURING)]
    else:
        attempts = [f.attempt for f in some if f.activity == way.activity]
        last = max(attempts, default=-1)
        number = last if way.kind is WayKind.MARK else last + 1
        more = [marked(way.course, way.activity, "100", DURING, attempt=number)]
    after = decide(BOOK, COURSES, [*some, *more], DURING)[0]["sample", "2025"]
    (leaf,) = [each for each in leaves(after.requirement) if each.title == lack.title]
    assert (leaf.state is State.MET) == way.enough
    if way.gain is not None and leaf.unit == "hours":
        assert leaf.have == (lack.have or Decimal(0)) + way.gain


@given(facts(in_period))
def test_the_language_changes_no_number(some: list[Fact]) -> None:
    known = TeacherRecord(SITE, TEACHER, some, teacher())
    catalogue = {each.id: each for each in COURSES}
    decision = decide(BOOK, COURSES, some, DURING)[0]["sample", "2025"]
    explanation = explain_fully(decision, BOOK, catalogue, known, DURING)
    for lack in single(explanation.known.missing.lacks if explanation.known.missing else ()):
        for language in ("zh", "en"):
            text = explanation.text(language, brief=True)
            if lack.gap is not None and lack.unit == "hours":
                assert f"{lack.have} / {lack.need}" in text or f"{lack.have} of {lack.need}" in text
    json.dumps(explanation.json())


# -- how it reads -------------------------------------------------------------------------------


def shown(language: str, some: Sequence[Fact] = (), *, brief: bool = True) -> str:
    book = rules(BODY.replace("{hours_at_least: 10}", "{hours_at_least: 30}"), ENTRIES)
    known = TeacherRecord(SITE, TEACHER, some, teacher())
    decision = decide(book, SITE_COURSES, some, ON)[0]["sample", "2026"]
    catalogue = {each.id: each for each in SITE_COURSES}
    explanation = explain_fully(decision, book, catalogue, known, ON)
    return explanation.text(language, brief=brief)  # type: ignore[arg-type]


def test_it_reads_well_in_chinese() -> None:
    due = (
        "  截止日期：2027-02-28（含当天，Asia/Shanghai 时间）；此前交的作业，最晚 2027-03-30 评完分"
    )
    lines = shown("zh", [handed_in(4, 40, local("2026-05-01 10:00"))]).splitlines()
    assert lines[1:9] == [
        "  结论：进行中",
        due,
        "  还差 1 项",
        "    合计不少于30学时 · 已有 0 / 30 学时，还差 30 学时",
        "      等待评分：Activity 40（课程 Course 4 (C4)） → 合格可得 2 学时",
        "      课程 Course 2 (C2)：完成课程 → 6 学时",
        "      课程 Course 1 (C1)：完成课程 → 4 学时",
        "      课程 Course 3 (C3)：完成课程 → 3 学时",
    ]
    assert lines[9] == "      以上全部做完也只有 15 学时，仍不够，请联系管理员"
    assert lines[10] == "  如果到期时没有变化：未达到要求"


def test_it_reads_well_in_english() -> None:
    text = shown("en", brief=False)
    assert "Due by 2027-02-28 (that day included, Asia/Shanghai time)" in text
    assert "At least 30 hours in all · 0 of 30 hours, 30 hours to go ← schemes/sample.yaml:" in text
    assert "course Course 2 (C2): complete the course → 6 hours ← courses/sample.yaml:7:5" in text


def test_a_long_list_is_cut_and_json_has_all() -> None:
    entries = '  - {course: {idnumber_like: "C*"}, category: a, hours: 1}\n'
    courses = [course(number) for number in range(1, 10)]
    book = rules(BODY, entries)
    known = TeacherRecord(SITE, TEACHER, (), teacher())
    decision = decide(book, courses, [], ON)[0]["sample", "2026"]
    catalogue = {each.id: each for each in courses}
    explanation = explain_fully(decision, book, catalogue, known, ON)
    text = explanation.text("zh")
    assert text.count("完成课程 → 1 学时") == 5
    assert "……另有 4 个办法" in text
    data = explanation.json()["missing"]
    assert len(data["lacks"][0]["ways"]) == 9
    assert data == json.loads(json.dumps(missing_json(explanation.known.missing)))  # type: ignore[arg-type]


def test_no_course_gives_it() -> None:
    book = rules(BODY, "  - {course: C9, category: a, hours: 12}\n")
    known = TeacherRecord(SITE, TEACHER, (), teacher())
    decision = decide(book, SITE_COURSES, [], ON)[0]["sample", "2026"]
    catalogue = {each.id: each for each in SITE_COURSES}
    explanation = explain_fully(decision, book, catalogue, known, ON)
    assert "本站点目前没有可以补上它的课程或活动，请联系管理员" in explanation.text("zh")


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        (teacher("principal"), "职务：校长；适用范围：教师 ← schemes/sample.yaml:"),
        (teacher(hired="2030-01-01"), "入职在本周期之后"),
    ],
)
def test_why_it_does_not_apply(attributes: tuple[DatedAttribute, ...], words: str) -> None:
    book = rules(BODY, ENTRIES)
    known = TeacherRecord(SITE, TEACHER, (), attributes)
    decision = decide(book, SITE_COURSES, [], ON, attributes)[0]["sample", "2026"]
    assert decision.outcome is Outcome.NOT_APPLICABLE
    explanation = explain_fully(decision, book, {}, known, ON)
    assert words in explanation.text("zh")
    assert explanation.known.missing is None


def test_years_that_do_not_fit() -> None:
    body = BODY.replace(
        "audience: {role: [teacher]}",
        "audience: {role: [teacher], years_of_service: {at_least: 3}, age: {at_most: 45}}",
    )
    book = rules(body, ENTRIES)
    born = replace(teacher()[0], name="birth_date", value="1970-03-02")  # type: ignore[arg-type]
    attributes = (*teacher(hired="2024-01-01"), born)
    known = TeacherRecord(SITE, TEACHER, (), attributes)
    decision = decide(book, SITE_COURSES, [], ON, attributes)[0]["sample", "2026"]
    explanation = explain_fully(decision, book, {}, known, ON)
    text = explanation.text("zh")
    assert "教龄：2；适用范围：满 3 年" in text
    assert "年龄：55；适用范围：不超过 45 岁" in text
    assert [each["fits"] for each in explanation.json()["audience"]] == [False, False, True]
