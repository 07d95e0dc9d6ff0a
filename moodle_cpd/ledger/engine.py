"""Open the database file: made private, set up to survive a kill, brought to the newest schema.

The file is kept with a rollback journal and ``synchronous=FULL``, not with a write-ahead log: a
commit is on disk when it returns, a run killed at any point is rolled back by the next opener,
and it stays true where the file lies in a network folder and two computers open it, where a
write-ahead log would destroy it (https://www.sqlite.org/wal.html, "Disadvantages").
``TRUNCATE`` keeps the journal's name and syncs its emptying; ``DELETE`` would leave the commit
open to a power cut until the folder is synced.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.schema import CreateTable

from moodle_cpd.errors import InputError
from moodle_cpd.ledger.schema import REVISION, wanted
from moodle_cpd.ledger.trouble import translate
from moodle_cpd.problems import Problem

WRITING = {"cpd_writing": True}
"""Execution options of a connection whose transactions write."""

_PRIVATE = 0o600
_PRAGMAS = (
    "journal_mode=TRUNCATE",
    "synchronous=FULL",
    "temp_store=MEMORY",
    "cache_size=-32768",  # KiB; facts come course by course and are stored teacher by teacher
)


def open_engine(path: Path, wait: float) -> Engine:
    """Open, or make, the ledger at ``path`` and bring it to the newest schema.

    Args:
        path: the file.
        wait: seconds to wait for another program that is just writing.

    Raises:
        InputError: the file can't be made, written or understood.
        LockedError: another program keeps the file locked.
    """
    _make_private(path)
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": wait, "check_same_thread": False})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)

    def on_error(context: ExceptionContext) -> None:
        error = translate(path, context.original_exception)
        if error is not None:
            raise error from context.original_exception

    event.listen(engine, "handle_error", on_error)
    try:
        _migrate(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _make_private(path: Path) -> None:
    """Make the file with mode 0600 before SQLite sees it; its journal then gets the same mode."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE)
    except FileNotFoundError:
        raise InputError(
            Problem(str(path), "its folder does not exist", "", "Make the folder, or set 'ledger'")
        ) from None
    except OSError as error:
        raise InputError(_cannot_write(path, error.strerror or "")) from None
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != _PRIVATE and hasattr(os, "fchmod"):
            os.fchmod(descriptor, _PRIVATE)
    except PermissionError as error:
        raise InputError(_cannot_write(path, error.strerror or "")) from None
    finally:
        os.close(descriptor)
    if not os.access(path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise InputError(_cannot_write(path.parent, "the folder is read-only"))


def _cannot_write(path: Path, reason: str) -> Problem:
    return Problem(
        str(path),
        f"the ledger cannot be written: {reason}",
        "a file and folder that this account owns and may write to",
        "Mend the permissions, or name another place with 'ledger' in the settings",
    )


def _set_up(connection: SqliteConnection, _record: object) -> None:
    # Python's own transaction handling would begin too late and commit too early.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(str(CreateTable(wanted).compile(dialect=sqlite.dialect())))
    cursor.close()


def _begin(connection: Connection) -> None:
    # Two readers that both want to write would wait for each other: who writes says so at once.
    options: dict[str, Any] = dict(connection.get_execution_options())
    writing = bool(options.get("cpd_writing"))
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _migrate(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        if _revision(connection, path) == REVISION:
            return
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        revision = _revision(connection, path)
        if revision != REVISION:  # not made meanwhile by another program
            # Loaded only where it is needed: it takes longer than a whole 'status'.
            from moodle_cpd.ledger.upgrade import upgrade  # noqa: PLC0415

            upgrade(connection, path, revision)


def _revision(connection: Connection, path: Path) -> str | None:
    """The migration at which the file stands; None for an empty one."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables:
        raise InputError(
            Problem(
                str(path),
                "this is another program's database, not a ledger",
                "",
                "Name another file with 'ledger' in the settings",
            )
        )
    return None
