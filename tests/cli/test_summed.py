"""What all decisions come to is the same however many are counted together."""

from __future__ import annotations

from collections import Counter

import pytest

from moodle_cpd.cli import everybody
from moodle_cpd.cli.everybody import Tally, summed
from moodle_cpd.problems import Problem

MET, MISSED = ("s", "2025", "met"), ("s", "2025", "not_met")
ONE, TWO = Problem("a", "one"), Problem("b", "two")
EVERYBODY: list[Tally] = [
    (1, (MET, MISSED), (ONE,)),
    (2, (MISSED,), ()),
    (3, (MET, MISSED), (TWO, ONE)),
    (4, (), ()),
    (5, (MISSED,), (TWO,)),
]


@pytest.mark.parametrize("together", [1, 2, 3, 100])
def test_each_teacher_counts_once(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everybody, "_COUNTED_TOGETHER", together)
    found = summed(iter(EVERYBODY))
    assert found.counts == Counter({MET: 2, MISSED: 4})
    assert found.decisions == 6
    assert found.met == {1, 3}
    assert found.problems == (ONE, TWO)
