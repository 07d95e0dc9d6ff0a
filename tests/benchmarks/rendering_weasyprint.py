"""The certificate's page by WeasyPrint: HTML with boxes at fixed places."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

from tests.benchmarks.rendering_page import HEIGHT, MM, WIDTH, Page


class WeasyPrint:
    """Draws with the font's configuration made once."""

    def __init__(self, font: Path, frame: Path, rosette: Path) -> None:
        self._fonts = FontConfiguration()
        self._frame, self._rosette = frame.as_uri(), rosette.as_uri()
        self._style = (
            f"@font-face {{ font-family: Serif; src: url({font.as_uri()}) }}"
            f"@page {{ size: {WIDTH}pt {HEIGHT}pt; margin: 0 }}"
            "body { font-family: Serif; margin: 0 } div, img { position: absolute }"
            "div { white-space: nowrap; line-height: 1 }"
        )

    def draw(self, page: Page) -> bytes:
        """One certificate: its page, and the two files in it."""
        boxes = "".join(
            f'<div style="left:{text.x:.1f}pt;top:{text.y - text.sizes[0]:.1f}pt;'
            f"width:{text.width:.1f}pt;font-size:{text.sizes[0]}pt;color:{text.colour};"
            f'text-align:{"center" if text.centred else "left"}">{escape(text.words)}</div>'
            for text in page.texts
        )
        html = (
            f"<html><head><title>{escape(page.title)}</title><style>{self._style}</style></head>"
            f'<body><img src="{self._frame}" style="width:{WIDTH}pt">'
            f'<img src="{self._rosette}" style="left:{195 * MM}pt;top:{145 * MM}pt;'
            f'width:{40 * MM}pt"><img src="{_qr(page)}" style="left:{34 * MM}pt;'
            f'top:{151 * MM}pt;width:{27 * MM}pt">{boxes}</body></html>'
        )
        files = [Attachment(string=content, name=name) for name, content in page.files.items()]
        pdf = HTML(string=html).write_pdf(font_config=self._fonts, attachments=files)
        assert isinstance(pdf, bytes)
        return pdf


def _qr(page: Page) -> str:
    side = len(page.qr)
    dark = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(page.qr)
        for x, module in enumerate(row)
        if module
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
    svg = f'{head}<path d="{dark}"/></svg>'
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
