"""Qualifications: gained once, kept by renewal while serving, lapsed, and gained again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_cpd.decide import (
    TeacherRecord,
    decide_teacher,
    decision_from_json,
    decision_to_json,
)
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.model.decision import Decision, Outcome, State
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.problems import Problem
from tests.decide.making import (
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

BODY = """
period: {every: year, starts: 01-01}
grace_days: 30
duty: once
audience: {role: [teacher]}
categories:
  - {id: training, title: {en: Training}}
  - {id: school, title: {en: School}}
requirements: {hours_at_least: 30, of: training}
qualification:
  title: {en: Homeroom teacher}
  expiring_days: 90
  renewal:
    - {present: training, from_level: county, every_years: 3, title: {en: district}}
    - {present: school, every_years: 1, title: {en: at school}}
awards:
  - {id: badge, kind: badge, title: {en: Badge}, issued_here: true}
consequences:
  - {flag: may_not_serve, title: {en: may not serve}, when: lapsed}
"""
ENTRIES = """
  - {course: C1, category: training, hours: 30, level: county, repeatable: true}
  - {course: C2, category: school, hours: 2, level: school, repeatable: true}
  - {course: C3, category: training, hours: 4, level: school, repeatable: true}
"""
BOOK = rules(BODY, ENTRIES)
COURSES = (course(1), course(2), course(3))


def years(*facts: Fact, on: str) -> tuple[dict[str, Decision], list[Problem]]:
    found, problems = decide(BOOK, COURSES, facts, local(f"{on} 12:00"))
    return {key: each for (_, key), each in found.items()}, problems


def at(number: int, day: str) -> Fact:
    return done(number, local(f"{day} 10:00"))


GAINED = at(1, "2021-05-01")


def school(*when: int) -> list[Fact]:
    return [at(2, f"{year}-06-01") for year in when]


def test_the_year_in_which_it_is_gained_brings_the_award() -> None:
    found, _ = years(GAINED, on="2021-06-01")
    decision = found["2021"]
    assert decision.outcome is Outcome.MET
    assert [award.key for award in decision.awards] == ["badge"]
    assert decision.qualification is not None
    assert decision.qualification.until == local("2023-01-01 00:00")
    assert decision_from_json(decision_to_json(decision)) == decision


def test_kept_by_renewal_it_is_valid_and_brings_no_second_award() -> None:
    found, _ = years(GAINED, *school(2022), on="2022-07-01")
    decision = found["2022"]
    assert decision.outcome is Outcome.VALID
    assert decision.awards == ()
    assert decision.qualification is not None
    assert decision.qualification.until == local("2024-01-01 00:00")
    assert decision_from_json(decision_to_json(decision)) == decision


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2022-10-02", Outcome.VALID),
        ("2022-10-03", Outcome.EXPIRING),
        ("2022-12-31", Outcome.EXPIRING),
        ("2023-01-30", Outcome.EXPIRING),
        ("2023-01-31", Outcome.LAPSED),
    ],
)
def test_without_school_training_it_expires_and_lapses_after_the_days_of_grace(
    on: str, outcome: Outcome
) -> None:
    found, _ = years(GAINED, on=on)
    decision = found["2022"]
    assert decision.outcome is outcome
    assert [each.flag for each in decision.consequences] == (
        ["may_not_serve"] if outcome is Outcome.LAPSED else []
    )
    assert decision.requirement is not None
    assert [each.state for each in decision.requirement.parts] == [State.MET, State.MISSING]


def test_district_training_is_due_in_the_third_year() -> None:
    kept = school(2022, 2023, 2024)
    found, _ = years(GAINED, *kept, on="2025-03-01")
    assert [found[str(year)].outcome for year in range(2021, 2025)] == [
        Outcome.MET,
        Outcome.VALID,
        Outcome.VALID,
        Outcome.LAPSED,
    ]
    found, _ = years(GAINED, *kept, at(1, "2024-12-31"), on="2025-03-01")
    assert found["2024"].outcome is Outcome.VALID
    found, _ = years(GAINED, *kept, at(3, "2024-12-31"), on="2025-03-01")
    assert found["2024"].outcome is Outcome.LAPSED


def test_lapsed_it_stays_so_until_the_scheme_is_met_anew() -> None:
    facts = [GAINED, *school(2023, 2024), at(3, "2024-05-01")]
    found, _ = years(*facts, on="2024-07-01")
    assert [found[key].outcome for key in sorted(found)] == [
        Outcome.MET,
        Outcome.LAPSED,
        Outcome.LAPSED,
        Outcome.LAPSED,
    ]
    for key in ("2022", "2023", "2024"):
        assert [each.flag for each in found[key].consequences] == ["may_not_serve"]
    held = found["2024"].qualification
    assert held is not None
    assert held.until == local("2023-01-01 00:00")
    found, _ = years(*facts, at(1, "2024-06-01"), on="2024-07-01")
    assert found["2024"].outcome is Outcome.MET
    assert [award.key for award in found["2024"].awards] == ["badge"]


def test_who_meets_it_again_in_the_year_of_the_lapse_keeps_it() -> None:
    found, _ = years(GAINED, at(1, "2022-11-01"), on="2023-03-01")
    assert found["2022"].outcome is Outcome.MET


def test_years_out_of_the_post_do_not_count() -> None:
    roles = (
        *teacher()[1:],
        attribute(Attribute.ROLE, "teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "librarian", "2021-12-01"),
        attribute(Attribute.ROLE, "teacher", "2024-01-10"),
    )
    on = local("2025-03-01 12:00")
    found, _ = decide(BOOK, COURSES, [GAINED, *school(2024)], on, roles)
    outcomes = {key: each.outcome for (_, key), each in found.items()}
    assert outcomes["2022"] is Outcome.NOT_APPLICABLE
    assert outcomes["2023"] is Outcome.NOT_APPLICABLE
    assert outcomes["2024"] is Outcome.VALID


EXEMPTING = """
  - {flag: is_to_be_named, title: {en: is to be named}, when: met}
  - {flag: may_train_others, title: {en: may train others}, when: valid}
dispensations:
  - {kind: exempt, title: {en: On leave}}
  - {kind: waived, title: {en: Declined}}
"""


def dispensed(kind: str, year: int, *facts: Fact, on: str) -> dict[str, Decision]:
    book = rules(BODY + EXEMPTING, ENTRIES)
    document = Dispensation(
        SITE,
        TEACHER,
        "sample",
        DispensationKind(kind),
        date(year, 1, 1),
        date(year, 12, 31),
        "No. 1",
    )
    known = TeacherRecord(SITE, TEACHER, facts, teacher(), (document,))
    catalogue = {each.id: each for each in COURSES}
    decisions, _ = decide_teacher(book, catalogue, known, local(f"{on} 12:00"))
    return {each.period.key: each for each in decisions}


def test_a_year_of_exemption_asks_for_no_renewal() -> None:
    found = dispensed("exempt", 2022, GAINED, *school(2023), on="2024-03-01")
    assert [found[key].outcome for key in ("2022", "2023")] == [Outcome.EXEMPT, Outcome.VALID]
    held = found["2022"].qualification
    assert held is not None
    assert held.until == local("2024-01-01 00:00")
    without = dispensed("exempt", 2020, GAINED, *school(2023), on="2024-03-01")
    assert without["2022"].outcome is Outcome.LAPSED


def test_what_was_done_in_a_year_of_exemption_renews() -> None:
    found = dispensed("exempt", 2022, GAINED, *school(2022), on="2024-03-01")
    assert found["2022"].outcome is Outcome.EXEMPT
    assert found["2023"].outcome is Outcome.LAPSED


def test_who_declines_bears_the_lapse() -> None:
    found = dispensed("waived", 2022, GAINED, *school(2023), on="2024-03-01")
    assert [found[key].outcome for key in ("2022", "2023")] == [Outcome.WAIVED, Outcome.LAPSED]
    held = dispensed("waived", 2022, GAINED, *school(2022), on="2023-03-01")
    assert held["2022"].outcome is Outcome.VALID


def test_who_does_not_serve_yet_holds_it_without_renewal() -> None:
    body = BODY.replace("[teacher]", "[teacher, prospective]").replace(
        "  renewal:", "  serving: {role: [teacher]}\n  renewal:"
    )
    roles = (
        *teacher()[1:],
        attribute(Attribute.ROLE, "prospective", "2020-01-01"),
        attribute(Attribute.ROLE, "teacher", "2023-09-01"),
    )
    on = local("2025-03-01 12:00")
    found, _ = decide(rules(body, ENTRIES), COURSES, [GAINED, *school(2023)], on, roles)
    outcomes = {key: each.outcome for (_, key), each in found.items()}
    assert outcomes["2022"] is Outcome.VALID
    assert outcomes["2023"] is Outcome.VALID
    assert outcomes["2024"] is Outcome.LAPSED
    waiting = found["sample", "2022"]
    assert waiting.qualification is not None
    assert waiting.qualification.until == local("2024-01-01 00:00")
    assert waiting.awards == ()
    assert waiting.requirement is not None
    assert (waiting.requirement.state, waiting.requirement.parts) == (State.MET, ())
    assert waiting.requirement.title.en == "Homeroom teacher: kept valid"


def test_it_is_not_asked_of_those_who_never_gained_it() -> None:
    found, _ = years(*school(2022), on="2023-03-01")
    assert found["2022"].outcome is Outcome.NOT_MET
    assert found["2022"].qualification is None


@given(
    st.sets(st.integers(2022, 2027)),
    st.sets(st.integers(2022, 2027)),
    st.sampled_from([1, 2]),
    st.integers(2022, 2027),
)
def test_one_more_training_never_makes_it_worse(
    district: set[int], at_school: set[int], number: int, year: int
) -> None:
    """Credit-rules 16 for qualifications."""
    facts = [GAINED, *school(*at_school), *(at(1, f"{each}-06-02") for each in district)]
    order = [Outcome.LAPSED, Outcome.NOT_MET, Outcome.IN_PROGRESS, Outcome.EXPIRING]
    rank = {outcome: n for n, outcome in enumerate([*order, Outcome.VALID, Outcome.MET])}
    less, _ = years(*facts, on="2028-06-01")
    more, _ = years(*facts, at(number, f"{year}-07-01"), on="2028-06-01")
    # Met anew ranks with valid: both hold the qualification.
    held = {Outcome.MET, Outcome.VALID}
    for key, before in less.items():
        after = more[key].outcome
        assert after in held or rank[after] >= rank[before.outcome], key


def test_hours_of_the_years_before_are_read_where_it_says_so() -> None:
    body = BODY[: BODY.index("qualification:")].replace("duty: once", "duty: every_period")
    body = body.replace("hours_at_least: 30,", "hours_at_least: 60, within_years: 3,")
    facts = [at(1, "2021-05-01"), at(1, "2023-05-01")]
    found, _ = decide(rules(body, ENTRIES), COURSES, facts, local("2024-06-01 08:00"))
    assert found["sample", "2023"].outcome is Outcome.MET
    assert found["sample", "2024"].outcome is Outcome.IN_PROGRESS
    requirement = found["sample", "2023"].requirement
    assert requirement is not None
    assert requirement.have == Decimal(60)
    assert found["sample", "2023"].earned == Decimal(30)


def test_renewal_is_asked_by_the_rules_that_govern_the_year() -> None:
    body = BODY.replace(
        "  - {id: school, title: {en: School}}\n",
        "  - {id: school, title: {en: School}, until: 2022-12-31}\n"
        "  - {id: online, title: {en: Online}, from: 2023-01-01}\n",
    ).replace(
        "    - {present: school, every_years: 1, title: {en: at school}}\n",
        "    - {present: school, every_years: 1, title: {en: at school}, until: 2022-12-31}\n"
        "    - {present: online, every_years: 1, title: {en: online}, from: 2023-01-01}\n",
    )
    entries = (
        "  - {course: C1, category: training, hours: 30, level: county, repeatable: true}\n"
        "  - {course: C2, category: school, hours: 2, repeatable: true, until: 2022-12-31}\n"
        "  - {course: C2, category: online, hours: 2, repeatable: true, from: 2023-01-01}\n"
    )
    book = rules(body, entries)

    def outcomes(*facts: Fact) -> dict[str, Outcome]:
        found, _ = decide(book, COURSES, facts, local("2024-03-01 12:00"))
        return {key: each.outcome for (_, key), each in found.items()}

    facts = [GAINED, *school(2022, 2023)]
    assert outcomes(*facts)["2023"] is Outcome.VALID
    assert outcomes(*facts[:-1])["2023"] is Outcome.LAPSED


def test_a_shorter_span_between_renewals_looks_at_what_was_done_before_it_came() -> None:
    old = "    - {present: training, from_level: county, every_years: 3, title: {en: district}"
    new = old.replace("every_years: 3", "every_years: 2")
    body = BODY.replace(old + "}", f"{old}, until: 2022-12-31}}\n{new}, from: 2023-01-01}}")
    book = rules(body, ENTRIES)

    def last_year(*facts: Fact) -> Outcome:
        found, _ = decide(book, COURSES, facts, local("2024-03-01 12:00"))
        return found["sample", "2023"].outcome

    facts = [GAINED, *school(2022, 2023)]
    assert last_year(*facts) is Outcome.LAPSED
    assert last_year(*facts, at(1, "2022-09-01")) is Outcome.VALID


@pytest.mark.parametrize(
    ("at_moment", "outcome"),
    [("2022-10-02 23:59", Outcome.VALID), ("2022-10-03 00:00", Outcome.EXPIRING)],
)
def test_it_expires_from_a_midnight_on(at_moment: str, outcome: Outcome) -> None:
    found, _ = decide(BOOK, COURSES, [GAINED], local(at_moment))
    assert found["sample", "2022"].outcome is outcome


OPEN_BODY = (
    BODY
    + """
assessments: [{id: x, title: {en: X}, pass_at: {percent: 60}}]
"""
)
OPEN_ENTRIES = (
    ENTRIES
    + """
  - {course: C4, activity: M, category: school, hours: 2, level: school, counts_when: graded}
"""
)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([GAINED, *school(2022)], State.MET),
        ([GAINED], State.MISSING),
        ([GAINED, handed_in(4, 40, local("2022-06-01 10:00"))], State.UNKNOWN),
        ([GAINED, handed_in(4, 40, local("2022-06-01 10:00")), *school(2022)], State.MET),
    ],
)
def test_how_far_its_renewal_is(facts: list[Fact], state: State) -> None:
    book = rules(OPEN_BODY, OPEN_ENTRIES)
    courses = (*COURSES, course(4, activities=[activity(40, "M")]))
    found, _ = decide(book, courses, facts, local("2022-07-01 12:00"))
    decision = found["sample", "2022"]
    assert decision.requirement is not None
    assert decision.requirement.state is state
    assert decision.requirement.parts[0].state is State.MET


def test_what_was_done_while_the_duty_rested_renews() -> None:
    paper = Dispensation(
        *(SITE, TEACHER, "sample", DispensationKind.EXEMPT),
        *(date(2024, 1, 1), date(2024, 12, 31), "D-17"),
    )
    rested = BODY + "\ndispensations: [{kind: exempt, title: {en: Ill}}]\n"
    facts = [GAINED, *school(2022, 2023, 2025), at(1, "2024-05-01")]
    for some, outcome in ((facts, Outcome.VALID), (facts[:-1], Outcome.LAPSED)):
        known = TeacherRecord(SITE, TEACHER, some, teacher(), [paper])
        catalogue = {each.id: each for each in COURSES}
        decisions, _ = decide_teacher(
            rules(rested, ENTRIES), catalogue, known, local("2026-03-01 12:00")
        )
        assert {each.period.key: each.outcome for each in decisions}["2025"] is outcome


def test_levels_of_renewals_are_summed() -> None:
    assert PreparedScheme(BOOK.schemes[0], {}).levels == ("county",)


@pytest.mark.parametrize(
    ("on", "until", "outcome"),
    [
        ("2023-01-01", "2023-01-01", Outcome.EXPIRING),
        ("2023-01-30", "2023-01-01", Outcome.EXPIRING),
        ("2023-01-31", "2023-01-01", Outcome.LAPSED),
    ],
)
def test_the_days_of_grace_of_a_period_that_lacks_something_extend_nothing(
    on: str, until: str, outcome: Outcome
) -> None:
    """Else a certificate would be renewed on New Year's Day for having done nothing."""
    found, _ = years(GAINED, *school(2023), on=on)
    for year in ("2022", "2023"):
        decision = found[year]
        assert decision.outcome is outcome
        assert decision.qualification is not None
        assert decision.qualification.until == local(f"{until} 00:00")


def test_what_was_marked_within_the_days_of_grace_extends_it() -> None:
    found, _ = years(GAINED, *school(2022), on="2023-01-02")
    decision = found["2023"]
    assert decision.outcome is Outcome.VALID
    assert decision.qualification is not None
    assert decision.qualification.until == local("2024-01-01 00:00")


SERVING = BODY.replace("[teacher]", "[teacher, prospective]").replace(
    "  renewal:", "  serving: {role: [teacher]}\n  renewal:"
)


def until(decision: Decision) -> datetime:
    assert decision.qualification is not None
    return decision.qualification.until


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2022-01-05", "2023-01-01"), ("2022-12-31", "2023-01-01"), ("2023-01-01", "2024-01-01")],
)
def test_a_year_without_serving_extends_nothing_before_it_is_over(on: str, expected: str) -> None:
    """Who does not serve in January may serve from September on, and then owes the training."""
    roles = (
        *teacher()[1:],
        attribute(Attribute.ROLE, "teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "prospective", "2021-12-01"),
    )
    found, _ = decide(rules(SERVING, ENTRIES), COURSES, [GAINED], local(f"{on} 12:00"), roles)
    decision = found["sample", "2022"]
    assert (decision.outcome, until(decision)) == (Outcome.VALID, local(f"{expected} 00:00"))
    after = found.get(("sample", "2023"))
    assert after is None or until(after) == until(decision)


def test_a_year_of_which_nothing_can_be_said_extends_nothing_and_ends_nothing() -> None:
    roles = (
        *teacher()[1:],
        attribute(Attribute.ROLE, "teacher", "2020-01-01"),
        attribute(Attribute.ROLE, "", "2021-12-01"),
        attribute(Attribute.ROLE, "teacher", "2023-01-10"),
    )
    on = local("2023-06-01 12:00")
    found, _ = decide(BOOK, COURSES, [GAINED, *school(2023)], on, roles)
    assert ("sample", "2022") not in found
    decision = found["sample", "2023"]
    assert decision.outcome is Outcome.EXPIRING
    assert until(decision) == local("2023-01-01 00:00")


def test_who_meets_the_scheme_anew_in_a_year_of_exemption_is_given_nothing_twice() -> None:
    found = dispensed("exempt", 2022, GAINED, at(1, "2022-05-01"), on="2022-06-01")
    decision = found["2022"]
    assert (decision.outcome, decision.awards) == (Outcome.VALID, ())
    # What follows is what follows from holding it, not from having met it.
    assert [each.flag for each in decision.consequences] == ["may_train_others"]


def test_what_a_later_attempt_can_take_away_extends_nothing_yet() -> None:
    entries = OPEN_ENTRIES.replace("counts_when: graded", "counts_when: graded, attempt: latest")
    book = rules(OPEN_BODY, entries)
    courses = (*COURSES, course(4, activities=[activity(40, "M")]))
    first = local("2022-06-01 10:00")
    facts = [GAINED, handed_in(4, 40, first), marked(4, 40, "70", first)]
    for on, expected in (("2022-07-01", "2023-01-01"), ("2023-02-01", "2024-01-01")):
        found, _ = decide(book, courses, facts, local(f"{on} 12:00"))
        decision = found["sample", "2022"]
        assert (decision.outcome, until(decision)) == (Outcome.VALID, local(f"{expected} 00:00"))
        assert decision.requirement is not None
        assert {part.state for part in decision.requirement.parts} == {State.MET}


DISTRICT = "    - {present: training, from_level: county, every_years: 3, title: {en: district}"
AT_SCHOOL = "    - {present: school, every_years: 1, title: {en: at school}}\n"


def roles(*changes: tuple[str, str]) -> tuple[DatedAttribute, ...]:
    every = (("2020-01-01", "teacher"), *changes)
    return (*teacher()[1:], *(attribute(Attribute.ROLE, role, since) for since, role in every))


def of(
    body: str, facts: Sequence[Fact], on: str, known: tuple[DatedAttribute, ...] = teacher()
) -> dict[str, Decision]:
    found, _ = decide(rules(body, ENTRIES), COURSES, facts, local(on), known)
    return {key: each for (_, key), each in found.items()}


def test_a_year_of_which_nothing_can_be_said_may_have_been_one_year_of_serving() -> None:
    body, known = BODY.replace(AT_SCHOOL, ""), roles(("2021-12-01", ""), ("2023-01-10", "teacher"))
    for more, expected in (([], "2025-01-01"), ([at(1, "2023-05-01")], "2027-01-01")):
        found = of(body, [GAINED, *more], "2023-06-01 12:00", known)
        assert until(found["2023"]) == local(f"{expected} 00:00")


def test_rules_that_ask_for_more_end_nothing_before_the_year_in_which_they_come() -> None:
    yearly = DISTRICT.replace("every_years: 3", "every_years: 1")
    two = f"{DISTRICT}, until: 2022-12-31}}\n{yearly}, from: 2023-01-01}}\n"
    body = BODY.replace(AT_SCHOOL, "").replace(DISTRICT + "}\n", two)
    found = of(body, [at(1, "2020-05-01")], "2023-06-01 12:00")
    assert until(found["2022"]) == until(found["2023"]) == local("2024-01-01 00:00")


def test_of_several_years_that_may_lack_something_the_first_ends_it() -> None:
    known = TeacherRecord(SITE, TEACHER, [GAINED], teacher(), read_until=local("2022-12-01 12:00"))
    catalogue = {each.id: each for each in COURSES}
    decisions, _ = decide_teacher(BOOK, catalogue, known, local("2024-06-01 12:00"))
    for each in decisions[2:]:
        (words,) = [text.en for text in each.reasons if text.en.startswith("Whether")]
        assert words.startswith("Whether it was to be renewed in 2022, and was, is still open")
    ends = {each.period.key: until(each) for each in decisions}
    assert ends["2022"] == ends["2023"] == ends["2024"] == local("2023-01-01 00:00")


def test_what_was_done_without_serving_renews() -> None:
    known = roles(("2024-01-01", "prospective"), ("2025-01-01", "teacher"))
    facts = [GAINED, *school(2022, 2023, 2025), at(1, "2024-05-01")]
    for some, outcome in ((facts, Outcome.VALID), (facts[:-1], Outcome.LAPSED)):
        assert of(SERVING, some, "2026-03-01 12:00", known)["2025"].outcome is outcome


@pytest.mark.parametrize(
    ("judged", "on", "expected"),
    [
        ("", "2022-12-31 23:59", "2023-01-01"),
        ("", "2023-01-01 00:00", "2024-01-01"),
        # Who serves was looked at before: the year has still to go by.
        (", judged_on: 2022-06-01", "2022-12-31 23:59", "2023-01-01"),
        (", judged_on: 2022-06-01", "2023-01-01 00:00", "2024-01-01"),
        # Who serves is looked at later still.
        (", judged_on: 2024-06-01", "2023-01-01 00:00", "2023-01-01"),
        (", judged_on: 2024-06-01", "2023-06-01 12:00", "2023-01-01"),
    ],
)
def test_a_year_without_serving_is_one_once_nobody_can_come_to_serve_in_it(
    judged: str, on: str, expected: str
) -> None:
    body = SERVING.replace("serving: {role: [teacher]", f"serving: {{role: [teacher]{judged}")
    found = of(body, [GAINED], on, roles(("2021-12-01", "prospective")))
    for key in found.keys() - {"2021"}:
        assert until(found[key]) == local(f"{expected} 00:00")


def held_until(facts: Sequence[Fact], on: date) -> datetime | None:
    """Until when anything at all is held, by what is said of any period."""
    found, _ = years(*facts, on=on.isoformat())
    held = {Outcome.MET, Outcome.VALID, Outcome.EXPIRING}
    ends = [
        decision.qualification.until
        for decision in found.values()
        if decision.outcome in held and decision.qualification is not None
    ]
    return max(ends, default=None)


THEN = st.dates(date(2021, 1, 1), date(2022, 12, 31))
LATER = st.sampled_from(
    [date(year, *day) for year in (2023, 2024, 2025, 2026) for day in ((1, 1), (1, 31), (11, 1))]
)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from([2, 3]), THEN), max_size=6),
    st.sets(LATER, min_size=2, max_size=4),
)
def test_time_alone_extends_nothing(then: list[tuple[int, date]], later: set[date]) -> None:
    facts = [GAINED, *(at(number, day.isoformat()) for number, day in then)]
    ends = [held_until(facts, day) for day in sorted(later)]
    for before, after in pairwise(ends):
        assert after is None or (before is not None and after <= before)
