"""Seals and signatures: images as the text that a template is given."""

from __future__ import annotations

import re
import struct
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MAX_BYTES: Final = 1_000_000
"""It lies in every certificate; 300 KB are a seal of 5 cm at 600 dots an inch."""
_MAX_SIDE: Final = 2_000
_REFERENCE = re.compile(r"""(?:href|src)\s*=\s*["'](?!#|data:)|<!ENTITY|@import""")


def image_text(path: Path) -> str:
    """An image file as SVG: as it is, or a PNG within one.

    Raises:
        InputError: it can't be read, is neither, is too large, or takes something from outside.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from None
    if len(content) > _MAX_BYTES:
        raise _unfit(path, f"{len(content)} bytes", f"at most {_MAX_BYTES}: every PDF carries it")
    if content.startswith(_PNG):
        return _wrapped(path, content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if "<svg" not in text:
        raise _unfit(path, "no image that can be used", "SVG, or PNG without a background")
    if "<text" in text:
        raise _unfit(path, "has text in it, which each system draws by other fonts", "only paths")
    if _REFERENCE.search(text):
        raise _unfit(path, "takes something from another file", "an SVG that is whole in itself")
    return text


def image_digest(path: Path) -> str:
    """SHA-256 of an image file.

    Raises:
        InputError: it can't be read.
    """
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from None


def _wrapped(path: Path, content: bytes) -> str:
    try:
        width, height = struct.unpack(">II", content[16:24])
    except struct.error:
        width = height = 0
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise _unfit(path, f"{width} x {height} dots", f"at most {_MAX_SIDE} on a side")
    data = b64encode(content).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )


def _unfit(path: Path, found: str, expected: str) -> InputError:
    hint = "Inkscape or GIMP save it so; make the background transparent"
    return InputError(Problem(str(path), found, expected, hint))
