"""The tables of what people bring in: documents, adjustments, closed periods."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, PrimaryKeyConstraint, Table

from moodle_cpd.ledger.columns import DateText, DecimalText, UtcSeconds, number_column, text_column
from moodle_cpd.ledger.schema import metadata

dispensations = Table(
    "dispensations",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("scheme"),
    text_column("kind"),
    text_column("document"),
    Column("first", DateText, nullable=False),
    number_column("version"),
    Column("last", DateText),
    Column("retracted", Boolean, nullable=False),
    number_column("run"),
    PrimaryKeyConstraint("site", "teacher", "scheme", "kind", "document", "first", "version"),
)

adjustments = Table(
    "adjustments",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("key"),
    text_column("scheme"),
    text_column("kind"),
    text_column("reason"),
    text_column("document"),
    Column("recorded_at", UtcSeconds, nullable=False),
    Column("day", DateText),
    text_column("subject"),
    text_column("category"),
    Column("hours", DecimalText),
    text_column("level"),
    text_column("target"),
    number_column("run"),
    PrimaryKeyConstraint("site", "teacher", "key"),
)

adjustments_withdrawn = Table(
    "adjustments_withdrawn",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("key"),
    text_column("reason"),
    text_column("document"),
    Column("at", UtcSeconds, nullable=False),
    number_column("run"),
    PrimaryKeyConstraint("site", "teacher", "key"),
)

closures = Table(
    "closures",
    metadata,
    text_column("site"),
    text_column("scheme"),
    text_column("period"),
    text_column("document"),
    Column("closed_at", UtcSeconds, nullable=False),
    number_column("run"),
    PrimaryKeyConstraint("site", "scheme", "period"),
)
