"""A certificate's content as the strings that the template reads."""

from __future__ import annotations

import json
import re
from typing import Final

import segno

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.transcript import Transcript
from moodle_cpd.certificates.wording import date_en, date_zh, one_line
from moodle_cpd.model.quantity import show

QR_ERROR_LEVEL: Final = "m"
"""Recovers 15 % of the code: enough for a folded or stained print, and still coarse to scan."""
QR_MASK: Final = 0
"""The same for all. Weighing all eight takes five times as long as the rest; addresses end in
random letters, so that no mask does harm, and which one it is stands in the code."""
_DARK: Final = re.compile(rb"\x01+")


def template_inputs(content: CertificateContent) -> dict[str, str]:
    """What the template reads as ``data``; the meaning is told at the head of ``parts.typ``.

    All values are plain strings, which Typst puts on the page as they are.
    """
    day, until = content.issued_day, content.valid_until
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
        "period-en": one_line(content.period_label_en),
        "hours": show(content.hours),
        "credits": "" if content.credits is None else show(content.credits),
        "date-zh": date_zh(day),
        "date-en": date_en(day),
        "until-zh": "" if until is None else date_zh(until),
        "until-en": "" if until is None else date_en(until),
        "replaces": one_line(content.replaces),
        "signatory": one_line(content.signatory),
        "serial": one_line(content.serial),
        "fingerprint": content.fingerprint(),
        "link": link or "",
        "qr": "" if link is None else qr_svg(link),
        "transcript": "" if content.transcript is None else transcript_json(content.transcript),
    }


def transcript_json(transcript: Transcript) -> str:
    """A transcript as ``transcript.typ`` reads it: strings alone, numbers as they are shown."""
    return json.dumps(
        {
            "lines": [
                [
                    "" if line.day is None else line.day.isoformat(),
                    one_line(line.course),
                    [one_line(line.category.zh), one_line(line.category.en)],
                    show(line.given),
                    show(line.counted),
                    [one_line(line.reason.zh), one_line(line.reason.en)],
                ]
                for line in transcript.lines
            ],
            "sums": [
                [[one_line(title.zh), one_line(title.en)], show(hours)]
                for title, hours in transcript.sums
            ],
            "earned": show(transcript.earned),
            "recognised": show(transcript.recognised),
        },
        ensure_ascii=False,
    )


def qr_svg(link: str) -> str:
    """The address as a QR code in SVG, without the white border that the template leaves."""
    rows = segno.make_qr(link, error=QR_ERROR_LEVEL, mask=QR_MASK).matrix
    # One line for each run of dark modules: drawn squares would show their seams.
    runs = (
        f"M{run.start()} {number}.5h{run.end() - run.start()}"
        for number, row in enumerate(rows)
        for run in _DARK.finditer(row)
    )
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path stroke="#000" d="{"".join(runs)}"/></svg>'
    )
