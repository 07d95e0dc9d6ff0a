"""Names as pages show them to everybody: enough for who holds the certificate, no more."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files
from typing import Final

from moodle_cpd.certificates.wording import one_line

_STAR: Final = "*"
_DOTS: Final = "·•・‧∙⋅．"
"""Between the parts of a name."""
_PARTS: Final = re.compile(rf"([\s{_DOTS}]+)")
_HAN: Final = re.compile(r"[々〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
_COMPOUND: Final = frozenset(
    (files("moodle_cpd.verification") / "assets" / "family-names.txt").read_text("utf-8").split()
)
"""Chinese family names of more than one character."""


def masked(name: str) -> str:
    """A name with one star in place of all but its beginning, however long the rest is.

    A Chinese name shows its family name (``张*``, ``欧阳*``), a name in parts the beginning of each
    (``买*·艾*``, ``J* S*``). No part is ever shown whole, so a part of one character shows nothing.

    Args:
        name: as printed on the certificate.
    """
    plain = unicodedata.normalize("NFC", one_line(name))
    # Spaces between two Chinese characters only pad a short name: 张 三.
    plain = re.sub(rf"(?<={_HAN.pattern}) (?={_HAN.pattern})", "", plain)
    pieces = _PARTS.split(plain)
    return "".join(
        piece if _PARTS.fullmatch(piece) else _masked_part(piece) for piece in pieces if piece
    )


def _masked_part(part: str) -> str:
    family = next((part[:size] for size in (4, 2) if part[:size] in _COMPOUND), "")
    if family and len(part) > len(family):
        return family + _STAR
    first = _first_character(part)
    return _STAR if first == part else first + _STAR


def _first_character(text: str) -> str:
    """The first character with the marks that belong to it."""
    end = 1
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    return text[:end]
