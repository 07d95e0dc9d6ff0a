import re
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_cpd.ledger import AwardEvent, Ledger, awards
from moodle_cpd.model.award import AwardState, Route
from moodle_cpd.model.serial import SerialPattern
from tests.ledger.examples import NOW, SITE, begin, fresh_ledger, key

BUSY = """
import sys
from pathlib import Path
from moodle_cpd.ledger import Ledger
from tests.ledger.examples import begin, key

with Ledger.open(Path(sys.argv[1])) as ledger:
    for teacher in range(int(sys.argv[2]), 10**9):
        begin(ledger, key(teacher))
        print(teacher, flush=True)
"""


def test_award_is_begun_once_with_its_first_number(ledger: Ledger) -> None:
    first = begin(ledger, key(5))
    assert first.serial == "CPD-2026-000001"
    assert first.state is AwardState.PLANNED
    assert (first.hours, first.credits, first.sha256) == (Decimal(30), None, "")
    assert begin(ledger, key(5), NOW + timedelta(days=400)) == first
    second = begin(ledger, key(6))
    assert second.serial == "CPD-2026-000002"
    assert len({first.verification_id, second.verification_id}) == 2
    assert all(len(award.verification_id) >= 22 for award in (first, second))
    assert ledger.awards(SITE) == {key(5): first, key(6): second}
    assert ledger.award(key(7)) is None


def test_badge_without_certificate_has_no_verification_id(ledger: Ledger) -> None:
    badge = ledger.begin_award(
        key(),
        Route.COHORT,
        NOW,
        Decimal(30),
        Decimal("1.5"),
        course="",
        target="homeroom-2026",
        decision_digest="",
        serial=SerialPattern("CPDB-{year}-{number:06}"),
        paper=None,
    )
    assert (badge.serial, badge.verification_id) == ("CPDB-2026-000001", "")
    assert badge.credits == Decimal("1.5")


def test_the_year_of_a_number_is_the_year_where_the_scheme_is(ledger: Ledger) -> None:
    shanghai = timezone(timedelta(hours=8))
    new_year = datetime(2027, 1, 1, 0, 30, tzinfo=shanghai)
    assert begin(ledger, key(5), new_year).serial == "CPD-2027-000001"
    award = ledger.award(key(5))
    assert award is not None
    assert award.issued_on == new_year


def test_history_of_an_award(ledger: Ledger) -> None:
    begin(ledger, key())
    later = NOW + timedelta(minutes=1)
    ledger.set_award(key(), AwardState.ISSUED, "f" * 64, at=later)
    ledger.set_award(key(), AwardState.ISSUED, at=later)
    ledger.set_award(key(), AwardState.CONFIRMED, at=later)
    award = ledger.award(key())
    assert award is not None
    assert (award.state, award.sha256) == (AwardState.CONFIRMED, "f" * 64)
    assert ledger.award_events(key()) == [
        AwardEvent(key(), award.serial, AwardState.PLANNED, "", "", NOW),
        AwardEvent(key(), award.serial, AwardState.ISSUED, "f" * 64, "", later),
        AwardEvent(key(), award.serial, AwardState.CONFIRMED, "f" * 64, "", later),
    ]
    with pytest.raises(KeyError):
        ledger.set_award(key(99), AwardState.ISSUED, at=later)


def numbers(ledger: Ledger) -> list[int]:
    return sorted(int(award.serial[-6:]) for award in ledger.awards(SITE).values())


@given(steps=st.lists(st.tuples(st.integers(1, 8), st.booleans()), max_size=25))
@settings(max_examples=25, deadline=None)
def test_numbers_have_no_gaps_whatever_breaks_off(steps: list[tuple[int, bool]]) -> None:
    with fresh_ledger() as ledger:
        given_before: dict[int, str] = {}
        for teacher, breaks in steps:
            if breaks and teacher not in given_before:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(awards, "add_event", break_off)
                    with pytest.raises(RuntimeError):
                        begin(ledger, key(teacher))
            else:
                serial = begin(ledger, key(teacher)).serial
                assert given_before.setdefault(teacher, serial) == serial
        assert numbers(ledger) == list(range(1, len(given_before) + 1))


def break_off(*_: object) -> None:
    raise RuntimeError


def test_numbers_have_no_gaps_after_kills(path: Path) -> None:
    told = 0
    for lines in (1, 7, 30):
        busy = subprocess.Popen(
            [sys.executable, "-c", BUSY, str(path), str(told + 1)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert busy.stdout is not None
        for _ in range(lines):
            told = int(busy.stdout.readline())
        busy.send_signal(signal.SIGKILL)
        rest, _ = busy.communicate()
        told = max([told, *map(int, re.findall(r"\d+\n", rest))])
        with Ledger.open(path) as ledger:
            written = ledger.awards(SITE)
            assert numbers(ledger) == list(range(1, len(written) + 1))
            assert told <= len(written) <= told + 1  # the last may have been written, not told
            assert all(len(ledger.award_events(which)) == 1 for which in written)
            told = len(written)
