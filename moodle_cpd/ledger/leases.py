"""One run at a time per ledger and site: a lease that its holder renews."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from moodle_cpd.errors import CpdError, LockedError
from moodle_cpd.ledger import schema
from moodle_cpd.ledger.processes import Process, is_alive, this_process
from moodle_cpd.ledger.store import Store
from moodle_cpd.problems import Problem

EXPIRY = timedelta(seconds=60)
"""A lease that was not renewed for this long is free, unless its holder is seen to run."""

RENEWAL = 15.0
"""Seconds between two renewals."""


class LeaseStore(Store):
    """The leases in the ledger."""

    @contextmanager
    def lease(self, site: str, command: str, clock: Callable[[], datetime]) -> Iterator[None]:
        """Hold the lease on a site for as long as the block runs.

        A thread renews it. A holder that was killed is followed at once on the same computer,
        from elsewhere after 60 s without renewal. While the lease is held, every transaction of
        this ledger first makes sure that it still is: a run that stood still, and was taken for
        dead, writes nothing any more. A holder on the same computer that is seen to run keeps
        its lease however long it stands still.

        Args:
            site: the site's name in the configuration.
            command: what runs, for the message that a second run gets.
            clock: tells the time, UTC; computers that share a ledger must agree on it within
                the minute.

        Raises:
            LockedError: another run holds it; the message names process, host and since when.
        """
        token = uuid.uuid4().hex
        self._take(site, command, token, clock())
        self._held[site] = token
        over = threading.Event()
        renewer = threading.Thread(
            target=self._keep, args=(site, token, clock, over), name="lease", daemon=True
        )
        renewer.start()
        try:
            yield
        finally:
            over.set()
            renewer.join()
            self._held.pop(site, None)
            with self._write() as connection:
                connection.execute(
                    delete(schema.leases).where(
                        schema.leases.c.site == site, schema.leases.c.token == token
                    )
                )

    def renew_lease(self, site: str, at: datetime) -> None:
        """Renew the lease that this ledger holds.

        Raises:
            LockedError: it was taken over.
        """
        table = schema.leases
        with self._write() as connection:
            connection.execute(update(table).where(table.c.site == site).values(renewed_at=at))

    def _take(self, site: str, command: str, token: str, at: datetime) -> None:
        here = this_process()
        with self._write() as connection:
            self._refuse_second(connection, site, here, at)
            connection.execute(delete(schema.leases).where(schema.leases.c.site == site))
            connection.execute(
                insert(schema.leases).values(
                    site=site,
                    token=token,
                    command=command,
                    pid=here.pid,
                    host=here.host,
                    machine=here.machine,
                    started=here.started,
                    since=at,
                    renewed_at=at,
                )
            )

    def _refuse_second(
        self, connection: Connection, site: str, here: Process, at: datetime
    ) -> None:
        table = schema.leases
        row = connection.execute(select(table).where(table.c.site == site)).one_or_none()
        if row is None:
            return
        alive = is_alive(Process(row.pid, row.host, row.machine, row.started), here)
        if alive is False or (alive is None and at - row.renewed_at >= EXPIRY):
            return
        raise LockedError(
            Problem(
                str(self.path),
                f"another run works on site '{site}': '{row.command}', process {row.pid} on "
                f"{row.host}, since {row.since:%Y-%m-%d %H:%M:%S} UTC",
                "",
                "Wait until it has ended, then run again; if that computer died, its hold ends "
                f"{EXPIRY.seconds} seconds after its last sign of life",
            )
        )

    def _keep(
        self, site: str, token: str, clock: Callable[[], datetime], over: threading.Event
    ) -> None:
        while not over.wait(RENEWAL):
            if self._held.get(site) != token:
                continue
            try:
                self.renew_lease(site, clock())
            except CpdError:
                # Lost, or the disk is in trouble: the run's own next transaction meets the same,
                # and can tell it to a person.
                continue
