"""The notice that is handed over in the place of a certificate that was withdrawn."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typst

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.failures import missing_glyphs
from moodle_cpd.certificates.file_names import file_name
from moodle_cpd.certificates.fonts import load_fonts
from moodle_cpd.certificates.panics import panics_told
from moodle_cpd.certificates.wording import date_en, date_zh, one_line
from moodle_cpd.errors import SkipError
from moodle_cpd.problems import Problem

_TEMPLATE: Final = Path(__file__).parent / "notice" / "notice.typ"
_GETA: Final = "〓"
"""What Chinese and Japanese printers set for a character that they have not."""
_ENDING: Final = "-withdrawn.pdf"


def notice_name(serial: str) -> str:
    """Name of the notice's file; it sorts beside the certificate's."""
    return file_name(serial).removesuffix(".pdf") + _ENDING


def certificate_name(notice: str) -> str:
    """Name of the file in whose place a notice stands; any other name as it is."""
    return notice.removesuffix(_ENDING) + ".pdf" if notice.endswith(_ENDING) else notice


class NoticeRenderer:
    """Sets notices; reads fonts and template once, for any number of them.

    Args:
        fonts: folder with further fonts.

    Raises:
        InputError: the folder can't be read.
    """

    def __init__(self, fonts: Path | None = None) -> None:
        loaded, self._further = load_fonts(fonts)
        self._compiler = typst.Compiler(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=loaded,
            ignore_system_fonts=True,
        )

    def render(self, content: CertificateContent, reason: str, at: datetime) -> bytes:
        """The notice as PDF/A-3b; the same for the same content, reason and moment.

        The holder is not named: who has the certificate knows. What no font can show of the
        reason, which may name courses, is shown as ``〓``; it must not hold up a withdrawal.

        Args:
            content: what stood on the certificate.
            reason: why it was withdrawn.
            at: when, UTC.

        Raises:
            SkipError: a character elsewhere has no glyph in any font, or Typst panicked.
        """
        day = at.astimezone(ZoneInfo(content.time_zone)).date()
        inputs = {
            "serial": one_line(content.serial),
            "title-zh": one_line(content.award_title.zh),
            "title-en": one_line(content.award_title.en),
            "scheme-zh": one_line(content.scheme_title.zh),
            "scheme-en": one_line(content.scheme_title.en),
            "period": one_line(content.period_label),
            "reason": one_line(reason),
            "date-zh": date_zh(day),
            "date-en": date_en(day),
            "authority-zh": one_line(content.authority),
            "authority-en": one_line(content.authority_en),
            "further-fonts": "\n".join(self._further),
        }
        place = f"notice for {content.serial}"
        with panics_told(place):
            try:
                return self._set(inputs, at)
            except typst.TypstError as error:
                missing = missing_glyphs(error)
            for glyph in missing:
                inputs["reason"] = inputs["reason"].replace(glyph, _GETA)
            try:
                return self._set(inputs, at)
            except typst.TypstError:
                found = "has a character that no font can show"
                raise SkipError(Problem(place, found)) from None

    def _set(self, inputs: dict[str, str], at: datetime) -> bytes:
        pdf = self._compiler.compile(
            input=str(_TEMPLATE),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["a-3b"],
            timestamp=int(at.timestamp()),
        )
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no PDF")
        return pdf
