"""How long an online text is: its characters as a reader sees them."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

from moodle_cpd.moodle.replies import EditorField

_PLAIN = 2
"""``FORMAT_PLAIN`` in Moodle's ``lib/weblib.php``; the other formats carry HTML."""

_UNSEEN = frozenset({"script", "style", "template", "title"})


def text_length(field: EditorField) -> int:
    """The number of characters of a text, without mark-up, white space and invisible ones.

    Args:
        field: the text and its format as Moodle stores it.
    """
    text = field.text if field.format == _PLAIN else visible_text(field.text)
    # Cc and Cf hold control and zero-width characters, with which a text could be padded.
    unseen = (c for c in set(text) if c.isspace() or unicodedata.category(c) in {"Cc", "Cf"})
    return len(text) - sum(map(text.count, unseen))


def visible_text(html: str) -> str:
    """The text in HTML, entities decoded; broken mark-up is read as a browser would, or so."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        # The standard library fails on a section that it doesn't know, such as Word's "<![if".
        return self.parse_bogus_comment(i, report)
