"""What people bring in: added once, corrected, taken back, never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from moodle_cpd.ledger import Ledger, schema
from moodle_cpd.model.adjustment import Adjustment, AdjustmentKind
from moodle_cpd.model.closure import Closure
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.people import Attribute, Person
from tests.ledger.examples import NOW, SITE
from tests.ledger.test_records import decision, record

FREE = Dispensation(
    SITE, 5, "s", DispensationKind.EXEMPT, date(2026, 1, 1), date(2026, 6, 30), "D 1"
)
ADDED = Adjustment(
    SITE,
    5,
    "s",
    AdjustmentKind.ADD,
    "lost list",
    "D 2",
    NOW,
    date(2026, 5, 1),
    category="a",
    hours=Decimal("2.50"),
    level="county",
)


def news_of(ledger: Ledger, teacher: int) -> int:
    ledger.record_people(SITE, [Person(SITE, teacher, "T", "t", "T")], NOW.date())
    found = ledger.undecided(SITE, basis="", on=NOW, read=NOW)
    return found[teacher]


def test_a_dispensation_counts_once_is_corrected_and_taken_back(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "import", NOW)
    assert ledger.record_dispensations(run, [(FREE, False), (FREE, False)]) == 1
    assert news_of(ledger, 5) == 1
    longer = replace(FREE, last=None)
    other = replace(FREE, first=date(2027, 1, 1), last=None)
    assert ledger.record_dispensations(run, [(longer, False), (other, False)]) == 2
    assert ledger.dispensations(SITE) == {5: [longer, other]}
    assert ledger.record_dispensations(run, [(longer, True), (longer, True)]) == 1
    assert ledger.dispensations(SITE, [5, 6]) == {5: [other]}
    assert ledger.record_dispensations(run, [(longer, False)]) == 1
    assert ledger.dispensations(SITE, [6]) == {}
    assert ledger.dispensations("other") == {}


def test_taking_back_what_never_was_adds_nothing(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "import", NOW)
    assert ledger.record_dispensations(run, [(FREE, True)]) == 0


def test_an_adjustment_comes_back_whole_and_once(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "adjust", NOW)
    assert ledger.record_adjustment(run, ADDED) is None
    again = replace(ADDED, recorded_at=NOW + timedelta(days=1), reason="again")
    assert ledger.record_adjustment(run, again) == ADDED
    assert ledger.adjustments(SITE) == {5: [ADDED]}
    assert news_of(ledger, 5) == 1


def test_a_withdrawn_adjustment_counts_no_more_and_can_be_recorded_anew(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "adjust", NOW)
    later = NOW + timedelta(days=1)
    ledger.record_adjustment(run, ADDED)
    ledger.withdraw_adjustment(run, ADDED, later, reason="wrong", document="D 3")
    assert ledger.adjustments(SITE, [5]) == {}
    assert news_of(ledger, 5) == 2
    anew = replace(ADDED, recorded_at=later)
    assert ledger.record_adjustment(run, anew) is None
    assert ledger.adjustments(SITE) == {5: [anew]}


def test_history_takes_the_place_of_a_day(ledger: Ledger) -> None:
    day = date(2020, 9, 1)
    rows = {(5, Attribute.ROLE, day): ["teacher", "homeroom_teacher"]}
    assert ledger.record_history(SITE, rows) == 1
    assert ledger.record_history(SITE, rows) == 0
    assert ledger.record_history(SITE, {(5, Attribute.ROLE, date(2021, 9, 1)): []}) == 1
    assert [(each.value, each.since.year) for each in ledger.attributes(SITE)[5]] == [
        ("homeroom_teacher", 2020),
        ("teacher", 2020),
        ("", 2021),
    ]
    assert ledger.record_history(SITE, {(5, Attribute.ROLE, day): ["teacher"]}) == 1
    assert [each.value for each in ledger.attributes(SITE)[5]] == ["teacher", ""]
    assert ledger.record_history(SITE, {(5, Attribute.ROLE, date(2021, 9, 1)): None}) == 1
    assert ledger.record_history(SITE, {(5, Attribute.ROLE, date(2021, 9, 1)): None}) == 0
    assert [each.value for each in ledger.attributes(SITE)[5]] == ["teacher"]


def test_closures_come_back(ledger: Ledger) -> None:
    run = ledger.start_run(SITE, "close", NOW)
    closed = Closure(SITE, "s", "2025", "D", NOW)
    ledger.close_period(run, closed)
    assert ledger.closures(SITE) == [closed]
    assert ledger.closures("other") == []
    assert "closures" in schema.metadata.tables


def test_a_closed_period_tells_what_was_decided_since(ledger: Ledger) -> None:
    before, closing, after = (ledger.start_run(SITE, "decide", NOW) for _ in range(3))
    early, last, late = (decision(each) for each in ("a", "b", "c"))
    record(ledger, before, early, decision("open", period="2027"))
    record(ledger, closing, last)
    ledger.close_period(closing, Closure(SITE, last.scheme, last.period, "D", NOW))
    record(ledger, after, late)
    record(ledger, after, decision("d", 6))
    assert ledger.closed_decisions(SITE, [5, 6, 7]) == {
        5: [[last, late]],
        6: [[None, decision("d", 6)]],
    }
    assert ledger.closed_decisions("other", [5]) == {}


def test_who_was_decided_before_a_closing_was_known_then(ledger: Ledger) -> None:
    before, first, between, last = (ledger.start_run(SITE, "decide", NOW) for _ in range(4))
    record(ledger, before, decision("d", 5))
    record(ledger, first, decision("d", 6))
    record(ledger, between, decision("d", 7))
    ledger.close_period(first, Closure(SITE, "s", "2024", "D", NOW))
    ledger.close_period(last, Closure(SITE, "s", "2025", "D", NOW))
    assert ledger.known_when_closed(SITE, [5, 6, 7, 8]) == {
        5: {("s", "2024"), ("s", "2025")},
        6: {("s", "2024"), ("s", "2025")},
        7: {("s", "2025")},
    }
    assert ledger.known_when_closed(SITE, [7]).keys() == {7}
    assert ledger.known_when_closed("other", [5]) == {}
