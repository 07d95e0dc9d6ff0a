"""What is known of the teachers: school, role, stage, dates; from profile fields or cohorts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from moodle_cpd.config import AttributeSource
from moodle_cpd.model.people import Attribute
from moodle_cpd.moodle.replies import CustomField, User
from moodle_cpd.problems import Problem
from moodle_cpd.pull.reading import Reading

_DATES = frozenset({Attribute.BIRTH_DATE, Attribute.HIRE_DATE})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Values = dict[int, dict[Attribute, tuple[str, ...]]]


def read_attributes(
    reading: Reading, users: Sequence[User], members: Mapping[str, frozenset[int]]
) -> Values:
    """The attributes of teachers as configured.

    Moodle leaves out an empty profile field, and a field that the account may not see, alike. So
    a teacher without a value is taken to have none only where others have one; an attribute that
    nobody has is left as it was, and reported.

    Args:
        reading: the pull.
        users: the teachers as Moodle shows them.
        members: user ids by cohort's idnumber.

    Returns:
        By user id and attribute; an empty tuple where the teacher has no value.
    """
    found: Values = {user.id: {} for user in users}
    for attribute, origin in reading.settings.people.attributes.items():
        if origin.profile_field is None:
            values = {user.id: _from_cohorts(user.id, origin, members) for user in users}
        else:
            values = _from_field(reading, users, attribute, origin, origin.profile_field)
        if any(values.values()):
            for teacher, value in values.items():
                found[teacher][attribute] = value
        else:
            reading.tally.note(_nobody(reading.site, attribute, origin))
    return found


def _from_cohorts(
    teacher: int, origin: AttributeSource, members: Mapping[str, frozenset[int]]
) -> tuple[str, ...]:
    values = (value for name, value in origin.cohorts.items() if teacher in members[name])
    return tuple(dict.fromkeys(values))


def _from_field(
    reading: Reading,
    users: Sequence[User],
    attribute: Attribute,
    origin: AttributeSource,
    short_name: str,
) -> dict[int, tuple[str, ...]]:
    zone = ZoneInfo(reading.settings.people.time_zone)
    values: dict[int, tuple[str, ...]] = {}
    unreadable = []
    for user in users:
        fields = (field for field in user.customfields if field.shortname == short_name)
        field = next(fields, None)
        text = "" if field is None else (field.value or "").strip()
        if field is None or not text:
            values[user.id] = ()
        elif attribute in _DATES or field.type == "datetime":
            day = _day(field, text, zone)
            if day is None:
                unreadable.append(user.id)
            else:
                values[user.id] = day
        else:
            values[user.id] = _mapped(text, origin)
    reading.tally.missing(
        f"{reading.site}: profile field '{short_name}'",
        "what stands there is no date, for the users",
        unreadable,
        "Enter it as 1985-09-01, or make it a date field; until then the last known date stands",
    )
    return values


def _mapped(text: str, origin: AttributeSource) -> tuple[str, ...]:
    pieces = text.split(origin.separator) if origin.separator else [text]
    words = (piece.strip() for piece in pieces)
    return tuple(dict.fromkeys(origin.values.get(word, word) for word in words if word))


def _day(field: CustomField, text: str, zone: ZoneInfo) -> tuple[str, ...] | None:
    """The date as ``YYYY-MM-DD``; empty where Moodle has none, None where it can't be read."""
    if field.type == "datetime":
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            return None
        # Not fromtimestamp(): Windows can't do it for moments before 1970.
        moment = _EPOCH + timedelta(seconds=int(text))
        return (moment.astimezone(zone).date().isoformat(),) if int(text) else ()
    match = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", text)
    if match is None:
        return None
    try:
        return (date(int(match[1]), int(match[2]), int(match[3])).isoformat(),)
    except ValueError:
        return None


def _nobody(site: str, attribute: Attribute, origin: AttributeSource) -> Problem:
    if origin.profile_field is None:
        where = "cohorts " + ", ".join(f"'{name}'" for name in origin.cohorts)
        hint = "Check that these cohorts hold the teachers who are meant"
    else:
        where = f"profile field '{origin.profile_field}'"
        hint = (
            "Check the field's short name, and allow moodle/user:viewalldetails to the service "
            "account's role on the site"
        )
    return Problem(f"{site}: {where}", f"nobody has a value for '{attribute}'", "", hint)
