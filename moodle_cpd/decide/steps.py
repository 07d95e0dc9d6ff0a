"""Indented steps as plain text and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from moodle_cpd.model.text import one_line


def as_text(steps: Iterable[tuple[int, str]]) -> str:
    """Each step on a line, two spaces for each level.

    Args:
        steps: level from 0, and words, which may carry anything.
    """
    return "\n".join(f"{'  ' * level}{one_line(words)}" for level, words in steps)


def as_markdown(steps: Iterable[tuple[int, str]]) -> str:
    """The first step as a heading, the others as nested lists.

    Args:
        steps: level from 0, and words, which may carry anything; none of them becomes markup.
    """
    (_, title), *rest = steps
    lines = [f"## {escaped(title)}", ""]
    lines += [f"{'  ' * (level - 1)}- {escaped(words)}" for level, words in rest]
    return "\n".join(lines)


def escaped(words: str) -> str:
    """Words in one line of Markdown; none of them becomes markup."""
    text = one_line(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_\[\]{}|#~$])", r"\\\1", text)
    # A list, a number or a rule at the beginning of an item would become one inside it.
    return re.sub(r"^([-+]|\d+[.)])", lambda match: re.sub(r"([-+.)])", r"\\\1", match[0]), text)
