"""The web service functions, one module a family; importing a module registers its functions."""

from __future__ import annotations

from importlib import import_module
from typing import Final

_FAMILIES: Final = (
    "site",
    "users",
    "courses",
    "enrolments",
    "completion",
    "assign_settings",
    "assign_read",
    "assign_status",
    "assign_write",
    "grades",
    "cohorts",
    "badges",
    "files",
    "reports",
    "batch",
)


def load_functions() -> None:
    """Register all functions."""
    for family in _FAMILIES:
        import_module(f"moodle_cpd.demo.functions.{family}")
