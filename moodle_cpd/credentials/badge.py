"""A picture for a badge, where the school has none of its own; the same every time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typst

from moodle_cpd.certificates.fonts import load_fonts
from moodle_cpd.certificates.wording import one_line

_TEMPLATE: Final = Path(__file__).parent / "templates" / "badge.typ"
_DOTS_AN_INCH: Final = 144
"""600 x 600 pixels; what collections of badges ask for is at least 400."""


def badge_image(credential: Mapping[str, Any]) -> bytes:
    """A medal with the award's title, as PNG; the holder is not on it.

    Args:
        credential: as ``credential_of`` makes it.
    """
    subject = credential["credentialSubject"]
    titles = [one_line(title) for title in str(credential["name"]).split(" / ", 1)]
    fonts, _ = load_fonts()
    image = typst.compile(
        input=str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=fonts,
        ignore_system_fonts=True,
        format="png",
        ppi=_DOTS_AN_INCH,
        sys_inputs={
            "title-zh": titles[0],
            "title-en": titles[1] if len(titles) > 1 else "",
            "period": one_line(str(subject["term"])),
            "hours": str(subject["creditsEarned"]),
            "issuer": one_line(str(credential["issuer"]["name"])),
        },
    )
    if not isinstance(image, bytes):
        raise TypeError("Typst gave no image")
    return image
