"""Messages name Moodle's menus in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from moodle_cpd import menus

PACKAGE = Path(menus.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_no_other_module_names_a_menu_of_the_administration() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.name == "menus.py":
            continue
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r"Site\s*\"?\s*\"?administration >|the course > [A-Z]", text):
            # Beside it, within the same sentence, stand the Chinese words.
            assert CHINESE.search(text[found.end() : found.end() + 120]), (path.name, found[0])
