"""What certificates are drawn on: a template, and the images and fonts that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from moodle_cpd.certificates.content import DEFAULT_TEMPLATE
from moodle_cpd.config import Settings


@dataclass(frozen=True, slots=True)
class Stationery:
    """All that one award's certificates have in common on paper.

    Attributes:
        template: name of a shipped template, or of one in ``templates``.
        templates: folder of own templates, one folder each, None: there are none.
        seal: image of the authority's seal, SVG or PNG; None: a place for one by hand.
        signature: image of a signature, SVG or PNG; None: there is none.
        fonts: folder with further fonts, for characters that the packages' fonts lack.
    """

    template: str = DEFAULT_TEMPLATE
    templates: Path | None = None
    seal: Path | None = None
    signature: Path | None = None
    fonts: Path | None = None


def stationery_for(settings: Settings, scheme: str, award: str) -> Stationery:
    """What the certificates of an award are drawn on."""
    paper, certificates = settings.paper(scheme, award), settings.certificates
    return Stationery(
        template=paper.template or DEFAULT_TEMPLATE,
        templates=certificates.templates,
        seal=paper.seal,
        signature=paper.signature,
        fonts=certificates.fonts,
    )


def stationeries(settings: Settings) -> tuple[Stationery, ...]:
    """All that the settings name, each once, that of no particular award first."""
    pairs = [("", ""), *((award.scheme, award.award) for award in settings.awards)]
    return tuple(dict.fromkeys(stationery_for(settings, *pair) for pair in pairs))
