"""A made-up county in a ledger: as many teachers as asked for, five years, twelve facts a year.

Half of the teachers are at the school of one school-based scheme, half at the other's, and every
third is a homeroom teacher: that no real county has, but it gives every scheme its work to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from moodle_cpd.demo.catalogue import TRAININGS
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.fact import Fact, FactKind, Source
from moodle_cpd.model.people import Attribute, Person

SITE = "county"
YEARS = 5
COMPLETIONS_A_YEAR = 4
WORKS_A_YEAR = 4
FACTS_A_YEAR = COMPLETIONS_A_YEAR + 2 * WORKS_A_YEAR
"""A piece of work is two facts: handed in, and marked."""

_SCHOOLS = ("射县实验小学", "榆林镇中心小学")
_ROLES = ("teacher", "homeroom_teacher", "backbone_teacher")
_COMPLETED = Source(
    "core_completion_get_course_completion_status",
    json.dumps({"completed": True, "aggregation": 1}, separators=(",", ":")),
)
_HANDED_IN = Source(
    "mod_assign_get_submissions",
    json.dumps({"status": "submitted", "attemptnumber": 0}, separators=(",", ":")),
)
_MARKED = Source("mod_assign_get_grades", json.dumps({"attemptnumber": 0}, separators=(",", ":")))


def courses() -> list[Course]:
    """The demo's courses, under ids of their own."""
    found = []
    module = 1000
    for number, training in enumerate(TRAININGS, start=1):
        activities = []
        for work in training.works:
            module += 1
            activities.append(Activity(module, module + 5000, work.idnumber, work.name))
        found.append(
            Course(
                site=SITE,
                id=number,
                idnumber=training.idnumber,
                short_name=training.shortname,
                full_name=training.fullname,
                course_categories=(training.category, "CPD"),
                custom_fields={"hours": str(training.hours)} if training.field else {},
                activities=tuple(activities),
            )
        )
    return found


def fill(ledger: Ledger, teachers: int, until: datetime) -> int:
    """Put the county into an empty ledger.

    Args:
        ledger: an empty one.
        teachers: how many.
        until: the moment (UTC) at which its five years end.

    Returns:
        How many facts there are.
    """
    begin = until - timedelta(days=365 * YEARS)
    run = ledger.start_run(SITE, "pull", begin)
    everything = courses()
    ledger.record_courses(SITE, everything)
    ledger.record_people(
        SITE,
        (
            Person(SITE, number, f"T{number:06}", f"t{number:06}", f"教师{number}")
            for number in range(1, teachers + 1)
        ),
        begin.date(),
    )
    ledger.record_attributes(
        SITE, {number: _attributes(number) for number in range(1, teachers + 1)}, begin.date()
    )
    facts = (
        fact for number in range(1, teachers + 1) for fact in five_years(number, everything, until)
    )
    count = ledger.record_facts(run, facts)
    summary = {"pulled": True, "complete": True}
    ledger.finish_run(run, until, 0, summary)
    # Whether a period was read to its end tells the beginning of the last whole reading.
    last = ledger.start_run(SITE, "pull", until)
    ledger.finish_run(last, until, 0, summary)
    return count


def news(ledger: Ledger, teachers: Sequence[int], at: datetime) -> int:
    """One more completion for each of some teachers, at a moment (UTC); how many are new."""
    run = ledger.start_run(SITE, "pull", at)
    ids = [course.id for course in courses()]
    count = ledger.record_facts(
        run, (completion(teacher, Random(-teacher).choice(ids), at) for teacher in teachers)
    )
    ledger.finish_run(run, at, 0, {"pulled": True, "complete": True})
    return count


def five_years(teacher: int, everything: Sequence[Course], until: datetime) -> Iterator[Fact]:
    """What one teacher did: in each year some courses completed, some work handed in and marked."""
    random = Random(teacher)
    works = [(course.id, each.id) for course in everything for each in course.activities]
    for year in range(YEARS):
        begin = until - timedelta(days=365 * (YEARS - year))
        for course in random.sample(everything, COMPLETIONS_A_YEAR):
            yield completion(teacher, course.id, _moment(random, begin))
        for number, module in random.sample(works, WORKS_A_YEAR):
            at = _moment(random, begin)
            yield handed_in(teacher, number, module, at, year, random.randrange(100, 1600))
            points = random.choice(("45", "59.99", "60", "72.5", "88", "100"))
            yield marked(teacher, number, module, at + timedelta(days=3), year, points)


def _moment(random: Random, begin: datetime) -> datetime:
    # The last days stay free: work is marked three days after it was handed in.
    return begin + timedelta(minutes=random.randrange(360 * 24 * 60))


def completion(teacher: int, course: int, at: datetime) -> Fact:
    return Fact(FactKind.COURSE_COMPLETED, SITE, teacher, course, at=at, source=_COMPLETED)


def handed_in(
    teacher: int, course: int, module: int, at: datetime, attempt: int, length: int
) -> Fact:
    return Fact(
        FactKind.SUBMISSION,
        SITE,
        teacher,
        course,
        module,
        attempt,
        at,
        Decimal(length),
        source=_HANDED_IN,
    )


def marked(teacher: int, course: int, module: int, at: datetime, attempt: int, points: str) -> Fact:
    return Fact(
        FactKind.GRADE,
        SITE,
        teacher,
        course,
        module,
        attempt,
        at,
        Decimal(points),
        Decimal(100),
        source=_MARKED,
    )


def _attributes(teacher: int) -> dict[Attribute, tuple[str, ...]]:
    role = _ROLES[teacher % len(_ROLES)]
    born = date(1962 + teacher % 38, 1 + teacher % 12, 1 + teacher % 28)
    return {
        Attribute.SCHOOL: (_SCHOOLS[teacher % len(_SCHOOLS)],),
        Attribute.ROLE: ("teacher", role) if role != "teacher" else (role,),
        Attribute.STAGE: ("primary",),
        Attribute.BIRTH_DATE: (born.isoformat(),),
        Attribute.HIRE_DATE: (date(born.year + 22, 9, 1).isoformat(),),
    }


def minute(moment: datetime) -> datetime:
    """A moment as facts carry it."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
