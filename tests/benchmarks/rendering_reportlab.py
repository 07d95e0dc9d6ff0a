"""The certificate's page by ReportLab, as somebody who wants it fast would draw it."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont as OpenType
from fontTools.ttLib import newTable
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.benchmarks.rendering_page import HEIGHT, MM, WIDTH, Page

_CHINESE, _LATIN = "Serif", "Vera"
_ZEROES = (
    *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
    *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxPoints"),
    *("maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth"),
)


def convert_font(source: Path, target: Path) -> None:
    """ReportLab takes no PostScript outlines: TrueType ones, of GB 2312's characters alone."""
    font = OpenType(source)
    rows, cells = range(0xA1, 0xF8), range(0xA1, 0xFF)
    pairs = (bytes((row, cell)) for row in rows for cell in cells)
    decoded = (pair.decode("gb2312", errors="ignore") for pair in pairs)
    options = Options()
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "vhea", "vmtx", "VORG", "BASE"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes={ord(c) for c in decoded if c} | set(range(32, 127)))
    subsetter.subset(font)
    outlines, glyphs = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = font.getGlyphOrder(), glyphs
    del font["CFF "]
    limits = font["maxp"]
    limits.tableVersion, limits.maxZones = 0x00010000, 1
    for name in _ZEROES:
        setattr(limits, name, 0)
    font["post"].formatType, font.sfntVersion = 3.0, "\x00\x01\x00\x00"
    font.save(target)


class ReportLab:
    """Draws with the font read once, and frame and rosette made into operators once."""

    def __init__(self, font: Path, frame: Path, rosette: Path) -> None:
        pdfmetrics.registerFont(TTFont(_CHINESE, str(font)))
        pdfmetrics.registerFont(TTFont(_LATIN, "Vera.ttf"))
        self._frame = _operators(frame, WIDTH / 297, 0, HEIGHT)
        side = 40 * MM
        self._rosette = _operators(rosette, side / 40.4, (167 + 48) * MM, HEIGHT - 165 * MM)

    def draw(self, page: Page) -> bytes:
        """One certificate: its page, and the two files in it."""
        buffer = BytesIO()
        canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
        canvas.setTitle(page.title)
        canvas._code += [self._frame, self._rosette]
        for text in page.texts:
            # Two faces, as on the certificate: one for Chinese, one for what is all Latin.
            font, size = _LATIN if text.words.isascii() else _CHINESE, text.sizes[0]
            for size in text.sizes:
                breadth = pdfmetrics.stringWidth(text.words, font, size)
                if breadth <= text.width:
                    break
            x = text.x + (text.width - breadth) / 2 if text.centred else text.x
            canvas.setFillColor(HexColor(text.colour))
            canvas.setFont(font, size)
            canvas.drawString(x, HEIGHT - text.y, text.words)
        canvas.setFillColor(HexColor("#000000"))
        canvas._code.append(_rectangles(page))
        for name, content in page.files.items():
            _attach(canvas, name, content)
        canvas.save()
        return buffer.getvalue()


def _rectangles(page: Page) -> str:
    """The QR code, runs of dark modules as one rectangle each."""
    side = 27 * MM / len(page.qr)
    found = []
    for row, modules in enumerate(page.qr):
        y = HEIGHT - 151 * MM - (row + 1) * side
        for run in re.finditer("1+", "".join(map(str, modules))):
            x = 34 * MM + run.start() * side
            found.append(f"{x:.2f} {y:.2f} {(run.end() - run.start()) * side:.2f} {side:.2f} re")
    return " ".join(found) + " f"


def _attach(canvas: Canvas, name: str, content: bytes) -> None:
    document = canvas._doc
    stream = pdfdoc.PDFStream(content=content, filters=[pdfdoc.PDFZCompress])
    stream.dictionary["Type"] = pdfdoc.PDFName("EmbeddedFile")
    file = document.Reference(stream)
    document.Reference(
        pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Filespec"),
                "F": pdfdoc.PDFString(name),
                "EF": pdfdoc.PDFDictionary({"F": file}),
            }
        )
    )


def _operators(path: Path, scale: float, x: float, y: float) -> str:
    """An SVG of paths, circles, ellipses, groups and uses as PDF operators."""
    root = ET.parse(path).getroot()
    known = {each.get("id"): each for each in root.iter() if each.get("id")}
    parts = [f"q {scale:.4f} 0 0 {-scale:.4f} {x:.3f} {y:.3f} cm"]

    def walk(element: ET.Element, inherited: dict[str, str]) -> None:
        tag = element.tag.rpartition("}")[2]
        if tag == "defs":
            return
        style = inherited | {
            name: value for name in ("stroke", "stroke-width") if (value := element.get(name))
        }
        parts.append("q")
        parts.extend(_matrices(element.get("transform", "")))
        if element.get("x") or element.get("y"):
            parts.append(f"1 0 0 1 {element.get('x', '0')} {element.get('y', '0')} cm")
        if tag == "use":
            walk(known[(element.get("href") or "")[1:]], style)
        elif tag in {"svg", "g"}:
            for child in element:
                walk(child, style)
        else:
            parts.append(_stroke(style) + " " + _shape(tag, element) + " S")
        parts.append("Q")

    walk(root, {})
    return " ".join([*parts, "Q"])


def _stroke(style: dict[str, str]) -> str:
    colour = HexColor(style.get("stroke", "#000000"))
    rgb = f"{colour.red:.3f} {colour.green:.3f} {colour.blue:.3f} RG"
    return f"{rgb} {style.get('stroke-width', '1')} w"


def _matrices(transform: str) -> list[str]:
    found = []
    for kind, values in re.findall(r"(\w+)\(([^)]*)\)", transform):
        numbers = [float(value) for value in re.split(r"[ ,]+", values.strip())]
        if kind == "translate":
            found.append(f"1 0 0 1 {numbers[0]} {[*numbers, 0][1]} cm")
        elif kind == "scale":
            found.append(f"{numbers[0]} 0 0 {numbers[-1]} 0 0 cm")
        else:
            c, s = math.cos(math.radians(numbers[0])), math.sin(math.radians(numbers[0]))
            found.append(f"{c:.5f} {s:.5f} {-s:.5f} {c:.5f} 0 0 cm")
    return found


def _shape(tag: str, element: ET.Element) -> str:
    if tag == "path":
        return _path(element.get("d", ""))
    if tag == "rect":
        names = ("x", "y", "width", "height")
        return " ".join(str(element.get(name, "0")) for name in names) + " re"
    rx = float(element.get("rx") or element.get("r") or 0)
    ry = float(element.get("ry") or element.get("r") or 0)
    k = 0.5523
    return (
        f"{rx} 0 m {rx} {ry * k} {rx * k} {ry} 0 {ry} c {-rx * k} {ry} {-rx} {ry * k} {-rx} 0 c "
        f"{-rx} {-ry * k} {-rx * k} {-ry} 0 {-ry} c {rx * k} {-ry} {rx} {-ry * k} {rx} 0 c h"
    )


def _path(data: str) -> str:
    """The commands that the certificate's drawings use: M m c s l h v z, most of them relative."""
    tokens = re.findall(r"[A-Za-z]|-?\d*\.?\d+", data)
    x = y = bx = by = 0.0
    out: list[str] = []
    command, index = "", 0
    while index < len(tokens):
        if tokens[index].isalpha():
            command, index = tokens[index], index + 1
            if command in "Zz":
                out.append("h")
                continue
        count = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4}[command.lower()]
        n = [float(token) for token in tokens[index : index + count]]
        index += count
        dx, dy = (0.0, 0.0) if command.isupper() else (x, y)
        kind = command.lower()
        if kind in "cs":
            first = (2 * x - bx, 2 * y - by) if kind == "s" else (n[0] + dx, n[1] + dy)
            rest = n if kind == "s" else n[2:]
            bx, by = rest[0] + dx, rest[1] + dy
            x, y = rest[2] + dx, rest[3] + dy
            out.append(f"{first[0]:.2f} {first[1]:.2f} {bx:.2f} {by:.2f} {x:.2f} {y:.2f} c")
            continue
        x = n[0] + dx if kind != "v" else x
        y = (n[0] if kind == "v" else n[-1]) + dy if kind != "h" else y
        bx, by = x, y
        out.append(f"{x:.2f} {y:.2f} {'m' if kind == 'm' else 'l'}")
        if kind == "m":
            command = "L" if command == "M" else "l"
    return " ".join(out)
