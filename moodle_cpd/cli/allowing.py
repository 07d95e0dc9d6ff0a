"""The words by which a person says what they expect of a plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import click

from moodle_cpd.plan import Allowed

T = TypeVar("T")

_AS_LIMITED = -1
"""The option without a number: awards may be taken back, up to the limit in the settings."""


def allow_options(command: Callable[..., T]) -> Callable[..., T]:
    """Add the options that lift limits to a command, which takes them as ``allowed``."""

    @wraps(command)
    def with_allowed(
        *args: object,
        allow: int | None,
        allow_supersessions: int | None,
        allow_withdrawals: int | None,
        **others: object,
    ) -> T:
        allowed = Allowed(
            awards=allow,
            supersessions=allow_supersessions,
            withdraw=allow_withdrawals is not None,
            withdrawals=None if allow_withdrawals == _AS_LIMITED else allow_withdrawals,
        )
        return command(*args, allowed=allowed, **others)

    for option in (_WITHDRAWALS, _SUPERSESSIONS, _ISSUES):
        with_allowed = option(with_allowed)
    return with_allowed


_ISSUES = click.option(
    "--allow",
    type=click.IntRange(min=0),
    metavar="N",
    help="Yes, I mean to issue up to N awards, beyond the limits in the settings.",
)
_SUPERSESSIONS = click.option(
    "--allow-supersessions",
    type=click.IntRange(min=0),
    metavar="N",
    help="Yes, up to N certificates that stand may be corrected, renewed or expire.",
)
_WITHDRAWALS = click.option(
    "--allow-withdrawals",
    type=click.IntRange(min=_AS_LIMITED),
    is_flag=False,
    flag_value=_AS_LIMITED,
    metavar="[N]",
    help="Yes, take back awards whose ground is lost; with N up to so many, else as limited.",
)
