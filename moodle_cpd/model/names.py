"""How a person's name is written."""

from __future__ import annotations

import unicodedata

_ALSO_HAN = frozenset("〇々〻")
_BESIDE_HAN = frozenset("·•・‧･∙⋅（）()〔〕[]【】")
"""What stands in Chinese names besides Han characters: joined names and remarks."""


def written_name(first: str, last: str, displayed: str) -> str:
    """The name as it stands on a certificate.

    Moodle puts names together by the language of the request, which is pinned to English for the
    sake of dates: ``伟 张`` for 张伟. Where there is Han in both parts, the family name comes
    first, also in names joined by a dot (``吉克阿依·曲莫``); nothing stands between, unless one
    part has other letters too. Every other name stays as Moodle displays it, since its order
    can't be told from its letters.

    Args:
        first: given name, may be empty or hidden.
        last: family name, may be empty or hidden.
        displayed: Moodle's ``fullname``.
    """
    first, last = _trimmed(first), _trimmed(last)
    if any(map(_is_han, first)) and any(map(_is_han, last)):
        return last + ("" if all(map(_is_chinese, first + last)) else " ") + first
    return displayed.strip()


def _trimmed(part: str) -> str:
    """Without spaces at its ends, those without width too."""
    begin, end = 0, len(part)
    while begin < end and _is_blank(part[begin]):
        begin += 1
    while begin < end and _is_blank(part[end - 1]):
        end -= 1
    return part[begin:end]


def _is_chinese(character: str) -> bool:
    return (
        character in _BESIDE_HAN
        or _is_han(character)
        or _is_blank(character)
        or "VARIATION SELECTOR" in unicodedata.name(character, "")
        or unicodedata.name(character, "").startswith("IDEOGRAPHIC DESCRIPTION")
    )


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"


def _is_han(character: str) -> bool:
    """Han characters, their radicals, and those of own fonts, which the rarest names need."""
    return (
        character in _ALSO_HAN
        or unicodedata.name(character, "").startswith(("CJK ", "KANGXI RADICAL"))
        or 0x20000 <= ord(character) < 0x33480
        or unicodedata.category(character) == "Co"
    )
