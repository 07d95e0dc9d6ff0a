"""The tables of what was issued: awards, the register of numbers, and their history."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from moodle_cpd.ledger.columns import DateText, DecimalText, UtcSeconds
from moodle_cpd.ledger.schema import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


awards = Table(
    "awards",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("scheme"),
    _text("period"),
    _text("award"),
    _text("route"),
    _text("course"),
    _text("target"),
    _text("state"),
    _text("serial"),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period", "award"),
    UniqueConstraint("serial", name="awards_serial"),
)

certificates = Table(
    "certificates",
    metadata,
    _text("site"),
    _text("serial"),
    _number("teacher"),
    _text("scheme"),
    _text("period"),
    _text("award"),
    _text("state"),
    _text("verification_id"),
    Column("issued_on", UtcSeconds, nullable=False),
    Column("valid_until", DateText),
    Column("hours", DecimalText, nullable=False),
    Column("credits", DecimalText),
    _text("sha256"),
    _text("decision_digest"),
    _text("credential"),
    _text("replaces"),
    _text("template"),
    _text("content"),
    _number("status_index"),
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
    _text("site"),
    _text("serial"),
    _text("name"),
    PrimaryKeyConstraint("site", "serial"),
)

award_events = Table(
    "award_events",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("scheme"),
    _text("period"),
    _text("award"),
    _number("version"),
    _text("serial"),
    _text("state"),
    _text("sha256"),
    _text("reason"),
    Column("at", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period", "award", "version"),
)

serials = Table(
    "serials",
    metadata,
    _text("series"),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("series", "year"),
)

drifts = Table(
    "drifts",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("scheme"),
    _text("period"),
    _text("award"),
    _text("thing"),
    _text("kind"),
    _text("serial"),
    _text("due"),
    _text("found"),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period", "award", "thing"),
)

running_hours = Table(
    "running_hours",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("scheme"),
    _text("period"),
    _text("course"),
    _text("target"),
    Column("grade", DecimalText, nullable=False),
    _text("comment"),
    Column("at", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period"),
)
