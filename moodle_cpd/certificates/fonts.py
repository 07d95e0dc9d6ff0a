"""The fonts that certificates are set in: those of pinned packages, never the system's."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import typst

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

FONT_PACKAGES = ("pylopdf_fonts_zh_cn", "manimgx_fonts_cjk")
"""Noto Serif SC, and Noto Sans CJK with the rarer characters; both under the OFL."""


_SUFFIXES = frozenset((".ttf", ".otf", ".ttc", ".otc"))
_DISTRIBUTIONS = ("typst", "pylopdf-fonts-zh-cn", "manimgx-fonts-cjk")


def setter_versions() -> str:
    """Versions of Typst and of the packages' fonts, on which the bytes of a PDF hang."""
    return ", ".join(f"{name} {version(name)}" for name in _DISTRIBUTIONS)


def fonts_digest(further: Path) -> str:
    """SHA-256 over a folder of further fonts.

    Raises:
        InputError: a file can't be read.
    """
    digest = sha256()
    for path in sorted(each for each in further.rglob("*") if each.suffix.lower() in _SUFFIXES):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from None
        digest.update(f"{path.relative_to(further).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def load_fonts(further: Path | None = None) -> tuple[typst.Fonts, tuple[str, ...]]:
    """Fonts of the packages, those that Typst brings, and a person's own.

    Args:
        further: folder with further fonts, for characters that no package has.

    Returns:
        The fonts, and the names of the families in the further folder, in alphabetical order.

    Raises:
        InputError: the folder is not there, or holds no font.
    """
    folders = [str(files(package)) for package in FONT_PACKAGES]
    families: tuple[str, ...] = ()
    if further is not None:
        families = _families(further)
        folders.append(str(further))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
    return fonts, families


def _families(folder: Path) -> tuple[str, ...]:
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    ).families()
    if not found:
        raise InputError(Problem(str(folder), "no fonts found", "a folder with font files"))
    return tuple(sorted(found))
