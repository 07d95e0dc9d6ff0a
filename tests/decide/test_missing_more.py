"""What lacks where qualifications, frames, editions, records and adjustments play a part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from moodle_cpd.decide import Explanation, TeacherRecord, decide_teacher, explain_fully
from moodle_cpd.decide.missing import Lack, Missing, Phase, Way
from moodle_cpd.decide.missing_steps import missing_steps
from moodle_cpd.decide.wording import Wording
from moodle_cpd.model.adjustment import Adjustment
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Outcome, Text
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.rules import Rulebook
from tests.decide import test_editions as editions
from tests.decide import test_frames as frames
from tests.decide import test_qualification as qualification
from tests.decide.making import (
    BODY,
    SITE,
    TEACHER,
    activity,
    adjusted,
    attribute,
    course,
    done,
    handed_in,
    local,
    marked,
    record,
    rules,
    teacher,
)


def explained(
    book: Rulebook,
    courses: Sequence[Course],
    some: Sequence[Fact],
    on: datetime,
    key: tuple[str, str],
    *,
    attributes: Sequence[DatedAttribute] | None = None,
    adjustments: Sequence[Adjustment] = (),
    dispensations: Sequence[Dispensation] = (),
) -> Explanation:
    known = TeacherRecord(
        SITE,
        TEACHER,
        some,
        teacher() if attributes is None else attributes,
        dispensations,
        adjustments=adjustments,
    )
    catalogue = {each.id: each for each in courses}
    decisions, _ = decide_teacher(book, catalogue, known, on)
    (decision,) = [each for each in decisions if (each.scheme, each.period.key) == key]
    return explain_fully(decision, book, catalogue, known, on)


def missing_of(found: Explanation) -> Missing:
    assert found.known.missing is not None
    return found.known.missing


def told(ways: Sequence[Way]) -> list[tuple[str, str, str | None]]:
    gains = (None if way.gain is None else str(way.gain) for way in ways)
    return [(w.kind.value, w.course_name, g) for w, g in zip(ways, gains, strict=True)]


def held(on: str, period: str, *some: Fact) -> Explanation:
    facts = [qualification.GAINED, *some]
    key = ("sample", period)
    return explained(qualification.BOOK, qualification.COURSES, facts, local(f"{on} 12:00"), key)


def test_what_renews_a_qualification_and_by_when() -> None:
    found = held("2022-10-10", "2022")
    assert found.decision.outcome is Outcome.EXPIRING
    missing = missing_of(found)
    (lack,) = missing.lacks
    assert told(lack.ways) == [("do", "Course 2", "2")]
    assert missing.last == date(2022, 12, 31)
    assert missing.in_the_end is Outcome.LAPSED
    assert [each.flag for each in missing.consequences] == ["may_not_serve"]
    lines = [line.strip() for line in found.text("zh", brief=True).splitlines()]
    assert lines[1] == "结论：资格即将失效"
    assert lines[2].startswith("Homeroom teacher：2021年取得，不续则至 2022-12-31")
    assert lines[3].startswith("截止日期：2022-12-31（含当天，Asia/Shanghai 时间）")
    assert lines[5].startswith("at school · 最近一次：2021年，须在2022-12-31前再次参加")
    assert lines[6] == "课程 Course 2 (C2)：完成课程 → 2 学时"
    assert lines[7] == "如果到期时没有变化：资格已失效；may not serve"


def test_a_qualification_that_is_kept_lacks_nothing() -> None:
    found = held("2022-07-01", "2022", *qualification.school(2022))
    assert found.decision.outcome is Outcome.VALID
    assert found.known.missing is None


def test_a_lapsed_one_is_gained_again_by_what_the_scheme_asks() -> None:
    over = held("2023-03-01", "2022")
    assert over.decision.outcome is Outcome.LAPSED
    assert missing_of(over).phase is Phase.OVER
    again = held("2023-03-01", "2023")
    assert again.decision.outcome is Outcome.LAPSED
    (lack,) = missing_of(again).lacks
    assert (str(lack.gap), told(lack.ways)[0]) == ("30", ("do", "Course 3", "4"))
    assert ("repeat", "Course 1", "30") in told(lack.ways)


def test_a_period_lacks_what_its_own_edition_asks() -> None:
    book = rules(editions.BODY, editions.ENTRIES)
    on = local("2026-03-05 10:00")
    old = missing_of(explained(book, editions.COURSES, [], on, ("sample", "2025")))
    assert (old.phase, old.marked_by) == (Phase.MARKING, date(2026, 3, 30))
    assert [str(lack.gap) for lack in old.lacks] == ["10"]
    new = missing_of(explained(book, editions.COURSES, [], on, ("sample", "2026")))
    assert (new.phase, new.marked_by) == (Phase.RUNNING, date(2027, 3, 10))
    assert [str(lack.gap) for lack in new.lacks] == ["20", "None"]
    assert told(new.lacks[0].ways) == [("do", "Course 2", "4"), ("do", "Course 1", "16")]


def test_an_explanation_shows_the_edition_of_its_period() -> None:
    book = rules(editions.BODY, editions.ENTRIES)
    some = [done(1, local("2025-05-01 10:00")), done(2, local("2026-05-01 10:00"))]
    on = local("2026-06-01 10:00")
    text = explained(book, editions.COURSES, some, on, ("sample", "2026")).text("en")
    assert "B: 4" in text
    text = explained(book, editions.COURSES, some, on, ("sample", "2025")).text("en")
    assert "At least 10 hours in all" in text


def test_a_frame_of_recognised_hours_points_to_its_scheme() -> None:
    book = rules(frames.TERMS.replace("COUNTS", "recognised"), frames.ENTRIES)
    on = local("2024-03-01 10:00")
    key = ("sample-five-years", "2021")
    found = explained(book, frames.COURSES, [done(1, local("2024-02-10 10:00"))], on, key)
    missing = missing_of(found)
    assert missing.rests_on.en == "Sample"
    assert "Only hours recognised in Sample count" in found.text("en", brief=True)
    assert "not enough" not in found.text("en", brief=True)


def test_a_frame_of_earned_hours_has_ways_of_its_own() -> None:
    book = rules(frames.TERMS.replace("COUNTS", "earned"), frames.ENTRIES)
    on = local("2024-03-01 10:00")
    found = explained(book, frames.COURSES, [], on, ("sample-five-years", "2021"))
    (lack,) = missing_of(found).lacks
    assert lack.ways
    assert missing_of(found).rests_on.en == ""


RECORDS = """
  - {record: 国培, category: a, hours: 6}
  - {record_like: 讲座*, category: b, hours: recorded}
  - {record: 国培, category: b, hours: 6, pass_at: {points: 150}}
"""


def lack_of_records(entries: str, some: Sequence[Fact] = ()) -> tuple[Lack, str]:
    on = local("2026-06-01 10:00")
    found = explained(rules(BODY, entries), [], some, on, ("sample", "2026"))
    (lack,) = missing_of(found).lacks
    return lack, found.text("zh", brief=True)


def test_records_are_ways_too() -> None:
    entries = RECORDS.splitlines()
    lack, text = lack_of_records("\n".join(entries[:3]) + "\n", [record("国培", "2026-05-01")])
    assert told(lack.ways) == [("record", "国培", "6"), ("record", "讲座*", None)]
    assert "凭证明导入的记录：国培 → 6 学时" in text
    assert "凭证明导入的记录：讲座* → 学时以记录为准" in text
    assert "仍不够" not in text


def test_a_record_must_have_the_points_that_its_line_asks() -> None:
    lack, text = lack_of_records(RECORDS.splitlines()[3] + "\n")
    assert told(lack.ways) == [("record", "国培", "6")]
    assert "成绩达到150分" in text


def test_an_adjustment_is_told_with_its_reason_and_document() -> None:
    book = rules(BODY, "  - {course: C1, category: a, hours: 4}\n")
    on = local("2026-06-01 10:00")
    added = adjusted("add", "2026-05-03", category="a", hours="4")
    found = explained(book, [course(1)], [], on, ("sample", "2026"), adjustments=[added])
    (lack,) = missing_of(found).lacks
    assert [str(each) for each in (lack.have, lack.gap)] == ["4", "6"]
    assert told(lack.ways) == [("do", "Course 1", "4")]
    text = found.text("zh", brief=True)
    assert added.reason in text
    assert added.document in text


def test_work_that_was_removed_by_hand_can_be_done_anew() -> None:
    entries = "  - {course: C1, activity: N, category: a, hours: 4, counts_when: graded}\n"
    book = rules(BODY, entries)
    copied = marked(1, 10, "90", local("2026-05-01 10:00"))
    removed = adjusted("remove", of=copied)
    on = local("2026-06-01 10:00")
    courses = [course(1, activities=[activity(10, "N")])]
    found = explained(book, courses, [copied], on, ("sample", "2026"), adjustments=[removed])
    (lack,) = missing_of(found).lacks
    assert [str(each) for each in (lack.have, lack.gap)] == ["0", "10"]
    assert told(lack.ways) == [("retry", "Course 1", "4")]


def test_a_document_of_exemption_names_the_line_that_provides_for_it() -> None:
    body = BODY + "dispensations: [{kind: exempt, title: {zh: 退休}, reference: 四.1}]\n"
    book = rules(body, "  - {course: C1, category: a, hours: 4}\n")
    document = Dispensation(
        *(SITE, TEACHER, "sample", DispensationKind.EXEMPT),
        *(date(2026, 3, 1), None, "校发〔2026〕5号"),
    )
    on = local("2026-06-01 10:00")
    found = explained(book, [course(1)], [], on, ("sample", "2026"), dispensations=[document])
    assert found.decision.outcome is Outcome.EXEMPT
    assert found.known.missing is None
    lines = found.text("zh").splitlines()
    (line,) = [line for line in lines if "校发〔2026〕5号" in line]
    assert line.strip().startswith("退休：文件校发〔2026〕5号，2026-03-01起 ← schemes/sample.yaml:")
    assert line.endswith(" 四.1")


def test_time_before_a_post_ends_on_the_day_before_it() -> None:
    book = rules(frames.POST, "  - {course: C1, category: a, hours: 10}\n")
    courses, on, key = [course(1)], local("2026-06-01 10:00"), ("sample", "2026-09")
    found = explained(book, courses, [], on, key, attributes=frames.NEW)
    missing = missing_of(found)
    assert (missing.phase, missing.last) == (Phase.RUNNING, date(2026, 8, 31))
    assert missing.marked_by == date(2026, 9, 10)
    assert told(missing.lacks[0].ways) == [("do", "Course 1", "10")]
    assert [each.flag for each in missing.consequences] == ["may_not_take_post"]


def test_work_that_waits_for_its_mark_in_the_period_before_is_no_way_in_this_one() -> None:
    entries = """
  - {course: C1, activity: N, category: a, hours: 4, counts_when: graded}
  - {course: C2, activity: R, category: a, hours: 5, counts_when: graded, repeatable: true}
"""
    courses = [course(1, activities=[activity(10, "N")]), course(2, activities=[activity(20, "R")])]
    before = local("2026-02-20 10:00")
    some = [handed_in(1, 10, before), handed_in(2, 20, before)]
    found = explained(rules(BODY, entries), courses, some, local("2026-03-05 10:00"), CURRENT)
    (lack,) = missing_of(found).lacks
    # Once marked, the first counts in the old year and never again.
    assert told(lack.ways) == [("repeat", "Course 2", "5")]


CURRENT = ("sample", "2026")


def test_hours_that_would_be_carried_without_the_gate_are_not_counted_on() -> None:
    body = BODY + (
        "carry_over: [{category: a, beyond: 0, hours_at_most: 9}]\n"
        "recognised_when: {passed: test}\n"
        "assessments: [{id: test, title: {en: Test}, pass_at: {percent: 60}}]\n"
    )
    entries = "  - {course: C1, category: a, hours: 4}\n  - {course: C2, category: a, hours: 7}\n"
    some = [done(1, local("2025-05-01 10:00"))]
    book = rules(body, entries)
    found = explained(book, [course(1), course(2)], some, local("2026-06-01 10:00"), CURRENT)
    assert str(found.decision.earned) == "0"
    (hours, *_) = missing_of(found).lacks
    assert [str(each) for each in (hours.have, hours.gap)] == ["0", "10"]


def test_how_it_ends_does_not_hang_on_when_moodle_was_read() -> None:
    book = rules(BODY, "  - {course: C1, category: a, hours: 4}\n")
    on = local("2026-06-01 10:00")
    known = TeacherRecord(SITE, TEACHER, (), teacher(), read_until=local("2026-05-30 10:00"))
    catalogue = {1: course(1)}
    decisions, _ = decide_teacher(book, catalogue, known, on)
    (decision,) = [each for each in decisions if each.period.key == "2026"]
    found = explain_fully(decision, book, catalogue, known, on)
    assert missing_of(found).in_the_end is Outcome.NOT_MET


def test_what_fits_and_what_is_assumed_is_told_apart() -> None:
    body = BODY.replace(
        "{role: [teacher]}", "{role: [teacher], stage: [primary], years_of_service: {at_least: 1}}"
    )
    attributes = [
        attribute(Attribute.ROLE, "principal", "2026-04-01"),
        attribute(Attribute.STAGE, "primary", "2026-08-01"),
        attribute(Attribute.HIRE_DATE, "2025-03-01"),
    ]
    on = local("2026-06-01 10:00")
    found = explained(rules(body, ""), [], [], on, CURRENT, attributes=attributes)
    told_ = [(each.attribute.value, each.fits, each.assumed) for each in found.known.audience]
    assert told_ == [("hire_date", True, False), ("role", False, False), ("stage", True, True)]


def test_a_scheme_that_was_met_before_says_nothing_of_whom_it_concerns() -> None:
    book = rules(BODY.replace("every_period", "once"), "  - {course: C1, category: a, hours: 12}\n")
    some = [done(1, local("2025-05-01 10:00"))]
    found = explained(book, [course(1)], some, local("2026-06-01 10:00"), CURRENT)
    assert found.decision.outcome is Outcome.NOT_APPLICABLE
    assert found.known.audience == ()


def test_courses_that_count_only_once_are_named_where_nothing_else_is_left() -> None:
    body = BODY.replace("{hours_at_least: 10}", "{present: a}")
    entries = "  - {course: C1, category: a, hours: 4}\n  - {course: C2, category: b, hours: 4}\n"
    some = [done(n, local("2025-05-01 10:00")) for n in (1, 2)]
    courses = [course(1), course(2)]
    found = explained(rules(body, entries), courses, some, local("2026-06-01 10:00"), CURRENT)
    (lack,) = missing_of(found).lacks
    assert (lack.ways, lack.spent) == ((), ("Course 1 (C1)",))
    assert "以前的周期已计过、不重复计的：Course 1 (C1)" in found.text("zh", brief=True)


def test_a_record_of_any_hours_is_one_piece() -> None:
    body = BODY.replace("{hours_at_least: 10}", "{evidence: e, pieces: 2}") + (
        "evidence: [{id: e, title: {en: E}, accepted_when: handed_in}]\n"
    )
    entries = "  - {record: 讲座, category: a, hours: recorded, evidence: e}\n"
    found = explained(rules(body, entries), [], [], local("2026-06-01 10:00"), CURRENT)
    (lack,) = missing_of(found).lacks
    assert told(lack.ways) == [("record", "讲座", "1")]


def test_what_lacks_is_never_shown_as_nothing() -> None:
    book = rules(BODY, "  - {course: C1, category: a, hours: 9.995}\n")
    some = [done(1, local("2026-05-01 10:00"))]
    found = explained(book, [course(1)], some, local("2026-06-01 10:00"), CURRENT)
    assert "已有 9.99 / 10 学时，还差 0.01 学时" in found.text("zh", brief=True)
    assert "9.99 / 10 学时，还差 0.01" in found.text("zh").split("要求", 1)[1]


def test_once_all_is_over_and_nothing_lacks_the_end_is_no_news() -> None:
    day = date(2027, 2, 28)
    words = Wording(chinese=False, zone=ZoneInfo("Asia/Shanghai"))

    def steps(phase: Phase) -> int:
        over = Missing(phase, day, day, (), Outcome.IN_PROGRESS, (), Text())
        return len(list(missing_steps(over, words, open_=True, places=False)))

    assert [steps(phase) for phase in (Phase.MARKING, Phase.OVER)] == [2, 1]
