"""What a period's work comes to: open or decided, and why, and all hours on their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from moodle_cpd.decide import TeacherRecord, decide_prepared, prepare
from moodle_cpd.decide.asked import levels
from moodle_cpd.decide.matcher import Prepared, PreparedScheme
from moodle_cpd.decide.membership import Share
from moodle_cpd.decide.prorated import prorated
from moodle_cpd.model.decision import Decision, Outcome, State
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.rules.rulebook_requirements import Group, HoursAtLeast, OnlyFor
from tests.decide.making import (
    BODY,
    SITE,
    TEACHER,
    activity,
    attribute,
    course,
    decide,
    done,
    handed_in,
    local,
    marked,
    rules,
    teacher,
)

ENTRIES = """
  - {course: C1, category: a, hours: 4}
  - {course: C2, category: b, hours: 6}
  - {course: C3, activity: L, category: a, hours: 7, counts_when: graded, attempt: latest}
  - {course: C4, activity: U, category: a, hours: 6, counts_when: graded}
  - {course: C5, activity: X, assessment: exam}
  - {course: {idnumber_like: "C6*"}, category: a, hours: 1}
  - {course: {idnumber_like: "*C6"}, category: b, hours: 2}
"""
COURSES = [
    course(1),
    course(2),
    course(3, activities=[activity(30, "L")]),
    course(4, activities=[activity(40, "U")]),
    course(5, activities=[activity(50, "X")]),
    course(6),
]
EXAM = "\nassessments: [{id: exam, title: {en: E}, pass_at: {percent: 60}}]\n"
OLD, AT = local("2025-06-01 10:00"), local("2026-03-02 10:00")
DURING, IN_GRACE, AFTER = (
    local(f"{day} 12:00") for day in ("2025-08-01", "2026-03-10", "2026-04-05")
)
LATEST = [handed_in(3, 30, OLD), marked(3, 30, "80", OLD)]
OPEN = [handed_in(4, 40, OLD)]
ROLE = Attribute.ROLE
Known = tuple[DatedAttribute, ...]


def every(
    facts: Sequence[Fact],
    on: datetime = DURING,
    *,
    asked: str = "{hours_at_least: 10}",
    more: str = "",
    audience: str = "{role: [teacher]}",
    known: Known | None = None,
    papers: Sequence[Dispensation] = (),
) -> tuple[dict[str, Decision], list[str]]:
    body = BODY.replace("{hours_at_least: 10}", asked).replace("{role: [teacher]}", audience)
    record = TeacherRecord(SITE, TEACHER, facts, teacher() if known is None else known, papers)
    catalogue = {each.id: each for each in COURSES}
    prepared = prepare(rules(body + EXAM + more, ENTRIES), catalogue)
    found, problems = decide_prepared(prepared, record, on)
    return {each.period.key: each for each in found}, [each.found for each in problems]


PRORATED = "{role: [teacher], midway: {value: prorated, months: started}}"
LEFT = (*teacher()[1:], attribute(ROLE, "teacher"), attribute(ROLE, "x", "2025-06-01"))
COULD_CHANGE = "a grade of which the latest counts could still change"
WHOM = "a role, stage or school taken up till then asks for more"


@pytest.mark.parametrize(
    ("facts", "known", "on", "outcome", "words"),
    [
        ([done(1, OLD), done(2, OLD)], None, DURING, Outcome.MET, ""),
        ([done(1, OLD), *LATEST], None, DURING, Outcome.IN_PROGRESS, COULD_CHANGE),
        ([done(1, OLD), *LATEST], None, AFTER, Outcome.MET, ""),
        # A quarter of the hours is asked of who left, and who left may come back.
        ([done(1, OLD)], LEFT, DURING, Outcome.IN_PROGRESS, WHOM),
        ([done(1, OLD)], LEFT, AFTER, Outcome.MET, ""),
        (LATEST, LEFT, DURING, Outcome.IN_PROGRESS, COULD_CHANGE),
        ([], None, DURING, Outcome.IN_PROGRESS, ""),
        ([], LEFT, DURING, Outcome.IN_PROGRESS, ""),
        ([], None, AFTER, Outcome.NOT_MET, ""),
    ],
)
def test_what_is_met_is_decided_once_nothing_can_undo_it(
    facts: list[Fact], known: Known | None, on: datetime, outcome: Outcome, words: str
) -> None:
    decision = every(facts, on, audience=PRORATED, known=known)[0]["2025"]
    assert decision.outcome is outcome
    why = [each.en for each in decision.reasons if "requirements are met" in each.en]
    assert len(why) == bool(words)
    assert all(words in each for each in why)
    assert all(each.en for each in decision.reasons)


def test_a_part_that_is_not_settled_keeps_it_open() -> None:
    asked = """
  all:
    - {hours_at_least: 4}
    - hours_at_least: 12
      of: b
      only_for: {role: [x], midway: {value: prorated, months: started}}
"""
    known = (*teacher()[1:], *(attribute(ROLE, each, "2025-06-01") for each in ("teacher", "y")))
    known = (*known, attribute(ROLE, "teacher"), attribute(ROLE, "x"))
    facts = [done(1, OLD), done(2, OLD)]
    decision = every(facts, asked=asked, known=known)[0]["2025"]
    assert decision.outcome is Outcome.IN_PROGRESS
    assert any(WHOM in each.en for each in decision.reasons)
    assert every(facts, AFTER, asked=asked, known=known)[0]["2025"].outcome is Outcome.MET


FOR_SOME = """
  all:
    - {hours_at_least: 4}
    - hours_at_least: 12
      of: b
      only_for: {%s}
"""
FIRST, LAST, NEXT = (
    local(each) for each in ("2025-08-01 12:00", "2026-02-28 23:59", "2026-03-01 00:00")
)


@pytest.mark.parametrize(
    ("some", "on", "outcome"),
    [
        # Whoever is not x yet may be until the last day is over.
        ("role: [x]", FIRST, Outcome.IN_PROGRESS),
        ("role: [x]", LAST, Outcome.IN_PROGRESS),
        ("role: [x]", NEXT, Outcome.MET),
        ("stage: [vocational]", LAST, Outcome.IN_PROGRESS),
        ("stage: [vocational]", NEXT, Outcome.MET),
        ("school: [far-away]", LAST, Outcome.IN_PROGRESS),
        ("school: [far-away]", NEXT, Outcome.MET),
        ("role: [x], midway: {value: prorated, months: started}", LAST, Outcome.IN_PROGRESS),
        ("role: [x], midway: {value: prorated, months: started}", NEXT, Outcome.MET),
        # A day that is named has come, or what never changes shuts them out.
        ("role: [x], held_on: period_start", FIRST, Outcome.MET),
        ("role: [x], midway: next_period", FIRST, Outcome.MET),
        ("role: [x], years_of_service: {at_most: 0}", FIRST, Outcome.MET),
        ("role: [x], age: {at_most: 35}", FIRST, Outcome.MET),
    ],
)
def test_what_somebody_may_come_to_owe_keeps_it_open_until_the_last_day_is_over(
    some: str, on: datetime, outcome: Outcome
) -> None:
    known = (
        *teacher(),
        attribute(Attribute.STAGE, "primary"),
        attribute(Attribute.SCHOOL, "here"),
        attribute(Attribute.BIRTH_DATE, "1970-01-01"),
    )
    decision = every([done(1, OLD)], on, asked=FOR_SOME % some, known=known)[0]["2025"]
    assert decision.outcome is outcome
    assert any(WHOM in each.en for each in decision.reasons) is (outcome is not Outcome.MET)
    assert all(each.state is State.MET for each in (decision.requirement,) if each is not None)


def test_a_role_taken_up_on_the_last_day_asks_for_more() -> None:
    known = (*teacher(), *(attribute(ROLE, each, "2026-02-28") for each in ("teacher", "x")))
    asked = FOR_SOME % "role: [x]"
    assert every([done(1, OLD)], NEXT, asked=asked, known=known)[0]["2025"].outcome is (
        Outcome.IN_PROGRESS
    )
    assert every([done(1, OLD)], AFTER, asked=asked, known=known)[0]["2025"].outcome is (
        Outcome.NOT_MET
    )


def test_what_only_follows_from_an_outcome_keeps_nothing_open() -> None:
    follows = """
awards: [{id: c, kind: certificate, title: {en: C}, issued_here: true, only_for: {role: [x]}}]
consequences: [{flag: f, title: {en: F}, when: met, only_for: {stage: [vocational]}}]
"""
    known = (*teacher(), attribute(Attribute.STAGE, "primary"))
    asked = "{hours_at_least: 4}" + follows
    assert every([done(1, OLD)], FIRST, asked=asked, known=known)[0]["2025"].outcome is Outcome.MET


@pytest.mark.parametrize("day", ["held_on: period_end", "judged_on: 2025-11-05"])
def test_a_part_of_which_somebody_may_come_to_be_keeps_it_open(day: str) -> None:
    asked = f"""
  all:
    - {{hours_at_least: 4}}
    - hours_at_least: 12
      of: b
      only_for: {{role: [x], {day}}}
"""
    known, facts = (*teacher()[1:], attribute(ROLE, "teacher")), [done(1, OLD)]
    decision = every(facts, asked=asked, known=known)[0]["2025"]
    assert decision.outcome is Outcome.IN_PROGRESS
    assert any(WHOM in each.en for each in decision.reasons)
    assert every(facts, AFTER, asked=asked, known=known)[0]["2025"].outcome is Outcome.MET
    known = (*known, *(attribute(ROLE, each, "2025-10-01") for each in ("teacher", "x")))
    assert every(facts, AFTER, asked=asked, known=known)[0]["2025"].outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ([done(1, OLD), *OPEN], Outcome.IN_PROGRESS),
        ([done(1, OLD)], Outcome.NOT_MET),
        # Lines quarrel about one thing, another is open.
        ([done(1, OLD), done(6, OLD), *OPEN], Outcome.IN_PROGRESS),
    ],
)
def test_one_piece_that_is_open_keeps_it_open(facts: list[Fact], outcome: Outcome) -> None:
    assert every(facts, AFTER)[0]["2025"].outcome is outcome


GATE = "\nrecognised_when: {passed: exam}\n"
WHOLE = [done(1, OLD), done(2, OLD)]


@pytest.mark.parametrize(
    ("exam", "on", "state", "outcome"),
    [
        # What opens the gate may still come until the days of grace are over.
        ([], IN_GRACE, State.UNKNOWN, Outcome.IN_PROGRESS),
        ([], AFTER, State.MISSING, Outcome.NOT_MET),
        ([handed_in(5, 50, OLD)], AFTER, State.UNKNOWN, Outcome.IN_PROGRESS),
        ([marked(5, 50, "59", OLD)], AFTER, State.MISSING, Outcome.NOT_MET),
        ([marked(5, 50, "60", OLD)], IN_GRACE, State.MET, Outcome.MET),
    ],
)
def test_hours_behind_a_gate(
    exam: list[Fact], on: datetime, state: State, outcome: Outcome
) -> None:
    decision = every([*WHOLE, *exam], on, more=GATE)[0]["2025"]
    assert decision.requirement is not None
    assert (decision.requirement.state, decision.outcome) == (state, outcome)
    assert decision.recognised == (10 if outcome is Outcome.MET else 0)


@pytest.mark.parametrize(
    ("old", "on", "outcome"),
    [
        (LATEST, IN_GRACE, Outcome.IN_PROGRESS),
        (LATEST, AFTER, Outcome.MET),
        ([done(2, OLD)], IN_GRACE, Outcome.MET),
    ],
)
def test_hours_of_the_period_before_are_as_certain_as_it_is(
    old: list[Fact], on: datetime, outcome: Outcome
) -> None:
    found, _ = every([*old, done(1, AT)], on, asked="{hours_at_least: 10, within_years: 2}")
    assert found["2026"].outcome is outcome


@pytest.mark.parametrize(
    ("cap", "earned", "words"),
    [
        ("", 10, []),
        ("hours_at_most: 11", 10, []),
        ("hours_at_most: 10", 10, []),
        ("hours_at_most: 9", 9, ["At most 9 hours in all, 1 cut off"]),
    ],
)
def test_a_cap_of_the_scheme(cap: str, earned: int, words: list[str]) -> None:
    decision = every(WHOLE, more=f"\n{cap}\n")[0]["2025"]
    assert (decision.earned, [each.en for each in decision.reasons]) == (Decimal(earned), words)


def test_hours_of_a_category_below_one_apart_are_none_of_the_total() -> None:
    body = BODY.replace(
        "{id: b, title: {en: B}}",
        "{id: apart, title: {en: P}, apart: true, categories: [{id: b, title: {en: B}}]}",
    )
    decisions, _ = decide(rules(body + EXAM, ENTRIES), COURSES, WHOLE, DURING)
    decision = decisions["sample", "2025"]
    assert decision.earned == 4
    assert dict(decision.by_category) == {"a": 4, "apart": 6, "b": 6}


def test_credits_are_shares_of_hours_and_none_where_none_are_said() -> None:
    out = (*teacher()[1:], attribute(ROLE, "x"))
    for known, hours in ((None, Decimal(10)), (out, Decimal(0))):
        plain = every(WHOLE, known=known)[0]["2025"]
        credited = every(WHOLE, known=known, more="\nhours_per_credit: 4\n")[0]["2025"]
        assert (plain.credits, credited.credits) == (None, hours / 4)


def test_what_has_no_time_has_a_line_of_no_category() -> None:
    found, problems = every([marked(5, 50, "80", None)])
    (line,) = found["2025"].credit_lines
    assert (line.category, line.course, line.course_name) == ("", 5, "Course 5")
    assert len(problems) == 1


# From here on: which periods are decided, and what a person should look at.


PAPER = Dispensation(
    *(SITE, TEACHER, "sample", DispensationKind.EXEMPT),
    *(date(2025, 1, 1), None, "D-17"),
)


def undated(problems: Sequence[str]) -> bool:
    return any("Moodle gives no time" in each for each in problems)


def test_who_is_unknown_is_told_that_alone() -> None:
    found, problems = every([done(1, None)], known=teacher()[1:])
    assert found == {}
    assert len(problems) == 1
    assert "role is unknown" in problems[0]


def test_who_belonged_in_any_period_is_told_what_is_wrong() -> None:
    left = (*teacher()[1:], attribute(ROLE, "teacher"), attribute(ROLE, "x", "2025-01-01"))
    found, problems = every([done(1, None)], known=left)
    assert [each.outcome for each in found.values()] == [Outcome.NOT_MET, Outcome.NOT_APPLICABLE]
    assert undated(problems)


def test_who_may_belong_to_a_part_is_told_so_and_what_is_wrong() -> None:
    asked = "{all: [{hours_at_least: 4}, {present: b, only_for: {school: [S1]}}]}"
    found, problems = every([], asked=asked, papers=[PAPER])
    assert found == {}
    assert len(problems) == 2
    assert "document D-17 says 'exempt'" in problems[0]
    assert "school is unknown" in problems[1]


def test_where_nothing_is_asked_of_somebody_that_is_said() -> None:
    parts = "{present: a, only_for: {role: [x]}}, {present: b, only_for: {role: [y]}}"
    found, problems = every([done(1, OLD)], asked=f"{{all: [{parts}]}}", papers=[PAPER])
    decision = found["2025"]
    assert decision.outcome is Outcome.NOT_APPLICABLE
    assert [each.en for each in decision.reasons] == ["Nothing is asked of this teacher"]
    assert len(problems) == 1
    assert every([], papers=[PAPER], known=(*teacher()[1:], attribute(ROLE, "x")))[1] == []


def test_only_periods_in_which_something_happened_by_then() -> None:
    facts = [
        done(1, local("2020-06-01 10:00")),
        replace(done(2, local("2021-06-01 10:00")), retracted=True),
        done(2, local("2030-06-01 10:00")),
        done(2, DURING),
    ]
    found, _ = every(facts)
    assert list(found) == ["2020", "2024", "2025"]
    assert found["2025"].earned == 6
    book = rules(BODY + EXAM, ENTRIES)
    catalogue = {each.id: each for each in COURSES}
    prepared = prepare(book, catalogue, frozenset({1}))
    decisions, _ = decide_prepared(prepared, TeacherRecord(SITE, TEACHER, facts, teacher()), DURING)
    assert [each.period.key for each in decisions] == ["2024", "2025"]


def test_the_first_thing_done_tells_that_somebody_was_there() -> None:
    known = (attribute(ROLE, "teacher", "2026-01-01"),)
    facts = [done(1, local("2024-05-01 10:00")), done(2, local("2025-12-01 10:00"))]
    for order in (facts, facts[::-1]):
        found, _ = every(order, local("2026-01-01 12:00"), known=known)
        assert list(found) == ["2024", "2025"]


FRAMES = """
frames:
  - id: a-frame
    title: {en: Years}
    counts: recognised
    period: {every: frame, starts: 03-01, first: 2023, years: 2}
    duty: every_period
    requirements: {hours_at_least: 10}
"""


def test_a_frame_rests_on_the_periods_that_begin_within_it_whatever_its_name() -> None:
    decisions, problems = decide(
        rules(BODY + EXAM + FRAMES, ENTRIES),
        COURSES,
        [done(1, local("2024-06-01 10:00")), done(2, OLD)],
        AFTER,
    )
    assert list(decisions) == sorted(decisions, key=lambda key: (key[0], key[1]))
    assert [key for key in decisions if key[0] == "a-frame"] == [
        ("a-frame", "2023"),
        ("a-frame", "2025"),
    ]
    assert decisions["a-frame", "2023"].earned == 4
    assert decisions["a-frame", "2023"].outcome is Outcome.NOT_MET
    assert decisions["a-frame", "2025"].earned == 6
    assert problems == []


def test_problems_come_in_their_order() -> None:
    entries = "".join(
        f'  - {{course: {{idnumber_like: "{like}"}}, category: a, hours: 1}}\n'
        for number in range(10, 20)
        for like in (f"C{number}*", f"*C{number}")
    )
    courses = [course(number) for number in range(10, 20)]
    facts = [done(number, OLD) for number in range(19, 9, -1)]
    _, problems = decide(rules(BODY, entries), courses, facts, DURING)
    assert len(problems) == 10
    assert problems == sorted(problems)


def test_carried_hours_alone_bring_a_period_though_nothing_is_carried_today() -> None:
    carry = """
carry_over: [{category: a, beyond: 1, hours_at_most: 6, reference: x, until: 2023-02-28}]
"""
    found, _ = every([done(1, local("2021-06-01 10:00"))], more=carry)
    assert list(found) == ["2021", "2022", "2024", "2025"]
    assert found["2022"].earned == 3


def test_only_closed_periods_of_the_scheme_itself_stand() -> None:
    book = rules(BODY + EXAM, ENTRIES)
    prepared = prepare(book, {each.id: each for each in COURSES})
    known = TeacherRecord(SITE, TEACHER, (done(1, OLD),), teacher())
    before, now = decide_prepared(prepared, known, DURING)[0]
    other = replace(before, scheme="other", period=replace(now.period, key="1990"))
    periods = decide_prepared(prepared, replace(known, closed=[other]), DURING)[0]
    assert [each.period.key for each in periods] == ["2024", "2025"]
    old = replace(before, period=before.period.__class__("2019", OLD.replace(year=2019), OLD))
    periods = decide_prepared(prepared, replace(known, closed=[old]), DURING)[0]
    assert [each.period.key for each in periods] == ["2019", "2024", "2025"]


# Rules held against a site once.


def test_levels_that_any_edition_or_the_gate_asks_for() -> None:
    asked = """
  all:
    - {hours_at_least: 1, from_level: county, until: 2024-02-28}
    - {hours_at_least: 2, from_level: prefecture, from: 2024-03-01, until: 2025-02-28}
    - {hours_at_least: 3, from_level: nation, from: 2025-03-01}
    - {present: a, from_level: school, only_for: {role: [x]}}
    - any: [{present: b, from_level: province}, {present: a}]
"""
    gate = "\nrecognised_when: {hours_at_least: 1, from_level: school_district}\n"
    body = BODY.replace("requirements: {hours_at_least: 10}", f"requirements:{asked}")
    scheme = PreparedScheme(rules(body + gate).schemes[0], {})
    every_level = (
        *("county", "nation", "prefecture"),
        *("province", "school", "school_district"),
    )
    assert len(scheme.editions) == 4
    assert [each.levels for each in scheme.editions] == [every_level] * 4
    assert sorted(levels(scheme.scheme.requirement)) == ["nation", "province", "school"]


def test_one_line_in_proportion_makes_all_sums_fractions() -> None:
    share = """
  - course: C2
    activity: P
    category: a
    hours: {value: 9, in_proportion_to: grade}
    counts_when: graded
"""
    whole = "  - {course: C1, category: a, hours: 4}\n"
    for entries, expected in ((whole, False), (share, True), (whole + share, True)):
        assert PreparedScheme(rules(BODY, entries).schemes[0], {}).in_fractions is expected


def test_a_category_and_those_above_it() -> None:
    below = "{id: c, title: {en: C}, categories: [{id: d, title: {en: D}}]}"
    body = BODY.replace(
        "{id: b, title: {en: B}}", f"{{id: b, title: {{en: B}}, categories: [{below}]}}"
    )
    scheme = PreparedScheme(rules(body).schemes[0], {})
    assert [each.id for each in scheme.chain("d")] == ["d", "c", "b"]
    assert [each.id for each in scheme.chain("a")] == ["a"]


def test_a_scheme_that_is_not_there() -> None:
    prepared = Prepared(rules(), {})
    assert prepared.scheme("sample").scheme.id == "sample"
    with pytest.raises(KeyError, match="other"):
        prepared.scheme("other")


def test_months_take_their_share_of_this_period_s_hours_alone() -> None:
    asked = """
  all:
    - {hours_at_least: 12}
    - {hours_at_least: 12, within_years: 2}
    - {hours_at_least: 12, within_years: 3}
    - {present: a}
    - {hours_at_least: 12, of: a, only_for: {role: [x]}}
    - {hours_at_least: 12, of: b, only_for: {role: [y]}}
"""
    body = BODY.replace("requirements: {hours_at_least: 10}", f"requirements:{asked}")
    scheme = rules(body).schemes[0]
    assert isinstance(scheme.requirement, Group)
    first, second = scheme.part_audiences()
    found = prorated(scheme.requirement, Share(3, 12), {first: Share(1, 12), second: None})
    assert isinstance(found, Group)
    needs = [
        each.need if isinstance(each, HoursAtLeast) else None
        for each in (part.part if isinstance(part, OnlyFor) else part for part in found.parts)
    ]
    assert needs == [3, 12, 12, None, 1, 3]
    assert found.parts[3] == scheme.requirement.parts[3]
    whole = prorated(scheme.requirement, None, {first: None, second: None})
    assert whole == scheme.requirement


def test_each_of_the_hours_of_the_year_before_must_last_until_it_is_over() -> None:
    facts = [done(1, OLD), *LATEST, done(2, AT)]
    for on, outcome in ((IN_GRACE, Outcome.IN_PROGRESS), (AFTER, Outcome.MET)):
        decisions, _ = every(facts, on, asked="{hours_at_least: 15, within_years: 2}")
        assert decisions["2026"].outcome is outcome
    decisions, _ = every(facts, IN_GRACE, asked="{hours_at_least: 10, within_years: 2}")
    assert decisions["2026"].outcome is Outcome.MET


def test_after_the_end_all_is_decided_though_the_audience_be_looked_at_later() -> None:
    audience = "{role: [teacher], judged_on: 2026-09-01}"
    for on, outcome in ((IN_GRACE, Outcome.IN_PROGRESS), (AFTER, Outcome.MET)):
        decisions, _ = every([done(1, OLD), done(2, OLD)], on, audience=audience)
        assert decisions["2025"].outcome is outcome


def test_hours_are_recognised_once_no_later_attempt_can_shut_the_gate() -> None:
    entries = ENTRIES.replace("assessment: exam", "assessment: exam, attempt: latest")
    book = rules(BODY + EXAM + "recognised_when: {passed: exam}\n", entries)
    facts = [done(1, OLD), marked(5, 50, "80", OLD)]
    for on, hours in ((DURING, 0), (IN_GRACE, 0), (AFTER, 4)):
        decisions, _ = decide(book, COURSES, facts, on)
        assert decisions["sample", "2025"].recognised == Decimal(hours)
