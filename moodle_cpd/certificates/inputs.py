"""A certificate's content as the strings that the template reads."""

from __future__ import annotations

from io import BytesIO

import segno

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.wording import date_en, date_zh, one_line
from moodle_cpd.model.quantity import show

QR_ERROR_LEVEL = "m"
"""Recovers 15 % of the code: enough for a folded or stained print, and still coarse to scan."""


def template_inputs(content: CertificateContent) -> dict[str, str]:
    """The template's ``sys.inputs``; their meaning is told at the head of the template.

    All values are plain strings, which Typst puts on the page as they are.
    """
    day = content.issued_day
    link = content.link
    return {
        "title-zh": one_line(content.award_title.zh),
        "title-en": one_line(content.award_title.en),
        "authority-zh": one_line(content.authority),
        "authority-en": one_line(content.authority_en),
        "scheme-zh": one_line(content.scheme_title.zh),
        "scheme-en": one_line(content.scheme_title.en),
        "name": one_line(content.full_name),
        "period": one_line(content.period_label),
        "hours": show(content.hours),
        "credits": "" if content.credits is None else show(content.credits),
        "date-zh": date_zh(day),
        "date-en": date_en(day),
        "serial": one_line(content.serial),
        "fingerprint": content.fingerprint(),
        "link": link or "",
        "qr": "" if link is None else qr_svg(link),
    }


def qr_svg(link: str) -> str:
    """The address as a QR code in SVG, without the white border that the template leaves."""
    buffer = BytesIO()
    segno.make_qr(link, error=QR_ERROR_LEVEL).save(
        buffer, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return buffer.getvalue().decode("utf-8")
