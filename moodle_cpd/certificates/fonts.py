"""The fonts that certificates are set in: those of pinned packages, never the system's."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import typst

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

FONT_PACKAGES = ("pylopdf_fonts_zh_cn", "manimgx_fonts_cjk")
"""Noto Serif SC, and Noto Sans CJK with the rarer characters; both under the OFL."""


def load_fonts(further: Path | None = None) -> typst.Fonts:
    """Fonts of the packages, those that Typst brings, and a person's own.

    Args:
        further: folder with further fonts, for characters that no package has; looked at last.

    Raises:
        InputError: the folder is not there.
    """
    folders = [Path(str(files(package))) for package in FONT_PACKAGES]
    if further is not None:
        if not further.is_dir():
            raise InputError(Problem(str(further), "no such folder", "a folder with fonts"))
        folders.append(further)
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(folder) for folder in folders],
    )
