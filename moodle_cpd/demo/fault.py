"""What can go wrong between a client and a site, and on the site itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """What can go wrong."""

    REFUSED = "connection refused"
    RESET = "reset in the middle of the body"
    LOST = "connection closed without a reply"
    SILENT = "time-out"
    SLOW = "slow reply"
    ERROR = "HTTP 500"
    GATEWAY = "HTTP 502"
    UNAVAILABLE = "HTTP 503"
    TOO_MANY = "HTTP 429"
    PAGE = "HTML page"
    BROKEN = "truncated JSON"
    EMPTY = "empty reply"
    TOKEN = "invalidtoken"  # noqa: S105 - Moodle's word for it, not a token
    WITHDRAWN = "function withdrawn"
    CAPABILITY = "capability withdrawn"
    PARAMETERS = "parameters dropped"
    REPEATED = "rows repeated"
    CHANGED = "rows changed between calls"
    DELETED = "course deleted between calls"
    CLOCK = "clock jumped"


STATUSES: Final = {
    Fault.ERROR: 500,
    Fault.GATEWAY: 502,
    Fault.UNAVAILABLE: 503,
    Fault.TOO_MANY: 429,
}
EVENTS: Final = frozenset({Fault.SLOW, Fault.CHANGED, Fault.DELETED, Fault.CLOCK})
"""These leave the reply as it is; what they are is said by who plays them."""

LASTING: Final = frozenset({Fault.TOKEN, Fault.WITHDRAWN, Fault.CAPABILITY})
"""These stay until somebody mends them."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault of a schedule.

    Attributes:
        fault: what happens.
        label: to which requests, see ``label_of``.
        nth: from the how-manieth of them on, counted from 1.
        times: how many of them in a row.
        late: the site does its work before the fault hits, where the fault leaves that open (who
            limits the rate turns a request away before that); a withdrawn function is then the
            one that holds the batch, and of dropped parameters none is the function's name, which
            who holds the client sees to.
        amount: seconds of a ``Retry-After``, a slow reply or a clock's jump; otherwise where in a
            reply or list of parameters the fault lies, a share between 0 and 1.
        capability: what is withdrawn.
    """

    fault: Fault
    label: str
    nth: int = 1
    times: int = 1
    late: bool = False
    amount: float = 0.5
    capability: str = ""
