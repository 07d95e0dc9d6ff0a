"""Bring a ledger to the newest schema by the migrations that come with the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

_MIGRATIONS = Path(__file__).with_name("migrations")


def configuration() -> Config:
    """Alembic's settings for the migrations in this package."""
    config = Config()
    # Alembic reads the option through configparser, to which a percent sign is special.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(connection: Connection, path: Path, revision: str | None) -> None:
    """Run the missing migrations inside the connection's transaction: all of them, or none.

    Args:
        connection: in a transaction that writes.
        path: the ledger's file, for messages.
        revision: where the ledger stands; None for an empty file.

    Raises:
        InputError: the ledger stands at a migration that this program doesn't know.
    """
    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise InputError(
            Problem(
                str(path),
                f"the ledger was written by a newer version of moodle-cpd (schema {revision})",
                "",
                "Install that version or a newer one: pip install --upgrade moodle-cpd",
            )
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
