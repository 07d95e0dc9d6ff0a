"""Who the teachers are."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from moodle_cpd.config import Settings
from moodle_cpd.errors import SiteError
from moodle_cpd.model.names import written_name
from moodle_cpd.model.people import Person
from moodle_cpd.moodle.replies import User
from moodle_cpd.problems import Problem
from moodle_cpd.pull.attributes import read_attributes
from moodle_cpd.pull.reading import Reading
from moodle_cpd.pull.watermarks import Stream, widened

_GUEST = "guest"
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
    members = _cohort_members(reading)
    users, complete = _users(reading, members)
    if not users:
        raise SiteError(
            Problem(
                f"{reading.site}: core_user_get_users",
                "Moodle shows no people at all",
                "the teachers",
                "Allow moodle/user:viewdetails to the service account's role on the site",
            )
        )
    day = reading.now.astimezone(ZoneInfo(reading.settings.people.time_zone)).date()
    people = [_person(reading.site, user) for user in users]
    reading.tally.people = len(people)
    reading.tally.people_changed = reading.ledger.record_people(reading.site, people, day)
    shown = frozenset(person.id for person in people)
    reading.ledger.record_presence(reading.site, shown, day, complete=complete)
    attributes = read_attributes(reading, users, members)
    reading.tally.attributes_changed = reading.ledger.record_attributes(
        reading.site, attributes, day
    )
    reading.suspended = frozenset(person.id for person in people if person.suspended)
    reading.marks.teachers = shown
    reading.marks.close(Stream.PEOPLE, widened(reading.marks.span(Stream.PEOPLE)), ())
    reading.progress.advance(len(people))
    return [person.id for person in people]


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


def _users(reading: Reading, members: Mapping[str, frozenset[int]]) -> tuple[list[User], bool]:
    """The teachers whom Moodle shows, by id, and whether they are all that there are."""
    cohorts = reading.settings.people.cohorts
    if not cohorts:
        own = reading.moodle.info.userid
        found = {u.id: u for u in reading.moodle.users() if u.id != own and u.username != _GUEST}
        return [found[id_] for id_ in sorted(found)], True
    ids = frozenset[int]().union(*(members[idnumber] for idnumber in cohorts))
    found = {user.id: user for user in reading.moodle.users_by_id(sorted(ids))}
    if found:
        reading.tally.missing(
            f"{reading.site}: core_user_get_users_by_field",
            "Moodle does not show all members of the teachers' cohorts; missing are the users",
            ids - set(found),
            "They are left as they were; deleted users disappear from the cohorts by themselves",
        )
    return [found[id_] for id_ in sorted(ids & set(found))], ids <= set(found)


def _person(site: str, user: User) -> Person:
    return Person(
        site=site,
        id=user.id,
        idnumber=user.idnumber,
        username=user.username,
        full_name=written_name(user.firstname, user.lastname, user.fullname),
        language=user.lang or "zh_cn",
        suspended=user.suspended,
    )
