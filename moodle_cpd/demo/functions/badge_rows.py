"""Rows of a report over badges: who was given which, hidden ones too."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from moodle_cpd.demo.registry import Call
from moodle_cpd.demo.state import Badge, IssuedBadge, User

SOURCE: Final = "core_badges\\reportbuilder\\datasource\\badges"
HEADINGS: Final = {
    "badge:name": ("Name", "名称"),
    "user:fullnamewithlink": ("Full name with link", "Full name with link"),
}
_NAME: Final = "badge:name"
_LINKED: Final = "user:fullnamewithlink"
_ISSUED: Final = "badge_issued:issued"

Holding = tuple[User, Badge, IssuedBadge]


def holdings(call: Call, values: Mapping[str, Any]) -> list[Holding]:
    """Who holds which badge, by user name, as far as they pass the filters.

    Args:
        call: whose world.
        values: the account's values of filters that the report has.
    """
    tables = call.world.tables
    since = int(values.get(f"{_ISSUED}_from") or 0)
    name = values.get(f"{_NAME}_value")
    found = [
        (tables.users[user], tables.badges[row.badge], row)
        for user, rows in tables.issued_to.items()
        for row in rows
        if row.dateissued >= since and name in {None, tables.badges[row.badge].name}
    ]
    return sorted(found, key=lambda each: (each[0].username, each[1].name))


def badge_cell(call: Call, holding: Holding, key: str) -> str:
    """A cell as displayed."""
    user, badge, _ = holding
    if key == _LINKED:
        # As Moodle shows it: the name is not escaped.
        profile = f"{call.world.wwwroot}/user/profile.php?id={user.id}"
        return f'<a href="{profile}">{call.full_name(user)}</a>'
    return escape(badge.name if key == _NAME else user.username, quote=True)
