"""Pictures of templates, drawn by Typst itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from moodle_cpd.certificates.pdf import CertificateRenderer
from moodle_cpd.certificates.specimens import PLAIN, listed
from moodle_cpd.certificates.stationery import Stationery
from moodle_cpd.certificates.template import own_templates, shipped_templates

_DOTS: Final = 54
"""Dots an inch: broad enough to be read on a screen, small enough for a page of many."""
_TRANSCRIPT: Final = "transcript"


def gallery(stationery: Stationery) -> Iterator[tuple[str, bytes]]:
    """A picture of every template, shipped and own, and of a transcript's first page.

    Args:
        stationery: whose seal and signature the own templates are shown with.

    Yields:
        The template's name and a PNG.

    Raises:
        InputError: an own template can't be set.
    """
    certificate = replace(PLAIN, valid_until=date(2029, 2, 28))
    for template in shipped_templates():
        renderer = CertificateRenderer(Stationery(template=template.name))
        yield template.name, renderer.picture(certificate, _DOTS)[0]
    yield _TRANSCRIPT, CertificateRenderer().picture(listed(certificate, 24), _DOTS)[1]
    for template in own_templates(stationery.templates):
        renderer = CertificateRenderer(replace(stationery, template=template.name))
        yield template.name, renderer.picture(certificate, _DOTS)[0]
