"""Drawing that takes its process along, as a segmentation fault in Typst would."""

from __future__ import annotations

import os
import signal

from moodle_cpd.certificates import CertificateContent
from moodle_cpd.certificates.desk import draw_there

KILLER = 3
"""The teacher over whose certificate every process ends."""


def draw(content: CertificateContent, credential: str) -> bytes:
    """As ``draw_there``, but not for that teacher; and it is loud about it."""
    if content.teacher == KILLER:
        os.write(2, f"thread panicked at '{content.full_name}'".encode())
        os.kill(os.getpid(), signal.SIGKILL)
    return draw_there(content, credential)
