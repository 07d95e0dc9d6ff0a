"""Ways that are tried out: what each brings beside the others, and what can't bring anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from moodle_cpd.decide import TeacherRecord
from moodle_cpd.decide.missing import Lack, Missing, Phase, Way
from moodle_cpd.decide.trying import missing
from moodle_cpd.model.decision import Outcome, Text
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
from tests.decide.test_recognised import FRAME

ON = local("2026-06-01 10:00")
BEFORE, NOW = local("2025-05-01 10:00"), local("2026-05-01 10:00")
SITE_COURSES = [
    *(course(1), course(2)),
    course(4, activities=[activity(41, "Q"), activity(40, "P")]),
    replace(course(5), idnumber=""),
]
PRESENT = BODY.replace("{hours_at_least: 10}", "{present: a}")


CATALOGUE = {each.id: each for each in SITE_COURSES}


def found(
    book: Rulebook, some: Sequence[Fact] = (), on: datetime = ON, *, of: str = "2026"
) -> Missing:
    known, catalogue = TeacherRecord(SITE, TEACHER, some, teacher()), CATALOGUE
    decision = decide(book, SITE_COURSES, some, on)[0]["sample", of]
    result = missing(book, catalogue, known, decision, on)
    assert result is not None
    return result


def told(ways: Sequence[Way]) -> list[str]:
    places = [
        f"{each.course}/{each.activity}" if each.activity else each.course_code for each in ways
    ]
    return [f"{w.kind.value} {place} {w.gain}" for w, place in zip(ways, places, strict=True)]


def through(book: Rulebook, some: Sequence[Fact] = ()) -> list[tuple[str, str, bool]]:
    (lack,) = found(book, some).lacks
    return [(each.activity_name, each.through.en, each.by_grade) for each in lack.ways]


def lacks(book: Rulebook, some: Sequence[Fact] = ()) -> list[tuple[str, list[str]]]:
    return [(each.title.en, told(each.ways)) for each in found(book, some).lacks]


def the_one(book: Rulebook, some: Sequence[Fact]) -> Lack:
    (lack,) = found(book, some).lacks
    return lack


@pytest.mark.parametrize(
    ("on", "phase"),
    [
        ("2027-02-28 23:59", Phase.RUNNING),
        ("2027-03-01 00:00", Phase.MARKING),
        ("2027-03-30 23:59", Phase.MARKING),
        ("2027-03-31 00:00", Phase.OVER),
    ],
)
def test_the_phase_turns_at_midnight(on: str, phase: Phase) -> None:
    assert found(rules(BODY), on=local(on)).phase is phase


def test_ways_that_bring_the_same_come_by_course_and_activity() -> None:
    entries = (
        "".join(
            f"  - {{course: {place}, category: a, hours: 2}}\n"
            for place in ("C2", "C4, activity: Q, counts_when: graded", "C1")
        )
        + "  - {course: C4, activity: P, counts_when: graded, category: a, hours: 2}\n"
    )
    assert lacks(rules(BODY, entries)) == [
        ("At least 10 hours in all", ["do C1 2", "do C2 2", "do 4/40 2", "do 4/41 2"])
    ]


EVIDENCE = BODY.replace(
    "requirements: {hours_at_least: 10}",
    "requirements: {all: [{hours_at_least: 10}, {evidence: notes}, {passed: exam}]}",
) + (
    "evidence: [{id: notes, title: {en: N}, accepted_when: graded, characters_at_least: 800}]\n"
    "assessments: [{id: exam, title: {en: E}, pass_at: {percent: 60}}]\n"
)
WORK = (
    "  - {course: C4, activity: P, counts_when: graded, category: a, hours: 2, evidence: notes}\n"
    "  - {course: C4, activity: Q, assessment: exam}\n"
)


def test_marking_brings_what_it_can_and_another_attempt_the_rest() -> None:
    """The text is long enough for hours, and too short for the evidence."""
    some = [handed_in(4, 40, NOW, length=500)]
    assert [ways for _, ways in lacks(rules(EVIDENCE, WORK), some)] == [
        ["mark 4/40 2"],
        ["retry 4/40 1"],
        ["do 4/41 None"],
    ]
    some = [handed_in(4, 40, NOW, length=800)]
    assert [ways for _, ways in lacks(rules(EVIDENCE, WORK), some)][:2] == [
        ["mark 4/40 2"],
        ["mark 4/40 1"],
    ]


@pytest.mark.parametrize(
    ("some", "ways"),
    [
        ([], ["do 4/41 None"]),
        # Once its mark may do, nobody is asked to do it again.
        ([handed_in(4, 41, NOW)], ["mark 4/41 None"]),
        ([handed_in(4, 41, NOW), marked(4, 41, "59", NOW)], ["retry 4/41 None"]),
        ([handed_in(4, 41, BEFORE), marked(4, 41, "59", BEFORE)], ["repeat 4/41 None"]),
    ],
)
def test_an_assessment_that_is_asked(some: list[Fact], ways: list[str]) -> None:
    assert lacks(rules(EVIDENCE, WORK), some)[2][1] == ways


ENTRY = "  - {{course: C1, category: {}, hours: 4}}\n"


@pytest.mark.parametrize(
    ("entries", "some", "spent"),
    [
        (ENTRY.format("a"), [done(1, BEFORE)], ("Course 1 (C1)",)),
        (ENTRY.format("b"), [done(1, BEFORE)], ()),
        # It was done again: the line itself says that it counted before.
        (ENTRY.format("a"), [done(1, BEFORE), done(1, NOW)], ()),
        # It was repeatable and is a way, or brings nothing for another reason.
        (ENTRY.format("a").replace("4}", "4, repeatable: true}"), [done(1, BEFORE)], ()),
        (
            "  - {course: C4, activity: P, counts_when: graded, category: a, hours: 4}\n",
            [handed_in(4, 40, BEFORE), marked(4, 40, "80", BEFORE)],
            (),
        ),
        # What did not count then is not said to have counted.
        (
            "  - {course: C1, category: a, hours: {custom_field: hours}}\n",
            [done(1, BEFORE)],
            (),
        ),
    ],
)
def test_courses_that_counted_before_and_count_once(
    entries: str, some: list[Fact], spent: tuple[str, ...]
) -> None:
    assert the_one(rules(PRESENT, entries), some).spent == spent


def test_what_counted_before_is_told_wherever_hours_lack() -> None:
    lack = the_one(rules(BODY, ENTRY.format("b")), [done(1, BEFORE)])
    assert lack.spent == ("Course 1 (C1)",)


def test_what_may_be_repeated_is_never_spent() -> None:
    """It brings nothing only because its category is full."""
    capped = BODY.replace("{id: a, title: {en: A}}", "{id: a, title: {en: A}, hours_at_most: 5}")
    entries = (
        "  - {course: C1, category: a, hours: 5, repeatable: true}\n"
        "  - {course: C2, category: a, hours: 5}\n"
    )
    lack = the_one(rules(capped, entries), [done(1, BEFORE), done(2, NOW)])
    assert (lack.ways, lack.spent) == ((), ())


def test_an_assessment_of_a_course_that_counted_is_not_spent() -> None:
    body = PRESENT + "assessments: [{id: exam, title: {en: E}, pass_at: {percent: 60}}]\n"
    entries = (
        "  - {course: C4, activity: P, counts_when: graded, category: a, hours: 4}\n"
        "  - {course: C4, assessment: exam}\n"
    )
    some = [marked(4, 40, "80", BEFORE), marked(4, None, "50", BEFORE)]
    assert the_one(rules(body, entries), some).spent == ()


def test_only_what_the_scheme_itself_counted_is_spent() -> None:
    capped = PRESENT.replace("{id: a, title: {en: A}}", "{id: a, title: {en: A}, hours_at_most: 5}")
    entries = "".join(f"  - {{course: C{number}, category: a, hours: 5}}\n" for number in (1, 2))
    some = [done(1, BEFORE), done(2, local("2025-05-02 10:00"))]
    lack = the_one(rules(capped, entries), some)
    # The second was cut off altogether by the cap of its year.
    assert lack.spent == ("Course 1 (C1)",)
    assert lack.ways == ()


SCORED = (
    BODY.replace("{hours_at_least: 10}", "{score_at_least: 60}")
    + """
assessments:
  - {id: exam, title: {en: E}, pass_at: {percent: 60}}
evidence:
  - {id: notes, title: {en: N}, accepted_when: graded}
score:
  title: {en: Score}
  components:
    - {id: extra, title: {en: Extra}, points: 20, all_for: notes, only_for: {role: [principal]}}
    - {id: test, title: {en: Test}, points: 70, in_proportion_to: exam}
    - {id: work, title: {en: Work}, points: 30, all_for: notes}
  bonuses:
    - {id: more, title: {en: More}, points_each: 5, for_each: notes, component: test}
"""
)


def test_points_come_through_components_and_a_grade_says_how_many() -> None:
    entries = (
        "  - {course: C4, activity: P, evidence: notes}\n"
        "  - {course: C4, activity: Q, assessment: exam}\n"
    )
    # The first component is not this teacher's: the lines of the score begin with the second.
    assert through(rules(SCORED, entries)) == [
        ("Activity 41", "Test", True),
        ("Activity 40", "Work; More", False),
    ]


def test_a_grade_says_how_many_points_where_it_gives_any_of_them() -> None:
    entries = "  - {course: C4, activity: Q, assessment: exam, evidence: notes}\n"
    assert through(rules(SCORED, entries)) == [("Activity 41", "Test; Work; More", True)]


TWICE = SCORED[: SCORED.index("  bonuses")].replace(
    "points: 30, all_for: notes", "points: 30, all_for: notes, pieces: 2"
)
NOTES = """
  - {course: C4, activity: P, evidence: notes}
  - {course: C4, activity: Q, evidence: notes}
  - {course: C1, assessment: exam}
"""


def test_where_one_piece_brings_nothing_and_several_do_all_of_them_are_told() -> None:
    book = rules(TWICE.replace("at_least: 60", "at_least: 80"), NOTES)
    lack = the_one(book, [])
    assert told(lack.ways) == ["do C1 70", "do 4/40 None", "do 4/41 None"]
    assert [each.through.en for each in lack.ways[1:]] == [
        "Work; only together with others of its kind"
    ] * 2
    assert lack.reachable == 100
    assert lack.closable
    assert not any(each.enough for each in lack.ways)
    less = the_one(rules(TWICE.replace("at_least: 60", "at_least: 30"), NOTES), [])
    assert [each.enough for each in less.ways] == [True, False, False]
    # Once there is one of them, each other one brings all the points by itself.
    some = [handed_in(4, 40, NOW), marked(4, 40, "80", NOW)]
    assert told(the_one(book, some).ways) == ["do C1 70", "do 4/41 30"]
    # What waits for its mark is not to be done again; it counts if the other one is done.
    some = [handed_in(4, 40, NOW)]
    assert told(the_one(book, some).ways) == ["mark 4/40 None", "do C1 70", "do 4/41 None"]
    # Where its mark can't do, it is.
    longer = TWICE.replace(
        "accepted_when: graded", "accepted_when: graded, characters_at_least: 900"
    )
    ways = the_one(rules(longer, NOTES), some).ways
    assert told(ways) == ["do C1 70", "do 4/41 None", "retry 4/40 None"]
    assert [each.enough for each in ways] == [True, False, False]


def test_where_only_the_end_is_waited_for_nothing_lacks() -> None:
    entries = "  - {course: C4, activity: Q, assessment: exam}\n"
    assert found(rules(SCORED, entries), [marked(4, 41, "100", NOW)]).lacks == ()


def test_what_is_met_already_is_nothing_that_a_way_helps_besides() -> None:
    body = BODY.replace(
        "{hours_at_least: 10}", "{all: [{hours_at_least: 4, of: b}, {hours_at_least: 10}]}"
    )
    entries = "".join(f"  - {{course: C{number}, category: b, hours: 4}}\n" for number in (1, 2))
    for some, also in (([], 1), ([done(1, NOW)], 0)):
        ways = found(rules(body, entries), some).lacks[-1].ways
        assert [each.also for each in ways] == [also] * (2 - len(some))


QUALIFICATION = (
    BODY.replace("every_period", "once")
    + """
qualification:
  title: {en: Q}
  expiring_days: 30
  renewal:
    - {present: b, every_years: 1, title: {en: any}}
    - {present: b, from_level: county, every_years: 1, title: {en: of the county}}
"""
)
RENEWAL = """
  - {course: C1, category: a, hours: 10}
  - {course: C2, category: b, hours: 3, level: county}
  - {course: C4, activity: P, category: a, hours: 10, counts_when: graded}
"""


def test_one_course_may_renew_twice() -> None:
    lacks = found(rules(QUALIFICATION, RENEWAL), [done(1, BEFORE)]).lacks
    assert [(each.title.en, told(each.ways)) for each in lacks] == [
        ("any", ["do C2 3"]),
        ("of the county", ["do C2 3"]),
    ]
    assert [way.also for each in lacks for way in each.ways] == [1, 1]


def test_a_mark_by_which_the_qualification_is_gained_anew_is_no_renewal() -> None:
    some = [done(1, local("2024-05-01 10:00")), handed_in(4, 40, BEFORE)]
    lapsed = found(rules(QUALIFICATION, RENEWAL), some, local("2026-04-05 10:00"), of="2025")
    assert lapsed.in_the_end is Outcome.LAPSED
    assert [(each.title.en, each.ways) for each in lapsed.lacks] == [
        ("any", ()),
        ("of the county", ()),
    ]


@pytest.mark.parametrize("attributes", [(), teacher("clerk")])
@pytest.mark.parametrize(
    ("body", "outcome"), [(BODY, Outcome.IN_PROGRESS), (QUALIFICATION, Outcome.EXPIRING)]
)
def test_what_lacked_once_is_not_told_of_whom_the_scheme_does_not_concern_now(
    attributes: tuple[DatedAttribute, ...], body: str, outcome: Outcome
) -> None:
    on, book, some = local("2027-02-20 10:00"), rules(body, RENEWAL), [done(1, BEFORE)]
    decision = decide(book, SITE_COURSES, some, on)[0]["sample", "2026"]
    assert decision.outcome is outcome
    known = TeacherRecord(SITE, TEACHER, some, attributes)
    assert missing(book, CATALOGUE, known, decision, on) is None


def test_a_frame_of_a_scheme_without_a_gate_rests_on_no_recognition() -> None:
    book, key = rules(BODY + FRAME, ENTRY.format("a")), ("sample-three-years", "2024")
    decision = decide(book, SITE_COURSES, [], ON)[0][key]
    result = missing(book, CATALOGUE, TeacherRecord(SITE, TEACHER, (), teacher()), decision, ON)
    assert result is not None
    assert result.rests_on == Text()


def test_a_record_says_itself_how_much_it_brings() -> None:
    body = EVIDENCE.replace(
        "{all: [{hours_at_least: 10}, {evidence: notes}", "{all: [{hours_at_least: 3}"
    )
    entries = (
        "  - {record: R1, category: a, hours: recorded}\n  - {record: R2, category: a, hours: 4}\n"
        "  - {record: R3, assessment: exam}\n"
        "  - {record: R4, category: a, hours: 1}\n"
    )
    hours, exam = found(rules(body, entries)).lacks
    ways = [(w.course, w.course_name, w.gain, w.enough, w.graded_in_time) for w in hours.ways]
    assert ways == [
        (0, "R2", 4, True, False),
        (0, "R4", 1, False, False),
        (0, "R1", None, False, False),
    ]
    assert [(each.course_name, each.enough) for each in exam.ways] == [("R3", True)]


def test_a_way_that_is_enough_and_a_course_without_an_id_number() -> None:
    entries = "  - {course: {short_name: short 5}, category: a, hours: 10}\n" + WORK
    hours, notes, exam = found(rules(EVIDENCE, entries)).lacks
    assert [each.enough for each in (*hours.ways, *notes.ways, *exam.ways)] == [
        *(False, True),
        True,
        True,
    ]
    assert [(each.also, each.activity) for each in hours.ways] == [(1, 40), (0, None)]
    assert [each.course_code for each in hours.ways] == ["C4", "short 5"]
