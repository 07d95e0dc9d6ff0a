"""What the benchmark of deciding rests on, on a county small enough for every run of the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moodle_cpd.cli import everybody
from moodle_cpd.cli.everybody import Everybody, summed, tallied
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.shipped import shipped_mappings
from tests.benchmarks import county
from tests.benchmarks.deciding import decide_naively
from tests.ledger.examples import fresh_ledger

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
TEACHERS = 12


class Counting:
    """Hears how many teachers there are to decide."""

    def __init__(self) -> None:
        self.totals: list[int | None] = []

    def start(self, label: str, total: int | None) -> None:
        self.totals.append(total)

    def advance(self, count: int = 1) -> None: ...


def test_only_whom_news_concern_is_decided_again() -> None:
    book, counting = load_rulebook(shipped_mappings()), Counting()
    with fresh_ledger() as ledger:
        facts = county.fill(ledger, TEACHERS, NOW - timedelta(minutes=5))
        assert facts == TEACHERS * county.YEARS * county.FACTS_A_YEAR

        def decide(on: datetime, *, every: bool = False) -> int:
            run = ledger.start_run(county.SITE, "decide", on)
            return Everybody(ledger, county.SITE, book, on, on).bring_up_to_date(
                run, counting, every=every
            )

        decisions = decide(NOW)
        assert summed(tallied(ledger, county.SITE)).decisions == decisions
        assert decide(NOW + timedelta(minutes=1)) == 0
        assert county.news(ledger, [2, 9], NOW + timedelta(minutes=2)) == 2
        assert 0 < decide(NOW + timedelta(minutes=3)) < decisions / 4
        assert decide(NOW + timedelta(minutes=4), every=True) == 0
        assert counting.totals == [TEACHERS, 0, 2, TEACHERS]


def test_several_processes_come_to_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everybody, "_TOGETHER", 2)
    book = load_rulebook(shipped_mappings())
    kept = []
    for jobs in (1, 2):
        with fresh_ledger() as ledger:
            county.fill(ledger, 5, NOW)
            run = ledger.start_run(county.SITE, "decide", NOW)
            whom = Everybody(ledger, county.SITE, book, NOW, NOW)
            new = whom.bring_up_to_date(run, Counting(), jobs=jobs)
            decisions = list(ledger.latest_decisions(county.SITE))
            assert len(decisions) == new > 0
            counted = (ledger.decided(county.SITE), ledger.counted(county.SITE))
            kept.append((decisions, *map(list, counted)))
            assert whom.bring_up_to_date(run, Counting(), jobs=jobs) == 0
    assert kept[0] == kept[1]


def test_the_naive_way_comes_to_the_same_decisions() -> None:
    book = load_rulebook(shipped_mappings())
    with fresh_ledger() as one, fresh_ledger() as other:
        for ledger in (one, other):
            county.fill(ledger, 2, NOW)
        run = one.start_run(county.SITE, "decide", NOW)
        Everybody(one, county.SITE, book, NOW, NOW).bring_up_to_date(run, Counting())
        decide_naively(other, [1, 2], NOW)
        assert list(one.latest_decisions(county.SITE)) == list(other.latest_decisions(county.SITE))
