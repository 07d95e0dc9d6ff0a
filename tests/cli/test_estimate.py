"""Progress in a log: rare lines, and what they promise is what the rate so far gives."""

from __future__ import annotations

import pytest

from moodle_cpd.cli.app import run
from moodle_cpd.cli.console import Console
from moodle_cpd.cli.estimate import Estimate
from moodle_cpd.cli.session import Session


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def lines(total: int | None, steps: list[tuple[float, int]]) -> list[str]:
    clock = Clock()
    estimate = Estimate("apply", total, clock)
    found = []
    for seconds, count in steps:
        clock.now += seconds
        found.append(estimate.advance(count))
    return [line for line in found if line is not None]


def test_a_short_step_writes_no_line() -> None:
    assert lines(100, [(1, 10)] * 10) == []


def test_a_line_comes_now_and_then_with_rate_and_what_is_left() -> None:
    assert lines(15000, [(10, 200)] * 7) == [
        "apply: 600/15000 (4 %), 20 a second, about 12 min left",
        "apply: 1200/15000 (8 %), 20 a second, about 12 min left",
    ]


def test_slow_steps_are_told_by_the_minute_and_long_ones_in_hours() -> None:
    assert lines(15000, [(60, 80)]) == ["apply: 80/15000 (0 %), 80 a minute, about 3 h 6 min left"]
    assert lines(100, [(40, 99)]) == ["apply: 99/100 (99 %), 148 a minute, about a minute left"]


def test_the_end_and_an_unknown_total_promise_nothing() -> None:
    assert lines(100, [(31, 100)]) == ["apply: 100/100 (100 %)"]
    assert lines(None, [(40, 2000)]) == ["apply: 2000, 50 a second"]
    assert lines(10, [(31, 0)]) == ["apply: 0/10 (0 %)"]
    assert lines(0, [(31, 0)]) == ["apply: 0, 0 a minute"]


def test_a_log_gets_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock)
    console = Console()
    console.start("apply", 300)
    for _ in range(3):
        clock.now += 20
        console.advance(100)
    console.close_bars()
    console.advance(1)
    err = capsys.readouterr().err
    assert err == "apply (300)…\napply: 200/300 (66 %), 300 a minute, about a minute left\n"
    assert "\x1b" not in err


@pytest.mark.parametrize(
    ("arguments", "again"),
    [
        (["-c", "a b.toml", "sync", "--yes"], "moodle-cpd -c 'a b.toml' sync --yes"),
        (["-q", "apply", "12345678"], "moodle-cpd -q plan"),
    ],
)
def test_who_interrupts_is_told_how_to_go_on(
    arguments: list[str],
    again: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_: Session, *__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "run", interrupted)
    monkeypatch.setattr(Session, "moodle", interrupted)
    monkeypatch.setattr(Session, "rulebook", None)
    assert run(arguments) == 130
    assert capsys.readouterr().err.rstrip().endswith(f"go on with: {again}")
