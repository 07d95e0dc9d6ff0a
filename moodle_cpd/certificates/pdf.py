"""Certificates as PDF/A-3: set by Typst from a template, the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import typst

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.failures import (
    content_problems,
    missing_glyphs,
    missing_problems,
    setting_problem,
    template_problem,
)
from moodle_cpd.certificates.fonts import load_fonts
from moodle_cpd.certificates.inputs import template_inputs
from moodle_cpd.certificates.said import said_text
from moodle_cpd.errors import InputError, SkipError
from moodle_cpd.model.decision import Text
from moodle_cpd.problems import Problem

TEMPLATE = Path(__file__).parent / "templates" / "certificate.typ"
PDF_STANDARD: Final = "a-3b"
"""PDF/A-3: for archives, all fonts inside; a missing glyph is an error instead of a box."""

_SPECIMEN = CertificateContent(
    serial="SPECIMEN",
    verification_id="specimen",
    award_title=Text("证书", "Certificate"),
    scheme_title=Text("规定", "Regulation"),
    period_label="2025",
    teacher=0,
    full_name="样本 Specimen",
    hours=Decimal(1),
    credits=Decimal(1),
    issued_on=datetime(2025, 1, 1, tzinfo=UTC),
    time_zone="UTC",
    authority="机构",
    authority_en="Authority",
    verification_url="https://example.org/",
)


class CertificateRenderer:
    """Sets certificates; reads fonts and template once, for any number of them.

    One thread at a time may use a renderer. Its PDFs depend on the content, the template, the
    fonts and the version of Typst alone, never on the machine or the clock.

    Args:
        template: a Typst file to use instead of ours; what it is given stands at the head of ours.
        fonts: folder with further fonts, for characters that the packages' fonts don't have.

    Raises:
        InputError: template or folder can't be read, or the template can't be set.
    """

    def __init__(self, template: Path | None = None, fonts: Path | None = None) -> None:
        self._template = (template or TEMPLATE).resolve()
        if not self._template.is_file():
            raise InputError(
                Problem(str(self._template), "no such file", "a Typst template for certificates")
            )
        loaded, self._further_families = load_fonts(fonts)
        # A name in two faces looks like a mistake: where the serif face lacks a character, the
        # name as a whole goes to the face with most characters; a person's own fonts come last.
        self._faces = ("serif", "wide", "further") if self._further_families else ("serif", "wide")
        self._compiler = typst.Compiler(
            str(self._template),
            root=str(self._template.parent),
            font_paths=loaded,
            ignore_system_fonts=True,
        )
        try:
            specimen = {**template_inputs(_SPECIMEN), "said": "{}", "credential": "-"}
            self._compile(specimen, "serif", _SPECIMEN.issued_on)
        except typst.TypstError as error:
            raise InputError(template_problem(self._template, error)) from None

    def render(self, content: CertificateContent, credential: str = "") -> bytes:
        """The certificate as PDF/A-3b with the date of issue as its creation date.

        Args:
            content: what stands on it; lies in it as a file too, so that it can be drawn again.
            credential: the signed credential that lies in it as well; empty: none does.

        Raises:
            SkipError: a character has no glyph in any font or no agreed shape, there is no name,
                or a text is too long even in small print; all such problems, naming the teacher's
                id.
        """
        inputs = {
            **template_inputs(content),
            "said": said_text(content),
            "credential": credential,
        }
        problems = content_problems(content, inputs)
        if problems:
            raise SkipError(*problems)
        missing: tuple[str, ...] = ()
        for face in self._faces:
            try:
                return self._compile(inputs, face, content.issued_on)
            except typst.TypstError as error:
                missing = missing_glyphs(error)
                if not missing:
                    raise SkipError(setting_problem(content, error)) from None
        raise SkipError(*missing_problems(content, inputs, missing))

    def _compile(self, inputs: Mapping[str, str], face: str, issued_on: datetime) -> bytes:
        pdf = self._compiler.compile(
            input=str(self._template),
            format="pdf",
            sys_inputs={
                **inputs,
                "face": face,
                "further-fonts": "\n".join(self._further_families),
            },
            pdf_standards=[PDF_STANDARD],
            timestamp=int(issued_on.timestamp()),
        )
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no PDF")
        return pdf
