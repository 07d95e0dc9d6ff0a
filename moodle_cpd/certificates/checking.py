"""A template tried before it is used, so that no teacher finds what it can't draw."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final

import typst
from pypdf import PageObject, PdfReader
from pypdf.generic import DecodedStreamObject, NameObject

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.failures import missing_glyphs, template_place
from moodle_cpd.certificates.pdf import CertificateRenderer
from moodle_cpd.certificates.specimens import PLAIN, specimens
from moodle_cpd.certificates.stationery import Stationery
from moodle_cpd.certificates.template import Template
from moodle_cpd.errors import InputError, SkipError
from moodle_cpd.problems import Problem

_DECORATION: Final = re.compile(rb"^/Artifact.*?\nEMC", re.DOTALL | re.MULTILINE)
"""What Typst marks as no part of the document's words."""
_EDGE: Final = 14.0
"""Points from the page's edge that printers can't reach: 5 mm."""


_FACES: Final = "Set names with 'name-style' of the shared parts, which looks into all fonts"


def check_template(stationery: Stationery) -> tuple[int, list[Problem]]:
    """Draw a template with contents that try it.

    Returns:
        How many certificates were drawn, and all that a person should mend.
    """
    try:
        renderer = CertificateRenderer(stationery)
    except InputError as error:
        return 0, list(error.problems)
    problems: list[Problem] = []
    tried = [(words, content, _try(renderer, words, content)) for words, content in specimens()]
    for _, _, (_, found) in tried:
        problems += [problem for problem in found if problem not in problems]
    pages = {words: PdfReader(BytesIO(pdf)).pages for words, _, (pdf, _) in tried if pdf}
    usual = len(next(iter(pages.values()), ()))
    for words, content, _ in tried:
        if words in pages:
            problems += _page_problems(renderer.template, words, content, list(pages[words]), usual)
    return len(pages), problems


def _try(
    renderer: CertificateRenderer, words: str, content: CertificateContent
) -> tuple[bytes, list[Problem]]:
    try:
        return renderer.render(content), []
    except SkipError as error:
        cause = error.__context__
        where = str(renderer.template.main)
        if isinstance(cause, typst.TypstError):
            if not missing_glyphs(cause):
                # With made-up people Typst's own words tell nothing of anybody.
                place = template_place(renderer.template, cause)
                return b"", [Problem(place, f"{words}: {cause.message}", "", _hint(cause))]
            where = template_place(renderer.template, cause)
        return b"", [
            Problem(where, f"{words}: {problem.found}", "", f"{_FACES}. {problem.hint}")
            for problem in error.problems
        ]


def _hint(error: typst.TypstError) -> str:
    return "; ".join(error.hints) or (
        "A value may be empty, or longer than you thought; 'field' of the shared parts fits texts "
        "into a box"
    )


def _page_problems(
    template: Template, words: str, content: CertificateContent, pages: list[PageObject], usual: int
) -> Iterator[Problem]:
    where = str(template.main)
    if content.transcript is None and len(pages) != usual:
        yield Problem(
            where,
            f"{words}: takes {len(pages)} pages, where a plain certificate takes {usual}",
            "",
            "Give each text a box of its own; 'field' of the shared parts fits it by its size",
        )
    text, outside = _read(pages[0])
    if _bare(content.full_name) not in text:
        yield Problem(where, f"{words}: the name does not stand on the first page", "", "")
    if content is PLAIN and _bare(content.serial) not in text:
        yield Problem(
            where,
            "the number does not stand on the first page",
            "",
            "Whoever checks a certificate asks for it: #data.serial",
        )
    if outside:
        yield Problem(
            where,
            f"{words}: runs over the page's edge with “{outside}”",
            "",
            "Set it smaller or let it break; 'field' of the shared parts does both",
        )


def _read(page: PageObject) -> tuple[str, str]:
    """The page's text without white space, and what of it lies beyond what can be printed."""
    outside: list[str] = []
    width = float(page.mediabox.width)

    def visit(
        text: str, matrix: Sequence[float], line: Sequence[float], _font: object, size: float
    ) -> None:
        if not text.strip() or not size:
            return
        left = matrix[0] * line[4] + matrix[2] * line[5] + matrix[4]
        scale = abs(matrix[0] * line[0])
        for part in text.splitlines():
            right = left + scale * size * sum(map(_breadth, part.strip()))
            if left < _EDGE or right > width - _EDGE:
                outside.append(part.strip())

    _leave_decoration_out(page)
    text = page.extract_text(visitor_text=visit)
    return _bare(text), outside[0][:40] if outside else ""


def _leave_decoration_out(page: PageObject) -> None:
    """Take a frame's thousands of curves off the page; to read them takes most of the time."""
    contents = page.get_contents()
    if contents is not None:
        text = DecodedStreamObject()
        text.set_data(_DECORATION.sub(b"", contents.get_data()))
        page[NameObject("/Contents")] = text


def _breadth(character: str) -> float:
    """How broad a character is at least, in its size."""
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.35


def _bare(text: str) -> str:
    return "".join(text.split())
