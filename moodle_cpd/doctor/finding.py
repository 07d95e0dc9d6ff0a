"""What a check found, how bad it is, and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """The program works, but something should be looked at."""
    LACK = "lack"
    """Something must be mended before the program works as configured."""
    UNTESTED = "untested"
    """It could not be checked without doing harm, or there was nothing to check it on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: short id, stable for programs: ``clock``, ``function:core_user_get_users``,
            ``cohort:homeroom-2026``.
        verdict: how it ended.
        found: what is there, in words; ids, never names of people.
        remedy: where in Moodle's administration, or in our settings, it is mended; empty where
            there is nothing to do.
    """

    check: str
    verdict: Verdict
    found: str
    remedy: str = ""


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check, Verdict.OK, found)


def warning(check: str, found: str, remedy: str) -> Finding:
    """It works, but a person should look."""
    return Finding(check, Verdict.WARNING, found, remedy)


def lack(check: str, found: str, remedy: str) -> Finding:
    """It does not work before this is mended."""
    return Finding(check, Verdict.LACK, found, remedy)


def untested(check: str, found: str, remedy: str = "") -> Finding:
    """It could not be checked."""
    return Finding(check, Verdict.UNTESTED, found, remedy)


def some(number: int, noun: str, plural: str = "") -> str:
    """A number of things: ``1 member``, ``2 members``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
