"""Certificates of all awards of an installation, many of them drawn in processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice
from threading import Lock
from types import TracebackType
from typing import Final, Self

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.pdf import CertificateRenderer
from moodle_cpd.certificates.stationery import Stationery, stationeries
from moodle_cpd.config import Settings
from moodle_cpd.errors import SkipError

_FEW: Final = 100
"""So many are drawn in this process first: starting others takes as long."""
_AHEAD: Final = 8
"""Certificates for each process that wait to be taken: what memory holds at most."""


class Press:
    """Draws certificates; any number of threads may use it at a time.

    Fonts, templates and images are read once for each process that draws.

    Args:
        known: the stationery that certificates may have been drawn on.
        processes: how many draw; 1: only this one; None: one for each core.
    """

    def __init__(self, known: Sequence[Stationery], processes: int | None = None) -> None:
        self._known = tuple(known)
        self._processes = processes or os.cpu_count() or 1
        self._desk = _Desk(self._known)
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None
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
            pool, self._pool = self._pool, None
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

    def render_all(
        self, certificates: Iterable[tuple[CertificateContent, str]]
    ) -> Iterator[bytes | SkipError]:
        """Many certificates with their credentials, in their order; what can't be drawn, as error.

        Many are drawn in processes; those stay for the next list until ``close``.
        No more are taken from ``certificates`` than the processes can soon draw.

        Raises:
            InputError: template, images or fonts can't be used.
        """
        source = iter(certificates)
        for content, credential in islice(source, self._few if self._processes > 1 else None):
            self._few -= 1
            yield _taken(partial(self.render, content, credential))
        waiting: deque[tuple[Future[bytes], CertificateContent, str]] = deque()
        while True:
            room = max(0, _AHEAD * self._processes - len(waiting))
            for content, credential in islice(source, room):
                waiting.append((self._begun(content, credential), content, credential))
            if not waiting:
                return
            future, content, credential = waiting.popleft()
            try:
                yield _taken(future.result)
            except BrokenExecutor:
                # A process that the system ended, for want of memory say: it goes on without.
                self._processes = 1
                yield _taken(partial(self.render, content, credential))

    def _begun(self, content: CertificateContent, credential: str) -> Future[bytes]:
        try:
            return self._processes_running().submit(_draw, content, credential)
        except BrokenExecutor as error:
            broken: Future[bytes] = Future()
            broken.set_exception(error)
            return broken

    def _processes_running(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # A copy of this process would take its threads' locks along, held or not.
                self._pool = ProcessPoolExecutor(
                    self._processes,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_open_desk,
                    initargs=(self._known,),
                )
            return self._pool


class _Desk:
    """The renderers of one process, each made when it is first needed."""

    def __init__(self, known: Sequence[Stationery]) -> None:
        self._known = known
        self._renderers: dict[Stationery, CertificateRenderer] = {}

    def renderer(self, stationery: Stationery) -> CertificateRenderer:
        if stationery not in self._renderers:
            self._renderers[stationery] = CertificateRenderer(stationery)
        return self._renderers[stationery]

    def draw(self, content: CertificateContent, credential: str) -> bytes:
        return self._fitting(content).render(content, credential)

    def _fitting(self, content: CertificateContent) -> CertificateRenderer:
        """The renderer that draws just as the certificate was drawn first."""
        named = [each for each in self._known if each.template == content.template]
        renderers = [
            self.renderer(each)
            for each in named or [replace(self._known[0], template=content.template)]
        ]
        same = (each for each in renderers if each.drawn_with == content.drawn_with)
        # What was never bound is drawn by the first; any other refuses what it did not draw.
        return next(same, renderers[0])


_desk = _Desk(())


def _open_desk(known: Sequence[Stationery]) -> None:
    # Ctrl-C reaches all of a terminal's processes; the one that began these ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Every process has a core of its own; threads of Typst's would only take it from the others.
    os.environ["RAYON_NUM_THREADS"] = "1"
    global _desk  # noqa: PLW0603 - one for each process; nothing else outlives a call there
    _desk = _Desk(known)


def _draw(content: CertificateContent, credential: str) -> bytes:
    return _desk.draw(content, credential)


def _taken(draw: Callable[[], bytes]) -> bytes | SkipError:
    try:
        return draw()
    except SkipError as error:
        return error
