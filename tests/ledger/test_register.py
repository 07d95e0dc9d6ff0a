"""The register: a number is given once and in order, stands once, and its history stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.exc import IntegrityError

from moodle_cpd.errors import InputError
from moodle_cpd.ledger import Ledger
from moodle_cpd.ledger import schema_awards as schema
from moodle_cpd.model.award import AwardState, CertificateState
from moodle_cpd.model.serial import SerialPattern
from tests.ledger.examples import NOW, SITE, begin, fresh_ledger, key

LATER = NOW + timedelta(days=1)


def states(ledger: Ledger) -> dict[str, CertificateState]:
    return {entry.serial: entry.state for entry in ledger.certificates(SITE)}


def confirmed(ledger: Ledger, teacher: int = 5) -> str:
    award = begin(ledger, key(teacher))
    ledger.set_award(key(teacher), AwardState.CONFIRMED, "a" * 64, at=NOW)
    return award.serial


def test_an_entry_holds_what_was_issued(ledger: Ledger) -> None:
    serial = confirmed(ledger)
    entry = ledger.certificate(serial)
    assert entry is not None
    assert entry.is_paper
    assert (entry.state, entry.sha256, entry.status_index) == (CertificateState.VALID, "a" * 64, 0)
    assert ledger.certificate_by_verification_id(entry.verification_id) == entry
    assert ledger.certificate_by_verification_id("") is None
    assert ledger.printed_name(serial) == "张伟"
    ledger.forget_printed_names(SITE, [serial])
    assert ledger.printed_names(SITE) == {}
    assert ledger.certificate(serial) == entry


def test_the_old_one_stands_until_the_new_one_is_in_moodle(ledger: Ledger) -> None:
    old = confirmed(ledger)
    new = begin(ledger, key(5), LATER, replaces=old)
    assert (new.serial, new.replaces, new.state) == ("CPD-2026-000002", old, AwardState.PLANNED)
    assert states(ledger) == {old: CertificateState.VALID, new.serial: CertificateState.PLANNED}
    assert begin(ledger, key(5), LATER, replaces=old) == new, "asked twice, given once"
    ledger.set_award(key(5), AwardState.ISSUED, "b" * 64, at=LATER)
    assert states(ledger) == {old: CertificateState.SUPERSEDED, new.serial: CertificateState.VALID}
    history = [(event.serial, event.state) for event in ledger.award_events(key(5))]
    assert history[2:] == [
        (new.serial, AwardState.PLANNED),
        (old, CertificateState.SUPERSEDED),
        (new.serial, AwardState.ISSUED),
    ]
    [*_, last] = ledger.certificate_events(SITE, old)
    assert last.reason == new.serial


def test_a_number_that_was_not_issued_cannot_be_replaced(ledger: Ledger) -> None:
    first = begin(ledger, key(5))
    with pytest.raises(ValueError, match="planned and can't be replaced"):
        begin(ledger, key(5), replaces=first.serial)


def test_what_is_withdrawn_does_not_stand_from_that_moment_on(ledger: Ledger) -> None:
    serial = confirmed(ledger)
    ledger.withdraw_award(key(5), "学时被更正", at=LATER)
    assert states(ledger) == {serial: CertificateState.WITHDRAWN}
    award = ledger.award(key(5))
    assert award is not None
    assert award.state is AwardState.WITHDRAWING
    ledger.end_award(key(5), AwardState.WITHDRAWN, at=LATER)
    ledger.withdraw_award(key(5), "again", at=LATER)
    ended = [(e.state, e.reason) for e in ledger.certificate_events(SITE, serial)][2:]
    assert ended == [(AwardState.WITHDRAWING, "学时被更正"), (AwardState.WITHDRAWN, "")]
    again = begin(ledger, key(5), LATER, replaces=serial)
    assert again.replaces == serial
    ledger.set_award(key(5), AwardState.CONFIRMED, "c" * 64, at=LATER)
    assert states(ledger) == {
        serial: CertificateState.WITHDRAWN,
        again.serial: CertificateState.VALID,
    }


def test_a_void_number_stays_in_the_register_and_the_award_goes_on_without_it(
    ledger: Ledger,
) -> None:
    first = begin(ledger, key(5))
    ledger.void_award(key(5), "依据已不成立", at=LATER)
    assert ledger.award(key(5)) is None
    assert states(ledger) == {first.serial: CertificateState.VOID}
    second = begin(ledger, key(5), LATER)
    assert second.serial == "CPD-2026-000002"
    ledger.set_award(key(5), AwardState.CONFIRMED, "a" * 64, at=LATER)
    with pytest.raises(ValueError, match="was issued"):
        ledger.void_award(key(5), "", at=LATER)
    begin(ledger, key(5), LATER, replaces=second.serial)
    ledger.void_award(key(5), "", at=LATER)
    back = ledger.award(key(5))
    assert back is not None
    assert (back.serial, back.state) == (second.serial, AwardState.ISSUED)


def test_only_what_stands_can_expire(ledger: Ledger) -> None:
    serial = confirmed(ledger)
    ledger.end_award(key(5), AwardState.EXPIRED, at=LATER, reason="2028")
    assert states(ledger) == {serial: CertificateState.EXPIRED}
    with pytest.raises(ValueError, match="can't become"):
        ledger.end_award(key(5), AwardState.WITHDRAWN, at=LATER)
    begin(ledger, key(6))
    with pytest.raises(ValueError, match="can't become"):
        ledger.end_award(key(6), AwardState.EXPIRED, at=LATER)


def test_the_database_itself_lets_no_second_certificate_stand(ledger: Ledger) -> None:
    old = confirmed(ledger)
    new = begin(ledger, key(5), LATER, replaces=old)
    table = schema.certificates
    with pytest.raises(IntegrityError), ledger._write() as connection:
        connection.execute(table.update().where(table.c.serial == new.serial).values(state="valid"))


def test_another_pattern_never_gives_a_number_again(ledger: Ledger) -> None:
    assert begin(ledger, key(5)).serial == "CPD-2026-000001"
    with pytest.raises(InputError, match="given before"):
        begin(ledger, key(6), serial=SerialPattern("CPD-{year}-0{number:05}"))
    assert ledger.award(key(6)) is None
    shorter = SerialPattern("CPD-{year}-{number:03}")
    assert begin(ledger, key(6), serial=shorter).serial == "CPD-2026-002", "it goes on counting"


def test_numbers_of_all_patterns_lie_in_one_order(ledger: Ledger) -> None:
    chinese = SerialPattern("千继教字[{year}]第{number:05}号")
    begin(ledger, key(5))
    begin(ledger, key(6), serial=chinese)
    begin(ledger, key(7))
    assert [(c.status_index, c.serial) for c in ledger.certificates(SITE)] == [
        (0, "CPD-2026-000001"),
        (1, "千继教字[2026]第00001号"),
        (2, "CPD-2026-000002"),
    ]


class Lives(RuleBasedStateMachine):
    """Any order of steps that awards can take."""

    @initialize()
    def start(self) -> None:
        self._open = fresh_ledger()
        self.ledger = self._open.__enter__()

    def teardown(self) -> None:
        self._open.__exit__(None, None, None)

    teachers = st.integers(1, 3)

    def state(self, teacher: int) -> AwardState | None:
        award = self.ledger.award(key(teacher))
        return None if award is None else award.state

    @rule(teacher=teachers)
    def number(self, teacher: int) -> None:
        award = self.ledger.award(key(teacher))
        if award is None:
            begin(self.ledger, key(teacher))
        elif award.state not in {AwardState.PLANNED, AwardState.WITHDRAWING}:
            begin(self.ledger, key(teacher), replaces=award.serial)

    @rule(teacher=teachers, state=st.sampled_from([AwardState.ISSUED, AwardState.CONFIRMED]))
    def arrive(self, teacher: int, state: AwardState) -> None:
        if self.state(teacher) in {AwardState.PLANNED, AwardState.ISSUED}:
            self.ledger.set_award(key(teacher), state, "f" * 64, at=NOW)

    @rule(teacher=teachers)
    def withdraw(self, teacher: int) -> None:
        if self.state(teacher) is not None:
            self.ledger.withdraw_award(key(teacher), "", at=NOW)

    @rule(teacher=teachers)
    def withdrawn(self, teacher: int) -> None:
        if self.state(teacher) is AwardState.WITHDRAWING:
            self.ledger.end_award(key(teacher), AwardState.WITHDRAWN, at=NOW)

    @rule(teacher=teachers)
    def expire(self, teacher: int) -> None:
        if self.state(teacher) in {AwardState.ISSUED, AwardState.CONFIRMED}:
            self.ledger.end_award(key(teacher), AwardState.EXPIRED, at=NOW)

    @rule(teacher=teachers)
    def void(self, teacher: int) -> None:
        if self.state(teacher) is AwardState.PLANNED:
            self.ledger.void_award(key(teacher), "", at=NOW)

    @invariant()
    def the_register_is_whole(self) -> None:
        entries = list(self.ledger.certificates(SITE))
        assert [int(entry.serial[-6:]) for entry in entries] == list(range(1, len(entries) + 1))
        standing = [entry.key for entry in entries if entry.state is CertificateState.VALID]
        assert len(standing) == len(set(standing))
        by_serial = {entry.serial: entry for entry in entries}
        for which, award in self.ledger.awards(SITE).items():
            worth = by_serial[award.serial].state
            assert by_serial[award.serial].key == which
            assert {
                AwardState.PLANNED: CertificateState.PLANNED,
                AwardState.ISSUED: CertificateState.VALID,
                AwardState.CONFIRMED: CertificateState.VALID,
                AwardState.WITHDRAWING: CertificateState.WITHDRAWN,
                AwardState.WITHDRAWN: CertificateState.WITHDRAWN,
                AwardState.EXPIRED: CertificateState.EXPIRED,
            }[award.state] is worth


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_the_same_teacher_id_on_another_site_is_another_teacher(ledger: Ledger) -> None:
    here = key(5)
    there = replace(here, site="other")
    for which in (here, there):
        begin(ledger, which)
        ledger.set_award(which, AwardState.CONFIRMED, "a" * 64, at=NOW)
    ledger.withdraw_award(here, "", at=LATER)
    ledger.end_award(here, AwardState.WITHDRAWN, at=LATER)
    assert [e.state for e in ledger.certificates("other")] == [CertificateState.VALID]
    assert ledger.awards("other")[there].state is AwardState.CONFIRMED
    assert len(ledger.serials()) == 2, "one number for each of them"
