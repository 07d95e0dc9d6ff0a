"""What is known of the teachers: school, role, stage, dates; from profile fields or cohorts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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


class Attributes:
    """Records the attributes of teachers as configured, some hundred teachers at a time.

    Moodle leaves out an empty profile field, and a field that the account may not see, alike. So
    a teacher without a value is taken to have none only where others have one; an attribute that
    nobody has is left as it was, and reported.

    Args:
        reading: the pull.
        members: user ids by cohort's idnumber.
        day: on which it is read.
    """

    def __init__(self, reading: Reading, members: Mapping[str, frozenset[int]], day: date) -> None:
        self._reading = reading
        self._members = members
        self._day = day
        self._zone = ZoneInfo(reading.settings.people.time_zone)
        self._origins = reading.settings.people.attributes
        self._having: set[Attribute] = set()
        self._without: dict[Attribute, list[int]] = {name: [] for name in self._origins}
        self._unreadable: dict[str, list[int]] = {}

    def take(self, users: Iterable[User]) -> None:
        """Record what stands in profile fields; who has nothing there waits for ``close``."""
        found: Values = {user.id: {} for user in users}
        for attribute, origin in self._origins.items():
            if origin.profile_field is None:
                continue
            for user in users:
                value = self._in_field(user, attribute, origin, origin.profile_field)
                if value:
                    found[user.id][attribute] = value
                    self._having.add(attribute)
                elif value is not None:
                    self._without[attribute].append(user.id)
        self._record(found)

    def close(self, teachers: Iterable[int], *, everybody: bool) -> None:
        """Record what cohorts say, and who has no value.

        Args:
            teachers: all of them, those too whose profiles did not change and were not read.
            everybody: whether the profiles of all were read.
        """
        found: Values = {teacher: {} for teacher in teachers}
        for attribute, origin in self._origins.items():
            if origin.profile_field is None:
                values = {teacher: self._in_cohorts(teacher, origin) for teacher in found}
                if any(values.values()):
                    self._having.add(attribute)
                    for teacher, value in values.items():
                        found[teacher][attribute] = value
            elif attribute in self._having:
                for teacher in self._without[attribute]:
                    found[teacher][attribute] = ()
            if attribute not in self._having and (everybody or origin.profile_field is None):
                self._reading.tally.note(_nobody(self._reading.site, attribute, origin))
        self._record(found)
        for short_name, users in self._unreadable.items():
            self._reading.tally.missing(
                f"{self._reading.site}: profile field '{short_name}'",
                "what stands there is no date, for the users",
                users,
                "Enter it as 1985-09-01, or make it a date field; until then the last known date "
                "stands",
            )

    def _record(self, found: Values) -> None:
        known = {teacher: values for teacher, values in found.items() if values}
        self._reading.tally.attributes_changed += self._reading.ledger.record_attributes(
            self._reading.site, known, self._day
        )

    def _in_cohorts(self, teacher: int, origin: AttributeSource) -> tuple[str, ...]:
        members = self._members
        values = (value for name, value in origin.cohorts.items() if teacher in members[name])
        return tuple(dict.fromkeys(values))

    def _in_field(
        self, user: User, attribute: Attribute, origin: AttributeSource, short_name: str
    ) -> tuple[str, ...] | None:
        """The values; none where the field is empty or not shown, None where it can't be read."""
        fields = (field for field in user.customfields if field.shortname == short_name)
        field = next(fields, None)
        text = "" if field is None else (field.value or "").strip()
        if field is None or not text:
            return ()
        if attribute in _DATES or field.type == "datetime":
            day = _day(field, text, self._zone)
            if day is None:
                self._unreadable.setdefault(short_name, []).append(user.id)
            return day
        return _mapped(text, origin)


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
