"""The tables of what was written: awards, the register of numbers, history, running hours."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from moodle_cpd.ledger.columns import DateText, DecimalText, UtcSeconds, number_column, text_column
from moodle_cpd.ledger.schema import metadata

awards = Table(
    "awards",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("scheme"),
    text_column("period"),
    text_column("award"),
    text_column("route"),
    text_column("course"),
    text_column("target"),
    text_column("state"),
    text_column("serial"),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period", "award"),
    UniqueConstraint("serial", name="awards_serial"),
)

certificates = Table(
    "certificates",
    metadata,
    text_column("site"),
    text_column("serial"),
    number_column("teacher"),
    text_column("scheme"),
    text_column("period"),
    text_column("award"),
    text_column("state"),
    text_column("verification_id"),
    Column("issued_on", UtcSeconds, nullable=False),
    Column("valid_until", DateText),
    Column("hours", DecimalText, nullable=False),
    Column("credits", DecimalText),
    text_column("sha256"),
    text_column("decision_digest"),
    text_column("credential"),
    text_column("replaces"),
    text_column("template"),
    text_column("content"),
    number_column("status_index"),
    PrimaryKeyConstraint("site", "serial"),
    UniqueConstraint("serial", name="certificates_serial"),
    UniqueConstraint("status_index", name="certificates_status_index"),
    Index("certificates_by_award", "site", "teacher", "scheme", "period", "award"),
    Index("certificates_by_verification_id", "verification_id"),
    # The last guard against two certificates standing for one award.
    Index(
        "certificates_standing",
        *("site", "teacher", "scheme", "period", "award"),
        unique=True,
        sqlite_where=text("state = 'valid'"),
        postgresql_where=text("state = 'valid'"),
    ),
)

printed_names = Table(
    "printed_names",
    metadata,
    text_column("site"),
    text_column("serial"),
    text_column("name"),
    PrimaryKeyConstraint("site", "serial"),
)

award_events = Table(
    "award_events",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("scheme"),
    text_column("period"),
    text_column("award"),
    number_column("version"),
    text_column("serial"),
    text_column("state"),
    text_column("sha256"),
    text_column("reason"),
    Column("at", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period", "award", "version"),
)

serials = Table(
    "serials",
    metadata,
    text_column("series"),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("series", "year"),
)

drifts = Table(
    "drifts",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("scheme"),
    text_column("period"),
    text_column("award"),
    text_column("thing"),
    text_column("kind"),
    text_column("serial"),
    text_column("due"),
    text_column("found"),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period", "award", "thing"),
)

running_hours = Table(
    "running_hours",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("course"),
    text_column("activity"),
    text_column("state"),
    text_column("scheme"),
    text_column("period"),
    Column("amount", DecimalText, nullable=False),
    Column("grade", DecimalText, nullable=False),
    text_column("text_sha256"),
    text_column("grounds"),
    number_column("account"),
    Column("at", UtcSeconds, nullable=False),
    number_column("maximum"),
    PrimaryKeyConstraint("site", "teacher", "course", "activity", "state"),
    sqlite_with_rowid=False,
)
"""What was last read back of each teacher's running hours, and what was about to be written."""
