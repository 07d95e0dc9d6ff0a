"""The first schema: runs, people, courses, facts, decisions, plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moodle_cpd.ledger.migrations.making import number, text

revision = "cpd0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    _runs()
    _people()
    _courses()
    _readings()
    _facts()
    _by_people()
    _outcomes()


def _runs() -> None:
    op.create_table(
        "runs",
        text("site"),
        number("id"),
        text("command"),
        number("started_at"),
        number("finished_at", empty=True),
        sa.Column("exit_code", sa.Integer),
        text("summary"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_index("runs_by_id", "runs", ["id"])
    op.create_table(
        "leases",
        text("site"),
        text("token"),
        text("command"),
        number("pid"),
        text("host"),
        text("machine"),
        text("started"),
        number("since"),
        number("renewed_at"),
        sa.PrimaryKeyConstraint("site"),
    )


def _people() -> None:
    op.create_table(
        "people",
        text("site"),
        number("id"),
        text("idnumber"),
        text("username"),
        text("full_name"),
        text("language"),
        sa.Column("suspended", sa.Boolean, nullable=False),
        text("changed_on"),
        text("absent_since", empty=True),
        text("key"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_index("people_by_key", "people", ["site", "key"])
    op.create_table(
        "attributes",
        text("site"),
        number("teacher"),
        text("name"),
        text("since"),
        text("value"),
        sa.PrimaryKeyConstraint("site", "teacher", "name", "since", "value"),
    )
    op.create_table(
        "changes",
        text("site"),
        number("teacher"),
        number("changed"),
        sa.PrimaryKeyConstraint("site", "teacher"),
        sqlite_with_rowid=False,
    )


def _courses() -> None:
    op.create_table(
        "courses",
        text("site"),
        number("id"),
        text("idnumber"),
        text("short_name"),
        text("full_name"),
        text("course_categories"),
        text("custom_fields"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_table(
        "activities",
        text("site"),
        number("id"),
        number("course"),
        number("instance"),
        text("idnumber"),
        text("name"),
        text("type"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_index("activities_by_course", "activities", ["site", "course"])
    op.create_table(
        "sites",
        text("site"),
        text("address"),
        sa.PrimaryKeyConstraint("site"),
    )
    op.create_table(
        "record_courses",
        text("site"),
        number("course"),
        sa.PrimaryKeyConstraint("site", "course"),
    )


def _readings() -> None:
    op.create_table(
        "readings",
        text("site"),
        text("stream"),
        number("since"),
        number("read_at"),
        number("full_at"),
        sa.PrimaryKeyConstraint("site", "stream"),
    )
    op.create_table(
        "covered",
        text("site"),
        text("stream"),
        number("item"),
        sa.PrimaryKeyConstraint("site", "stream", "item"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "positions",
        text("site"),
        text("stream"),
        number("began"),
        number("since"),
        text("state"),
        sa.PrimaryKeyConstraint("site", "stream"),
    )
    op.create_table(
        "vanished",
        text("site"),
        number("teacher"),
        number("course"),
        number("since"),
        sa.PrimaryKeyConstraint("site", "teacher", "course"),
    )
    op.create_table(
        "enrolments",
        text("site"),
        number("teacher"),
        number("course"),
        sa.PrimaryKeyConstraint("site", "teacher", "course"),
        sqlite_with_rowid=False,
    )
    op.create_index("enrolments_by_course", "enrolments", ["site", "course", "teacher"])


def _facts() -> None:
    op.create_table(
        "facts",
        text("site"),
        number("teacher"),
        text("subject"),
        number("version"),
        text("key"),
        text("kind"),
        number("course"),
        number("activity", empty=True),
        number("attempt"),
        number("at", empty=True),
        text("value", empty=True),
        text("maximum", empty=True),
        sa.Column("retracted", sa.Boolean, nullable=False),
        text("function"),
        text("reply"),
        text("record", empty=True),
        number("run"),
        sa.PrimaryKeyConstraint("site", "teacher", "subject", "version"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_by_key", "facts", ["site", "key"])


def _by_people() -> None:
    op.create_table(
        "dispensations",
        text("site"),
        number("teacher"),
        text("scheme"),
        text("kind"),
        text("document"),
        text("first"),
        number("version"),
        text("last", empty=True),
        sa.Column("retracted", sa.Boolean, nullable=False),
        number("run"),
        sa.PrimaryKeyConstraint(
            "site", "teacher", "scheme", "kind", "document", "first", "version"
        ),
    )
    op.create_table(
        "adjustments",
        text("site"),
        number("teacher"),
        text("key"),
        text("scheme"),
        text("kind"),
        text("reason"),
        text("document"),
        number("recorded_at"),
        text("day", empty=True),
        text("subject"),
        text("category"),
        text("hours", empty=True),
        text("level"),
        text("target"),
        number("run"),
        sa.PrimaryKeyConstraint("site", "teacher", "key"),
    )
    op.create_table(
        "adjustments_withdrawn",
        text("site"),
        number("teacher"),
        text("key"),
        text("reason"),
        text("document"),
        number("at"),
        number("run"),
        sa.PrimaryKeyConstraint("site", "teacher", "key"),
    )
    op.create_table(
        "closures",
        text("site"),
        text("scheme"),
        text("period"),
        text("document"),
        number("closed_at"),
        number("run"),
        sa.PrimaryKeyConstraint("site", "scheme", "period"),
    )


def _outcomes() -> None:
    op.create_table(
        "decisions",
        text("site"),
        number("teacher"),
        text("scheme"),
        text("period"),
        number("version"),
        text("outcome"),
        text("digest"),
        text("body"),
        number("run"),
        sa.PrimaryKeyConstraint("site", "teacher", "scheme", "period", "version"),
    )
    op.create_table(
        "decided",
        text("site"),
        number("teacher"),
        number("seen"),
        text("basis"),
        number("since"),
        number("until"),
        number("read_since"),
        number("read_before"),
        text("cells"),
        text("problems"),
        text("results"),
        sa.PrimaryKeyConstraint("site", "teacher"),
    )
    op.create_table(
        "plans",
        text("site"),
        text("digest"),
        text("body"),
        number("run"),
        sa.PrimaryKeyConstraint("site", "digest"),
    )
