"""The renderers of one process, and what a process does that only draws."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from threading import Thread

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.pdf import CertificateRenderer
from moodle_cpd.certificates.stationery import Stationery


class Desk:
    """The renderers of one process, each made when it is first needed.

    Args:
        known: the stationery that certificates may have been drawn on.
    """

    def __init__(self, known: Sequence[Stationery]) -> None:
        self._known = known
        self._renderers: dict[Stationery, CertificateRenderer] = {}

    def draw(self, content: CertificateContent, credential: str) -> bytes:
        """One certificate, see ``CertificateRenderer.render``.

        Raises:
            SkipError: it can't be drawn, or not as it was issued.
            InputError: template, images or fonts can't be used.
        """
        return self._fitting(content).render(content, credential)

    def _renderer(self, stationery: Stationery) -> CertificateRenderer:
        if stationery not in self._renderers:
            self._renderers[stationery] = CertificateRenderer(stationery)
        return self._renderers[stationery]

    def _fitting(self, content: CertificateContent) -> CertificateRenderer:
        """The renderer that draws just as the certificate was drawn first."""
        named = [each for each in self._known if each.template == content.template]
        renderers = [
            self._renderer(each)
            for each in named or [replace(self._known[0], template=content.template)]
        ]
        same = (each for each in renderers if each.drawn_with == content.drawn_with)
        # What was never bound is drawn by the first; any other refuses what it did not draw.
        return next(same, renderers[0])


def pool_of(processes: int, known: Sequence[Stationery]) -> ProcessPoolExecutor:
    """Processes with a desk each, for ``draw_there``; they start when they are first needed.

    They end with this one, however it ends.
    """
    return ProcessPoolExecutor(
        processes,
        # A copy of this process would take its threads' locks along, held or not.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_open_desk,
        initargs=(tuple(known),),
    )


def draw_there(content: CertificateContent, credential: str) -> bytes:
    """``Desk.draw`` in a process of ``pool_of``."""
    return _desk.draw(content, credential)


_desk = Desk(())


def _open_desk(known: Sequence[Stationery]) -> None:
    # Typst's own words over a panic may quote a name; what matters comes back as an error.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # Ctrl-C reaches all of a terminal's processes; the one that began these ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_first, daemon=True).start()
    # Every process has a core of its own; threads of Typst's would only take it from the others.
    os.environ["RAYON_NUM_THREADS"] = "1"
    global _desk  # noqa: PLW0603 - one for each process; nothing else outlives a call there
    _desk = Desk(known)


def _end_with_the_first() -> None:
    """End once the process is gone that began this one, and could tell it nothing more.

    Each waits for work on a line that the others hold open too, so that none sees it end.
    """
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os._exit(1)
