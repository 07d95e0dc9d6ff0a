"""Rows of a report over users: user names, when a profile was changed, who was on the site."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from moodle_cpd.demo import formats
from moodle_cpd.demo.registry import Call
from moodle_cpd.demo.state import User

SOURCE: Final = "core_user\\reportbuilder\\datasource\\users"
FILTER: Final = "user:timemodified"
VISITED: Final = "user:lastaccess"
_TIMES: Final = (FILTER, VISITED)
_GUEST: Final = "guest"
_RANGE: Final = 3


def people(call: Call, values: Mapping[str, Any]) -> list[User]:
    """The users that pass the filters on times, by user name; the guest is left out.

    Args:
        call: whose world.
        values: the account's filter values on the report.
    """
    found = [
        user
        for user in call.world.tables.users.values()
        if user.username != _GUEST
        and not user.deleted
        and all(_passes(getattr(user, key.partition(":")[2]), key, values) for key in _TIMES)
    ]
    return sorted(found, key=lambda user: user.username)


def _passes(at: int, key: str, values: Mapping[str, Any]) -> bool:
    if str(values.get(f"{key}_operator")) != str(_RANGE):
        return True
    start, end = (int(values.get(f"{key}_{bound}") or 0) for bound in ("from", "to"))
    return at >= start and (not end or at <= end)


def person_cell(call: Call, user: User, key: str) -> str:
    """A cell as displayed."""
    if key == FILTER:
        return formats.date_time(user.timemodified, call.zone, call.language)
    return escape(str(getattr(user, key.partition(":")[2])), quote=True)
