"""Rows of awards and of the register, as every step of an award's life writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, insert, select, update

from moodle_cpd.ledger import schema_awards as schema
from moodle_cpd.model.award import AwardKey, AwardState, CertificateState


def columns_of(key: AwardKey) -> dict[str, Any]:
    """An award's key as the columns that every table of awards has."""
    return {name: getattr(key, name) for name in AwardKey.__dataclass_fields__}


def is_award(table: Table, key: AwardKey) -> ColumnElement[bool]:
    """Rows of one award."""
    condition: ColumnElement[bool] = table.c.site == key.site
    for name, value in columns_of(key).items():
        condition = condition & (table.c[name] == value)
    return condition


def set_certificate(
    connection: Connection,
    site: str,
    serial: str,
    state: CertificateState,
    *,
    sha256: str | None = None,
    only: CertificateState | None = None,
) -> bool:
    """Note what a number is worth from now on.

    Args:
        connection: of the transaction.
        site: the site's name in the configuration.
        serial: the number.
        state: what it is worth.
        sha256: of the PDF as issued; None leaves it as it is.
        only: change it only where it was worth that; None: in any case.

    Returns:
        Whether it was changed.
    """
    table = schema.certificates
    statement = update(table).where(table.c.site == site, table.c.serial == serial)
    if only is not None:
        statement = statement.where(table.c.state == only.value)
    values = {"state": state.value} | ({} if sha256 is None else {"sha256": sha256})
    return connection.execute(statement.values(values)).rowcount == 1


def add_event(
    connection: Connection,
    key: AwardKey,
    serial: str,
    state: AwardState | CertificateState,
    at: datetime,
    *,
    sha256: str = "",
    reason: str = "",
) -> None:
    """Add a step to an award's history."""
    table = schema.award_events
    last = connection.execute(select(func.max(table.c.version)).where(is_award(table, key)))
    connection.execute(
        insert(table).values(
            **columns_of(key),
            version=(last.scalar() or 0) + 1,
            serial=serial,
            state=state.value,
            sha256=sha256,
            reason=reason,
            at=at,
        )
    )
