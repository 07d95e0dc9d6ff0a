"""Drawing that takes its process along, and a process that is ended while others draw for it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection

from moodle_cpd.certificates import CertificateContent, Stationery
from moodle_cpd.certificates import press as module
from moodle_cpd.certificates.desk import draw_there
from moodle_cpd.certificates.press import Press
from tests.certificates.conftest import CONTENT

KILLER = 3
"""The teacher over whose certificate every process ends."""


def draw(content: CertificateContent, credential: str) -> bytes:
    """As ``draw_there``, but not for that teacher; and it is loud about it."""
    if content.teacher == KILLER:
        os.write(2, f"thread panicked at '{content.full_name}'".encode())
        os.kill(os.getpid(), signal.SIGKILL)
    return draw_there(content, credential)


def draw_and_wait(line: Connection) -> None:
    """Let two processes draw, tell their ids, and never end by itself."""
    module._FEW = 0  # type: ignore[misc]
    with Press([Stationery()], processes=2) as press:
        list(press.render_all([(CONTENT, "")] * 4))
        line.send([child.pid for child in multiprocessing.active_children()])
        line.recv()
