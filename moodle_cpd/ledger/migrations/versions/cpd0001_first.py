"""The first schema: runs, people, courses, facts, decisions, plans, awards, register, journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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
    _awards()
    _register()
    _journal()
    _in_moodle()


def _text(name: str, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=empty)


def _number(name: str, *, empty: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=empty)


def _award_key() -> list[sa.Column[str] | sa.Column[int]]:
    return [_text("site"), _number("teacher"), _text("scheme"), _text("period"), _text("award")]


_AWARD = ("site", "teacher", "scheme", "period", "award")


def _runs() -> None:
    op.create_table(
        "runs",
        _text("site"),
        _number("id"),
        _text("command"),
        _number("started_at"),
        _number("finished_at", empty=True),
        sa.Column("exit_code", sa.Integer),
        _text("summary"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_index("runs_by_id", "runs", ["id"])
    op.create_table(
        "leases",
        _text("site"),
        _text("token"),
        _text("command"),
        _number("pid"),
        _text("host"),
        _text("machine"),
        _text("started"),
        _number("since"),
        _number("renewed_at"),
        sa.PrimaryKeyConstraint("site"),
    )


def _people() -> None:
    op.create_table(
        "people",
        _text("site"),
        _number("id"),
        _text("idnumber"),
        _text("username"),
        _text("full_name"),
        _text("language"),
        sa.Column("suspended", sa.Boolean, nullable=False),
        _text("changed_on"),
        _text("absent_since", empty=True),
        _text("key"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_index("people_by_key", "people", ["site", "key"])
    op.create_table(
        "attributes",
        _text("site"),
        _number("teacher"),
        _text("name"),
        _text("since"),
        _text("value"),
        sa.PrimaryKeyConstraint("site", "teacher", "name", "since", "value"),
    )
    op.create_table(
        "changes",
        _text("site"),
        _number("teacher"),
        _number("changed"),
        sa.PrimaryKeyConstraint("site", "teacher"),
        sqlite_with_rowid=False,
    )


def _courses() -> None:
    op.create_table(
        "courses",
        _text("site"),
        _number("id"),
        _text("idnumber"),
        _text("short_name"),
        _text("full_name"),
        _text("course_categories"),
        _text("custom_fields"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_table(
        "activities",
        _text("site"),
        _number("id"),
        _number("course"),
        _number("instance"),
        _text("idnumber"),
        _text("name"),
        _text("type"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_index("activities_by_course", "activities", ["site", "course"])
    op.create_table(
        "sites",
        _text("site"),
        _text("address"),
        sa.PrimaryKeyConstraint("site"),
    )
    op.create_table(
        "record_courses",
        _text("site"),
        _number("course"),
        sa.PrimaryKeyConstraint("site", "course"),
    )


def _readings() -> None:
    op.create_table(
        "readings",
        _text("site"),
        _text("stream"),
        _number("since"),
        _number("read_at"),
        _number("full_at"),
        sa.PrimaryKeyConstraint("site", "stream"),
    )
    op.create_table(
        "covered",
        _text("site"),
        _text("stream"),
        _number("item"),
        sa.PrimaryKeyConstraint("site", "stream", "item"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "positions",
        _text("site"),
        _text("stream"),
        _number("began"),
        _number("since"),
        _text("state"),
        sa.PrimaryKeyConstraint("site", "stream"),
    )
    op.create_table(
        "vanished",
        _text("site"),
        _number("teacher"),
        _number("course"),
        _number("since"),
        sa.PrimaryKeyConstraint("site", "teacher", "course"),
    )
    op.create_table(
        "enrolments",
        _text("site"),
        _number("teacher"),
        _number("course"),
        sa.PrimaryKeyConstraint("site", "teacher", "course"),
        sqlite_with_rowid=False,
    )
    op.create_index("enrolments_by_course", "enrolments", ["site", "course", "teacher"])


def _facts() -> None:
    op.create_table(
        "facts",
        _text("site"),
        _number("teacher"),
        _text("subject"),
        _number("version"),
        _text("key"),
        _text("kind"),
        _number("course"),
        _number("activity", empty=True),
        _number("attempt"),
        _number("at", empty=True),
        _text("value", empty=True),
        _text("maximum", empty=True),
        sa.Column("retracted", sa.Boolean, nullable=False),
        _text("function"),
        _text("reply"),
        _text("record", empty=True),
        _number("run"),
        sa.PrimaryKeyConstraint("site", "teacher", "subject", "version"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_by_key", "facts", ["site", "key"])


def _by_people() -> None:
    op.create_table(
        "dispensations",
        _text("site"),
        _number("teacher"),
        _text("scheme"),
        _text("kind"),
        _text("document"),
        _text("first"),
        _number("version"),
        _text("last", empty=True),
        sa.Column("retracted", sa.Boolean, nullable=False),
        _number("run"),
        sa.PrimaryKeyConstraint(
            "site", "teacher", "scheme", "kind", "document", "first", "version"
        ),
    )
    op.create_table(
        "adjustments",
        _text("site"),
        _number("teacher"),
        _text("key"),
        _text("scheme"),
        _text("kind"),
        _text("reason"),
        _text("document"),
        _number("recorded_at"),
        _text("day", empty=True),
        _text("subject"),
        _text("category"),
        _text("hours", empty=True),
        _text("level"),
        _text("target"),
        _number("run"),
        sa.PrimaryKeyConstraint("site", "teacher", "key"),
    )
    op.create_table(
        "adjustments_withdrawn",
        _text("site"),
        _number("teacher"),
        _text("key"),
        _text("reason"),
        _text("document"),
        _number("at"),
        _number("run"),
        sa.PrimaryKeyConstraint("site", "teacher", "key"),
    )
    op.create_table(
        "closures",
        _text("site"),
        _text("scheme"),
        _text("period"),
        _text("document"),
        _number("closed_at"),
        _number("run"),
        sa.PrimaryKeyConstraint("site", "scheme", "period"),
    )


def _outcomes() -> None:
    op.create_table(
        "decisions",
        _text("site"),
        _number("teacher"),
        _text("scheme"),
        _text("period"),
        _number("version"),
        _text("outcome"),
        _text("digest"),
        _text("body"),
        _number("run"),
        sa.PrimaryKeyConstraint("site", "teacher", "scheme", "period", "version"),
    )
    op.create_table(
        "decided",
        _text("site"),
        _number("teacher"),
        _number("seen"),
        _text("basis"),
        _number("since"),
        _number("until"),
        _number("read_since"),
        _number("read_before"),
        _text("cells"),
        _text("problems"),
        _text("results"),
        sa.PrimaryKeyConstraint("site", "teacher"),
    )
    op.create_table(
        "plans",
        _text("site"),
        _text("digest"),
        _text("body"),
        _number("run"),
        sa.PrimaryKeyConstraint("site", "digest"),
    )


def _awards() -> None:
    op.create_table(
        "awards",
        *_award_key(),
        _text("route"),
        _text("course"),
        _text("target"),
        _text("state"),
        _text("serial"),
        sa.PrimaryKeyConstraint(*_AWARD),
        sa.UniqueConstraint("serial", name="awards_serial"),
    )
    op.create_table(
        "award_events",
        *_award_key(),
        _number("version"),
        _text("serial"),
        _text("state"),
        _text("sha256"),
        _text("reason"),
        _number("at"),
        sa.PrimaryKeyConstraint(*_AWARD, "version"),
    )
    op.create_table(
        "serials",
        _text("series"),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("series", "year"),
    )


def _register() -> None:
    site, *award = _award_key()
    op.create_table(
        "certificates",
        site,
        _text("serial"),
        *award,
        _text("state"),
        _text("verification_id"),
        _number("issued_on"),
        _text("valid_until", empty=True),
        _text("hours"),
        _text("credits", empty=True),
        _text("sha256"),
        _text("decision_digest"),
        _text("credential"),
        _text("replaces"),
        _text("template"),
        _text("content"),
        _number("status_index"),
        sa.PrimaryKeyConstraint("site", "serial"),
        sa.UniqueConstraint("serial", name="certificates_serial"),
        sa.UniqueConstraint("status_index", name="certificates_status_index"),
    )
    op.create_index("certificates_by_award", "certificates", list(_AWARD))
    op.create_index("certificates_by_verification_id", "certificates", ["verification_id"])
    standing = sa.text("state = 'valid'")
    op.create_index(
        "certificates_standing",
        "certificates",
        list(_AWARD),
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "printed_names",
        _text("site"),
        _text("serial"),
        _text("name"),
        sa.PrimaryKeyConstraint("site", "serial"),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        _text("site"),
        _number("entry"),
        _number("run"),
        _number("teacher"),
        _text("scheme"),
        _text("period"),
        _text("award"),
        _text("step"),
        _text("intent"),
        _number("at"),
        _text("outcome", empty=True),
        _text("result", empty=True),
        _number("resolved_at", empty=True),
        sa.PrimaryKeyConstraint("site", "entry"),
    )
    op.create_index("journal_by_entry", "journal", ["entry"])
    op.create_index("journal_by_award", "journal", list(_AWARD))
    op.create_index("journal_by_outcome", "journal", ["site", "outcome"])


def _in_moodle() -> None:
    op.create_table(
        "drifts",
        *_award_key(),
        _text("thing"),
        _text("kind"),
        _text("serial"),
        _text("due"),
        _text("found"),
        sa.PrimaryKeyConstraint(*_AWARD, "thing"),
    )
    op.create_table(
        "running_hours",
        _text("site"),
        _number("teacher"),
        _text("course"),
        _text("activity"),
        _text("state"),
        _text("scheme"),
        _text("period"),
        _text("amount"),
        _text("grade"),
        _text("text_sha256"),
        _text("grounds"),
        _number("account"),
        _number("at"),
        sa.PrimaryKeyConstraint("site", "teacher", "course", "activity", "state"),
        sqlite_with_rowid=False,
    )
