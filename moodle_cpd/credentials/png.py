"""Credentials baked into badge images, as Open Badges has it: PNG with a text chunk.

The chunk is ``iTXt`` (PNG, third edition, 11.3.3.4) with the keyword ``openbadgecredential``: the
token, or the document with its proof (Open Badges 3.0, 5.3.1).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEYWORD: Final = b"openbadgecredential"
_PLAIN: Final = b"\0\0\0\0\0"
"""After the keyword: its end, not compressed, no method, no language, no translation."""
_MOST: Final = 262_144
"""Characters of a credential that was packed; what unpacks to more is none of ours."""


def bake(image: bytes, credential: str, where: str) -> bytes:
    """The image with a credential in it, in place of one that was there.

    Args:
        image: a PNG.
        credential: a VC-JWT, or a document with an embedded proof.
        where: the image as messages name it.

    Raises:
        InputError: it is no PNG.
    """
    chunks = [(kind, data) for kind, data in _chunks(image, where) if not _is_ours(kind, data)]
    text = (b"iTXt", _KEYWORD + _PLAIN + credential.encode())
    # Behind the header, before the pixels: there every reader of badges looks for it.
    return _SIGNATURE + b"".join(
        len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)
        for kind, data in (chunks[0], text, *chunks[1:])
    )


def baked(image: bytes, where: str) -> str:
    """The credential in an image.

    Args:
        image: a PNG.
        where: the image as messages name it.

    Raises:
        InputError: it is no PNG, or there is not just one credential in it.
    """
    found = [data for kind, data in _chunks(image, where) if _is_ours(kind, data)]
    if len(found) != 1:
        raise InputError(
            Problem(where, f"{len(found)} credentials in this image", "a badge with one credential")
        )
    try:
        return _text(found[0])
    except (ValueError, zlib.error):
        raise InputError(Problem(where, "the credential in this image can't be read")) from None


def is_png(content: bytes) -> bool:
    """Whether a file begins as images of this kind do."""
    return content.startswith(_SIGNATURE)


def _is_ours(kind: bytes, data: bytes) -> bool:
    return kind == b"iTXt" and data.startswith(_KEYWORD + b"\0")


def _text(data: bytes) -> str:
    rest = data[len(_KEYWORD) + 1 :]
    packed, body = rest[0] == 1, rest[2:].split(b"\0", 2)[2]
    if packed:
        unpacker = zlib.decompressobj()
        body = unpacker.decompress(body, _MOST)
        if unpacker.unconsumed_tail:
            raise ValueError("too long")
    return body.decode()


def _chunks(image: bytes, where: str) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of an image's chunks; all of it is looked at."""
    at = len(_SIGNATURE)
    kinds: list[bytes] = []
    sound = is_png(image)
    while sound and at < len(image):
        length, kind = int.from_bytes(image[at : at + 4]), image[at + 4 : at + 8]
        data, check = image[at + 8 : at + 8 + length], image[at + 8 + length : at + 12 + length]
        sound = len(check) == 4 and zlib.crc32(kind + data) == int.from_bytes(check)
        sound = sound and (kind == b"IHDR") == (not kinds)
        if sound:
            kinds.append(kind)
            at += 12 + length
            yield kind, data
    if not sound or not kinds or kinds[-1] != b"IEND":
        raise InputError(Problem(where, "no PNG that can be read", "an image as PNG"))
