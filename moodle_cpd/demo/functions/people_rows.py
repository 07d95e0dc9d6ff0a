"""Rows of a report over users: user names and when a profile was changed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from moodle_cpd.demo import formats
from moodle_cpd.demo.registry import Call
from moodle_cpd.demo.state import User

SOURCE: Final = "core_user\\reportbuilder\\datasource\\users"
FILTER: Final = "user:timemodified"
_GUEST: Final = "guest"
_RANGE: Final = 3


def people(call: Call, values: Mapping[str, Any]) -> list[User]:
    """The users that pass the filter on the time of change, by user name; the guest is left out.

    Args:
        call: whose world.
        values: the account's filter values on the report.
    """
    start = end = 0
    if str(values.get(f"{FILTER}_operator")) == str(_RANGE):
        start = int(values.get(f"{FILTER}_from") or 0)
        end = int(values.get(f"{FILTER}_to") or 0)
    found = [
        user
        for user in call.world.tables.users.values()
        if user.username != _GUEST
        and not user.deleted
        and user.timemodified >= start
        and (not end or user.timemodified <= end)
    ]
    return sorted(found, key=lambda user: user.username)


def person_cell(call: Call, user: User, key: str) -> str:
    """A cell as displayed."""
    if key == FILTER:
        return formats.date_time(user.timemodified, call.zone, call.language)
    return escape(str(getattr(user, key.partition(":")[2])), quote=True)
