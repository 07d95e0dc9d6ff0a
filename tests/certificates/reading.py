"""Reads certificates back: their text, their paths, their QR code."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DecodedStreamObject, NameObject

Matrix = list[list[bool]]

# Data codewords of each block, by version and level, from table 9 of ISO/IEC 18004.
_BLOCKS = {
    (2, "L"): (34,),
    (2, "M"): (28,),
    (2, "Q"): (22,),
    (2, "H"): (16,),
    (3, "L"): (55,),
    (3, "M"): (44,),
    (3, "Q"): (17, 17),
    (3, "H"): (13, 13),
    (4, "L"): (80,),
    (4, "M"): (32, 32),
    (4, "Q"): (24, 24),
    (4, "H"): (9, 9, 9, 9),
    (5, "L"): (108,),
    (5, "M"): (43, 43),
    (5, "Q"): (15, 15, 16, 16),
    (5, "H"): (11, 11, 12, 12),
}
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


def text_page(pdf: bytes) -> PageObject:
    """The first page without the frame's curves, which take most of the time to read it."""
    page = PdfReader(BytesIO(pdf)).pages[0]
    contents = page.get_contents()
    assert contents is not None
    text = DecodedStreamObject()
    text.set_data(
        re.sub(rb"^/Artifact.*?\nEMC", b"", contents.get_data(), flags=re.DOTALL | re.MULTILINE)
    )
    page[NameObject("/Contents")] = text
    return page


def text_of(pdf: bytes) -> str:
    """All text of the page without white space, so that line breaks don't matter."""
    return "".join(text_page(pdf).extract_text().split())


def leftmost(pdf: bytes) -> float:
    """Where the text that begins furthest to the left begins, in points from the page's edge.

    Lines are centred: one that is too long begins too far to the left.
    """
    places: list[float] = []

    def visit(text: str, *rest: Any) -> None:
        page, line = rest[0], rest[1]
        if text.strip():
            places.append(page[0] * line[4] + page[2] * line[5] + page[4])

    text_page(pdf).extract_text(visitor_text=visit)
    return min(places)


def qr_matrix(pdf: bytes) -> Matrix:
    """The QR code's modules as they are drawn on the page: horizontal strokes, one module high."""
    best: list[tuple[float, float, float]] = []
    strokes: list[tuple[float, float, float]] = []
    at = (0.0, 0.0)
    reader = PdfReader(BytesIO(pdf))
    operations: Any = ContentStream(reader.pages[0].get_contents(), reader).operations
    for operands, operator in operations:
        point = tuple(float(value) for value in operands) if operator in {b"m", b"l"} else ()
        if operator == b"m":
            at = (point[0], point[1])
        elif operator == b"l":
            strokes.append((at[1], at[0], point[0]))
        elif operator in {b"S", b"B", b"n"}:
            best = max(best, strokes, key=len)
            strokes = []
    size = round(max(end for _, _, end in best))
    matrix = [[False] * size for _ in range(size)]
    for y, begin, end in best:
        for column in range(round(begin), round(end)):
            matrix[int(y)][column] = True
    return matrix


def decode_qr(matrix: Matrix) -> str:
    """What a QR code of version 2 to 5 in byte mode says; damage is not repaired."""
    size = len(matrix)
    version = (size - 17) // 4
    form = [matrix[8][column] for column in range(5)]
    level = {(0, 1): "L", (0, 0): "M", (1, 1): "Q", (1, 0): "H"}[
        (form[0] ^ 1, form[1] ^ 0)  # the format's own mask begins with 10101
    ]
    mask = _MASKS[(form[2] ^ 1) * 4 + (form[3] ^ 0) * 2 + (form[4] ^ 1)]

    def is_function(row: int, column: int) -> bool:
        finder = (row < 9 and (column < 9 or column >= size - 8)) or (
            row >= size - 8 and column < 9
        )
        aligned = abs(row - (size - 7)) <= 2 and abs(column - (size - 7)) <= 2
        return finder or aligned or row == 6 or column == 6

    bits: list[int] = []
    upwards = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for row in range(size - 1, -1, -1) if upwards else range(size):
            for column in (right, right - 1):
                if not is_function(row, column):
                    bits.append(matrix[row][column] ^ mask(row, column))  # noqa: PERF401 - clearer
        upwards = not upwards
    words = [int("".join(map(str, map(int, bits[n : n + 8]))), 2) for n in range(0, len(bits), 8)]
    lengths = _BLOCKS[(version, level)]
    blocks: list[list[int]] = [[] for _ in lengths]
    source: Any = iter(words)
    for index in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if index < length:
                block.append(next(source))
    stream = "".join(f"{word:08b}" for block in blocks for word in block)
    assert stream[:4] == "0100", "not in byte mode"
    count = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * n : 20 + 8 * n], 2) for n in range(count)).decode()
