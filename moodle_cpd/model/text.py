"""Text from elsewhere, made safe to stand in a line."""

from __future__ import annotations

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def one_line(text: str) -> str:
    """The text without anything that moves a cursor, breaks a line or turns its direction.

    Names in Moodle may carry control characters; on a terminal or in a table they could hide or
    forge what is shown. Each becomes a space, runs of white space become one.
    """
    if text.isprintable():
        return " ".join(text.split())
    visible = (" " if unicodedata.category(c) in _UNSEEN else c for c in text)
    return " ".join("".join(visible).split())
