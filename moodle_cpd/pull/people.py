"""Who the teachers are: all of them, or those whose profile changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from unicodedata import normalize
from zoneinfo import ZoneInfo

from moodle_cpd.config import Settings
from moodle_cpd.errors import SiteError
from moodle_cpd.model.names import written_name
from moodle_cpd.model.people import Person
from moodle_cpd.moodle.replies import User
from moodle_cpd.problems import Problem
from moodle_cpd.pull.attributes import Attributes
from moodle_cpd.pull.changed_people import Changes, changed_people
from moodle_cpd.pull.reading import Reading, parts
from moodle_cpd.pull.watermarks import Stream, widened

_GUEST = "guest"
_PEOPLE = 390
_COHORT_HINT = (
    "Correct the settings, or allow moodle/cohort:view to the service account's role; only site "
    "cohorts are looked at"
)


def read_people(reading: Reading) -> list[int]:
    """Read the teachers and their attributes into the ledger.

    Returns:
        Their user ids, in order.

    Raises:
        SiteError: a configured cohort is not there, or nobody is shown at all.
    """
    reading.progress.start("people", None)
    day = reading.now.astimezone(ZoneInfo(reading.settings.people.time_zone)).date()
    members = _cohort_members(reading)
    attributes = Attributes(reading, members, day)
    known = reading.ledger.people(reading.site)
    changes = changed_people(reading, _wanted(reading, members), known)
    teachers = {id_: known[id_].suspended for id_ in changes.unchanged}
    for users in _users(reading, changes):
        people = [
            _still_named(_person(reading.site, user, reading.settings.people.key), known)
            for user in users
        ]
        reading.tally.people_changed += reading.ledger.record_people(reading.site, people, day)
        attributes.take(users)
        teachers |= {person.id: person.suspended for person in people}
        reading.progress.advance(len(people))
    if not teachers:
        raise SiteError(
            Problem(
                f"{reading.site}: core_user_get_users",
                "Moodle shows no people at all",
                "the teachers",
                "Allow moodle/user:viewdetails to the service account's role on the site",
            )
        )
    _note_presence(reading, changes, frozenset(teachers))
    if reading.settings.people.key is not None:
        reading.tally.keys = reading.ledger.key_report(reading.site)
    attributes.close(sorted(teachers), everybody=changes.everybody)
    reading.tally.people = len(teachers)
    reading.suspended = frozenset(id_ for id_, suspended in teachers.items() if suspended)
    reading.marks.teachers = frozenset(teachers)
    span = reading.marks.span(Stream.PEOPLE)
    reading.marks.close(Stream.PEOPLE, widened(span) if changes.everybody else span, ())
    return sorted(teachers)


def cohort_names(settings: Settings) -> list[str]:
    """Idnumbers of all cohorts that the settings name, each once."""
    people = settings.people
    sources = people.attributes.values()
    return list(
        dict.fromkeys((*people.cohorts, *(name for each in sources for name in each.cohorts)))
    )


def _cohort_members(reading: Reading) -> dict[str, frozenset[int]]:
    """The members of every cohort that the settings name, by idnumber."""
    members: dict[str, frozenset[int]] = {}
    missing = []
    for idnumber in cohort_names(reading.settings):
        cohort = reading.moodle.cohort(idnumber)
        if cohort is None:
            place = f"{reading.site}: cohort '{idnumber}'"
            missing.append(Problem(place, "the site shows no such cohort", "", _COHORT_HINT))
        else:
            members[idnumber] = reading.moodle.cohort_members(cohort.id)
    if missing:
        raise SiteError(*missing)
    return members


def _wanted(reading: Reading, members: Mapping[str, frozenset[int]]) -> frozenset[int] | None:
    """Ids of the teachers; None where everybody on the site is one."""
    cohorts = reading.settings.people.cohorts
    if not cohorts:
        return None
    return frozenset[int]().union(*(members[idnumber] for idnumber in cohorts))


def _users(reading: Reading, changes: Changes) -> Iterator[Sequence[User]]:
    """The teachers whose profile is to be read, as Moodle shows them, some hundred at a time."""
    if changes.to_read is None:
        own = reading.moodle.info.userid
        found = {u.id: u for u in reading.moodle.users() if u.id != own and u.username != _GUEST}
        yield [found[id_] for id_ in sorted(found)]
        return
    for part in parts(sorted(changes.to_read), _PEOPLE):
        shown = {user.id: user for user in reading.moodle.users_by_id(part)}
        yield [shown[id_] for id_ in part if id_ in shown]


def _note_presence(reading: Reading, changes: Changes, shown: frozenset[int]) -> None:
    lost = frozenset[int]() if changes.to_read is None else changes.to_read - shown
    reading.tally.missing(
        f"{reading.site}: core_user_get_users_by_field",
        "Moodle does not show all members of the teachers' cohorts; missing are the users",
        lost,
        "They are left as they were; deleted users disappear from the cohorts by themselves",
    )
    day = reading.now.astimezone(ZoneInfo(reading.settings.people.time_zone)).date()
    reading.ledger.record_presence(reading.site, shown, day, complete=not lost)


def _key(user: User, by: str | None) -> str:
    """The value by which a user is known on other sites; empty where there is none.

    Letter case, full-width forms and white space make no difference: they are typed by hand.
    """
    if by is None:
        return ""
    kind, _, field = by.partition(":")
    if field:
        found = (each.value or "" for each in user.customfields if each.shortname == field)
        text = next(found, "")
    else:
        text = {"idnumber": user.idnumber, "username": user.username, "email": user.email}[kind]
    return "".join(normalize("NFKC", text).casefold().split())


def _still_named(person: Person, known: Mapping[int, Person]) -> Person:
    """A user name that is not shown any more (``moodle/user:viewalldetails``) is still theirs."""
    before = known.get(person.id)
    if person.username or before is None:
        return person
    return replace(person, username=before.username)


def _person(site: str, user: User, key: str | None) -> Person:
    return Person(
        site=site,
        id=user.id,
        idnumber=user.idnumber,
        username=user.username,
        full_name=written_name(user.firstname, user.lastname, user.fullname),
        language=user.lang or "zh_cn",
        suspended=user.suspended,
        key=_key(user, key),
    )
