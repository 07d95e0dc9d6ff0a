"""What is given on decisions: awards, their register, the journal, what Moodle was seen to hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moodle_cpd.ledger.migrations.making import AWARD, award_key, number, text

revision = "cpd0002"
down_revision = "cpd0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _awards()
    _register()
    _journal()
    _in_moodle()


def _awards() -> None:
    op.create_table(
        "awards",
        *award_key(),
        text("route"),
        text("course"),
        text("target"),
        text("state"),
        text("serial"),
        sa.PrimaryKeyConstraint(*AWARD),
        sa.UniqueConstraint("serial", name="awards_serial"),
    )
    op.create_table(
        "award_events",
        *award_key(),
        number("version"),
        text("serial"),
        text("state"),
        text("sha256"),
        text("reason"),
        number("at"),
        sa.PrimaryKeyConstraint(*AWARD, "version"),
    )
    op.create_table(
        "serials",
        text("series"),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("series", "year"),
    )


def _register() -> None:
    site, *award = award_key()
    op.create_table(
        "certificates",
        site,
        text("serial"),
        *award,
        text("state"),
        text("verification_id"),
        number("issued_on"),
        text("valid_until", empty=True),
        text("hours"),
        text("credits", empty=True),
        text("sha256"),
        text("decision_digest"),
        text("credential"),
        text("replaces"),
        text("template"),
        text("content"),
        number("status_index"),
        sa.PrimaryKeyConstraint("site", "serial"),
        sa.UniqueConstraint("serial", name="certificates_serial"),
        sa.UniqueConstraint("status_index", name="certificates_status_index"),
    )
    op.create_index("certificates_by_award", "certificates", list(AWARD))
    op.create_index("certificates_by_verification_id", "certificates", ["verification_id"])
    standing = sa.text("state = 'valid'")
    op.create_index(
        "certificates_standing",
        "certificates",
        list(AWARD),
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "printed_names",
        text("site"),
        text("serial"),
        text("name"),
        sa.PrimaryKeyConstraint("site", "serial"),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        text("site"),
        number("entry"),
        number("run"),
        number("teacher"),
        text("scheme"),
        text("period"),
        text("award"),
        text("step"),
        text("intent"),
        number("at"),
        text("outcome", empty=True),
        text("result", empty=True),
        number("resolved_at", empty=True),
        sa.PrimaryKeyConstraint("site", "entry"),
    )
    op.create_index("journal_by_entry", "journal", ["entry"])
    op.create_index("journal_by_award", "journal", list(AWARD))
    op.create_index("journal_by_outcome", "journal", ["site", "outcome"])


def _in_moodle() -> None:
    op.create_table(
        "drifts",
        *award_key(),
        text("thing"),
        text("kind"),
        text("serial"),
        text("due"),
        text("found"),
        sa.PrimaryKeyConstraint(*AWARD, "thing"),
    )
    op.create_table(
        "running_hours",
        text("site"),
        number("teacher"),
        text("course"),
        text("activity"),
        text("state"),
        text("scheme"),
        text("period"),
        text("amount"),
        text("grade"),
        text("text_sha256"),
        text("grounds"),
        number("account"),
        number("at"),
        number("maximum"),
        sa.PrimaryKeyConstraint("site", "teacher", "course", "activity", "state"),
        sqlite_with_rowid=False,
    )
