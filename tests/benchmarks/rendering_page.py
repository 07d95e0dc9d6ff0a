"""What stands on the certificate's page and where, for those who draw it by other means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import segno

from moodle_cpd.certificates import CertificateContent
from moodle_cpd.certificates.inputs import QR_ERROR_LEVEL, QR_MASK, template_inputs
from moodle_cpd.certificates.said import said_text

MM = 72 / 25.4
WIDTH, HEIGHT = 297 * MM, 210 * MM
_INK, _RED, _GREY, _GOLD = "#23262b", "#8f1d21", "#5b6068", "#a3823c"


@dataclass(frozen=True, slots=True)
class Words:
    """A text and its place: lengths in points, ``y`` of the base line from the top."""

    words: str
    x: float
    y: float
    width: float
    sizes: Sequence[float]
    colour: str = _INK
    centred: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """A certificate: its texts, its QR code's modules, and the files that lie in it."""

    title: str
    texts: Sequence[Words]
    qr: Sequence[Sequence[int]]
    files: Mapping[str, bytes]


def page_of(content: CertificateContent, credential: str) -> Page:
    """The page of the template ``landscape-both``, as near as plain boxes come to it."""
    # Without address, so that the QR code is made once, for these drawers' own use.
    data = template_inputs(replace(content, verification_url=None))
    link = content.link or ""
    texts: list[Words] = []

    def put(
        words: str,
        x: float,
        y: float,
        width: float,
        *sizes: float,
        colour: str = _INK,
        centred: bool = True,
    ) -> None:
        texts.append(Words(words, x * MM, y * MM, width * MM, sizes, colour, centred))

    put(data["title-zh"], 34, 44, 229, 42, 38, 34, 30, 27, 24, colour=_RED)
    put(data["title-en"], 34, 57, 229, 16, 14.5, 13, 11.5, colour=_RED)
    put("兹证明 This is to certify that", 34, 74, 229, 12)
    put(data["name"], 44, 91, 209, 36, 32, 28, 25, 22, 19)
    put(f"按《{data['scheme-zh']}》，所修学时已经认定，特发此证。", 34, 108, 229, 15, 14, 13)
    put(
        f"has completed the hours recognised below under “{data['scheme-en']}”.",
        *(34, 119, 229, 12, 11, 10),
    )
    cells = (("period", "周期 Period"), ("hours", "学时 Hours"), ("credits", "学分 Credits"))
    for index, (name, label) in enumerate(cells):
        put(data[name], 76.5 + 50 * index, 133, 44, 22, 19, 16, 14, 12, 10)
        put(label, 73.5 + 50 * index, 139, 50, 9, colour=_GREY)
    put("扫码核验 Scan to verify", 66, 154, 76, 9.5, centred=False)
    labels = ((160, "证书编号 Serial number", "serial"), (171, "指纹 Fingerprint", "fingerprint"))
    for y, label, name in labels:
        put(label, 66, y, 76, 8, colour=_GREY, centred=False)
        put(data[name], 66, y + 5, 76, 11, 10, 9, centred=False)
    put(data["authority-zh"], 167, 157, 96, 15, 14, 13)
    put(data["authority-en"], 167, 165, 96, 10.5, 9.5)
    put(data["date-zh"], 167, 173, 96, 12.5)
    put(data["date-en"], 167, 178, 96, 10)
    put("（盖章） Seal", 167, 184, 96, 7.5, colour=_GOLD)
    code = segno.make_qr(link, error=QR_ERROR_LEVEL, mask=QR_MASK)
    return Page(
        title=f"{data['title-zh']} / {data['title-en']} {data['serial']}",
        texts=texts,
        qr=code.matrix,
        files={
            "certificate.json": said_text(content).encode(),
            "credential.jwt": credential.encode(),
        },
    )
