"""Faults between a client and a site, and on the site itself, as networks and people make them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from moodle_cpd.demo.exchange import Request, Response, as_json, as_page
from moodle_cpd.demo.server import EmbeddedMoodle
from moodle_cpd.demo.world import World

BATCH: Final = "tool_mobile_call_external_functions"
_REVOKED: Final = "0" * 32


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
_KEYS: Final = frozenset({"id", "userid", "courseid", "cohortid", "cmid", "columns", "usergrades"})
_FIXED: Final = 6
"""Parameters that our client sends before those of the function."""

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
            one that holds the batch.
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


def label_of(request: Request) -> str:
    """What a request is for: its function, that of the calls in a batch, or the script's name."""
    if request.function == BATCH:
        calls = request.params.get("requests")
        first: Any = next(iter(calls.values()), {}) if isinstance(calls, dict) else {}
        return f"{first.get('function', '')} in a batch"
    return request.function.split("/")[2] if request.function[:1] == "/" else request.function


class Faults:
    """A schedule of faults at work on an embedded Moodle.

    Args:
        site: where.
        events: what else happens, for the faults that this module can't bring about alone:
            ``SLOW`` and ``CLOCK`` are told the strike's seconds, ``CHANGED`` and ``DELETED`` too,
            all before the request is answered.
        tell: hears of every strike once it was met.
    """

    def __init__(
        self,
        site: EmbeddedMoodle,
        *,
        events: Mapping[Fault, Callable[[float], None]] | None = None,
        tell: Callable[[Strike], None] = lambda _: None,
    ) -> None:
        self._met: list[Strike] = []
        self._tell = tell
        self._site = site
        self._events = events or {}
        self._ahead: list[Strike] = []
        self._seen: Counter[str] = Counter()
        self._late: dict[int, Strike] = {}
        self._mend: list[Callable[[], None]] = []
        site.before.append(self._before)
        site.alter.append(self._alter)

    def schedule(self, strikes: list[Strike]) -> None:
        """Let these happen from now on, in place of what was still ahead."""
        self._ahead = list(strikes)
        self._seen.clear()
        self._met.clear()

    def mend(self) -> None:
        """Undo what lasts, and forget what is ahead."""
        for undo in reversed(self._mend):
            undo()
        self._mend.clear()
        self._ahead.clear()

    def due(self, label: str) -> Strike | None:
        """The strike that the next request with this label will meet."""
        number = self._seen[label] + 1
        return next(
            (
                strike
                for strike in self._ahead
                if strike.label == label and strike.nth <= number < strike.nth + strike.times
            ),
            None,
        )

    def skip(self, label: str) -> None:
        """A request with this label did not reach the site, because its strike was ``REFUSED``."""
        strike = self.due(label)
        if strike is not None:
            self._meet(strike)
        self._seen[label] += 1

    def _meet(self, strike: Strike) -> None:
        if strike not in self._met:
            self._met.append(strike)
            self._tell(strike)

    def _before(self, request: Request) -> Response | None:
        label = label_of(request)
        strike = self.due(label)
        self._seen[label] += 1
        if strike is None:
            return None
        if strike.fault in LASTING:
            if strike not in self._met:
                self._mend += _spoil(self._site.world, strike, request)
        elif strike.fault is Fault.PARAMETERS:
            # The function and what pins the reply come first; what is dropped stands behind.
            request.limit = _FIXED + int(strike.amount * max(request.variables - _FIXED, 0))
        elif strike.fault in self._events:
            self._events[strike.fault](strike.amount)
        elif strike.fault in _REPLIES and not (strike.late and strike.fault is not Fault.TOO_MANY):
            self._meet(strike)
            return _REPLIES[strike.fault](strike)
        else:
            self._late[request.n] = strike
            return None
        self._meet(strike)
        return None

    def _alter(self, request: Request, response: Response) -> Response:
        strike = self._late.pop(request.n, None)
        if strike is None or response.status != 200:
            return response
        if strike.fault in _REPLIES:
            changed: Response | None = _REPLIES[strike.fault](strike)
        else:
            changed = _ALTERED[strike.fault](strike, response)
        if changed is None:
            return response
        self._meet(strike)
        return changed


def _spoil(world: World, strike: Strike, request: Request) -> list[Callable[[], None]]:
    """Do what lasts; returns what undoes it."""
    if strike.fault is Fault.TOKEN:
        token, world.token = world.token, _REVOKED
        return [lambda: setattr(world, "token", token)]
    if strike.fault is Fault.CAPABILITY:
        if strike.capability not in world.capabilities:
            return []
        world.set_capability(strike.capability, False)
        return [lambda: world.set_capability(strike.capability, True)]
    name = request.function
    if name == BATCH and not strike.late:
        name = strike.label.partition(" ")[0]
    if name not in world.functions:
        world.download_allowed = False
        return [lambda: setattr(world, "download_allowed", True)]
    before = list(world.functions)
    world.withdraw_function(name)
    return [lambda: world.functions.__setitem__(slice(None), before)]


def _status(strike: Strike) -> Response:
    status = STATUSES[strike.fault]
    waiting = strike.amount >= 1 and status in {429, 503}
    headers = (("Retry-After", f"{strike.amount:.0f}"),) if waiting else ()
    return replace(as_page(status, str(status), strike.fault), headers=headers)


def _broken(strike: Strike, response: Response) -> Response | None:
    """The reply to some place within it, as if it were whole."""
    if len(response.body) < 2:
        return None
    return replace(response, body=response.body[: _place(strike, response)])


def _reset(strike: Strike, response: Response) -> Response:
    return replace(response, cut=_place(strike, response) if response.body else 0)


def _place(strike: Strike, response: Response) -> int:
    last = len(response.body) - 1
    return min(max(int(strike.amount * last), 1), last)


def _repeated(strike: Strike, response: Response) -> Response | None:
    """One row of one list in the reply comes twice, within the answers of a batch too."""
    try:
        value = json.loads(response.body)
    except ValueError:
        return None
    repeated = _with_a_row_twice(value, strike.amount)
    return as_json(value) if repeated else None


def _with_a_row_twice(value: Any, share: float) -> bool:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, dict) and isinstance(value.get("responses"), list):
        answers = [each for each in value["responses"] if not each["error"]]
        for answer in answers:
            inner = json.loads(answer["data"])
            if _with_a_row_twice(inner, share):
                answer["data"] = json.dumps(inner)
                return True
        return False
    lists = [rows for rows in _lists(value) if rows and _is_row(rows[0])]
    if not lists:
        return False
    rows = lists[int(share * len(lists)) % len(lists)]
    place = int(share * 7919) % len(rows)
    rows.insert(place, rows[place])
    return True


def _is_row(item: object) -> bool:
    """Whether it stands for a record of the database, which a join can bring twice."""
    return not isinstance(item, dict) or not item.keys().isdisjoint(_KEYS)


def _lists(value: Any) -> Iterator[list[Any]]:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, list):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _lists(part)


_REPLIES: Final[Mapping[Fault, Callable[[Strike], Response]]] = {
    Fault.LOST: lambda _: Response(drop=True),
    Fault.SILENT: lambda _: Response(silent=True),
    Fault.PAGE: lambda _: as_page(200, "维护", "The page of a portal, a proxy or a firewall"),
    Fault.EMPTY: lambda _: Response(content_type="application/json"),
    **dict.fromkeys(STATUSES, _status),
}
"""What comes in place of the site's reply, whether the site has done its work or not."""

_ALTERED: Final[Mapping[Fault, Callable[[Strike, Response], Response | None]]] = {
    Fault.RESET: _reset,
    Fault.BROKEN: _broken,
    Fault.REPEATED: _repeated,
}
"""What becomes of the site's reply; None: this reply can't be so."""
