"""What SQLite complains about, as errors with a place and a remedy.

Codes: https://www.sqlite.org/rescode.html; only those that a person can mend are translated.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from moodle_cpd.errors import CpdError, InputError, LockedError
from moodle_cpd.problems import Problem


def translate(path: Path, error: BaseException | None) -> CpdError | None:
    """The error to raise instead; None where SQLite's own one must be seen, as it is a bug.

    Args:
        path: the ledger's file.
        error: what the driver raised.
    """
    name = str(getattr(error, "sqlite_errorname", ""))
    if not isinstance(error, sqlite3.Error) or not name:
        return None
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LockedError(
            Problem(
                str(path),
                "another program keeps the ledger locked",
                "",
                "Close it (a database browser, a backup, another run), then run again",
            )
        )
    for code, (found, hint) in _MENDABLE.items():
        if name.startswith(code):
            return InputError(Problem(str(path), found, "", hint))
    return None


_MENDABLE = {
    "SQLITE_FULL": (
        "the disk is full; nothing of the last step was written",
        "Make room on the disk, then run again: it goes on where it was",
    ),
    "SQLITE_READONLY": (
        "the ledger cannot be written: the file or its folder is read-only",
        "Mend the permissions, or name another place with 'ledger' in the settings",
    ),
    "SQLITE_CANTOPEN": (
        "the ledger cannot be opened",
        "Check that it is a file, and that this account may write to it and to its folder",
    ),
    "SQLITE_PERM": (
        "the ledger cannot be opened: access is denied",
        "Mend the permissions, or name another place with 'ledger' in the settings",
    ),
    "SQLITE_NOTADB": (
        "this is not a ledger: the file is not an SQLite database",
        "Name another file with 'ledger' in the settings, or restore the ledger from a backup",
    ),
    "SQLITE_CORRUPT": (
        "the ledger is damaged",
        "Restore it from a backup; until then issue nothing",
    ),
    "SQLITE_IOERR": (
        "the disk could not read or write the ledger",
        "Check the disk, or the network folder, then run again: it goes on where it was",
    ),
}
