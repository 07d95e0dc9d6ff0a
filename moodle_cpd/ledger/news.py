"""News of teachers: whoever writes what decisions rest on says of whom it was."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from moodle_cpd.ledger import schema


def note_news(connection: Connection, site: str, teachers: Iterable[int]) -> None:
    """Note that something became known of teachers, so that they are decided again.

    To be called in the transaction that writes it: facts, attributes, and whatever else of a
    teacher a decision rests on.

    Args:
        connection: of that transaction.
        site: the site's name in the configuration.
        teachers: Moodle's user ids, each as often as it comes.
    """
    table = schema.changes
    rows = [{"site": site, "teacher": teacher, "changed": 1} for teacher in set(teachers)]
    if rows:
        statement = insert(table).on_conflict_do_update(
            index_elements=[table.c.site, table.c.teacher],
            set_={table.c.changed: table.c.changed + 1},
        )
        connection.execute(statement, rows)
