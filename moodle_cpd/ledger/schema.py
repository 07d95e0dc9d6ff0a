"""The ledger's tables as the program uses them; ``migrations/`` makes them.

Every primary key leads with the site, so that the tables can be partitioned by it. Personal
details stand in ``people``, ``attributes`` and ``printed_names`` alone; everything else names a
teacher by Moodle's user id. ``serials`` is the one table without a site: a serial number is single
in the whole ledger.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)

from moodle_cpd.ledger.columns import (
    DateText,
    DecimalText,
    JsonText,
    UtcSeconds,
    number_column,
    text_column,
)

REVISION = "cpd0002"
"""The newest migration; a ledger that stands at it needs none."""

metadata = MetaData()


runs = Table(
    "runs",
    metadata,
    text_column("site"),
    number_column("id"),
    text_column("command"),
    Column("started_at", UtcSeconds, nullable=False),
    Column("finished_at", UtcSeconds),
    Column("exit_code", Integer),
    Column("summary", JsonText, nullable=False),
    PrimaryKeyConstraint("site", "id"),
    Index("runs_by_id", "id"),
)

leases = Table(
    "leases",
    metadata,
    text_column("site"),
    text_column("token"),
    text_column("command"),
    number_column("pid"),
    text_column("host"),
    text_column("machine"),
    text_column("started"),
    Column("since", UtcSeconds, nullable=False),
    Column("renewed_at", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site"),
)

people = Table(
    "people",
    metadata,
    text_column("site"),
    number_column("id"),
    text_column("idnumber"),
    text_column("username"),
    text_column("full_name"),
    text_column("language"),
    Column("suspended", Boolean, nullable=False),
    Column("changed_on", DateText, nullable=False),
    Column("absent_since", DateText),
    text_column("key"),
    PrimaryKeyConstraint("site", "id"),
    Index("people_by_key", "site", "key"),
)

attributes = Table(
    "attributes",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("name"),
    Column("since", DateText, nullable=False),
    text_column("value"),
    PrimaryKeyConstraint("site", "teacher", "name", "since", "value"),
)

changes = Table(
    "changes",
    metadata,
    text_column("site"),
    number_column("teacher"),
    number_column("changed"),
    PrimaryKeyConstraint("site", "teacher"),
    sqlite_with_rowid=False,
)
"""How often news came of a teacher: every writer of what decisions rest on counts up."""

courses = Table(
    "courses",
    metadata,
    text_column("site"),
    number_column("id"),
    text_column("idnumber"),
    text_column("short_name"),
    text_column("full_name"),
    Column("course_categories", JsonText, nullable=False),
    Column("custom_fields", JsonText, nullable=False),
    PrimaryKeyConstraint("site", "id"),
)

activities = Table(
    "activities",
    metadata,
    text_column("site"),
    number_column("id"),
    number_column("course"),
    number_column("instance"),
    text_column("idnumber"),
    text_column("name"),
    text_column("type"),
    PrimaryKeyConstraint("site", "id"),
    Index("activities_by_course", "site", "course"),
)

sites = Table(
    "sites",
    metadata,
    text_column("site"),
    text_column("address"),
    PrimaryKeyConstraint("site"),
)

record_courses = Table(
    "record_courses",
    metadata,
    text_column("site"),
    number_column("course"),
    PrimaryKeyConstraint("site", "course"),
)

readings = Table(
    "readings",
    metadata,
    text_column("site"),
    text_column("stream"),
    Column("since", UtcSeconds, nullable=False),
    Column("read_at", UtcSeconds, nullable=False),
    Column("full_at", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site", "stream"),
)

covered = Table(
    "covered",
    metadata,
    text_column("site"),
    text_column("stream"),
    number_column("item"),
    PrimaryKeyConstraint("site", "stream", "item"),
    sqlite_with_rowid=False,
)

positions = Table(
    "positions",
    metadata,
    text_column("site"),
    text_column("stream"),
    Column("began", UtcSeconds, nullable=False),
    Column("since", UtcSeconds, nullable=False),
    Column("state", JsonText, nullable=False),
    PrimaryKeyConstraint("site", "stream"),
)

vanished = Table(
    "vanished",
    metadata,
    text_column("site"),
    number_column("teacher"),
    number_column("course"),
    Column("since", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site", "teacher", "course"),
)

enrolments = Table(
    "enrolments",
    metadata,
    text_column("site"),
    number_column("teacher"),
    number_column("course"),
    PrimaryKeyConstraint("site", "teacher", "course"),
    Index("enrolments_by_course", "site", "course", "teacher"),
    sqlite_with_rowid=False,
)

facts = Table(
    "facts",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("subject"),
    number_column("version"),
    text_column("key"),
    text_column("kind"),
    number_column("course"),
    number_column("activity", empty=True),
    number_column("attempt"),
    Column("at", UtcSeconds),
    Column("value", DecimalText),
    Column("maximum", DecimalText),
    Column("retracted", Boolean, nullable=False),
    text_column("function"),
    text_column("reply"),
    Column("record", JsonText),
    number_column("run"),
    PrimaryKeyConstraint("site", "teacher", "subject", "version"),
    Index("facts_by_key", "site", "key"),
    # Stored in the order of its key, a teacher's facts lie side by side.
    sqlite_with_rowid=False,
)

wanted = Table(
    "wanted",
    MetaData(),
    text_column("site"),
    number_column("teacher"),
    text_column("subject"),
    prefixes=["TEMPORARY"],
)
"""Subjects of facts to look up at once, in memory: SQLite finds a list of triples in a query only
by reading the whole of ``facts``."""

decisions = Table(
    "decisions",
    metadata,
    text_column("site"),
    number_column("teacher"),
    text_column("scheme"),
    text_column("period"),
    number_column("version"),
    text_column("outcome"),
    text_column("digest"),
    text_column("body"),
    number_column("run"),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period", "version"),
    # Rows of some thousand bytes: in the order of the key, SQLite would lay out most of each apart.
)

decided = Table(
    "decided",
    metadata,
    text_column("site"),
    number_column("teacher"),
    number_column("seen"),
    text_column("basis"),
    Column("since", UtcSeconds, nullable=False),
    Column("until", UtcSeconds, nullable=False),
    Column("read_since", UtcSeconds, nullable=False),
    Column("read_before", UtcSeconds, nullable=False),
    # What is counted of everybody every night stands before what only plans read, so that no page
    # of that is looked at on the way.
    text_column("cells"),
    text_column("problems"),
    text_column("results"),
    PrimaryKeyConstraint("site", "teacher"),
)

plans = Table(
    "plans",
    metadata,
    text_column("site"),
    text_column("digest"),
    text_column("body"),
    number_column("run"),
    PrimaryKeyConstraint("site", "digest"),
)

journal = Table(
    "journal",
    metadata,
    text_column("site"),
    number_column("entry"),
    number_column("run"),
    number_column("teacher"),
    text_column("scheme"),
    text_column("period"),
    text_column("award"),
    text_column("step"),
    Column("intent", JsonText, nullable=False),
    Column("at", UtcSeconds, nullable=False),
    text_column("outcome", empty=True),
    Column("result", JsonText),
    Column("resolved_at", UtcSeconds),
    PrimaryKeyConstraint("site", "entry"),
    Index("journal_by_entry", "entry"),
    Index("journal_by_award", "site", "teacher", "scheme", "period", "award"),
    Index("journal_by_outcome", "site", "outcome"),
)
