"""Teachers as Moodle knows them: personal details and dated attributes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Attribute(StrEnum):
    """What an audience can ask about a teacher."""

    SCHOOL = "school"
    ROLE = "role"
    STAGE = "stage"
    BIRTH_DATE = "birth_date"
    HIRE_DATE = "hire_date"

    # As with any text; what enumerations have is several times slower, and they are looked up by.
    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Person:
    """A Moodle user who earns credit; everything personal, kept apart from facts.

    Attributes:
        site: the site's name in the configuration.
        id: Moodle's user id.
        idnumber: the authority's own number, may be empty.
        username: Moodle's user name.
        full_name: as Moodle displays it; may carry any character.
        language: Moodle's language code, for example ``zh_cn``.
        suspended: the account is suspended; its facts stay.
        key: by which the same person is known on another site, normalised; empty: none.
    """

    site: str
    id: int
    idnumber: str
    username: str
    full_name: str
    language: str = "zh_cn"
    suspended: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class DatedAttribute:
    """One value that an attribute had from a date on.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        name: which attribute.
        value: its value; dates as ``YYYY-MM-DD``; several roles are several rows. Empty: the
            attribute was taken away on ``since``.
        since: first day on which the value is known to hold; before the first pull of a teacher
            it is *assumed* to have held as well (Moodle knows only today's).
    """

    site: str
    teacher: int
    name: Attribute
    value: str
    since: date
