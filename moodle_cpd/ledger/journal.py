"""The journal of writes to Moodle: the intent is on disk before, the result after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, select, update

from moodle_cpd.ledger import schema
from moodle_cpd.ledger.award_rows import is_award, of
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.award import AwardKey


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One write to Moodle.

    Attributes:
        entry: single in the whole ledger, rising.
        run: the run that meant to write.
        key: the award that it is for.
        step: which write, in the words of ``apply``.
        intent: what was to be written, without personal details.
        at: when the intent was noted, UTC.
        outcome: how it went, in the words of ``apply``; None where that is not known, as the run
            was cut off in between.
        result: what Moodle answered, without personal details; None likewise.
        resolved_at: when the outcome was noted, UTC; None likewise.
    """

    entry: int
    run: int
    key: AwardKey
    step: str
    intent: Mapping[str, Any]
    at: datetime
    outcome: str | None
    result: Mapping[str, Any] | None
    resolved_at: datetime | None


class JournalStore(Store):
    """The journal in the ledger."""

    def journal_intent(
        self, run: int, key: AwardKey, step: str, detail: Mapping[str, Any], at: datetime
    ) -> int:
        """Note what is about to be written to Moodle; on disk when this returns.

        Returns:
            The entry's number, for ``journal_result``.
        """
        return self.journal_intents(run, [(key, step, detail)], at)[0]

    def journal_intents(
        self, run: int, writes: Sequence[tuple[AwardKey, str, Mapping[str, Any]]], at: datetime
    ) -> list[int]:
        """Note many things that are about to be written; all on disk when this returns, or none.

        Args:
            run: the run that means to write.
            writes: award, step and detail of each.
            at: when, UTC.

        Returns:
            The entries' numbers, in the order of the writes.
        """
        table = schema.journal
        with self._write() as connection:
            last = connection.execute(select(func.max(table.c.entry))).scalar() or 0
            rows = [
                {
                    "site": key.site,
                    "entry": entry,
                    "run": run,
                    "teacher": key.teacher,
                    "scheme": key.scheme,
                    "period": key.period,
                    "award": key.award,
                    "step": step,
                    "intent": dict(detail),
                    "at": at,
                }
                for entry, (key, step, detail) in enumerate(writes, start=last + 1)
            ]
            if rows:
                connection.execute(insert(table), rows)
        return list(range(last + 1, last + 1 + len(rows)))

    def journal_result(
        self, entry: int, outcome: str, detail: Mapping[str, Any], at: datetime
    ) -> None:
        """Note how a write went; said once and for all.

        Raises:
            ValueError: there is no such entry, or its outcome was noted before.
        """
        self.journal_results([entry], outcome, at, detail)

    def journal_results(
        self,
        entries: Sequence[int],
        outcome: str,
        at: datetime,
        detail: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Note that many writes went the same way; said once and for all, of all or of none.

        Raises:
            ValueError: there is no such entry, or its outcome was noted before.
        """
        result = {"outcome": outcome, "result": dict(detail), "resolved_at": at}
        with self._write() as connection:
            for entry in entries:
                changed = connection.execute(_RESOLVE, {"of_entry": entry} | result)
                if changed.rowcount != 1:
                    raise ValueError(f"journal entry {entry} is not open")

    def open_intents(self, site: str) -> list[JournalEntry]:
        """Writes of which it is not known how they went, earliest first."""
        here = schema.journal.c.site == site, schema.journal.c.outcome.is_(None)
        return self._entries(_ALL.where(*here))

    def journal(self, site: str, key: AwardKey | None = None) -> list[JournalEntry]:
        """All writes on a site, or for one award, earliest first."""
        if key is not None:
            return self._entries(_OF_AWARD, of(key) | {"of_site": site})
        return self._entries(_ALL.where(schema.journal.c.site == site))

    def _entries(
        self, statement: Select[Any], values: Mapping[str, Any] = MappingProxyType({})
    ) -> list[JournalEntry]:
        with self._read() as connection:
            return [_entry(row) for row in connection.execute(statement, values)]


_ALL = select(schema.journal).order_by(schema.journal.c.entry)
_OF_AWARD = _ALL.where(is_award(schema.journal))
_RESOLVE = update(schema.journal).where(
    schema.journal.c.entry == bindparam("of_entry"), schema.journal.c.outcome.is_(None)
)


def _entry(row: Row[Any]) -> JournalEntry:
    return JournalEntry(
        entry=row.entry,
        run=row.run,
        key=AwardKey(row.site, row.teacher, row.scheme, row.period, row.award),
        step=row.step,
        intent=row.intent,
        at=row.at,
        outcome=row.outcome,
        result=row.result,
        resolved_at=row.resolved_at,
    )
