"""Certificates of all awards of an installation, many of them drawn in processes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from threading import Lock
from types import TracebackType
from typing import Final, NamedTuple, Self

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.desk import Desk, draw_there, pool_of
from moodle_cpd.certificates.failures import broken_problem
from moodle_cpd.certificates.stationery import Stationery, stationeries
from moodle_cpd.config import Settings
from moodle_cpd.errors import InputError, SkipError
from moodle_cpd.problems import Problem

_FEW: Final = 100
"""So many are drawn in this process first: starting others takes as long."""
_AHEAD: Final = 8
"""Certificates for each process that wait to be taken: what memory holds at most."""
_TRIES: Final = 2
"""The system may end a process for want of memory, which is no certificate's fault."""


class Press:
    """Draws certificates; any number of threads may use it at a time.

    Fonts, templates and images are read once for each process that draws. A process that breaks
    down over a certificate takes nothing along but itself.

    Args:
        known: the stationery that certificates may have been drawn on.
        processes: how many draw; 1: only this one; None: one for each core.
    """

    def __init__(self, known: Sequence[Stationery], processes: int | None = None) -> None:
        self._known = tuple(known)
        self._processes = processes or os.cpu_count() or 1
        self._all_here, self._never_apart = self._processes == 1, processes == 1
        self._desk = Desk(self._known)
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._apart: ProcessPoolExecutor | None = None
        self._one_apart = Lock()
        self._few = _FEW

    @classmethod
    def of(cls, settings: Settings, processes: int | None = None) -> Self:
        """A press for all that the settings name."""
        return cls(stationeries(settings), processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            pools, self._pool, self._apart = (self._pool, self._apart), None, None
        for pool in pools:
            if pool is not None:
                pool.shutdown(cancel_futures=True)

    def render(self, content: CertificateContent, credential: str = "") -> bytes:
        """One certificate, drawn in this process; see ``CertificateRenderer.render``.

        Raises:
            SkipError: it can't be drawn, or not as it was issued.
            InputError: template, images or fonts can't be used.
        """
        with self._lock:
            return self._desk.draw(content, credential)

    def render_apart(self, content: CertificateContent, credential: str = "") -> bytes:
        """One certificate about which there is doubt: drawn by a process that may break over it.

        Raises:
            SkipError: as ``render``, or a process broke over it, and so did the next.
            InputError: template, images or fonts can't be used, or no process can be started.
        """
        if self._never_apart:
            return self.render(content, credential)
        with self._one_apart:
            for _ in range(_TRIES):
                try:
                    with _started():
                        begun = self._pool_apart().submit(draw_there, content, credential)
                    return begun.result()
                except BrokenExecutor:
                    with self._lock:
                        self._apart = None
        raise SkipError(broken_problem(content))

    def render_all(
        self,
        certificates: Iterable[tuple[CertificateContent, str]],
        doubtful: Collection[str] = (),
    ) -> Iterator[bytes | SkipError]:
        """Many certificates with their credentials, in their order; what can't be drawn, as error.

        Many are drawn in processes; those stay for the next list until ``close``.
        No more are taken from ``certificates`` than the processes can soon draw.

        Args:
            certificates: what is drawn.
            doubtful: numbers of those that are drawn as by ``render_apart``.

        Raises:
            InputError: template, images or fonts can't be used, or no process can be started.
        """
        source = iter(certificates)
        for content, credential in islice(source, None if self._all_here else max(0, self._few)):
            self._few -= 1
            draw = self.render_apart if content.serial in doubtful else self.render
            yield _taken(partial(draw, content, credential))
        waiting: deque[_Waiting] = deque()
        while True:
            room = max(0, _AHEAD * self._processes - len(waiting))
            for content, credential in islice(source, room):
                begun = None if content.serial in doubtful else self._begin(content, credential)
                waiting.append(_Waiting(content, credential, begun))
            if not waiting:
                return
            yield self._finish(waiting.popleft())

    def _begin(self, content: CertificateContent, credential: str) -> _Begun:
        with self._lock, _started():
            if self._pool is None:
                self._pool = pool_of(self._processes, self._known)
            pool = self._pool
        try:
            with _started():
                return _Begun(pool, pool.submit(draw_there, content, credential))
        except BrokenExecutor as error:
            broken: Future[bytes] = Future()
            broken.set_exception(error)
            return _Begun(pool, broken)

    def _finish(self, waiting: _Waiting) -> bytes | SkipError:
        if waiting.begun is not None:
            try:
                return _taken(waiting.begun.future.result)
            except BrokenExecutor:
                # One of all that were under way broke it: each is drawn alone, which tells the one.
                self._lose(waiting.begun.pool)
        return _taken(partial(self.render_apart, waiting.content, waiting.credential))

    def _lose(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
                # Where memory is short, fewer may do.
                self._processes = max(1, self._processes // 2)

    def _pool_apart(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._apart is None:
                self._apart = pool_of(1, self._known)
            return self._apart


class _Begun(NamedTuple):
    pool: ProcessPoolExecutor
    future: Future[bytes]


class _Waiting(NamedTuple):
    """A certificate that was taken; ``begun`` is None where it is drawn apart, in its turn."""

    content: CertificateContent
    credential: str
    begun: _Begun | None


def _taken(draw: Callable[[], bytes]) -> bytes | SkipError:
    try:
        return draw()
    except SkipError as error:
        return error


@contextmanager
def _started() -> Iterator[None]:
    """Tell in words that the system lets no process be started, or none more."""
    try:
        yield
    except OSError as error:
        raise InputError(
            Problem(
                "the processes that draw certificates",
                f"can't be started: {error.strerror or error}",
                "",
                "Raise this account's limit on processes (ulimit -u, or TasksMax or pids of the "
                "service or container), give it memory and /dev/shm, and run it again: what has "
                "its number keeps it",
            )
        ) from None
