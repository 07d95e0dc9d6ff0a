"""Certificates that might turn out impossible to draw are tried before they get a number.

Everything else is drawn once, with its number and its signature. What fails then all the same makes
its number void, and is tried first from then on, so that it uses up one number at most.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from moodle_cpd.certificates import CertificateContent, Press, Transcript

_USUAL: Final = "gb2312"
"""The 6,763 most common characters; the packages' fonts have them all."""
_SHORT: Final = 20
"""Characters of a name that fit into every template that passed its check."""


class Trials:
    """Which certificates to try, and what was learnt by those that were.

    Args:
        press: draws them.
    """

    def __init__(self, press: Press) -> None:
        self._press = press
        self._kinds: set[Hashable] = set()

    def attempt(self, content: CertificateContent, *, failed_before: bool) -> None:
        """See that a certificate can be drawn, by drawing it where there is any doubt.

        Args:
            content: what is to stand on it; its number may be anything yet.
            failed_before: a number of the same award was made void.

        Raises:
            SkipError: it can't be drawn.
            InputError: template, images or fonts can't be used.
        """
        kind = _kind(content)
        if failed_before or not _usual(content):
            self._press.render_apart(content)
        elif kind not in self._kinds:
            self._press.render(content)
        else:
            return
        self._kinds.add(kind)


def _kind(content: CertificateContent) -> Hashable:
    """What it has in common with others that will be drawn alike."""
    return (
        content.template,
        tuple(sorted(content.drawn_with.items())),
        content.award_title,
        content.scheme_title,
        (content.period_label, content.period_label_en),
        (content.authority, content.authority_en, content.signatory),
        content.verification_url is None,
        content.credits is None,
        content.valid_until is None,
        content.transcript is None,
        not content.replaces,
    )


def _usual(content: CertificateContent) -> bool:
    """Whether all that differs from teacher to teacher is short and has usual characters."""
    name = content.full_name
    texts = [name, content.replaces, *_texts(content.transcript)]
    return 0 < len(name.strip()) <= len(name) <= _SHORT and all(map(_is_usual, texts))


def _texts(transcript: Transcript | None) -> list[str]:
    lines = () if transcript is None else transcript.lines
    return [
        text
        for line in lines
        for text in (line.course, line.category.zh, line.category.en, line.reason.zh)
    ]


def _is_usual(text: str) -> bool:
    try:
        text.encode(_USUAL)
    except UnicodeEncodeError:
        return False
    return text.isprintable()
