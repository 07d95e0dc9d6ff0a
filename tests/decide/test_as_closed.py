"""What came to be known after a period was closed changes no later period either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.decide import TeacherRecord, decide_prepared, prepare
from moodle_cpd.decide.matcher import Prepared
from moodle_cpd.model.adjustment import Adjustment
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute, DatedAttribute
from tests.decide.making import (
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
    rules,
    teacher,
)

HEAD = """
period: {every: year, starts: 01-01}
grace_days: 30
audience: {role: [teacher]}
dispensations:
  - {kind: exempt, title: {en: Leave}}
  - {kind: waived, title: {en: Illness}}
categories:
  - {id: a, title: {en: A}, hours_at_most: 18}
  - {id: b, title: {en: B}}
"""
SURPLUS = "carry_over: [{category: a, beyond: 10, hours_at_most: 5}]\n"
CARRY = "duty: every_period\nrequirements: {hours_at_least: 10}\n" + SURPLUS
YEARS = """
duty: every_period
requirements: {all: [{hours_at_least: 15, within_years: 3}]}
"""
KEPT = """
duty: once
requirements: {hours_at_least: 10, of: a}
qualification:
  title: {en: Q}
  expiring_days: 30
  renewal: [{present: b, from_level: county, every_years: 3}]
"""
GATE = """
assessments: [{id: exam, title: {en: Exam}, pass_at: {percent: 60}}]
recognised_when: {passed: exam}
"""
ENTRIES = """
  - {course: C1, category: a, hours: 10, repeatable: true}
  - {course: C2, category: a, hours: 5, repeatable: true}
  - {course: C3, category: b, hours: 15, level: county, repeatable: true}
  - {course: C4, category: b, hours: 4, level: school, repeatable: true}
  - {course: C5, activity: E, assessment: exam}
"""
COURSES = {each: course(each, activities=[activity(50, "E")]) for each in range(1, 6)}
EXAM_2022 = marked(5, 50, "80", local("2022-06-01 10:00"))
EXAM_2023 = marked(5, 50, "80", local("2023-06-01 10:00"), attempt=1)


def book(body: str, entries: str = ENTRIES, head: str = HEAD) -> Prepared:
    if "exam" not in body:
        entries = entries.replace("  - {course: C5, activity: E, assessment: exam}\n", "")
    return prepare(rules(head + body, entries), COURSES)


def did(year: int, *courses: int) -> list[Fact]:
    return [done(each, local(f"{year}-05-0{each} 10:00")) for each in courses]


def years(
    prepared: Prepared,
    facts: Sequence[Fact],
    closed: Sequence[Decision] = (),
    *,
    on: str = "2024-06-01",
    adjustments: Sequence[Adjustment] = (),
    dispensations: Sequence[Dispensation] = (),
    attributes: Sequence[DatedAttribute] | None = None,
    missed: Sequence[str] = (),
) -> dict[str, Decision]:
    """Decisions by year."""
    known = TeacherRecord(
        SITE,
        TEACHER,
        facts,
        teacher() if attributes is None else attributes,
        dispensations,
        adjustments=adjustments,
        closed=closed,
        missed=[("sample", year) for year in missed],
    )
    found, _ = decide_prepared(prepared, known, local(f"{on} 12:00"))
    return {each.period.key: each for each in found}


def with_role_in_2022(role: str) -> list[DatedAttribute]:
    """A teacher who had another role in one year, or one that nobody knows."""
    roles = (("teacher", "2020-01-01"), (role, "2022-01-01"), ("teacher", "2023-01-01"))
    rows = [attribute(Attribute.ROLE, each, since) for each, since in roles]
    return [*rows, *(each for each in teacher() if each.name is not Attribute.ROLE)]


def until(decision: Decision) -> str:
    assert decision.qualification is not None
    return decision.qualification.until.isoformat()[:10]


def test_late_hours_are_not_carried_out_of_a_closed_period() -> None:
    prepared, own = book(CARRY), [*did(2022, 1), *did(2023, 2)]
    before = years(prepared, own)
    assert (before["2022"].earned, before["2023"].outcome) == (Decimal(10), Outcome.NOT_MET)
    late = [*own, *did(2022, 2)]
    assert years(prepared, late)["2023"].outcome is Outcome.MET
    assert years(prepared, late, [before["2022"]])["2023"] == before["2023"]


def test_late_hours_of_a_closed_period_are_none_of_the_years_after() -> None:
    prepared, own = book(YEARS), did(2023, 4)
    before = years(prepared, [*own, *did(2022, 4)])
    late = [*own, *did(2022, 4, 3)]
    assert years(prepared, late)["2023"].outcome is Outcome.MET
    now = years(prepared, late, [before["2022"]])
    assert now["2023"] == before["2023"]
    assert now["2023"].outcome is Outcome.NOT_MET
    # What is said of the closed period itself follows the facts: people are told by it.
    assert now["2022"].outcome is Outcome.MET


def test_late_hours_of_a_closed_period_renew_no_qualification() -> None:
    prepared, own = book(KEPT), did(2021, 1)
    before = years(prepared, own)
    late = [*own, *did(2022, 3)]
    assert until(years(prepared, late)["2023"]) == "2025-12-31"
    now = years(prepared, late, [before["2022"]])
    assert until(now["2023"]) == until(before["2023"]) == "2024-12-31"
    assert now["2023"] == before["2023"]


ADDED = adjusted("add", "2022-05-03", category="b", hours="1")


@pytest.mark.parametrize(
    ("body", "own"),
    [
        (CARRY, [*did(2022, 1), *did(2023, 2)]),
        (YEARS, did(2023, 4)),
        (KEPT, did(2021, 1)),
    ],
)
def test_an_adjustment_of_the_closed_period_opens_it_to_the_facts_of_today(
    body: str, own: list[Fact]
) -> None:
    prepared, late = book(body), [*own, *did(2022, 2, 3)]
    closed = [years(prepared, [*own, *did(2022, 4)])["2022"]]
    open_ = years(prepared, late, adjustments=[ADDED])
    stood = years(prepared, late, closed)
    assert years(prepared, late, closed, adjustments=[ADDED]) == open_
    assert stood["2023"] != open_["2023"]
    # The new decision stands from then on; without the adjustment it falls.
    again = [open_["2022"]]
    assert years(prepared, own, again, adjustments=[ADDED])["2023"] == open_["2023"]
    assert years(prepared, own, again)["2023"] == years(prepared, own)["2023"]


@pytest.mark.parametrize(
    ("body", "own", "more"),
    [(CARRY, did(2023, 2), (1, 2)), (YEARS, did(2023, 4), (3,)), (KEPT, did(2021, 1), (3,))],
)
def test_hours_with_which_it_was_closed_stay_though_their_facts_are_gone(
    body: str, own: list[Fact], more: tuple[int, ...]
) -> None:
    prepared = book(body)
    before = years(prepared, [*own, *did(2022, *more)])
    assert years(prepared, own)["2023"] != before["2023"]
    found = years(prepared, own, [before["2022"]])
    assert found["2023"] == before["2023"]
    assert found["2024"] == before["2024"]


def test_what_was_closed_as_not_recognised_brings_nothing() -> None:
    prepared = book(CARRY + GATE)
    own = [*did(2022, 1, 2), *did(2023, 2), EXAM_2023]
    before = years(prepared, own)
    assert (before["2022"].earned, before["2022"].recognised) == (Decimal(15), Decimal(0))
    # The examination alone came late: no line of credit tells of it.
    late = [*own, EXAM_2022]
    assert years(prepared, late)["2023"].earned == 10
    now = years(prepared, late, [before["2022"]])
    assert now["2023"] == before["2023"]
    assert now["2023"].earned == 5


def test_hours_apart_behind_a_gate_bring_nothing() -> None:
    body = (YEARS + GATE).replace("within_years: 3}", "of: b, within_years: 3}")
    head = HEAD.replace("title: {en: B}}", "title: {en: B}, apart: true}")
    prepared = prepare(rules(head + body, ENTRIES), COURSES)
    own = [*did(2022, 3), EXAM_2023]
    before = years(prepared, own)
    assert (before["2022"].earned, before["2023"].outcome) == (Decimal(0), Outcome.NOT_MET)
    late = [*own, EXAM_2022, *did(2022, 4)]
    assert years(prepared, late)["2023"].outcome is Outcome.MET
    assert years(prepared, late, [before["2022"]])["2023"] == before["2023"]


GRADED = ENTRIES.replace("C2, ", "C2, activity: E, counts_when: graded, ").replace("s: 4", "s: 6")
ON_PAPER = handed_in(2, 50, local("2022-05-02 10:00"))
MARKED = marked(2, 50, "80", local("2022-05-02 10:00"))


def test_what_was_unmarked_when_it_was_closed_comes_no_more() -> None:
    prepared, own = book(CARRY, GRADED), [*did(2022, 1), ON_PAPER, *did(2023, 4)]
    before = years(prepared, own)
    assert before["2023"].outcome is Outcome.IN_PROGRESS
    late = [*own, MARKED]
    assert years(prepared, late)["2023"].outcome is Outcome.MET
    for facts in (own, late):
        found = years(prepared, facts, [before["2022"]])["2023"]
        assert (found.outcome, found.earned) == (Outcome.NOT_MET, Decimal(6))
        assert [each.course for each in found.credit_lines] == [4]


def test_what_was_sure_when_it_was_closed_is_handed_on_and_nothing_more() -> None:
    more = "  - {course: C2, category: a, hours: 3, repeatable: true}\n"
    prepared, facts = book(CARRY, GRADED + more), [*did(2022, 1, 2), ON_PAPER, *did(2023, 4)]
    before = years(prepared, facts)
    assert (before["2023"].earned, before["2023"].outcome) == (Decimal(9), Outcome.IN_PROGRESS)
    found = years(prepared, facts, [before["2022"]])["2023"]
    assert (found.earned, found.outcome) == (Decimal(9), Outcome.NOT_MET)


def test_what_is_closed_in_its_days_of_grace_is_sure_at_once() -> None:
    prepared, on = (
        book(CARRY, GRADED.replace("graded, ", "graded, attempt: latest, ")),
        "2023-01-15",
    )
    facts = [*did(2022, 1), ON_PAPER, MARKED, done(4, local("2023-01-10 10:00"))]
    before = years(prepared, facts, on=on)
    assert (before["2023"].earned, before["2023"].outcome) == (Decimal(11), Outcome.IN_PROGRESS)
    found = years(prepared, facts, [before["2022"]], on=on)["2023"]
    assert (found.earned, found.outcome) == (Decimal(11), Outcome.MET)


def test_carried_hours_are_not_carried_on_from_a_closed_period() -> None:
    prepared = book(CARRY)
    own = [*did(2021, 1, 2), *did(2022, 1)]
    before = years(prepared, own)
    assert before["2022"].earned == 15
    late = [*own, *did(2022, 2)]
    assert years(prepared, late)["2023"].earned > 0
    assert years(prepared, late, [before["2022"]])["2023"].earned == 0


def test_more_carried_into_a_closed_period_by_an_open_one_is_carried_nowhere() -> None:
    prepared, own = book(YEARS + SURPLUS), [*did(2021, 1), *did(2023, 4)]
    before = years(prepared, own)
    assert before["2023"].requirement is not None
    late = [*own, *did(2021, 2)]
    now = years(prepared, late, [before["2022"]])
    # The year 2021 is open: its own five hours count in 2023, not once more as carried ones.
    assert now["2023"].requirement is not None
    assert before["2023"].requirement.parts[0].have == 14
    assert now["2023"].requirement.parts[0].have == 19


def test_a_category_that_the_rules_have_no_more_brings_nothing_but_its_sum() -> None:
    before = years(book(YEARS), [*did(2022, 1, 3)])["2022"]
    assert before.earned == 25
    lines = tuple(
        replace(each, category=each.category.replace("a", "x")) for each in before.credit_lines
    )
    found = years(book(YEARS), [], [replace(before, credit_lines=lines)])["2023"]
    assert found.requirement is not None
    assert found.requirement.parts[0].have == 25


def test_a_period_of_which_nothing_can_be_said_today_brings_what_it_was_closed_with() -> None:
    unknown = with_role_in_2022("")
    for body in (CARRY, YEARS, KEPT):
        prepared, facts = book(body), [*did(2021, 1), *did(2022, 1, 2, 3), *did(2023, 4)]
        before = years(prepared, facts)
        found = years(prepared, facts, [before["2022"]], attributes=unknown)
        assert "2022" not in found
        assert found["2023"] == before["2023"]


def document(kind: str) -> Dispensation:
    first, last = local("2022-01-01 12:00").date(), local("2022-12-31 12:00").date()
    return Dispensation(SITE, TEACHER, "sample", DispensationKind(kind), first, last, "D 5")


@pytest.mark.parametrize("asked", ["{hours_at_least: 10, of: a}", "{all: [{hours_at_least: 10}]}"])
def test_a_year_that_was_closed_as_exempt_was_not_served_and_renews_nothing_later(
    asked: str,
) -> None:
    prepared, own = book(KEPT.replace("{hours_at_least: 10, of: a}", asked)), did(2021, 1)
    before = years(prepared, own, dispensations=[document("exempt")])
    assert before["2022"].outcome is Outcome.EXEMPT
    assert until(before["2023"]) == "2025-12-31"
    closed = [before["2022"]]
    assert until(years(prepared, [*own, *did(2022, 3)])["2023"]) == "2025-12-31"
    for facts in (own, [*own, *did(2022, 3)]):
        for documents in ([document("exempt")], []):
            found = years(prepared, facts, closed, dispensations=documents)
            assert found["2023"] == before["2023"]


def test_what_comes_late_into_a_period_closed_without_a_decision_brings_nothing() -> None:
    for body, facts in (
        (CARRY, [*did(2022, 1, 2), *did(2023, 2)]),
        (YEARS, [*did(2022, 1), *did(2023, 2)]),
        (KEPT, did(2022, 1)),
    ):
        prepared = book(body)
        own = [each for each in facts if each.at is not None and each.at.year > 2022]
        before, late = years(prepared, own), years(prepared, facts)
        assert late["2023"] != before["2023"]
        assert "2022" not in before
        # Who came after the closing was never decided here, and brings along what was done before.
        now = years(prepared, facts, missed=["2022"])
        assert now["2023"] == before["2023"]
        # What is said of the closed period itself follows the facts: people are told by it.
        assert now["2022"] == late["2022"]


def test_an_adjustment_opens_a_period_that_was_closed_without_a_decision() -> None:
    prepared, facts = book(CARRY), [*did(2022, 1, 2), *did(2023, 2)]
    found = years(prepared, facts, missed=["2022"], adjustments=[ADDED])
    assert found == years(prepared, facts, adjustments=[ADDED])
    assert found["2023"].outcome is Outcome.MET


def test_what_brought_nothing_because_it_came_late_may_be_done_again() -> None:
    once = book(CARRY, ENTRIES.replace("hours: 10, repeatable: true", "hours: 10"))
    facts = [*did(2022, 1), *did(2023, 1)]
    assert years(once, facts)["2023"].outcome is Outcome.NOT_MET
    assert years(once, facts, missed=["2022"])["2023"].outcome is Outcome.MET


def test_a_qualification_is_not_extended_by_a_period_closed_without_a_decision() -> None:
    prepared, facts = book(KEPT), [*did(2021, 1), *did(2022, 3)]
    assert until(years(prepared, facts)["2023"]) == "2025-12-31"
    assert until(years(prepared, facts, missed=["2022"])["2023"]) == "2024-12-31"


def test_who_was_closed_as_out_of_the_audience_is_not_made_to_have_served() -> None:
    clerk = with_role_in_2022("clerk")
    prepared = book(KEPT)
    own = did(2021, 1)
    before = years(prepared, own, attributes=clerk)
    assert before["2022"].outcome is Outcome.NOT_APPLICABLE
    assert until(before["2023"]) == "2025-12-31"
    found = years(prepared, [*own, *did(2022, 3)], [before["2022"]])
    assert found["2023"] == before["2023"]
    # Nor does who was closed as having to renew rest because of a later row.
    served = years(prepared, own)
    found = years(prepared, own, [served["2022"]], attributes=clerk)
    assert until(found["2023"]) == until(served["2023"]) == "2024-12-31"


def test_what_was_closed_as_waived_after_its_end_has_ended() -> None:
    prepared = book(KEPT.replace("every_years: 3", "every_years: 1"))
    own, documents = did(2021, 1), [document("waived")]
    before = years(prepared, own, dispensations=documents)
    assert before["2022"].outcome is Outcome.WAIVED
    assert before["2023"].outcome is Outcome.LAPSED
    late = [*own, *did(2022, 3), *did(2023, 3)]
    assert years(prepared, late, dispensations=documents)["2023"].outcome is Outcome.VALID
    found = years(prepared, late, [before["2022"]], dispensations=documents)["2023"]
    assert (found.outcome, found.qualification) == (
        Outcome.LAPSED,
        before["2022"].qualification,
    )


RENEWED_YEARLY = KEPT.replace("every_years: 3", "every_years: 1")


def test_what_was_closed_as_valid_is_held_though_it_has_lapsed_before_by_the_facts_of_today() -> (
    None
):
    prepared = book(RENEWED_YEARLY)
    first, second = [*did(2021, 1), *did(2022, 3)], did(2023, 3)
    before = years(prepared, [*first, *second])
    assert until(before["2024"]) == "2024-12-31"
    today = years(prepared, [*did(2021, 1), *second])
    assert today["2022"].outcome is today["2024"].outcome is Outcome.LAPSED
    found = years(prepared, [*did(2021, 1), *second], [before["2023"]])
    assert (found["2024"].outcome, until(found["2024"])) == (Outcome.VALID, "2024-12-31")
    # The same where the years before were closed as lapsed since.
    valid = years(prepared, [*first, *second, *did(2024, 3)], on="2025-06-01")["2024"]
    gone = years(prepared, did(2021, 1))
    closed = [gone["2022"], gone["2023"], valid]
    found = years(prepared, did(2021, 1), closed, on="2025-06-01")
    assert (found["2025"].outcome, until(found["2025"])) == (Outcome.VALID, "2025-12-31")


def test_who_was_closed_as_exempt_after_the_lapse_holds_nothing() -> None:
    prepared, own = book(RENEWED_YEARLY), did(2021, 1)
    paper = replace(document("exempt"), first=date(2023, 1, 1), last=date(2023, 12, 31))
    before = years(prepared, own, dispensations=[paper])
    assert before["2022"].outcome is Outcome.LAPSED
    assert before["2023"].outcome is Outcome.EXEMPT
    found = years(prepared, own, [before["2023"]], dispensations=[paper])
    assert found["2024"] == before["2024"]
    assert found["2024"].outcome is Outcome.LAPSED


def test_a_closed_year_of_a_scheme_without_a_qualification_leaves_none_behind() -> None:
    prepared, facts = book(CARRY), did(2022, 1)
    paper = replace(document("exempt"), first=date(2023, 1, 1), last=date(2023, 12, 31))
    before = years(prepared, facts, dispensations=[paper])
    found = years(prepared, facts, [before["2022"]], dispensations=[paper])
    assert found == before
    assert found["2023"].outcome is Outcome.EXEMPT


def test_a_closed_year_in_which_nothing_was_asked_leaves_nothing_open() -> None:
    sooner = (
        "every_years: {by_period: [{value: 3, until: 2022-12-31}, {value: 1, from: 2023-01-01}]}"
    )
    prepared, own = book(KEPT.replace("every_years: 3", sooner)), did(2021, 1)
    roles = (("teacher", "2020-01-01"), ("clerk", "2023-01-01"), ("teacher", "2024-01-01"))
    rows = [attribute(Attribute.ROLE, each, since) for each, since in roles]
    rows += [each for each in teacher() if each.name is not Attribute.ROLE]
    before = years(prepared, own, attributes=rows)
    assert before["2023"].outcome is Outcome.NOT_APPLICABLE
    found = years(prepared, own, [before["2023"]], attributes=rows)
    assert found == before


def test_a_year_that_was_closed_while_something_lacked_extends_nothing() -> None:
    sooner = (
        "every_years: {by_period: [{value: 3, until: 2021-12-31}, {value: 1, from: 2022-01-01}]}"
    )
    for often in ("every_years: 1", sooner):
        prepared, own = book(KEPT.replace("every_years: 3", often)), did(2021, 1)
        closed = years(prepared, own, on="2023-01-15")["2022"]
        assert closed.outcome is Outcome.EXPIRING
        assert until(years(prepared, own, [closed], on="2023-06-01")["2023"]) == "2022-12-31"


def test_a_year_that_was_closed_without_serving_was_not_served() -> None:
    prepared = book(
        KEPT.replace("  renewal:", "  serving: {role: [teacher]}\n  renewal:"),
        head=HEAD.replace("role: [teacher]", "role: [teacher, clerk]"),
    )
    clerk, own = with_role_in_2022("clerk"), did(2021, 1)
    before = years(prepared, own, attributes=clerk)
    assert (before["2022"].outcome, until(before["2023"])) == (Outcome.VALID, "2025-12-31")
    found = years(prepared, own, [before["2022"]], attributes=clerk)
    assert found["2023"] == before["2023"]


def test_another_scheme_that_is_closed_closes_nothing_here() -> None:
    frame = """
frames:
  - id: more
    title: {en: More}
    counts: earned
    period: {every: frame, starts: 01-01, first: 2022, years: 3}
    duty: every_period
    requirements: {hours_at_least: 50}
"""
    prepared = book(YEARS + frame)
    known = TeacherRecord(SITE, TEACHER, (), teacher())
    decisions, _ = decide_prepared(prepared, known, local("2024-06-01 12:00"))
    (closed,) = [each for each in decisions if each.scheme == "more"]
    assert closed.period.key == "2022"
    known = replace(known, facts=did(2022, 3))
    for each in (replace(known, closed=[closed]), replace(known, missed=[("more", "2022")])):
        decisions, _ = decide_prepared(prepared, each, local("2024-06-01 12:00"))
        (found,) = [e for e in decisions if (e.scheme, e.period.key) == ("sample", "2023")]
        assert found.outcome is Outcome.MET


ONCE = ENTRIES.replace("hours: 10, repeatable: true", "hours: 10").replace(
    "C2, category: a, hours: 5, repeatable: true",
    "C2, activity: E, category: a, hours: 5, counts_when: graded",
)


@pytest.mark.parametrize("body", [CARRY, YEARS])
def test_what_counted_in_a_closed_period_counts_once_though_it_has_another_day_today(
    body: str,
) -> None:
    prepared = book(body, ONCE)
    work = marked(2, 50, "80", local("2022-06-01 10:00"))
    closed = [years(prepared, [*did(2022, 1), work])["2022"]]
    assert closed[0].earned == 15
    moved = replace(work, at=local("2023-06-01 10:00"))
    facts = [*did(2023, 1), moved]
    assert years(prepared, facts)["2023"].earned == 15
    found = years(prepared, facts, closed)["2023"]
    assert found.earned == (5 if body is CARRY else 0)
    assert [each.counted for each in found.credit_lines if each.facts] == [0, 0]
    # What did not count in it counts where it stands now.
    other = [years(prepared, did(2022, 1))["2022"]]
    assert years(prepared, facts, other)["2023"].earned == 5


def test_what_counted_in_a_closed_period_counts_once_though_the_role_is_unknown_today() -> None:
    prepared, facts = book(YEARS, ONCE), [*did(2022, 1), *did(2023, 1)]
    closed = [years(prepared, did(2022, 1))["2022"]]
    for adjustments in ([], [adjusted("add", "2023-05-03", category="b", hours="1")]):
        found = years(
            prepared, facts, closed, attributes=with_role_in_2022(""), adjustments=adjustments
        )
        assert found["2023"].earned == len(adjustments)


CAPPED = HEAD.replace("title: {en: B}}", "title: {en: B}, hours_at_most: 15}")
SCHOOL_FIRST = """
  - {course: C1, category: a, hours: 10}
  - {course: C3, category: b, hours: 15, level: school}
  - {course: C4, category: b, hours: 4, level: county}
"""
FULL = prepare(rules(CAPPED + KEPT, SCHOOL_FIRST), COURSES)


def test_what_the_cap_took_counts_for_its_level_as_it_did_when_it_was_closed() -> None:
    own = [*did(2021, 1), *did(2022, 3, 4)]
    before = years(FULL, own)
    assert [each.counted for each in before["2022"].credit_lines] == [15, 0]
    assert until(before["2023"]) == "2025-12-31"
    # What brings no hours makes it no other period.
    again = [*own, done(3, local("2022-09-01 10:00"))]
    for facts in (own, again):
        assert until(years(FULL, facts, [before["2022"]])["2023"]) == "2025-12-31"


def test_a_late_line_that_the_cap_takes_wholly_renews_nothing() -> None:
    own = [*did(2021, 1), *did(2022, 3)]
    before, late = years(FULL, own), [*own, *did(2022, 4)]
    assert years(FULL, late)["2022"].earned == before["2022"].earned
    assert until(years(FULL, late)["2023"]) == "2025-12-31"
    assert until(years(FULL, late, [before["2022"]])["2023"]) == "2024-12-31"


def test_hours_are_those_under_the_caps_by_which_it_was_closed() -> None:
    body = YEARS.replace("within_years: 3}", "of: a, within_years: 3}")
    entries = ENTRIES.replace("  - {course: C5, activity: E, assessment: exam}\n", "").replace(
        "hours: 5,", "hours: 15,"
    )
    uncapped = prepare(rules(HEAD.replace(", hours_at_most: 18", "") + body, entries), COURSES)
    before = years(uncapped, did(2022, 1, 2))["2022"]
    assert before.earned == 25
    for facts in (did(2022, 1, 2), []):
        found = years(book(body, entries), facts, [before])["2023"].requirement
        assert found is not None
        assert found.parts[0].have == 25


def test_hours_that_were_not_recognised_for_want_of_certainty_bring_nothing() -> None:
    prepared = book(CARRY)
    before = years(prepared, did(2022, 1, 2))["2022"]
    open_ = replace(before, recognised=Decimal(0))
    assert years(prepared, did(2022, 1, 2), [before])["2023"].earned == 5
    assert years(prepared, did(2022, 1, 2), [open_])["2023"].earned == 0


def test_what_was_shown_without_hours_in_a_closed_period_may_count_later() -> None:
    prepared = book(YEARS, ONCE)
    before = years(prepared, did(2022, 1))["2022"]
    shown = [replace(each, counted=Decimal(0)) for each in before.credit_lines]
    nothing = replace(before, credit_lines=tuple(shown), earned=Decimal(0))
    assert years(prepared, did(2023, 1), [before])["2023"].earned == 0
    assert years(prepared, did(2023, 1), [nothing])["2023"].earned == 10


def test_other_work_under_the_line_that_counted_in_a_closed_period_counts_later() -> None:
    line = (
        "  - {course: C1, activity: {type: assign}, category: a, hours: 5, counts_when: graded}\n"
    )
    catalogue = {1: course(1, activities=[activity(50, "W1"), activity(51, "W2")])}
    prepared = prepare(rules(HEAD + YEARS, line), catalogue)
    first = marked(1, 50, "80", local("2022-06-01 10:00"))
    second = marked(1, 51, "80", local("2023-06-01 10:00"))
    before = years(prepared, [first])["2022"]
    assert before.earned == 5
    assert years(prepared, [first, second], [before])["2023"].earned == 5
    # Where Moodle no longer tells of the first, nobody knows which of the two it was.
    assert years(prepared, [second], [before])["2023"].earned == 0


def test_what_had_no_time_in_a_closed_period_hands_nothing_on() -> None:
    prepared, rest = book(CARRY), [done(3, None), *did(2023, 4)]
    before = years(prepared, [*did(2022, 1, 2), *rest])
    assert [each.at for each in before["2022"].credit_lines].count(None) == 1
    assert before["2023"].earned == 9
    assert years(prepared, rest, [before["2022"]])["2023"] == before["2023"]


def test_a_course_of_which_nobody_knows_the_line_is_no_work_that_moodle_tells_of_no_more() -> None:
    tie = "  - {course: {short_name: short 4}, category: a, hours: 1}\n"
    prepared = book(YEARS, ENTRIES + tie)
    before = years(prepared, did(2022, 3))["2022"]
    assert before.earned == 15
    found = years(prepared, did(2023, 1, 4), [before])["2023"]
    assert (found.outcome, found.earned) == (Outcome.MET, Decimal(10))


FACTS = st.lists(
    st.builds(
        lambda year, number, day: done(number, local(f"{year}-05-{day:02} 10:00")),
        st.integers(2020, 2023),
        st.integers(1, 4),
        st.integers(1, 28),
    ),
    max_size=8,
    unique_by=lambda fact: fact.key,
)
LATE = st.lists(st.integers(1, 4), max_size=3, unique=True)
BODIES = st.sampled_from([book(CARRY), book(YEARS), book(KEPT), book(YEARS + SURPLUS)])


@given(BODIES, FACTS, LATE, st.sampled_from(["2020", "2021", "2022"]))
def test_nothing_that_comes_late_into_a_closed_period_shows_in_later_ones(
    prepared: Prepared, facts: list[Fact], late: list[int], year: str
) -> None:
    before = years(prepared, facts)
    closed = [each for key, each in before.items() if key == year]
    after = {key: each for key, each in before.items() if key > year}
    more = [done(each, local(f"{year}-07-0{each} 10:00")) for each in late]
    found = years(prepared, [*facts, *more], closed, missed=() if closed else (year,))
    assert {key: found[key] for key in after} == after


@given(BODIES, FACTS, st.sets(st.sampled_from(["2020", "2021", "2022", "2023"])))
def test_closing_periods_changes_no_decision(
    prepared: Prepared, facts: list[Fact], closed: set[str]
) -> None:
    before = years(prepared, facts)
    found = years(prepared, facts, [each for key, each in before.items() if key in closed])
    assert {key: found[key] for key in before} == before
    gone = years(prepared, [], [each for key, each in before.items() if key < "2024"])
    assert gone["2024"].earned <= before["2024"].earned
    assert gone["2024"].recognised >= Decimal(0)
