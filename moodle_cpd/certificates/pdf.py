"""Certificates as PDF/A-3: set by Typst from a template, the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import typst

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.failures import (
    changed_problem,
    content_problems,
    missing_glyphs,
    missing_problems,
    place_of,
    setting_problem,
    template_problem,
)
from moodle_cpd.certificates.files import files_for
from moodle_cpd.certificates.fonts import fonts_digest, load_fonts, setter_versions
from moodle_cpd.certificates.images import image_digest, image_text
from moodle_cpd.certificates.inputs import template_inputs
from moodle_cpd.certificates.panics import panics_told
from moodle_cpd.certificates.said import said_text
from moodle_cpd.certificates.stationery import Stationery
from moodle_cpd.certificates.template import PACKAGES, Template, find_template
from moodle_cpd.errors import InputError, SkipError
from moodle_cpd.model.decision import Text

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


def drawn_with(stationery: Stationery) -> dict[str, str]:
    """All that a PDF's bytes hang on besides what a certificate says: digests and versions.

    Raises:
        InputError: there is no such template, or a file can't be read.
    """
    template = find_template(stationery.template, stationery.templates)
    parts = {"template": template.digest(), "setter": setter_versions()}
    if stationery.seal is not None:
        parts["seal"] = image_digest(stationery.seal)
    if stationery.signature is not None:
        parts["signature"] = image_digest(stationery.signature)
    if stationery.fonts is not None:
        parts["fonts"] = fonts_digest(stationery.fonts)
    return parts


def bound(
    content: CertificateContent, stationery: Stationery, parts: Mapping[str, str] | None = None
) -> CertificateContent:
    """The content with all that it will be drawn with, as the register keeps it.

    Args:
        content: what stands on a certificate.
        stationery: that it will be drawn on.
        parts: of the stationery where they are known, None: they are read.
    """
    found = drawn_with(stationery) if parts is None else parts
    return replace(content, template=stationery.template, drawn_with=found)


class CertificateRenderer:
    """Sets certificates; reads fonts, template and images once, for any number of them.

    One thread at a time may use a renderer. Its PDFs depend on the content, the stationery and
    the versions of fonts and Typst alone, never on the machine or the clock.

    Args:
        stationery: template, images and further fonts; None: the usual template alone.

    Raises:
        InputError: something of it can't be read, or the template can't be set or does what none
            may do.
    """

    def __init__(self, stationery: Stationery | None = None) -> None:
        self.stationery = stationery or Stationery()
        self.template: Template = find_template(self.stationery.template, self.stationery.templates)
        forbidden = self.template.forbidden()
        if forbidden:
            raise InputError(*forbidden)
        loaded, self._further_families = load_fonts(self.stationery.fonts)
        # A name in two faces looks like a mistake: where the serif face lacks a character, the
        # name as a whole goes to the face with most characters; a person's own fonts come last.
        self._faces = ("serif", "wide", "further") if self._further_families else ("serif", "wide")
        same = {
            "further-fonts": "\n".join(self._further_families),
            "seal": image_text(self.stationery.seal) if self.stationery.seal else "",
            "signature": image_text(self.stationery.signature) if self.stationery.signature else "",
        }
        # Its types leave out that it takes files in memory.
        self._compiler: Any = typst.Compiler(
            str(self.template.main),
            root=str(self.template.folder),
            font_paths=loaded,
            ignore_system_fonts=True,
            sys_inputs=same,
            package_path=str(PACKAGES),
        )
        try:
            files = files_for(template_inputs(_SPECIMEN), self._faces[0], "{}", "-")
            with panics_told(str(self.template.main)):
                self._compile(files, _SPECIMEN.issued_on)
        except typst.TypstError as error:
            raise InputError(template_problem(self.template, error)) from None
        except SkipError as error:
            raise InputError(*error.problems) from None

    @cached_property
    def drawn_with(self) -> Mapping[str, str]:
        """All that the bytes hang on besides what a certificate says: digests and versions.

        Raises:
            InputError: a file can't be read.
        """
        return drawn_with(self.stationery)

    def bound(self, content: CertificateContent) -> CertificateContent:
        """See ``bound``."""
        return bound(content, self.stationery, self.drawn_with)

    def render(self, content: CertificateContent, credential: str = "") -> bytes:
        """The certificate as PDF/A-3b with the date of issue as its creation date.

        Args:
            content: what stands on it; lies in it as a file too, so that it can be drawn again.
            credential: the signed credential that lies in it as well; empty: none does.

        Raises:
            SkipError: it was drawn with something that has changed since; a character has no
                glyph in any font or no agreed shape; there is no name; a text is too long even
                in small print; or Typst panicked. All such problems, naming the teacher's id.
        """
        if content.drawn_with and content.drawn_with != self.drawn_with:
            raise SkipError(changed_problem(content, self.drawn_with))
        inputs, said = template_inputs(content), said_text(content)
        problems = content_problems(content, inputs)
        if problems:
            raise SkipError(*problems)
        for face in self._faces:
            try:
                with panics_told(place_of(content)):
                    return self._compile(
                        files_for(inputs, face, said, credential), content.issued_on
                    )
            except typst.TypstError as error:
                missing = missing_glyphs(error)
                if not missing:
                    raise SkipError(setting_problem(content, error)) from None
                if face == self._faces[-1]:
                    raise SkipError(*missing_problems(content, inputs, missing)) from None
        raise AssertionError("a renderer has at least one face")

    def picture(self, content: CertificateContent, dots: int) -> list[bytes]:
        """The pages as PNG, for a gallery: in the first face, without a credential.

        Args:
            content: what stands on it.
            dots: dots an inch.

        Raises:
            SkipError: it can't be drawn.
        """
        files = files_for(template_inputs(content), self._faces[0], "{}", "")
        try:
            with panics_told(place_of(content)):
                pages = self._compiler.compile(input=files, format="png", ppi=dots)
        except typst.TypstError as error:
            raise SkipError(setting_problem(content, error)) from None
        return [pages] if isinstance(pages, bytes) else list(pages or ())

    def _compile(self, files: Mapping[str, bytes], issued_on: datetime) -> bytes:
        pdf = self._compiler.compile(
            input=files,
            format="pdf",
            pdf_standards=[PDF_STANDARD],
            timestamp=int(issued_on.timestamp()),
        )
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no PDF")
        return pdf
