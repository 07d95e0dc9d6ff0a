"""What holds for the shipped schemes, whatever a teacher did, was, and had put right by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_cpd.decide import (
    TeacherRecord,
    decide_prepared,
    decision_digest,
    decision_from_json,
    decision_to_json,
    explain,
    prepare,
)
from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.model.adjustment import Adjustment
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.problems import Problem
from moodle_cpd.rules import Scheme, load_rulebook
from moodle_cpd.rules.rulebook_periods import PostPeriods
from moodle_cpd.rules.selectors import RecordSelector
from moodle_cpd.rules.shipped import shipped_mappings
from tests.decide.making import SITE, TEACHER, adjusted, attribute, done, handed_in, local, marked
from tests.decide.making import record as recorded
from tests.ledger.examples import fresh_ledger
from tests.rules.test_shipped import demo_courses

BOOK = load_rulebook(shipped_mappings())
COURSES = {each.id: replace(each, site=SITE) for each in demo_courses()}
PREPARED = prepare(BOOK, COURSES)
WORKS = [(course.id, work.id) for course in COURSES.values() for work in course.activities]
RECORDS = sorted(
    {
        entry.selector.value.replace("*", " 1").replace("?", "1")
        for scheme in BOOK.schemes
        for entry in scheme.entries
        if isinstance(entry.selector, RecordSelector)
    }
)
ROLES = sorted(
    {role for scheme in BOOK.schemes for each in scheme.editions for role in each.audience.roles}
)
SCHOOLS = sorted(
    {name for scheme in BOOK.schemes for each in scheme.editions for name in each.audience.schools}
)
STAGES = ["kindergarten", "primary", "junior_secondary", "senior_secondary", "vocational"]
MAIN = [each for each in BOOK.schemes if each.frame_of is None]
roles = st.sets(st.sampled_from(ROLES), min_size=1, max_size=3)
FIRST = local("2022-12-20 08:30")

days = st.integers(0, 900)
moments = days.map(lambda number: FIRST + timedelta(days=number))
dates = days.map(lambda number: (FIRST + timedelta(days=number)).date().isoformat())
hours = st.integers(1, 160).map(lambda quarters: str(Decimal(quarters) / 4))
points = st.sampled_from(["0", "30", "59.99", "60", "75.5", "90", "100"])


@dataclass(frozen=True)
class Story:
    """All that is known of a teacher."""

    facts: tuple[Fact, ...]
    attributes: tuple[DatedAttribute, ...]
    adjustments: tuple[Adjustment, ...]
    on: datetime

    def known(self) -> TeacherRecord:
        return TeacherRecord(
            SITE, TEACHER, self.facts, self.attributes, adjustments=self.adjustments
        )


def work(target: tuple[int, int], at: datetime, given: str | None, attempt: int) -> list[Fact]:
    found = [handed_in(*target, at, attempt)]
    if given is not None:
        found.append(marked(*target, given, at + timedelta(days=2), attempt=attempt))
    return found


happened = st.one_of(
    st.builds(lambda *parts: [done(*parts)], st.sampled_from(sorted(COURSES)), moments),
    st.builds(
        work, st.sampled_from(WORKS), moments, st.one_of(st.none(), points), st.integers(0, 2)
    ),
    st.builds(
        lambda what, day, given, score: [recorded(what, day, given, points=score)],
        st.sampled_from(RECORDS),
        dates,
        hours,
        st.one_of(st.none(), points),
    ),
)


@st.composite
def a_busy_year(draw: st.DrawFn) -> list[list[Fact]]:
    """Most of what there is, done well within some months."""
    start, step = draw(moments), timedelta(days=draw(st.integers(1, 12)))
    left_out = draw(st.sets(st.sampled_from(range(len(COURSES))), max_size=5))
    found = [
        [done(course, start + number * step)]
        for number, course in enumerate(sorted(COURSES))
        if number not in left_out
    ]
    given = draw(st.sampled_from(["60", "85", "100"]))
    found += [work(target, start + n * step, given, 0) for n, target in enumerate(WORKS)]
    return found


@st.composite
def stories(draw: st.DrawFn) -> Story:
    parts = draw(st.lists(happened, max_size=10))
    parts += draw(st.one_of(st.just([]), a_busy_year()))
    some = [fact for part in parts for fact in part]
    facts = tuple({fact.subject: fact for fact in some}.values())
    people = [
        *(attribute(Attribute.ROLE, role) for role in draw(roles)),
        attribute(Attribute.STAGE, draw(st.sampled_from(STAGES))),
        attribute(Attribute.SCHOOL, draw(st.sampled_from(SCHOOLS))),
        attribute(Attribute.HIRE_DATE, draw(st.sampled_from(["2010-09-01", "2024-02-10"]))),
        attribute(Attribute.BIRTH_DATE, draw(st.sampled_from(["1964-02-29", "1990-09-01"]))),
    ]
    scheme: Scheme = draw(st.sampled_from(MAIN))
    changed = []
    likely = st.integers(0, 3)
    if not draw(likely):
        category = draw(st.sampled_from([each.id for each in scheme.categories]))
        changed.append(adjusted("add", draw(dates), category=category, hours=draw(hours)))
    if facts and not draw(likely):
        changed.append(adjusted("remove", of=draw(st.sampled_from(facts))))
    excusable = [each.id for each in scheme.assessments] + [each.id for each in scheme.evidence]
    if excusable and not draw(likely):
        changed.append(adjusted("excuse", draw(dates), target=draw(st.sampled_from(excusable))))
    by_hand = tuple(of(scheme, each) for each in changed)
    return Story(facts, tuple(people), by_hand, draw(moments) + timedelta(days=30))


def of(scheme: Scheme, each: Adjustment) -> Adjustment:
    return replace(each, scheme=scheme.id)


def decided(story: Story) -> tuple[list[Decision], list[Problem]]:
    return decide_prepared(PREPARED, story.known(), story.on)


@given(stories(), st.integers(0, 100))
def test_the_order_in_which_things_are_known_does_not_matter(story: Story, seed: int) -> None:
    def mixed(some: Sequence[object]) -> tuple[object, ...]:
        return tuple(random.Random(seed).sample(some, len(some)))

    other = Story(
        mixed(story.facts),  # type: ignore[arg-type]
        mixed(story.attributes),  # type: ignore[arg-type]
        mixed(story.adjustments),  # type: ignore[arg-type]
        story.on,
    )
    one, two = decided(story), decided(other)
    assert [decision_to_json(each) for each in one[0]] == [decision_to_json(e) for e in two[0]]
    assert one[1] == two[1]


@given(stories())
def test_hours_add_up_and_no_cap_is_exceeded(story: Story) -> None:
    for decision in decided(story)[0]:
        scheme = BOOK.scheme(decision.scheme)
        by_category = dict(decision.by_category)
        if not by_category:
            continue
        for category in scheme.categories:
            if category.at_most is not None:
                assert by_category[category.id] <= category.at_most
        tops = [each for each in scheme.categories if each.parent is None]
        whole = sum((by_category[each.id] for each in tops), Decimal(0))
        assert sum((line.counted for line in decision.credit_lines), Decimal(0)) == whole
        total = sum(
            (by_category[each.id] for each in tops if not getattr(each, "apart", False)), Decimal(0)
        )
        most = scheme.at_most
        assert decision.earned == (total if most is None else min(total, most))
        assert Decimal(0) <= decision.recognised <= decision.earned
        for line in decision.credit_lines:
            assert Decimal(0) <= line.counted <= line.given
        if decision.score is not None:
            assert 0 <= decision.score.total <= decision.score.open_total <= 100


@given(stories())
def test_a_line_counts_in_the_one_period_that_it_lies_in(story: Story) -> None:
    found: dict[tuple[str, str], str] = {}
    for decision in decided(story)[0]:
        for line in decision.credit_lines:
            assert line.at is None or line.at in decision.period
            for key in line.facts if line.counted else ():
                assert found.setdefault((decision.scheme, key), decision.period.key) == (
                    decision.period.key
                )


@given(stories())
def test_decisions_survive_json_and_explanations_tell_their_numbers(story: Story) -> None:
    for decision in decided(story)[0]:
        text = decision_to_json(decision)
        assert decision_to_json(decision_from_json(text)) == text
        told = explain(decision, BOOK.scheme(decision.scheme), story.facts).json()
        assert told["digest"] == decision_digest(decision)
        numbers = told["decision"]
        assert numbers["outcome"] == decision.outcome.value
        for name in ("earned", "recognised"):
            assert Decimal(numbers[name]) == getattr(decision, name)
        counted = sum((Decimal(line["counted"]) for line in numbers["credit_lines"]), Decimal(0))
        assert counted == sum((line.counted for line in decision.credit_lines), Decimal(0))
        if decision.score is not None:
            assert Decimal(numbers["score"]["total"]) == decision.score.total


@given(stories(), st.sampled_from(sorted(COURSES)), moments)
def test_one_more_completion_never_lowers_hours_or_score(
    story: Story, course: int, at: datetime
) -> None:
    more = done(course, at)
    if any(fact.subject == more.subject for fact in story.facts):
        return
    before = {(each.scheme, each.period.key): each for each in decided(story)[0]}
    richer = Story((*story.facts, more), story.attributes, story.adjustments, story.on)
    after = {(each.scheme, each.period.key): each for each in decided(richer)[0]}
    for key, one in before.items():
        other = after[key]
        if one.outcome.value in {"not_applicable", "exempt", "waived"}:
            continue
        if other.outcome.value == "not_applicable":
            continue  # met in an earlier period by now, so nothing is asked any more
        if at < one.period.start:
            continue  # what counts once may count in the earlier period now (credit-rules 3)
        assert other.earned >= one.earned
        if one.score is not None and other.score is not None:
            assert other.score.total >= one.score.total


@given(stories())
@settings(max_examples=20)
def test_the_ledger_brings_the_same_decisions_byte_for_byte(story: Story) -> None:
    with fresh_ledger() as ledger:
        ledger.record_facts(ledger.start_run(SITE, "pull", local("2027-01-01")), story.facts)
        kept = dict(ledger.facts(SITE)).get(TEACHER, [])
    one, other = decided(story), decided(replace(story, facts=tuple(kept)))
    assert [decision_to_json(each) for each in one[0]] == [decision_to_json(e) for e in other[0]]
    assert one[1] == other[1]


CALENDARS = [
    Calendar(scheme, date(2024, 2, 10) if isinstance(scheme.periods, PostPeriods) else None)
    for scheme in BOOK.schemes
]


@pytest.mark.parametrize("calendar", CALENDARS, ids=[each.id for each in BOOK.schemes])
@given(one=moments, other=moments)
@settings(max_examples=30)
def test_any_moment_lies_in_exactly_one_period(
    calendar: Calendar, one: datetime, other: datetime
) -> None:
    spans = [calendar.containing(each).period for each in (one, other)]
    assert one in spans[0]
    assert other in spans[1]
    if spans[0] != spans[1]:
        assert one not in spans[1]
        assert other not in spans[0]
        first, second = sorted(spans, key=lambda each: each.start)
        assert first.end <= second.start
