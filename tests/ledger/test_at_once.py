"""Many writes as one: all of them last, or none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from moodle_cpd.ledger import Ledger
from moodle_cpd.model.people import Person

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def person(number: int) -> Person:
    return Person("s", number, f"T{number}", f"t{number}", f"张三{number}")


def test_what_is_written_at_once_is_seen_in_it_and_lasts(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        with ledger.at_once():
            ledger.record_people("s", [person(1)], date(2026, 1, 1))
            assert set(ledger.people("s")) == {1}
            ledger.start_run("s", "test", MOMENT)
        assert set(ledger.people("s")) == {1}
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        assert set(ledger.people("s")) == {1}


def test_what_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:

        def interrupted() -> None:
            with ledger.at_once():
                ledger.record_people("s", [person(1)], date(2026, 1, 1))
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert ledger.people("s") == {}
        ledger.record_people("s", [person(2)], date(2026, 1, 1))
        assert set(ledger.people("s")) == {2}


def test_one_write_that_fails_takes_only_itself_back(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:

        def failing() -> None:
            with ledger._write():
                ledger.record_people("s", [person(2)], date(2026, 1, 1))
                raise KeyError

        with ledger.at_once():
            ledger.record_people("s", [person(1)], date(2026, 1, 1))
            with pytest.raises(KeyError):
                failing()
        assert set(ledger.people("s")) == {1}
