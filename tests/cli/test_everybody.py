"""Deciding only whom something new concerns gives what deciding everybody gives, whatever came."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from moodle_cpd.cli.everybody import Everybody, standing, tallied
from moodle_cpd.decide import decision_digest, decision_to_json, result_of
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute, Person
from moodle_cpd.rules import Rulebook, load_rulebook
from tests.benchmarks import county
from tests.decide.making import SHIPPED, rules
from tests.ledger.examples import fresh_ledger

SITE = county.SITE
BEGIN = datetime(2023, 8, 20, 9, tzinfo=UTC)
VALUES = {
    Attribute.SCHOOL: ("射县实验小学", "榆林镇中心小学", ""),
    Attribute.ROLE: ("teacher", "homeroom_teacher", ""),
    Attribute.STAGE: ("primary", "junior_secondary", ""),
    Attribute.BIRTH_DATE: ("1958-09-30", "1999-03-01", ""),
    Attribute.HIRE_DATE: ("2001-09-01", "2023-09-10", "2024-03-01", ""),
}
COURSES = county.courses()
SOME = COURSES[:2]
WORKS = [(course.id, each.id) for course in SOME for each in course.activities]

teachers = st.integers(1, 3)
days = st.sampled_from([-400, -31, -1, 0, 0, 1, 2, 30])
steps = st.sampled_from([2, 3, 10, 28, 30, 31, 60, 122, 184, 366])
minutes = st.sampled_from([1, 30, 60 * 9, 60 * 24, 60 * 24])


class Nobody:
    def start(self, label: str, total: int | None) -> None: ...

    def advance(self, count: int = 1) -> None: ...


@cache
def shipped() -> Rulebook:
    return load_rulebook(SHIPPED)


HEAD = """
categories: [{id: a, title: {en: A}}]
requirements: {hours_at_least: 10}
"""
ENTRIES = """
  - {course: C-ETHICS, category: a, hours: 10, repeatable: true}
  - {course: C-ETHICS, activity: ETHICS-NOTES, category: a, hours: 5, counts_when: graded}
"""
BODIES = (
    """
period: {every: year, starts: 10-15}
duty: once
audience: {role: [teacher], years_of_service: {at_least: 1}, age: {at_most: 44}}
""",
    """
period:
  every: term
  terms:
    - {title: {en: Autumn}, first_day: 2023-09-01, last_day: 2023-12-30}
    - {title: {en: Spring}, first_day: 2024-02-26, last_day: 2024-07-10}
duty: every_period
audience: {role: [teacher], judged_on: next_day}
""",
    """
period: {every: year, starts: 09-01}
duty: every_period
carry_over: [{category: a, beyond: 5, hours_at_most: 4}]
audience: {role: [teacher], midway: {value: prorated, months: started}}
""",
    """
period: {every: year, starts: 01-01}
duty: every_period
audience: {role: [teacher], judged_on: 2023-10-05}
""",
    """
period: {every: year, starts: 01-01}
duty: every_period
audience: {role: [teacher], judged_on: 10-05}
""",
    """
period: {every: year, starts: 10-01}
duty: once
audience: {role: [teacher]}
qualification:
  title: {en: Q}
  expiring_days: 20
  renewal: [{present: a, every_years: 1, title: {en: again}}]
""",
    """
period: {every: before_post, years: 1, first_day: 2023-09-01}
duty: once
audience: {role: [teacher]}
""",
    """
period: {every: year, starts: 10-15}
duty: every_period
audience: {role: [teacher]}
frames:
  - id: years
    title: {en: Two years}
    counts: recognised
    period: {every: frame, starts: 01-01, first: 2021, years: 2}
    duty: every_period
    requirements: {hours_at_least: 15}
""",
)
GRACE = (
    "grace_days: 3",
    "grace_days: {by_period: [{value: 40, until: 2023-01-01}, {value: 3, from: 2023-01-02}]}",
)
BOOKS = tuple(rules(f"{body}{grace}{HEAD}", ENTRIES) for body in BODIES for grace in GRACE)


class Deciding(RuleBasedStateMachine):
    books: tuple[Rulebook, ...] = BOOKS

    @initialize(pick=st.integers(0, 15))
    def begin(self, pick: int) -> None:
        self.open = ExitStack()
        self.ledger = self.open.enter_context(fresh_ledger())
        # The one connection that there is; nothing here has to outlive a power cut.
        self.ledger._engine.raw_connection().cursor().execute("PRAGMA synchronous=OFF")
        self.run = self.ledger.start_run(SITE, "sync", BEGIN)
        self.on = BEGIN
        self.read_until: datetime | None = None
        self.book = self.books[pick % len(self.books)]
        self.facts: dict[str, Fact] = {}
        self.ledger.record_courses(SITE, COURSES)
        for number in (1, 2):
            self.arrives(number)
            self.is_now(number, Attribute.ROLE, ("teacher", "homeroom_teacher"), 0)
            self.is_now(number, Attribute.HIRE_DATE, ("2001-09-01",), 0)
            self.is_now(number, Attribute.BIRTH_DATE, ("1983-03-01",), 0)

    def teardown(self) -> None:
        if hasattr(self, "open"):
            self.open.close()

    @rule(number=teachers)
    def arrives(self, number: int) -> None:
        person = Person(SITE, number, f"T{number}", f"t{number}", f"教师{number}")
        self.ledger.record_people(SITE, [person], self.on.date())

    @rule(number=teachers, course=st.sampled_from(SOME), day=days)
    def completes(self, number: int, course: Course, day: int) -> None:
        self.learn(county.completion(number, course.id, self.on + timedelta(days=day)))

    @rule(number=teachers, work=st.sampled_from(WORKS), day=days, marked_after=days)
    def hands_in(self, number: int, work: tuple[int, int], day: int, marked_after: int) -> None:
        at = self.on + timedelta(days=day)
        self.learn(county.handed_in(number, *work, at, 0, 700))
        self.learn(county.marked(number, *work, at + timedelta(days=marked_after), 0, "60"))

    def learn(self, fact: Fact) -> None:
        fact = replace(fact, at=None if fact.at is None else county.minute(fact.at))
        self.facts[fact.subject] = fact
        self.ledger.record_facts(self.run, [fact])

    @precondition(lambda self: self.facts)
    @rule(pick=st.randoms(use_true_random=False))
    def is_taken_back(self, pick: object) -> None:
        subject = pick.choice(sorted(self.facts))  # type: ignore[attr-defined]
        self.ledger.record_facts(self.run, [replace(self.facts.pop(subject), retracted=True)])

    @rule(number=teachers, course=st.sampled_from(SOME))
    def completes_at_an_unknown_time(self, number: int, course: Course) -> None:
        self.learn(replace(county.completion(number, course.id, self.on), at=None))

    @rule(
        number=teachers,
        change=st.sampled_from([(name, each) for name, some in VALUES.items() for each in some]),
        day=st.sampled_from([0, 0, 0, 1, 2, 40]),
    )
    def turns(self, number: int, change: tuple[Attribute, str], day: int) -> None:
        self.is_now(number, change[0], (change[1],), day)

    def is_now(self, number: int, name: Attribute, values: tuple[str, ...], day: int) -> None:
        since: date = (self.on + timedelta(days=day)).date()
        self.ledger.record_attributes(SITE, {number: {name: values}}, since)

    @rule(course=st.sampled_from(SOME), name=st.sampled_from(["改名", "师德", "C-ETHICS"]))
    def is_renamed(self, course: Course, name: str) -> None:
        self.ledger.record_courses(SITE, [replace(course, full_name=name)])

    @rule(course=st.sampled_from(SOME))
    def becomes_a_record_course(self, course: Course) -> None:
        self.ledger.record_courses_seen(SITE, [course.id])

    @rule(pick=st.integers(0, 15))
    def rules_change(self, pick: int) -> None:
        self.book = self.books[pick % len(self.books)]

    @rule(back=st.sampled_from([0, 0, 1, 29]))
    def is_read(self, back: int) -> None:
        self.read_until = self.on - timedelta(days=back)

    @rule(number=teachers, course=st.sampled_from(SOME))
    def what_lies_ahead_comes(self, number: int, course: Course) -> None:
        self.completes(number, course, 1)
        self.everybody_is_as_decided_anew()
        self.on += timedelta(days=1)

    @rule(step=minutes)
    def time_goes_by(self, step: int) -> None:
        self.on += timedelta(minutes=step)

    @rule(step=steps)
    def much_time_goes_by(self, step: int) -> None:
        self.on += timedelta(days=step)

    @rule(step=st.sampled_from([1, 40]))
    def the_clock_is_set_back(self, step: int) -> None:
        self.on -= timedelta(days=step)

    @invariant()
    def everybody_is_as_decided_anew(self) -> None:
        everybody = Everybody(self.ledger, SITE, self.book, self.on, self.read_until)
        everybody.bring_up_to_date(self.run, Nobody())
        anew = list(everybody.decide())
        assert list(standing(self.ledger, SITE)) == [
            result_of(each, decision_digest(each)) for decisions, _ in anew for each in decisions
        ]
        assert list(tallied(self.ledger, SITE)) == list(everybody.look())
        bodies = {each.digest: each.body for each in self.ledger.latest_decisions(SITE)}
        for decisions, _ in anew:
            for each in decisions:
                assert bodies[decision_digest(each)] == decision_to_json(each)


class DecidingByShippedRules(Deciding):
    books = (shipped(),)


TestDeciding = Deciding.TestCase
TestDeciding.settings = settings(stateful_step_count=16, deadline=None)
TestDecidingByShippedRules = DecidingByShippedRules.TestCase
TestDecidingByShippedRules.settings = settings(
    max_examples=8, stateful_step_count=16, deadline=None
)
