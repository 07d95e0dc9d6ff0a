"""How a person's name is written."""

from __future__ import annotations

import unicodedata


def written_name(first: str, last: str, displayed: str) -> str:
    """The name as it stands on a certificate.

    Moodle puts names together by the language of the request, which is pinned to English for the
    sake of dates: ``伟 张`` for 张伟. Where both parts are Chinese characters alone, the family
    name comes first and nothing stands between; every other name stays as Moodle displays it,
    since its order can't be told from its letters.

    Args:
        first: given name, may be empty or hidden.
        last: family name, may be empty or hidden.
        displayed: Moodle's ``fullname``.
    """
    first, last = first.strip(), last.strip()
    if first and last and all(map(_is_han, first + last)):
        return last + first
    return displayed.strip()


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK ") or 0x20000 <= ord(character) < 0x33480
