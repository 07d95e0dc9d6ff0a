"""Text as a certificate can carry it: on one line, without characters that only deceive."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

# Control characters other than white space, and characters that take no place but can reorder or
# hide others. Kept: the joiners, on which some scripts depend, and variation selectors, which tell
# apart forms of a Chinese character.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing
_UNSEEN = frozenset(("Cc", "Cf", "Mn", "Mc", "Me", "Zs", "Zl", "Zp"))
_REPLACEMENT = "\ufffd"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def one_line(text: str) -> str:
    """The text as it is printed: white space and line breaks become single spaces.

    Invisible characters are left out (a name with a hidden right-to-left mark would read
    otherwise than it is stored); everything that can be seen stays as it is.
    """
    return " ".join(_INVISIBLE.sub("", text).split())


def shows_something(text: str) -> bool:
    """Whether at least one character of the text is seen on paper.

    What Python's Unicode tables don't know yet counts as seen: new Chinese characters come every
    few years, and a font may be ahead.
    """
    return any(
        unicodedata.category(character) not in _UNSEEN and character not in _FILLERS
        for character in text
    )


def has_no_shape(character: str) -> bool:
    """Whether a character has no agreed shape, whatever glyph a font may hold for it.

    Private-use characters look different in each font: a name entered with them on one machine
    shows another character on the next. Lone surrogates and the replacement character are what
    damaged text leaves behind.
    """
    return character == _REPLACEMENT or unicodedata.category(character) in {"Co", "Cs"}


def date_zh(day: date) -> str:
    """A date in Chinese: ``2026年3月1日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def date_en(day: date) -> str:
    """A date in English: ``1 March 2026``; not by ``strftime``, whose months follow the locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
