"""Values that the tests of this room share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Award, AwardKey, Paper, Route
from moodle_cpd.model.fact import Fact, FactKind, Source
from moodle_cpd.model.serial import SerialPattern

SITE = "moodle"
NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
SERIAL = SerialPattern("CPD-{year}-{number:06}")


@cache
def empty_ledger() -> bytes:
    """The file of an empty ledger, to be copied: making its tables takes its time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        Ledger.open(path).close()
        return path.read_bytes()


@contextmanager
def fresh_ledger() -> Iterator[Ledger]:
    """An empty ledger of its own for each of many examples."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        path.write_bytes(empty_ledger())
        with Ledger.open(path) as ledger:
            yield ledger


def completion(teacher: int, course: int, at: datetime | None = NOW) -> Fact:
    source = Source("core_completion_get_course_completion_status", '{"completed":true}')
    return Fact(FactKind.COURSE_COMPLETED, SITE, teacher, course, at=at, source=source)


def grade(teacher: int, value: str | None, activity: int = 70) -> Fact:
    return Fact(
        FactKind.GRADE,
        SITE,
        teacher,
        course=7,
        activity=activity,
        at=NOW,
        value=None if value is None else Decimal(value),
        maximum=Decimal(100),
        source=Source("mod_assign_get_grades", "{}"),
    )


def standing(ledger: Ledger) -> dict[int, list[Fact]]:
    return dict(ledger.facts(SITE))


def key(teacher: int = 5, award: str = "certificate") -> AwardKey:
    return AwardKey(SITE, teacher, "homeroom", "2026", award)


def begin(
    ledger: Ledger,
    which: AwardKey,
    issued_on: datetime = NOW,
    *,
    replaces: str = "",
    serial: SerialPattern = SERIAL,
) -> Award:
    return ledger.begin_award(
        which,
        Route.RECORD_COURSE,
        issued_on,
        Decimal("30.0"),
        None,
        course="CPD-RECORD",
        target="homeroom-2026",
        decision_digest="d" * 64,
        serial=serial,
        paper=Paper("张伟", "{}"),
        replaces=replaces,
    )
