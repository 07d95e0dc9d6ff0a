"""Cut off between any two steps of an award's life, and finished later: nothing lost, none twice.

A run ends after its n-th lasting step, for n = 1, 2, 3, … until one comes to its end. Lasting steps
are commits of the ledger, and what Moodle carried out before the ledger heard of it. In
``test_kills`` whole processes are killed on the way of an award's first issue; this counts every
step of every way.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardState, Certificate, CertificateState, Route
from moodle_cpd.model.result import Result
from tests.apply.hand import ACTIVITY, Cut, Hand, hand_on, lost, met

MOST = 60
"""Steps of one way; a way with more would not end."""


@pytest.fixture
def hand(site: EmbeddedMoodle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hand:
    return hand_on(site, tmp_path, monkeypatch)


def the_register_is_whole(hand: Hand) -> list[Certificate]:
    """No gap, no twin, at most one that stands; every intent is closed."""
    with Ledger.open(hand.path) as ledger:
        entries = list(ledger.certificates("demo"))
        assert ledger.open_intents("demo") == []
    for prefix in ("CPD-", "CPDB-"):
        numbers = [int(e.serial[-6:]) for e in entries if e.serial.startswith(prefix)]
        assert numbers == list(range(1, len(numbers) + 1))
    valid = [e.key for e in entries if e.state is CertificateState.VALID]
    assert len(valid) == len(set(valid))
    assert all(e.state is not CertificateState.PLANNED for e in entries)
    return entries


def stands(hand: Hand, result: Result) -> None:
    entries = the_register_is_whole(hand)
    world, teacher = hand.site.world, result.teacher
    with Ledger.open(hand.path) as ledger:
        badge, paper = sorted(hand.awards(ledger), key=lambda award: award.route)
    assert {badge.state, paper.state} == {AwardState.CONFIRMED}
    assert (badge.route, paper.route) == (Route.COHORT, Route.RECORD_COURSE)
    assert sum(e.state is CertificateState.VALID for e in entries) == 2
    assert paper.hours == result.recognised
    assert world.grade_of(teacher, ACTIVITY) == float(result.recognised)
    [file] = world.files_of(teacher, ACTIVITY)
    assert file.filename == f"{paper.serial}.pdf"
    assert sha256(file.content).hexdigest() == paper.sha256
    assert teacher in world.cohort(ACTIVITY).members
    held = world.badges_of(teacher)
    assert len(held) == len(set(held)) == 2


def is_gone(hand: Hand, result: Result) -> None:
    entries = the_register_is_whole(hand)
    world, teacher = hand.site.world, result.teacher
    with Ledger.open(hand.path) as ledger:
        left = hand.awards(ledger)
    assert all(award.state is AwardState.WITHDRAWN for award in left)
    assert not any(e.state is CertificateState.VALID for e in entries)
    assert world.grade_of(teacher, ACTIVITY) == 0
    [file] = world.files_of(teacher, ACTIVITY)
    assert file.filename.endswith("-withdrawn.pdf")
    assert teacher not in world.cohort(ACTIVITY).members


def graded(hand: Hand) -> int:
    """How many messages Moodle sent the teacher because of a grade."""
    return sum(
        message.user == hand.result.teacher and "badge" not in message.kind
        for message in hand.site.world.tables.messages
    )


def test_issued_corrected_taken_back_and_given_again_with_a_cut_after_every_step(
    hand: Hand,
) -> None:
    """The awards go through their lives again and again, each time with the next step the last."""
    issue = withdraw = supersede = 0
    for step in range(1, MOST):
        ends = []
        life = ((met(hand, 0), stands), (met(hand, 12), stands), (lost(hand), is_gone))
        for change, check in life:
            before = graded(hand)
            try:
                hand.apply(change, cut_after=step)
                ends.append(True)
            except Cut:
                ends.append(False)
                report = hand.apply(change)
                assert (report.unfinished, report.problems) == (0, ()), f"cut after step {step}"
            check(hand, change)
            assert graded(hand) == before + 1, f"one message, cut after step {step}"
        issue += not ends[0]
        supersede += not ends[1]
        withdraw += not ends[2]
        if all(ends):
            break
    # Each way with its writes: what Moodle did before the ledger heard of it is a step as well.
    assert issue >= 12
    assert supersede >= 9
    assert withdraw >= 10


def test_cut_off_and_then_decided_otherwise(hand: Hand) -> None:
    """A correction that was cut off is followed by a lost ground, and that one by a new ground."""
    hand.apply(met(hand, 0))
    for step in (1, 3, 5, 6, 8):
        with pytest.raises(Cut):
            hand.apply(met(hand, step), cut_after=step)
        assert hand.apply(lost(hand)).unfinished == 0, f"correction cut after step {step}"
        is_gone(hand, lost(hand))
        hand.apply(met(hand, 0))
        with pytest.raises(Cut):
            hand.apply(lost(hand), cut_after=step)
        hand.apply(met(hand, 0))
        assert hand.apply(met(hand, 0)).unfinished == 0, f"withdrawal cut after step {step}"
        stands(hand, met(hand, 0))
