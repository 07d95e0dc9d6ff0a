r"""Calls of web service functions: one by one, or many in one request; repeated where safe.

Source of the protocol: ``webservice/rest/server.php``; of the batch:
``tool_mobile\external::call_external_functions`` (Moodle 3.7 and newer).
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import SecretStr

from moodle_cpd.config import SiteSettings
from moodle_cpd.errors import CpdError, SiteError, TransientError
from moodle_cpd.moodle.encode import MAX_VALUES, Param, as_json, flatten
from moodle_cpd.moodle.parallel import WORTH_A_REQUEST, side_by_side
from moodle_cpd.moodle.refusal import CallError, error_from
from moodle_cpd.moodle.reply import UnreadableError, content, parse
from moodle_cpd.moodle.transport import Transport
from moodle_cpd.problems import Problem

T = TypeVar("T")

REST_PATH = "/webservice/rest/server.php"
BATCH_FUNCTION = "tool_mobile_call_external_functions"

_PINNED = {
    "moodlewsrestformat": "json",
    # Formatted values come in one language and zone, whatever the account's profile says.
    "moodlewssettinglang": "en",
    "moodlewssettingtimezone": "UTC",
    "moodlewssettingfilter": "0",
}
_FIRST_DELAY = 0.5
_LONGEST_DELAY = 60.0
_LARGEST_BATCH = MAX_VALUES // 2
_FIRST_BATCH = 50


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a batch.

    Attributes:
        function: the web service function; among reads it must only read, since it is repeated.
        params: its parameters.
    """

    function: str
    params: Mapping[str, Param]


class Client:
    """Calls functions of one site with one token.

    Args:
        site: where and how.
        token: of the service account.
        sleep: waits between repeats, in seconds.
        chance: a number from 0 to 1 that spreads repeats of many clients.
        clock: monotonic seconds, to measure how long a batch takes.
        now: this computer's time, UTC.
        gate: asked before every request; raises where the site may not be asked now.
    """

    def __init__(
        self,
        site: SiteSettings,
        token: SecretStr,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        gate: Callable[[], None] = lambda: None,
    ) -> None:
        self.site = site
        self.transport = Transport(site, token, clock=clock, now=now)
        self._sleep = sleep
        self._chance = chance
        self._gate = gate
        self._batch_size = _FIRST_BATCH
        self._resting_until = 0.0

    def close(self) -> None:
        """Close the connections."""
        self.transport.close()

    def read(self, function: str, params: Mapping[str, Param] | None = None) -> object:
        """Call a function that changes nothing; repeated while the failure may pass.

        Returns:
            The decoded JSON.

        Raises:
            SiteError: the site, the account or the service is wrong.
            TransientError: it still failed after the configured repeats.
            CallError: Moodle refused this call.
        """
        return self._repeated(function, params or {}, safe=True)

    def write(self, function: str, params: Mapping[str, Param]) -> object:
        """Call a function that changes something; repeated only if it surely did nothing.

        Raises:
            SiteError: the site, the account or the service is wrong; nothing was written.
            TransientError: with ``sent`` set, Moodle may have done it: read back before
                repeating.
            CallError: Moodle refused this call; where ``unsure`` is set, it may have done a part.
        """
        try:
            return self._repeated(function, params, safe=False)
        except UnreadableError as error:
            raise TransientError(*error.problems, sent=True) from None

    def read_many(self, calls: Sequence[Call], *, batch: bool = True) -> Iterator[object]:
        """Make many reading calls in as few requests as the site allows, answers in order.

        Where requests may be sent side by side, each takes a like share of the calls.

        Moodle stops a batch at its first failing call; the rest is sent again behind it. The
        size adapts so that a request takes about ``batch_target`` seconds.

        Args:
            calls: what to call.
            batch: whether the service includes the batch function; otherwise one by one.

        Yields:
            For each call its decoded JSON, or the ``CallError`` it was refused with.

        Raises:
            SiteError: as for ``read``.
            TransientError: as for ``read``.
        """
        most = self.site.parallel
        if not batch:
            yield from side_by_side(most, ([call] for call in calls), self._each)
            return
        share = max(WORTH_A_REQUEST, -(-len(calls) // most))
        if most > 1 and len(calls) > min(share, self._batch_size):
            yield from side_by_side(most, self._parts(calls, share), self._whole)
            return
        done = 0
        while done < len(calls):
            answers = self._batch(calls[done : done + _LARGEST_BATCH])
            yield from answers
            done += len(answers)

    def _each(self, calls: Sequence[Call]) -> list[object]:
        return [self._alone(call) for call in calls]

    def _parts(self, calls: Sequence[Call], share: int) -> Iterator[Sequence[Call]]:
        """What one request takes as the size is by then, and no more than its share."""
        done = 0
        while done < len(calls):
            part = calls[done : done + min(share, self._batch_size)]
            yield part
            done += len(part)

    def _whole(self, calls: Sequence[Call]) -> list[object]:
        answers: list[object] = []
        while len(answers) < len(calls):
            answers += self._batch(calls[len(answers) :])
        return answers

    def read_together(self, calls: Sequence[Call]) -> list[object]:
        """Make a few reading calls in one request, in order: what one sets is there for the next.

        Repeated as a whole while the failure may pass.

        Returns:
            For each call its decoded JSON; the last one is the ``CallError`` it was refused with,
            where one was refused, and what came behind it is missing.

        Raises:
            SiteError: as for ``read``.
            TransientError: as for ``read``.
            CallError: Moodle refused the request as a whole.
        """
        reply = self.read(BATCH_FUNCTION, {"requests": _inner(calls)})
        return self._answers(calls, reply)

    def write_together(self, calls: Sequence[Call]) -> list[object]:
        """Make a few writing calls in one request, in order; Moodle stops at the first that fails.

        Returns:
            For each call that was run its decoded JSON; the last one is the ``CallError`` it was
            refused with, where one was refused: what came behind it was not run.

        Raises:
            SiteError: the site, the account or the service is wrong; at most a part was written.
            TransientError: with ``sent`` set, Moodle may have done all or a part.
            CallError: Moodle refused the request as a whole.
        """
        reply = self.write(BATCH_FUNCTION, {"requests": _inner(calls)})
        try:
            return self._answers(calls, reply)
        except SiteError as error:
            raise TransientError(*error.problems, sent=True) from None

    def _answers(self, calls: Sequence[Call], reply: object) -> list[object]:
        responses = reply.get("responses") if isinstance(reply, dict) else None
        if not isinstance(responses, list) or not 0 < len(responses) <= len(calls):
            raise _unmatched(self.site.name, len(calls))
        return [self._answer(call, each) for call, each in zip(calls, responses, strict=False)]

    def read_file(
        self, path: str, *, function: str, form: Mapping[str, str] | None = None, size: int = 0
    ) -> bytes:
        """Fetch a file's bytes; repeated while the failure may pass.

        A file has no inner mark that it is whole, and something on the way may end it as if it
        were; so its length is compared with what Moodle said before.

        Args:
            path: below the site's address.
            function: for messages.
            form: fields to send besides the token.
            size: bytes that the file has, 0 where that is not known.

        Raises:
            SiteError: the site, the account or the service is wrong.
            TransientError: as for ``read``; also where the file's length is another.
            CallError: Moodle does not hand out this file.
        """
        pairs = tuple((form or {}).items())

        def fetch() -> bytes:
            reply = self.transport.post(path, pairs, function=function, field="token")
            found = content(self.site.name, function, reply)
            if size and len(found) != size:
                place = f"{self.site.name}: {function}"
                raise TransientError(
                    Problem(place, f"{len(found)} bytes of a file", f"{size} bytes, as listed")
                )
            return found

        return self._patiently(fetch, safe=True)

    def _batch(self, calls: Sequence[Call]) -> list[object]:
        """Answers for the first of the calls, at least one."""
        while True:
            size = min(self._batch_size, len(calls))
            try:
                return self._patiently(lambda: self._one_batch(calls), safe=True)
            except CallError:
                # Moodle refused the batch as a whole, which one call of it or its size can cause.
                if size == 1:
                    return [self._alone(calls[0])]
                self._batch_size = size // 2

    def _one_batch(self, calls: Sequence[Call]) -> list[object]:
        part = calls[: self._batch_size]
        start = self.transport.elapsed()
        try:
            reply = self._ask(BATCH_FUNCTION, flatten({"requests": _inner(part)}))
        except TransientError:
            # A gateway's or PHP's time limit, perhaps: half as much may fit.
            self._batch_size = max(1, len(part) // 2)
            raise
        seconds = self.transport.elapsed() - start
        answers = self._answers(part, reply)
        if len(answers) == len(part):
            self._adapt(len(part), seconds)
        elif not isinstance(answers[-1], CpdError):
            # Something on the way dropped calls: what came back is good, but ask for less now.
            self._batch_size = len(answers)
        return answers

    def _alone(self, call: Call) -> object:
        try:
            return self.read(call.function, call.params)
        except CallError as error:
            return error

    def _answer(self, call: Call, response: object) -> object:
        place = f"{self.site.name}: {call.function}"
        try:
            if not isinstance(response, dict):
                raise TypeError
            if response.get("error"):
                body = json.loads(response.get("exception") or "{}")
                error = error_from(place, call.function, body)
            else:
                # Moodle leaves "data" out where the function answers null.
                return json.loads(response.get("data") or "null")
        except (TypeError, ValueError, AttributeError, RecursionError):
            raise SiteError(
                Problem(place, "an answer in a batch that can't be read", "JSON text")
            ) from None
        if isinstance(error, CallError):
            return error
        raise error

    def _adapt(self, size: int, seconds: float) -> None:
        if size < self._batch_size:
            return
        fitting = int(size * self.site.batch_target / max(seconds, 0.001))
        # At most doubled: one quick answer from a cache says little about the next.
        self._batch_size = max(1, min(_LARGEST_BATCH, 2 * size, fitting))

    def _repeated(self, function: str, params: Mapping[str, Param], *, safe: bool) -> object:
        pairs = flatten(params)
        return self._patiently(lambda: self._ask(function, pairs), safe=safe)

    def _ask(self, function: str, pairs: Sequence[tuple[str, str]]) -> object:
        """Send one call, its function last.

        Where PHP cuts the list, the request is then without its function, and Moodle refuses it
        before it does anything; the other way round it would run with a part of its parameters:
        answer about everything, or write a grade without its file.
        """
        reply = self.transport.post(
            REST_PATH, [*pairs, ("wsfunction", function)], function=function, extra=_PINNED
        )
        return parse(self.site.name, function, reply)

    def _patiently(self, ask: Callable[[], T], *, safe: bool) -> T:
        attempt = 0
        while True:
            self._gate()
            self._rest()
            try:
                return ask()
            except TransientError as error:
                if attempt >= self.site.retries or (error.sent and not safe):
                    raise
                self._sleep(self._delay(attempt, error))
                attempt += 1

    def _rest(self) -> None:
        """Wait as long as the site asked for in reply to another request of ours."""
        left = self._resting_until - self.transport.elapsed()
        if left > 0 and self.site.parallel > 1:
            self._sleep(left)

    def _delay(self, attempt: int, error: TransientError) -> float:
        """Seconds to wait: what the site asked for, or twice as long each time, spread."""
        if error.retry_after is not None:
            if error.retry_after > _LONGEST_DELAY:
                # Longer than a run should hang: the next run comes anyway.
                raise error
            delay = error.retry_after + self._chance()
            self._resting_until = self.transport.elapsed() + delay
            return delay
        return float(min(_LONGEST_DELAY, _FIRST_DELAY * 2**attempt) * (0.5 + self._chance()))


def _inner(calls: Sequence[Call]) -> Param:
    """Inner calls of a batch, arguments first.

    Should fields be lost and the request run all the same, a call that is cut in two is then
    without its function, and Moodle refuses the batch; the other way round it would run without
    its arguments, for everything.
    """
    return [{"arguments": as_json(call.params), "function": call.function} for call in calls]


def _unmatched(site: str, sent: int) -> SiteError:
    return SiteError(
        Problem(
            f"{site}: {BATCH_FUNCTION}",
            f"{sent} calls were sent, the answers can't be matched to them",
            "one answer for each call up to the first that fails",
        )
    )
