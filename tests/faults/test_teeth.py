"""The schedules notice when one of the things that protect a run is switched off."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from moodle_cpd.config import PullSettings
from moodle_cpd.demo.fault import Fault, Strike
from moodle_cpd.ledger import facts
from moodle_cpd.moodle.reply import RawReply
from moodle_cpd.moodle.transport import Transport
from moodle_cpd.pull.report import Tally
from moodle_cpd.pull.strategies import Strategy
from moodle_cpd.pull.watermarks import Span, Stream, Watermarks
from tests.faults.__main__ import workplace
from tests.faults.installation import APPLY, PULL, Installation
from tests.faults.play import Player
from tests.faults.schedule import Schedule, draw
from tests.live.exchange import function_first

SEEDS = 100


def seeds(phase: str, *faults: Fault) -> Iterator[Schedule]:
    """The schedules in which one of these faults hits this phase."""
    for schedule in map(draw, range(SEEDS)):
        if any(strike.fault in faults for run in schedule.runs for strike in run[phase]):
            yield schedule


def forget_journal(home: Installation) -> None:
    """As if it had been kept in memory alone."""
    with closing(sqlite3.connect(home.ledger_path)) as connection:
        connection.execute("DELETE FROM journal")
        connection.commit()


def all_is_news(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether a fact is known already."""
    versions = facts._versions

    def without_keys(*arguments: Any) -> dict[Any, tuple[int, str]]:
        known = versions(*arguments)
        return {subject: (version, "") for subject, (version, _) in known.items()}

    patch.setattr(facts, "_versions", without_keys)


def no_overlap(patch: pytest.MonkeyPatch) -> None:
    """News are read from where the last reading began, and not from before."""
    span = Watermarks.span

    def narrow(marks: Watermarks, stream: Stream) -> Span:
        found = span(marks, stream)
        if found.since is None:
            return found
        hours = PullSettings().overlap_hours
        return replace(found, since=found.since + timedelta(hours=hours))

    patch.setattr(Watermarks, "span", narrow)


def function_ahead(patch: pytest.MonkeyPatch) -> None:
    """Requests name the function before its parameters, as those of most clients do."""
    post = Transport.post

    def other_way_round(self: Transport, path: str, pairs: Any, **more: Any) -> RawReply:
        return post(self, path, function_first(list(pairs)), **more)

    patch.setattr(Transport, "post", other_way_round)


def test_without_the_overlap_of_watermarks_some_seed_fails() -> None:
    """Everything that happens between two runs is dated an hour before the first."""
    with workplace() as folder:
        player = Player(folder, weaken=no_overlap)
        schedules = (draw(seed) for seed in range(SEEDS) if draw(seed).way is Strategy.REPORT)
        assert any(player.play(each).wrong for each in schedules)


def test_without_the_journal_some_seed_fails() -> None:
    with workplace() as folder:
        player = Player(folder, between=forget_journal)
        assert any(player.play(each).wrong for each in seeds(APPLY, Fault.TOKEN, Fault.PAGE))


def test_without_comparing_what_was_asked_with_what_was_answered_some_seed_fails() -> None:
    with workplace() as folder:
        player = Player(
            folder, weaken=lambda patch: patch.setattr(Tally, "missing", lambda *_: None)
        )
        assert any(player.play(each).wrong for each in seeds(PULL, Fault.PARAMETERS))


def test_without_forgetting_what_came_twice_some_seed_fails() -> None:
    with workplace() as folder:
        player = Player(folder, weaken=all_is_news)
        assert any(player.play(each).wrong for each in seeds(PULL, Fault.TOKEN, Fault.REPEATED))


def test_with_the_function_ahead_a_request_that_is_cut_short_writes_a_part() -> None:
    """The grade without its file: the teacher is told, and told again when it is put right."""
    cut = Strike(Fault.PARAMETERS, "mod_assign_save_grades", amount=0.999)
    schedule = Schedule(0, Strategy.BATCH, 1, False, ({PULL: [], APPLY: [cut]},))
    with workplace() as folder:
        verdict = Player(folder).play(schedule)
        assert verdict.met
        assert not verdict.wrong
        assert "messages" in str(Player(folder, weaken=function_ahead).play(schedule).wrong)
