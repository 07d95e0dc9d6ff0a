"""Names of certificates' files: they sort as their numbers do, and any system takes them."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

_KEPT: Final = 80
"""Characters of a serial in a name: Windows takes paths of 260 in all."""
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def file_name(serial: str) -> str:
    """Name of a certificate's PDF: the serial in ASCII, so that files sort as serials do.

    Where the serial holds other characters, a piece of its hash keeps names apart; also on
    Windows, which takes ``A.pdf`` and ``a.pdf`` for the same file and ``NUL.pdf`` for a device.
    """
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", serial)[:_KEPT]
    if safe != serial or safe != safe.upper() or _DEVICES.fullmatch(safe) or not safe.strip("-"):
        safe = f"{safe.strip('-')}-{sha256(serial.encode()).hexdigest()[:8]}".strip("-")
    return f"{safe}.pdf"
