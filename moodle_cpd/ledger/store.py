"""What every part of the ledger stands on: transactions, and the lease that guards them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import local
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, Table, select

from moodle_cpd.errors import LockedError
from moodle_cpd.ledger import schema
from moodle_cpd.ledger.engine import WRITING
from moodle_cpd.problems import Problem

T = TypeVar("T")

_TEACHERS = 200


class Store:
    """A ledger file that is open.

    No cursor stays open between two calls, and none while the caller's iterator or consumer
    runs: SQLite could not commit beside it.

    Args:
        engine: the database, migrated.
        path: its file, for messages.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self.path = path
        self._held: dict[str, str] = {}
        self._here = local()

    def close(self) -> None:
        """Close all connections; the file is then one whole file again."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All that this thread writes meanwhile is one transaction: all of it lasts, or nothing.

        Keep it short, and ask nothing of Moodle in it: no other thread can write.

        Raises:
            LockedError: this run was paused for so long that another took over.
        """
        with self._write() as connection:
            self._here.connection = connection
            try:
                yield
            finally:
                self._here.connection = None

    @property
    def _open(self) -> Connection | None:
        return getattr(self._here, "connection", None)

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        if self._open is not None:
            yield self._open
            return
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        """A transaction, committed at the end; refused once a held lease was taken by another.

        Raises:
            LockedError: this run was paused for so long that another took over.
        """
        if self._open is not None:
            with self._open.begin_nested():
                yield self._open
            return
        with self._engine.connect().execution_options(**WRITING) as connection, connection.begin():
            self._check_leases(connection)
            yield connection

    def _check_leases(self, connection: Connection) -> None:
        for site, token in self._held.items():
            statement = select(schema.leases.c.token).where(schema.leases.c.site == site)
            if connection.execute(statement).scalar() != token:
                raise LockedError(
                    Problem(
                        str(self.path),
                        f"this run lost its lease on site '{site}': it stood still for too long "
                        "and another run took over",
                        "",
                        "Run it again once the other run has ended",
                    )
                )

    def _teachers(
        self, table: Table, site: str, teachers: Iterable[int] | None
    ) -> Iterator[list[int]]:
        """Teachers by id in lists of some hundreds: those given, or all who are in the table."""
        if teachers is not None:
            yield from batches(sorted(set(teachers)), _TEACHERS)
            return
        column = table.c.teacher
        last = -1
        while True:
            statement = select(column).where(table.c.site == site, column > last)
            with self._read() as connection:
                chunk = connection.execute(
                    statement.distinct().order_by(column).limit(_TEACHERS)
                ).scalars()
                found = list(chunk)
            if not found:
                return
            yield found
            last = found[-1]

    def _site_of(self, connection: Connection, run: int) -> str:
        statement = select(schema.runs.c.site).where(schema.runs.c.id == run)
        return str(connection.execute(statement).scalar_one())


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut an iterable into lists of at most ``size``, without holding more than one."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
