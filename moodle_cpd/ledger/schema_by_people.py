"""The tables of what people bring in: documents, adjustments, closed periods."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Table, Text

from moodle_cpd.ledger.columns import DateText, DecimalText, UtcSeconds
from moodle_cpd.ledger.schema import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


dispensations = Table(
    "dispensations",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("scheme"),
    _text("kind"),
    _text("document"),
    Column("first", DateText, nullable=False),
    _number("version"),
    Column("last", DateText),
    Column("retracted", Boolean, nullable=False),
    _number("run"),
    PrimaryKeyConstraint("site", "teacher", "scheme", "kind", "document", "first", "version"),
)

adjustments = Table(
    "adjustments",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("key"),
    _text("scheme"),
    _text("kind"),
    _text("reason"),
    _text("document"),
    Column("recorded_at", UtcSeconds, nullable=False),
    Column("day", DateText),
    _text("subject"),
    _text("category"),
    Column("hours", DecimalText),
    _text("level"),
    _text("target"),
    _number("run"),
    PrimaryKeyConstraint("site", "teacher", "key"),
)

adjustments_withdrawn = Table(
    "adjustments_withdrawn",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("key"),
    _text("reason"),
    _text("document"),
    Column("at", UtcSeconds, nullable=False),
    _number("run"),
    PrimaryKeyConstraint("site", "teacher", "key"),
)

closures = Table(
    "closures",
    metadata,
    _text("site"),
    _text("scheme"),
    _text("period"),
    _text("document"),
    Column("closed_at", UtcSeconds, nullable=False),
    _number("run"),
    PrimaryKeyConstraint("site", "scheme", "period"),
)
