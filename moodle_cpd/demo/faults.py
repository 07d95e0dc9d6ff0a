"""A schedule of faults at work on an embedded Moodle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from moodle_cpd.demo.exchange import Request, Response
from moodle_cpd.demo.fault import EVENTS, LASTING, Fault, Strike
from moodle_cpd.demo.fault_replies import ALTERED, REPLACED
from moodle_cpd.demo.server import EmbeddedMoodle
from moodle_cpd.demo.world import World

BATCH: Final = "tool_mobile_call_external_functions"
_REVOKED: Final = "0" * 32
_FIXED: Final = 5
"""Parameters that our client sends before all others: the token, and what pins the reply."""
_BEFORE_WORK: Final = frozenset({Fault.REFUSED, Fault.TOO_MANY})
"""The site never sees such a request."""


def label_of(request: Request) -> str:
    """What a request is for: its function, those of the calls in a batch, or the script's name."""
    if request.function == BATCH:
        calls = request.params.get("requests")
        listed: Any = calls.values() if isinstance(calls, dict) else ()
        return batch_label(call.get("function", "") for call in listed)
    return request.function.split("/")[2] if request.function[:1] == "/" else request.function


def batch_label(functions: Iterable[str]) -> str:
    """What a batch is for; one of many functions is named by the first and the last."""
    names = list(dict.fromkeys(functions))
    return f"{' to '.join(dict.fromkeys((*names[:1], *names[-1:])))} in a batch"


class Faults:
    """A schedule of faults at work on an embedded Moodle.

    Args:
        site: where.
        events: what happens at the faults that are events, before the request is answered; told
            the strike's amount. ``REFUSED`` is for who holds the client as well: ``due`` tells it,
            the site's ``stop`` and ``start`` do it, ``skip`` says that it was done.
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
            # PHP cuts a form one variable late, so this drops the last one at least.
            dropping = max(request.variables - _FIXED, 0)
            request.limit = _FIXED - 1 + int(strike.amount * dropping)
        elif strike.fault in EVENTS:
            self._events.get(strike.fault, _nothing)(strike.amount)
        elif strike.fault in REPLACED and not (strike.late and strike.fault not in _BEFORE_WORK):
            self._meet(strike)
            return REPLACED[strike.fault](strike)
        else:
            self._late[request.n] = strike
            return None
        self._meet(strike)
        return None

    def _alter(self, request: Request, response: Response) -> Response:
        strike = self._late.pop(request.n, None)
        if strike is None or response.status != 200:
            return response
        if strike.fault in REPLACED:
            changed: Response | None = REPLACED[strike.fault](strike)
        else:
            changed = ALTERED[strike.fault](strike, response)
        if changed is None:
            return response
        self._meet(strike)
        return changed


def _nothing(_: float) -> None:
    """Nobody said what this event is here."""


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
