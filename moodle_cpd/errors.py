"""One root for every error that the program raises on purpose; families by what the caller does.

=================== =========================================================  =========
family              what the caller does                                       exit code
=================== =========================================================  =========
``InputError``      ends before anything was done; a person mends the input    2
``SiteError``       ends the run; a person mends the site or the account       4
``TransientError``  waits and repeats what is safe to repeat; else ends        4
``SkipError``       leaves this one item out, goes on, reports it              5
``RefusedError``    ends; a person says the explicit word or plans anew        6
``LockedError``     ends; another run holds the ledger                         7
``OutOfHoursError`` ends; a run within the configured hours goes on           8
=================== =========================================================  =========

A message never carries a token or a personal detail: who raises an error names ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import ClassVar

from moodle_cpd.problems import Problem


class ExitCode(IntEnum):
    """What the process tells its caller; the table stands in ``docs/operators/exit-codes.md``."""

    DONE = 0
    BUG = 1
    BAD_INPUT = 2
    CHANGES_PENDING = 3
    SITE_PROBLEM = 4
    PARTIAL = 5
    REFUSED = 6
    LOCKED = 7
    OUT_OF_HOURS = 8
    INTERRUPTED = 130


class CpdError(Exception):
    """Root of all errors raised on purpose.

    Args:
        problems: what is wrong, at least one; all that were found, not just the first.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems: Sequence[Problem] = problems

    def __reduce__(self) -> tuple[object, ...]:
        """How it travels between processes: by its problems, not by the text made of them."""
        return type(self), tuple(self.problems), self.__dict__


class InputError(CpdError):
    """A file, an option or a name that a person gave cannot be used; nothing was done."""

    exit_code = ExitCode.BAD_INPUT


class SiteError(CpdError):
    """Moodle, the way to it, or the account is not as it must be; repeating does not help."""

    exit_code = ExitCode.SITE_PROBLEM


class TransientError(SiteError):
    """The site did not answer properly this time; what is safe to repeat may be repeated.

    Args:
        problems: what is wrong.
        sent: whether the request may have reached Moodle, so that a write may have happened.
        retry_after: seconds that the site asked to wait, if it did.
    """

    def __init__(
        self, *problems: Problem, sent: bool = True, retry_after: float | None = None
    ) -> None:
        super().__init__(*problems)
        self.sent = sent
        self.retry_after = retry_after


class SkipError(CpdError):
    """One item (a teacher, an award, a course) can't be handled; the others can."""

    exit_code = ExitCode.PARTIAL


class RefusedError(CpdError):
    """A safety rule says no: a limit on mass action, or a plan that no longer matches."""

    exit_code = ExitCode.REFUSED


class LockedError(CpdError):
    """Another run holds the lease on this ledger and site."""

    exit_code = ExitCode.LOCKED


class OutOfHoursError(CpdError):
    """The site may not be asked at this hour; a run within the hours goes on."""

    exit_code = ExitCode.OUT_OF_HOURS
