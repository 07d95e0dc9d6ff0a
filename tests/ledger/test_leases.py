import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from moodle_cpd.errors import LockedError
from moodle_cpd.ledger import Ledger, schema
from moodle_cpd.ledger.processes import Process, is_alive, this_process
from tests.ledger.examples import NOW, SITE, completion

HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from moodle_cpd.ledger import Ledger

now = datetime.fromisoformat(sys.argv[2])
with Ledger.open(Path(sys.argv[1])) as ledger, ledger.lease("moodle", "sync", lambda: now):
    print("held", flush=True)
    sys.stdin.read()
"""


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def hold(path: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), NOW.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def change_holder(ledger: Ledger, **values: object) -> None:
    with ledger._engine.connect() as connection, connection.begin():
        connection.execute(update(schema.leases).values(**values))


def test_second_run_hears_who_holds_the_lease_and_takes_over_once_that_is_killed(
    path: Path,
) -> None:
    holder = hold(path)
    try:
        with Ledger.open(path) as ledger:
            with (
                pytest.raises(LockedError) as caught,
                ledger.lease(SITE, "pull", lambda: NOW + timedelta(hours=1)),
            ):
                pass
            message = str(caught.value)
            assert f"process {holder.pid} on {socket.gethostname()}" in message
            assert "'sync'" in message
            assert "since 2026-03-01 08:30:00 UTC" in message

            holder.send_signal(signal.SIGKILL)
            os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)  # dead, not yet collected
            with ledger.lease(SITE, "pull", lambda: NOW + timedelta(seconds=1)):
                ledger.start_run(SITE, "pull", NOW)
    finally:
        holder.kill()
        holder.communicate()


def test_lease_ends_with_its_block_even_when_that_fails(ledger: Ledger, path: Path) -> None:
    with pytest.raises(RuntimeError), ledger.lease(SITE, "pull", Clock()):
        raise RuntimeError
    with Ledger.open(path) as other, other.lease(SITE, "pull", Clock()):
        pass


def test_sites_are_held_apart(ledger: Ledger, path: Path) -> None:
    with (
        ledger.lease(SITE, "pull", Clock()),
        Ledger.open(path) as other,
        other.lease("other-site", "pull", Clock()),
    ):
        pass


def test_holder_elsewhere_is_followed_only_after_its_lease_expired(
    ledger: Ledger, path: Path
) -> None:
    clock = Clock()
    with Ledger.open(path) as other, ledger.lease(SITE, "sync", clock):
        change_holder(other, machine="another one", host="county-office")
        clock.now += timedelta(seconds=59)
        with pytest.raises(LockedError, match="county-office"), other.lease(SITE, "a", clock):
            pass
        ledger.renew_lease(SITE, clock.now)
        clock.now += timedelta(seconds=59)
        with pytest.raises(LockedError), other.lease(SITE, "a", clock):
            pass
        clock.now += timedelta(seconds=1)
        with other.lease(SITE, "a", clock):
            pass


def test_run_that_lost_its_lease_writes_nothing_any_more(ledger: Ledger, path: Path) -> None:
    clock = Clock()
    run = ledger.start_run(SITE, "sync", NOW)
    with Ledger.open(path) as other, ledger.lease(SITE, "sync", clock):
        change_holder(other, machine="another one")
        clock.now += timedelta(seconds=61)
        with other.lease(SITE, "sync", clock):
            with pytest.raises(LockedError, match="lost its lease"):
                ledger.renew_lease(SITE, clock.now)
            with pytest.raises(LockedError, match="lost its lease"):
                ledger.record_facts(run, [completion(5, 1)])
    assert list(ledger.facts(SITE)) == []


def test_lease_is_renewed_while_the_block_runs(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moodle_cpd.ledger.leases.RENEWAL", 0.001)
    clock = Clock()
    later = NOW + timedelta(seconds=30)
    renewed = threading.Event()
    renew = ledger.renew_lease

    def watch(site: str, at: datetime) -> None:
        renew(site, at)
        if at == later:
            renewed.set()

    monkeypatch.setattr(ledger, "renew_lease", watch)
    with ledger.lease(SITE, "sync", clock):
        clock.now = later
        assert renewed.wait(10)
        with ledger._read() as connection:
            row = connection.execute(schema.leases.select()).one()
        assert row.renewed_at == later
        assert row.since == NOW


def test_whether_a_process_runs_is_known_only_on_its_own_machine() -> None:
    here = this_process()
    assert is_alive(here, here) is True
    assert is_alive(replace(here, machine="another one"), here) is None
    assert is_alive(replace(here, started=""), here) is None
    assert is_alive(replace(here, started="1"), here) is False  # its number went to another


def test_process_that_ended_is_known_to_have_ended() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = this_process()
    assert is_alive(Process(ended.pid, here.host, here.machine, "123"), here) is False
