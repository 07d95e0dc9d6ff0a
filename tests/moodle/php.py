"""How PHP reads a form into ``$_POST``: the other side of what the client encodes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

Tree = dict[str, Any]


def read_form(body: str, max_input_vars: int = 10_000) -> Tree:
    """The nested parameters of a form; what passes the limit is dropped without a word."""
    tree: Tree = {}
    pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body))
    for name, value in pairs[:max_input_vars]:
        head, brackets = re.fullmatch(r"([^\[]+)((?:\[[^\]]*\])*)", name).groups()  # type: ignore[union-attr]
        path = [head, *re.findall(r"\[([^\]]*)\]", brackets)]
        node = tree
        for part in path[:-1]:
            node = node.setdefault(part, {})
        node[path[-1]] = value
    return tree


def as_lists(tree: Any) -> Any:
    """The same with PHP's arrays of keys 0, 1, 2, … as lists."""
    if not isinstance(tree, dict):
        return tree
    values = [as_lists(value) for value in tree.values()]
    if list(tree) == [str(number) for number in range(len(tree))]:
        return values
    return dict(zip(tree, values, strict=True))
