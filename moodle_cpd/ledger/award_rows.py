"""Rows of awards and of the register, as every step of an award's life writes them.

Statements are built once and get their values when they are carried out: building one takes several
times as long as SQLite takes for it, and an award needs some thirty.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from moodle_cpd.ledger import schema_awards as schema
from moodle_cpd.model.award import AwardKey, AwardState, CertificateState

_KEY = tuple(AwardKey.__dataclass_fields__)


def columns_of(key: AwardKey) -> dict[str, Any]:
    """An award's key as the columns that every table of awards has."""
    return {name: getattr(key, name) for name in _KEY}


@cache
def is_award(table: Table) -> ColumnElement[bool]:
    """Rows of one award; ``of`` tells which one when the statement is carried out."""
    return and_(*(table.c[name] == bindparam(f"of_{name}") for name in _KEY))


def of(key: AwardKey) -> dict[str, Any]:
    """An award's key for a statement on ``is_award``."""
    return {f"of_{name}": getattr(key, name) for name in _KEY}


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
    values = {"of_site": site, "of_serial": serial, "state": state.value}
    if sha256 is not None:
        values["sha256"] = sha256
    if only is None:
        return connection.execute(_SET_CERTIFICATE, values).rowcount == 1
    return connection.execute(_CHANGE_CERTIFICATE, values | {"of_state": only.value}).rowcount == 1


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
    last = connection.execute(_LAST_VERSION, of(key)).scalar() or 0
    event = {
        "version": last + 1,
        "serial": serial,
        "state": state.value,
        "sha256": sha256,
        "reason": reason,
        "at": at,
    }
    connection.execute(_ADD_EVENT, columns_of(key) | event)


_certificates, _events = schema.certificates, schema.award_events
_SET_CERTIFICATE = update(_certificates).where(
    _certificates.c.site == bindparam("of_site"), _certificates.c.serial == bindparam("of_serial")
)
_CHANGE_CERTIFICATE = _SET_CERTIFICATE.where(_certificates.c.state == bindparam("of_state"))
_LAST_VERSION = select(func.max(_events.c.version)).where(is_award(_events))
_ADD_EVENT = insert(_events)
