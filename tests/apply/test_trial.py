"""What may break a process is drawn apart from the run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from moodle_cpd.apply.trial import Trials
from moodle_cpd.certificates import CertificateContent, Press, Stationery
from moodle_cpd.certificates.failures import broken_problem
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import SkipError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardState, CertificateState
from tests.apply.hand import Cut, hand_on, met
from tests.certificates.conftest import CONTENT


class Watched(Press):
    """A press that tells who was drawn where; Typst ends the process over all, as long as asked."""

    def __init__(self) -> None:
        super().__init__([Stationery()], processes=1)
        self.here: list[str] = []
        self.apart: list[str] = []
        self.fatal = False

    def render(self, content: CertificateContent, credential: str = "") -> bytes:
        self.here.append(content.full_name)
        return super().render(content, credential)

    def render_apart(self, content: CertificateContent, credential: str = "") -> bytes:
        self.apart.append(content.full_name)
        if self.fatal:
            raise SkipError(broken_problem(content))
        return super().render_apart(content, credential)

    def render_all(
        self,
        certificates: Iterable[tuple[CertificateContent, str]],
        doubtful: Collection[str] = (),
    ) -> Iterator[bytes | SkipError]:
        papers = list(certificates)
        if self.fatal and any(content.serial not in doubtful for content, _ in papers):
            raise Cut
        yield from super().render_all(papers, doubtful)


def test_only_the_first_of_a_kind_and_what_is_unusual_is_tried_and_the_latter_apart() -> None:
    press = Watched()
    trials = Trials(press)
    for name, failed_before in (("李梅", False), ("王㛃", False), ("张伟", False), ("赵一", True)):
        trials.attempt(replace(CONTENT, full_name=name), failed_before=failed_before)
    assert (press.here[0], press.apart) == ("李梅", ["王㛃", "赵一"])
    assert "张伟" not in press.here


def test_a_certificate_over_which_runs_end_is_told_by_the_next_run(
    site: EmbeddedMoodle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = hand_on(site, tmp_path, monkeypatch)
    press = hand.draw = Watched()
    press.fatal = True
    with pytest.raises(Cut):
        hand.apply(met(hand, 0))
    report = hand.apply(met(hand, 0))
    assert [p.found for p in report.problems] == ["every process that was to draw it ended over it"]
    # From now on it is tried before it gets a number.
    hand.apply(met(hand, 0))
    with Ledger.open(hand.path) as ledger:
        states = [entry.state for entry in ledger.certificates("demo") if entry.is_paper]
    assert states == [CertificateState.VOID]
    press.fatal = False
    hand.apply(met(hand, 0))
    with Ledger.open(hand.path) as ledger:
        assert {award.state for award in hand.awards(ledger)} == {AwardState.CONFIRMED}
