"""The ledger's tables as the program uses them; ``migrations/`` makes them.

Every primary key leads with the site, so that the tables can be partitioned by it. Personal
details stand in ``people``, ``attributes`` and ``printed_names`` alone; everything else names a
teacher by Moodle's user id. ``serials`` is the one table without a site: a serial number is single
in the whole ledger.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from moodle_cpd.ledger.columns import DateText, DecimalText, JsonText, UtcSeconds

REVISION = "cpd0001"
"""The newest migration; a ledger that stands at it needs none."""

metadata = MetaData()


def _text(name: str, *, empty: bool = False) -> Column[str]:
    return Column(name, Text, nullable=empty)


def _number(name: str, *, empty: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=empty)


runs = Table(
    "runs",
    metadata,
    _text("site"),
    _number("id"),
    _text("command"),
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
    _text("site"),
    _text("token"),
    _text("command"),
    _number("pid"),
    _text("host"),
    _text("machine"),
    _text("started"),
    Column("since", UtcSeconds, nullable=False),
    Column("renewed_at", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site"),
)

people = Table(
    "people",
    metadata,
    _text("site"),
    _number("id"),
    _text("idnumber"),
    _text("username"),
    _text("full_name"),
    _text("language"),
    Column("suspended", Boolean, nullable=False),
    Column("changed_on", DateText, nullable=False),
    Column("absent_since", DateText),
    _text("key"),
    PrimaryKeyConstraint("site", "id"),
    Index("people_by_key", "site", "key"),
)

attributes = Table(
    "attributes",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("name"),
    Column("since", DateText, nullable=False),
    _text("value"),
    PrimaryKeyConstraint("site", "teacher", "name", "since", "value"),
)

changes = Table(
    "changes",
    metadata,
    _text("site"),
    _number("teacher"),
    _number("changed"),
    PrimaryKeyConstraint("site", "teacher"),
    sqlite_with_rowid=False,
)
"""How often news came of a teacher: every writer of what decisions rest on counts up."""

courses = Table(
    "courses",
    metadata,
    _text("site"),
    _number("id"),
    _text("idnumber"),
    _text("short_name"),
    _text("full_name"),
    Column("course_categories", JsonText, nullable=False),
    Column("custom_fields", JsonText, nullable=False),
    PrimaryKeyConstraint("site", "id"),
)

activities = Table(
    "activities",
    metadata,
    _text("site"),
    _number("id"),
    _number("course"),
    _number("instance"),
    _text("idnumber"),
    _text("name"),
    _text("type"),
    PrimaryKeyConstraint("site", "id"),
    Index("activities_by_course", "site", "course"),
)

sites = Table(
    "sites",
    metadata,
    _text("site"),
    _text("address"),
    PrimaryKeyConstraint("site"),
)

record_courses = Table(
    "record_courses",
    metadata,
    _text("site"),
    _number("course"),
    PrimaryKeyConstraint("site", "course"),
)

readings = Table(
    "readings",
    metadata,
    _text("site"),
    _text("stream"),
    Column("since", UtcSeconds, nullable=False),
    Column("read_at", UtcSeconds, nullable=False),
    Column("full_at", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site", "stream"),
)

covered = Table(
    "covered",
    metadata,
    _text("site"),
    _text("stream"),
    _number("item"),
    PrimaryKeyConstraint("site", "stream", "item"),
    sqlite_with_rowid=False,
)

positions = Table(
    "positions",
    metadata,
    _text("site"),
    _text("stream"),
    Column("began", UtcSeconds, nullable=False),
    Column("since", UtcSeconds, nullable=False),
    Column("state", JsonText, nullable=False),
    PrimaryKeyConstraint("site", "stream"),
)

vanished = Table(
    "vanished",
    metadata,
    _text("site"),
    _number("teacher"),
    _number("course"),
    Column("since", UtcSeconds, nullable=False),
    PrimaryKeyConstraint("site", "teacher", "course"),
)

enrolments = Table(
    "enrolments",
    metadata,
    _text("site"),
    _number("teacher"),
    _number("course"),
    PrimaryKeyConstraint("site", "teacher", "course"),
    Index("enrolments_by_course", "site", "course", "teacher"),
    sqlite_with_rowid=False,
)

facts = Table(
    "facts",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("subject"),
    _number("version"),
    _text("key"),
    _text("kind"),
    _number("course"),
    _number("activity", empty=True),
    _number("attempt"),
    Column("at", UtcSeconds),
    Column("value", DecimalText),
    Column("maximum", DecimalText),
    Column("retracted", Boolean, nullable=False),
    _text("function"),
    _text("reply"),
    Column("record", JsonText),
    _number("run"),
    PrimaryKeyConstraint("site", "teacher", "subject", "version"),
    Index("facts_by_key", "site", "key"),
    # Stored in the order of its key, a teacher's facts lie side by side.
    sqlite_with_rowid=False,
)

wanted = Table(
    "wanted",
    MetaData(),
    _text("site"),
    _number("teacher"),
    _text("subject"),
    prefixes=["TEMPORARY"],
)
"""Subjects of facts to look up at once, in memory: SQLite finds a list of triples in a query only
by reading the whole of ``facts``."""

decisions = Table(
    "decisions",
    metadata,
    _text("site"),
    _number("teacher"),
    _text("scheme"),
    _text("period"),
    _number("version"),
    _text("outcome"),
    _text("digest"),
    _text("body"),
    _number("run"),
    PrimaryKeyConstraint("site", "teacher", "scheme", "period", "version"),
    sqlite_with_rowid=False,
)

decided = Table(
    "decided",
    metadata,
    _text("site"),
    _number("teacher"),
    _number("seen"),
    _text("basis"),
    Column("since", UtcSeconds, nullable=False),
    Column("until", UtcSeconds, nullable=False),
    Column("read_since", UtcSeconds, nullable=False),
    Column("read_before", UtcSeconds, nullable=False),
    # What is counted of everybody every night stands before what only plans read, so that no page
    # of that is looked at on the way.
    _text("cells"),
    _text("problems"),
    _text("results"),
    PrimaryKeyConstraint("site", "teacher"),
)

plans = Table(
    "plans",
    metadata,
    _text("site"),
    _text("digest"),
    _text("body"),
    _number("run"),
    PrimaryKeyConstraint("site", "digest"),
)

journal = Table(
    "journal",
    metadata,
    _text("site"),
    _number("entry"),
    _number("run"),
    _number("teacher"),
    _text("scheme"),
    _text("period"),
    _text("award"),
    _text("step"),
    Column("intent", JsonText, nullable=False),
    Column("at", UtcSeconds, nullable=False),
    _text("outcome", empty=True),
    Column("result", JsonText),
    Column("resolved_at", UtcSeconds),
    PrimaryKeyConstraint("site", "entry"),
    Index("journal_by_entry", "entry"),
    Index("journal_by_award", "site", "teacher", "scheme", "period", "award"),
    Index("journal_by_outcome", "site", "outcome"),
)
