"""A closed period's decision stands; only an adjustment of that period makes it again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from moodle_cpd.decide import TeacherRecord, decide_prepared, decision_digest, hold, prepare
from moodle_cpd.decide.closed import as_it_stands, standing
from moodle_cpd.decide.trying import missing
from moodle_cpd.model.adjustment import Adjustment
from moodle_cpd.model.closure import Closure
from moodle_cpd.model.decision import Decision, Outcome, Text
from moodle_cpd.model.fact import Fact
from tests.decide.making import (
    BODY,
    SITE,
    TEACHER,
    adjusted,
    course,
    decide,
    done,
    local,
    rules,
    teacher,
)

CLOSED = {("sample", "2026"): Closure(SITE, "sample", "2026", "D 7", local("2027-05-01 10:00"))}
AFTER = local("2027-05-02 00:00")
BOOK = rules(entries="  - {course: C1, category: a, hours: 10}\n")
DONE = done(1, local("2026-05-01 10:00"))
ADDED = adjusted("add", "2026-05-03", category="a", hours="4")


def decided(*facts: object, by: tuple[Adjustment, ...] = ()) -> list[Decision]:
    found, _ = decide(BOOK, [course(1)], facts, AFTER, adjustments=by)  # type: ignore[arg-type]
    return list(found.values())


def closed(found: list[Decision]) -> Decision:
    return next(each for each in found if each.period.key == "2026")


def test_new_facts_change_nothing_and_are_told() -> None:
    before, now = closed(decided()), decided(DONE)
    found, problems = hold(now, [before], CLOSED, ())
    assert closed(found) == before
    assert [each.period.key for each in found] == [each.period.key for each in now]
    (problem,) = problems
    assert "closed as not_met with 0 hours; it would now be met with 10 hours" in problem.found
    assert "D 7" in problem.hint


def test_other_rules_that_come_to_the_same_are_no_word_worth() -> None:
    before = replace(closed(decided(DONE)), rules_digest="another")
    found, problems = hold(decided(DONE), [before], CLOSED, ())
    assert (closed(found), problems) == (before, [])


def test_open_periods_follow_the_facts() -> None:
    found, problems = hold(decided(DONE), decided(), {}, ())
    assert closed(found).outcome is Outcome.MET
    assert problems == []


def test_an_adjustment_of_the_period_decides_it_again_once() -> None:
    before = closed(decided())
    adjusted_now = decided(DONE, by=(ADDED,))
    found, problems = hold(adjusted_now, [before], CLOSED, {ADDED.key})
    assert closed(found).earned == 14
    assert problems == []
    stored = closed(found)
    found, problems = hold(decided(by=(ADDED,)), [stored], CLOSED, {ADDED.key})
    assert decision_digest(closed(found)) == decision_digest(stored)
    assert len(problems) == 1


def test_an_adjustment_that_is_taken_back_leaves_what_stood_before_it() -> None:
    """Facts that came after the closing count with an adjustment, and not once it is gone."""
    other = adjusted("add", "2026-05-04", category="a", hours="2")
    as_closed = closed(decided())
    first = closed(decided(DONE, by=(ADDED,)))
    second = closed(decided(DONE, by=(ADDED, other)))
    both = {ADDED.key, other.key}
    assert as_it_stands([as_closed, first, second], both) is second
    assert as_it_stands([as_closed, first, second], {ADDED.key}) is first
    assert as_it_stands([as_closed, first, second], ()) is as_closed
    assert as_it_stands([None, first], ()) is None
    # Where none ever stood as is left, the latest is what is known.
    assert as_it_stands([as_closed, first, second], {other.key}) is second
    # It stands from then on, whatever comes to be known.
    stands = as_it_stands([as_closed, first, second], ())
    assert stands is not None
    found, problems = hold(decided(DONE), [stands], CLOSED, ())
    assert closed(found) == as_closed
    assert "it would now be met with 10 hours" in problems[0].found
    assert as_it_stands([as_closed, first, replace(as_closed, rules_digest="-")], ()) is not first


def test_an_adjustment_with_which_it_was_closed_is_taken_back_by_deciding_again() -> None:
    as_closed = closed(decided(by=(ADDED,)))
    stands = as_it_stands([as_closed], ())
    assert stands is as_closed
    found, _ = hold(decided(DONE), [as_closed], CLOSED, ())
    again = closed(found)
    assert again.earned == 10
    # From then on that is what stands, also after another one came and went.
    other = adjusted("add", "2026-05-04", category="a", hours="2")
    later = closed(decided(DONE, by=(other,)))
    assert as_it_stands([as_closed, again, later], ()) is again


def test_an_adjustment_of_another_period_does_not() -> None:
    other = adjusted("add", "2027-03-03", category="a", hours="4")
    found, _ = hold(decided(DONE, by=(other,)), [closed(decided())], CLOSED, {other.key})
    assert closed(found).earned == 0


def test_who_had_no_decision_gets_none() -> None:
    found, problems = hold(decided(DONE), [], CLOSED, ())
    assert [each.period.key for each in found] == ["2027"]
    assert "closed without a decision" in problems[0].found


def test_what_is_not_decided_any_more_stays() -> None:
    before = closed(decided(DONE))
    assert hold([], [before], CLOSED, ()) == ([before], [])


ONCE = BODY.replace("duty: every_period", "duty: once")
FRAME = """
frames:
  - id: sample-years
    title: {en: Two years}
    counts: recognised
    period: {every: frame, starts: 03-01, first: 2026, years: 2}
    duty: every_period
    requirements: {hours_at_least: 20}
"""


def after(body: str, before: Decision, *facts: Fact) -> dict[tuple[str, str], Decision]:
    book = rules(body, "  - {course: C1, category: a, hours: 10, repeatable: true}\n")
    known = TeacherRecord(SITE, TEACHER, facts, teacher(), closed=[before])
    prepared = prepare(book, {1: course(1)})
    found, _ = decide_prepared(prepared, known, local("2028-05-01 00:00"))
    return {(each.scheme, each.period.key): each for each in found}


def test_who_was_closed_as_met_owes_nothing_more_and_who_was_not_owes_it() -> None:
    met, missed = closed(decided(DONE)), closed(decided())
    assert after(ONCE, met)["sample", "2027"].outcome is Outcome.NOT_APPLICABLE
    assert after(ONCE, missed, DONE)["sample", "2027"].outcome is Outcome.NOT_MET


def test_what_lacks_is_told_beside_a_period_that_was_closed_otherwise() -> None:
    book = rules(ONCE, "  - {course: C1, category: a, hours: 10, repeatable: true}\n")
    on, catalogue = local("2027-06-01 00:00"), {1: course(1)}
    known = TeacherRecord(SITE, TEACHER, [DONE], teacher(), closed=[closed(decided())])
    decisions, _ = decide_prepared(prepare(book, catalogue), known, on)
    found = missing(book, catalogue, known, decisions[-1], on)
    assert found is not None
    assert [way.course for lack in found.lacks for way in lack.ways] == [1]


def test_a_frame_consists_of_hours_as_they_were_closed() -> None:
    met, missed = closed(decided(DONE)), closed(decided())
    again = done(1, local("2027-05-01 10:00"))
    assert after(BODY + FRAME, met, again)["sample-years", "2026"].recognised == 20
    assert after(BODY + FRAME, missed, DONE, again)["sample-years", "2026"].recognised == 10


def test_a_frame_has_the_hours_of_a_closed_period_though_their_line_stands_elsewhere_today() -> (
    None
):
    met, again = closed(decided(DONE)), done(1, local("2027-05-01 10:00"))
    (line,) = met.credit_lines
    assert line.entry is not None
    gone = replace(line, entry=replace(line.entry, line=99))
    frame = after(BODY + FRAME, replace(met, credit_lines=(gone,)), again)["sample-years", "2026"]
    assert (frame.recognised, frame.outcome) == (Decimal(20), Outcome.MET)
    assert frame.credit_lines[0].entry == gone.entry
    # What was carried over claimed its hours in the period that it came from.
    carried = replace(gone, facts=())
    frame = after(BODY + FRAME, replace(met, credit_lines=(carried,)), again)[
        "sample-years", "2026"
    ]
    assert frame.recognised == 10


def test_hours_of_a_category_that_the_rules_lost_count_in_no_frame_and_are_told() -> None:
    met, again = closed(decided(DONE)), done(1, local("2027-05-01 10:00"))
    (line,) = met.credit_lines
    before = replace(met, credit_lines=(replace(line, category="gone"),))
    book = rules(BODY + FRAME, "  - {course: C1, category: a, hours: 10, repeatable: true}\n")
    known = TeacherRecord(SITE, TEACHER, [again], teacher(), closed=[before])
    found, problems = decide_prepared(
        prepare(book, {1: course(1)}), known, local("2028-05-01 00:00")
    )
    assert next(each.recognised for each in found if each.scheme == "sample-years") == 10
    assert [str(each.found) for each in problems if "category" in each.found] == [
        "closed period 2026 has hours of category 'gone', which scheme 'sample' no longer has"
    ]
    _, problems = decide_prepared(
        prepare(book, {1: course(1)}), replace(known, closed=[met]), local("2028-05-01 00:00")
    )
    assert not [each for each in problems if "category" in each.found]


def test_a_qualification_that_was_closed_as_gained_is_held() -> None:
    body = ONCE + (
        "qualification:\n  title: {en: Q}\n  expiring_days: 30\n"
        "  renewal: [{present: a, every_years: 5}]\n"
    )
    met, missed = closed(decided(DONE)), closed(decided())
    assert after(body, met)["sample", "2027"].outcome is Outcome.VALID
    assert after(body, missed, DONE)["sample", "2027"].outcome is Outcome.NOT_MET


QUALIFIED = (
    "qualification:\n  title: {en: Q}\n  expiring_days: 30\n"
    "  renewal: [{present: a, every_years: 1}]\n"
)
OF_2027 = {("sample", "2027"): Closure(SITE, "sample", "2027", "D 8", local("2028-05-02 10:00"))}
AGAIN = done(1, local("2027-05-01 10:00"))


def renewed(*facts: Fact, closed_as: Decision | None = None) -> dict[str, Decision]:
    """The periods of a qualification that was gained in 2026, on 1 May 2029."""
    book = rules(ONCE + QUALIFIED, "  - {course: C1, category: a, hours: 10, repeatable: true}\n")
    known = TeacherRecord(
        SITE, TEACHER, facts, teacher(), closed=[] if closed_as is None else [closed_as]
    )
    found, _ = decide_prepared(prepare(book, {1: course(1)}), known, local("2029-05-01 00:00"))
    if closed_as is not None:
        found, _ = hold(found, [closed_as], OF_2027, ())
    return {each.period.key: each for each in found}


def test_a_qualification_that_was_closed_as_lapsed_ended_when_it_was_closed_to_have() -> None:
    lapsed = renewed(DONE)
    assert lapsed["2027"].outcome is lapsed["2028"].outcome is Outcome.LAPSED
    now = renewed(DONE, AGAIN)
    assert now["2027"].outcome is Outcome.VALID
    assert now["2028"].qualification != lapsed["2027"].qualification
    # What came to be known later does not make a closed period another one, nor those after it.
    found = renewed(DONE, AGAIN, closed_as=lapsed["2027"])
    assert found["2027"] == lapsed["2027"]
    assert found["2028"].outcome is Outcome.LAPSED
    assert found["2028"].qualification == lapsed["2027"].qualification


def test_a_qualification_that_was_closed_as_lapsed_was_held_whatever_is_known_today() -> None:
    lapsed = renewed(DONE)["2027"]
    found = renewed(closed_as=lapsed)
    assert found["2028"].outcome is Outcome.LAPSED
    assert found["2028"].qualification == lapsed.qualification


def test_what_was_closed_as_never_gained_does_not_lapse_later() -> None:
    elsewhere = done(2, local("2027-05-01 10:00"))
    never = renewed(elsewhere)["2027"]
    assert never.outcome is Outcome.NOT_MET
    found = renewed(DONE, closed_as=never)["2028"]
    assert (found.outcome, found.qualification) == (Outcome.NOT_MET, None)


def test_what_was_closed_as_valid_lapses_later_only() -> None:
    valid = renewed(DONE, AGAIN)["2027"]
    found = renewed(DONE, closed_as=valid)["2028"]
    assert found.outcome is Outcome.LAPSED
    assert found.qualification is not None
    assert found.qualification.until == found.period.end


def test_decisions_come_in_their_order_whatever_stands() -> None:
    now, old = decided(DONE), closed(decided())
    frame = replace(old, scheme="another")
    gone = replace(old, period=replace(old.period, key="2020", start=local("2020-03-01 00:00")))
    closures = {
        **CLOSED,
        **{
            (each.scheme, each.period.key): replace(CLOSED["sample", "2026"], scheme=each.scheme)
            for each in (frame, gone)
        },
    }
    found, _ = hold([*now[::-1], replace(now[0], scheme="zzz")], [old, gone, frame], closures, ())
    assert [(each.scheme, each.period.key) for each in found] == [
        ("another", "2026"),
        ("sample", "2020"),
        *(("sample", each.period.key) for each in now),
        ("zzz", now[0].period.key),
    ]
    # What is stored of a period that is open is not what stands.
    found, problems = hold(now, [closed(decided()), *decided()], {}, ())
    assert (found, problems) == (now, [])


def test_each_closed_period_is_looked_at() -> None:
    every = decided()
    closures = {
        ("sample", each.period.key): replace(CLOSED["sample", "2026"], period=each.period.key)
        for each in every
    }
    now = [replace(each, outcome=Outcome.MET) for each in every]
    found, problems = hold(now, every, closures, ())
    assert found == every
    assert len(problems) == len(every) > 1
    # What was adjusted stands as it is now, what comes after it as it was.
    first = replace(now[0], by_hand=(Text("", f"Adjusted by hand, {ADDED.key}: x"),))
    found, problems = hold([first, *now[1:]], every, closures, (ADDED.key,))
    assert found == [first, *every[1:]]
    assert len(problems) == len(every) - 1


def test_what_later_periods_rest_on() -> None:
    before, now = closed(decided()), closed(decided(DONE))
    adjusted_now = closed(decided(by=(ADDED,)))
    assert standing(None, now, ()) is now
    assert standing(None, None, ()) is None
    assert standing(before, None, ()) is before
    assert standing(before, now, ()) is before
    assert standing(before, adjusted_now, (ADDED.key,)) is adjusted_now
    # One that the closed decision rests on was withdrawn.
    assert standing(adjusted_now, now, ()) is now
    assert standing(adjusted_now, now, (ADDED.key,)) is adjusted_now
