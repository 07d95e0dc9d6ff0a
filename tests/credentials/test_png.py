"""Credentials in badge images, read by software that is not ours and by ours."""

from __future__ import annotations

import struct
import zlib

import pytest
from openbadgeslib import baking

from moodle_cpd.credentials.png import bake, baked, is_png
from moodle_cpd.errors import InputError


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SIGNATURE = b"\x89PNG\r\n\x1a\n"
IMAGE = (
    SIGNATURE
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\x80"))
    + chunk(b"IEND", b"")
)


@pytest.mark.parametrize("text", ["a.b.c", '{"名": "张三"}'])
def test_there_and_back(text: str) -> None:
    image = bake(IMAGE, text, "x.png")
    assert is_png(image)
    assert baked(image, "x.png") == text
    assert baked(bake(image, "other", "x.png"), "x.png") == "other"


def test_software_that_is_not_ours_finds_it_and_we_find_theirs(token: str) -> None:
    keyword = baking.ITXT_KEYWORD_OB3
    image = bake(IMAGE, token, "x.png")
    assert baking.extract_png(image, keyword=keyword) == token
    assert baked(baking.bake_png(IMAGE, token, keyword=keyword), "x.png") == token


def test_packed_text_is_read_up_to_a_limit() -> None:
    def packed(text: bytes) -> bytes:
        data = b"openbadgecredential\0\x01\0\0\0" + zlib.compress(text)
        return IMAGE[:33] + chunk(b"iTXt", data) + IMAGE[33:]

    assert baked(packed(b"a.b.c"), "x.png") == "a.b.c"
    with pytest.raises(InputError, match="can't be read"):
        baked(packed(b"x" * 10_000_000), "x.png")


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"no image",
        SIGNATURE,
        IMAGE[:-1],
        IMAGE[:-12],
        IMAGE[:20] + b"\xff" + IMAGE[21:],
        SIGNATURE + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
        SIGNATURE + struct.pack(">I", 2**31) + b"IHDR",
    ],
)
def test_other_files_are_refused(image: bytes) -> None:
    with pytest.raises(InputError, match="no PNG"):
        bake(image, "a.b.c", "x.png")


def test_an_image_without_a_credential_or_with_two_is_told() -> None:
    with pytest.raises(InputError, match="0 credentials"):
        baked(IMAGE, "x.png")
    one = bake(IMAGE, "a.b.c", "x.png")
    text = one[33 : len(one) - len(IMAGE) + 33]
    with pytest.raises(InputError, match="2 credentials"):
        baked(one[:33] + text + one[33:], "x.png")
