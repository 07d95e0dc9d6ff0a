"""Where the rules that come with the program lie."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem


def shipped_mappings() -> Path:
    """The folder ``mappings`` of a checkout, or of an installed package.

    Raises:
        InputError: the installation lacks it.
    """
    checkout = Path(__file__).parents[2] / "mappings"
    installed = Path(sysconfig.get_path("data")) / "share" / "moodle-cpd" / "mappings"
    for folder in (checkout, installed):
        if (folder / "schemes").is_dir():
            return folder
    raise InputError(
        Problem(str(installed), "the shipped rules are missing", "", "Install the program again")
    )
