"""Levels that give training, from below."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from moodle_cpd.model.decision import Text

Level: TypeAlias = Literal[
    "school", "school_district", "county", "prefecture", "province", "nation"
]

LEVELS: Final[dict[str, Text]] = {
    "school": Text("校级", "school"),
    "school_district": Text("学区级", "school district"),
    "county": Text("县（区）级", "county"),
    "prefecture": Text("州（市）级", "prefecture"),
    "province": Text("省级", "province"),
    "nation": Text("国家级", "nation"),
}
"""Titles of the levels, the lowest first."""

_RANKS: Final = {level: rank for rank, level in enumerate(LEVELS)}


def reaches(level: str | None, least: str) -> bool:
    """Whether a level is another one or above it; what has no level reaches none."""
    return level is not None and _RANKS[level] >= _RANKS[least]
