"""Runs: each start of a command that writes to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import func, insert, select, update

from moodle_cpd.errors import InputError
from moodle_cpd.ledger import schema
from moodle_cpd.ledger.store import Store
from moodle_cpd.problems import Problem


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command.

    Attributes:
        id: single in the whole ledger, rising.
        site: the site's name in the configuration.
        command: what was run, for example ``sync``.
        started_at: UTC.
        finished_at: UTC; None while it runs, and for ever where it was killed.
        exit_code: how it ended, None likewise.
        summary: what it says of itself; counts, no personal details.
    """

    id: int
    site: str
    command: str
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    summary: Mapping[str, Any]


class RunStore(Store):
    """The runs in the ledger."""

    def start_run(self, site: str, command: str, at: datetime) -> int:
        """Note that a run began.

        Returns:
            Its id, by which whatever it records is marked.
        """
        with self._write() as connection:
            last = connection.execute(select(func.max(schema.runs.c.id))).scalar()
            run = (last or 0) + 1
            connection.execute(
                insert(schema.runs).values(
                    site=site, id=run, command=command, started_at=at, summary={}
                )
            )
        return run

    def claim_site(self, site: str, address: str, *, moved: bool = False) -> None:
        """Tie a site's name to the Moodle behind it, for ever: ids mean nothing on another.

        Args:
            site: the site's name in the configuration.
            address: what Moodle says its own address is.
            moved: a person says that the same Moodle has a new address.

        Raises:
            InputError: the name belongs to another Moodle.
        """
        table = schema.sites
        with self._write() as connection:
            known = connection.execute(select(table.c.address).where(table.c.site == site)).scalar()
            if known is None:
                connection.execute(insert(table).values(site=site, address=address))
            elif moved:
                connection.execute(
                    update(table).where(table.c.site == site).values(address=address)
                )
            elif _same_form(known) != _same_form(address):
                raise InputError(
                    Problem(
                        "[site] url",
                        f"leads to the Moodle at {address}, but what the ledger knows of site "
                        f"'{site}' comes from {known}",
                        "",
                        "Give the other Moodle another [site] name; if it is the same one at a "
                        "new address, run 'moodle-cpd pull --moved' once",
                    )
                )

    def finish_run(
        self, run: int, at: datetime, exit_code: int, summary: Mapping[str, Any]
    ) -> None:
        """Note how a run ended.

        Args:
            run: its id.
            at: UTC.
            exit_code: what the process tells its caller.
            summary: what it did, as JSON values; counts, no personal details.
        """
        with self._write() as connection:
            connection.execute(
                update(schema.runs)
                .where(schema.runs.c.id == run)
                .values(finished_at=at, exit_code=int(exit_code), summary=dict(summary))
            )

    def last_pull(self, site: str, *, complete: bool = False) -> datetime | None:
        """When the last reading of the site that came to its end began, UTC; None: there was none.

        Where it had been cut off and a later run went on, that is the first run's beginning.

        Args:
            site: the site's name in the configuration.
            complete: only one that left nothing out.
        """
        table = schema.runs
        statement = (
            select(table.c.started_at, table.c.summary)
            .where(table.c.site == site, table.c.finished_at.is_not(None))
            .order_by(table.c.id.desc())
        )
        with self._read() as connection:
            for started_at, summary in connection.execute(statement):
                if summary.get("pulled") and (summary.get("complete") or not complete):
                    if "began" in summary:
                        return datetime.fromisoformat(summary["began"])
                    return started_at  # type: ignore[no-any-return]  # the column's own type
        return None

    def runs(self, site: str, limit: int = 20) -> list[Run]:
        """The last runs on a site, newest first."""
        table = schema.runs
        statement = (
            select(table).where(table.c.site == site).order_by(table.c.id.desc()).limit(limit)
        )
        with self._read() as connection:
            return [Run(**row) for row in connection.execute(statement).mappings()]


def _same_form(address: str) -> str:
    """An address without what makes no difference: the host's letter case, a slash at the end."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.lower())).rstrip("/")
