from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_cpd.ledger import Ledger
from moodle_cpd.model.fact import Fact, FactKind, Record, Source
from tests.ledger.examples import NOW, SITE, completion, fresh_ledger, grade, standing

moments = st.none() | st.integers(0, 4_000_000).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
numbers = st.none() | st.decimals("0", "1000", places=3)
distinct_facts = st.lists(
    st.builds(
        Fact,
        kind=st.sampled_from(FactKind),
        site=st.sampled_from(["moodle", "other"]),
        teacher=st.integers(1, 4),
        course=st.integers(1, 3),
        activity=st.none() | st.integers(1, 3),
        attempt=st.integers(0, 1),
        at=moments,
        value=numbers,
        maximum=numbers,
        retracted=st.booleans(),
        source=st.builds(Source, st.just("a_function"), st.text(max_size=5)),
    ),
    max_size=30,
    unique_by=lambda fact: fact.subject,
)


@given(facts=distinct_facts, data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_order_any_batches_and_twice_give_the_same_standing_facts(
    facts: list[Fact], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(facts))
    cut = data.draw(st.integers(0, len(facts)))
    with fresh_ledger() as ledger:
        run = ledger.start_run(SITE, "pull", NOW)
        assert ledger.record_facts(run, shuffled[:cut]) == cut
        assert ledger.record_facts(run, facts) == len(facts) - cut
        assert ledger.record_facts(run, shuffled) == 0
        for site in ("moodle", "other"):
            found = dict(ledger.facts(site))
            assert list(found) == sorted(found)
            expected = {f.subject: f for f in facts if f.site == site and not f.retracted}
            assert {f.subject: f for group in found.values() for f in group} == expected
            assert all(ledger.fact(site, fact.key) == fact for fact in expected.values())


def test_latest_version_stands_and_the_earlier_ones_stay(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "pull", NOW)
    versions = [grade(5, "50"), grade(5, "80"), grade(5, "50"), grade(5, None)]
    for version in versions:
        assert ledger.record_facts(run, [version, version]) == 1
        assert standing(ledger) == {5: [version]}
    assert dict(ledger.facts(SITE, history=True)) == {5: versions}
    assert ledger.fact(SITE, versions[1].key) == versions[1]


def test_versions_that_arrive_together_stand_in_their_order(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "pull", NOW)
    assert ledger.record_facts(run, [grade(5, "50"), grade(5, "80"), grade(5, "50.0")]) == 3
    assert standing(ledger) == {5: [grade(5, "50")]}


def test_retracted_fact_no_longer_stands_and_can_come_back(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "pull", NOW)
    fact = completion(5, 1)
    gone = replace(fact, retracted=True)
    ledger.record_facts(run, [fact])
    assert ledger.record_facts(run, [gone]) == 1
    assert standing(ledger) == {}
    assert ledger.fact(SITE, gone.key) == gone
    assert ledger.record_facts(run, [fact]) == 1
    assert standing(ledger) == {5: [fact]}


def test_equal_numbers_in_other_words_are_no_news(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "pull", NOW)
    assert ledger.record_facts(run, [grade(5, "80.00000")]) == 1
    assert ledger.record_facts(run, [grade(5, "80"), grade(5, "8E1")]) == 0
    ((_, (fact,)),) = ledger.facts(SITE)
    assert fact.value == Decimal(80)


def test_facts_of_some_teachers(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "pull", NOW)
    ledger.record_facts(run, [completion(teacher, 1) for teacher in range(1, 700)])
    assert [teacher for teacher, _ in ledger.facts(SITE)] == list(range(1, 700))
    assert [teacher for teacher, _ in ledger.facts(SITE, [600, 3, 3, 9999])] == [3, 600]
    assert list(ledger.facts("elsewhere")) == []


def test_recording_while_reading_and_reading_while_recording(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "pull", NOW)
    ledger.record_facts(run, [completion(teacher, 1) for teacher in range(1, 500)])

    def seen() -> Iterator[Fact]:
        for teacher, facts in ledger.facts(SITE):
            if teacher % 100 == 0:
                ledger.record_facts(run, [grade(teacher, "60")])
            yield from (replace(fact, course=2) for fact in facts)

    assert ledger.record_facts(run, seen()) == 499
    found = standing(ledger)
    assert [len(found[teacher]) for teacher in (99, 100, 101, 400)] == [2, 3, 2, 3]


def test_reading_that_breaks_off_keeps_full_batches(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moodle_cpd.ledger.facts._BATCH", 10)
    run = ledger.start_run(SITE, "pull", NOW)

    def cut_off() -> Iterator[Fact]:
        for teacher in range(25):
            yield completion(teacher, 1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        ledger.record_facts(run, cut_off())
    assert sorted(standing(ledger)) == list(range(20))


def test_a_record_comes_back_whole_and_adds_nothing_twice(ledger: Ledger) -> None:
    said = Record("国|培", date(2026, 5, 1), "沈教〔2026〕12号", Decimal("20.50"), 800, "county")
    fact = Fact(
        FactKind.RECORD, SITE, 5, 0, at=NOW, value=Decimal(85), maximum=Decimal(100), record=said
    )
    bare = replace(fact, value=None, maximum=None, record=Record("国", date(2026, 5, 1), "培|x"))
    run = ledger.start_run(SITE, "import", NOW)
    assert ledger.record_facts(run, [fact, bare]) == 2
    assert ledger.record_facts(run, [bare, fact]) == 0
    assert set(standing(ledger)[5]) == {fact, bare}


def test_a_corrected_record_stands_in_place_of_the_first(ledger: Ledger) -> None:
    first = Fact(
        FactKind.RECORD,
        SITE,
        5,
        0,
        at=NOW,
        record=Record("国培", date(2026, 5, 1), "D", Decimal(20)),
    )
    assert first.record is not None
    corrected = replace(first, record=replace(first.record, hours=Decimal(10)))
    other_day = replace(first, record=replace(first.record, day=date(2026, 5, 2)))
    run = ledger.start_run(SITE, "import", NOW)
    assert ledger.record_facts(run, [first, corrected, other_day]) == 3
    assert set(standing(ledger)[5]) == {corrected, other_day}
    assert ledger.record_facts(run, [replace(other_day, retracted=True)]) == 1
    assert standing(ledger)[5] == [corrected]
