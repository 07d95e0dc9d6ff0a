"""How PHP reads a form: nested names, and the limit behind which it drops what was sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

Tree = dict[str, Any]
"""Nested parameters; PHP's arrays are dictionaries with text keys, numbers too."""


def read_form(body: str) -> list[tuple[str, str]]:
    """Names and values of a URL-encoded form or query, in the order in which they came."""
    return parse_qsl(body, keep_blank_values=True, encoding="utf-8", errors="replace")


def nest(pairs: Iterable[tuple[str, str]], limit: int) -> Tree:
    """Build the nested parameters of a form as PHP does.

    Args:
        pairs: names such as ``a[0][b]`` and their values.
        limit: ``max_input_vars``; later pairs are dropped without a word to the client.
    """
    tree: Tree = {}
    for number, (name, value) in enumerate(pairs):
        if number >= limit:
            break
        _put(tree, _path(name), value)
    return tree


def _path(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    path = [head.replace(".", "_").replace(" ", "_")]
    if not bracket:
        return path
    for part in rest.split("["):
        if not part.endswith("]"):
            break
        path.append(part[:-1])
    return path


def _put(tree: Tree, path: list[str], value: str) -> None:
    node = tree
    for part in path[:-1]:
        key = part or _next_key(node)
        below = node.get(key)
        if not isinstance(below, dict):
            below = {}
            node[key] = below
        node = below
    node[path[-1] or _next_key(node)] = value


def _next_key(node: Tree) -> str:
    numbers = [int(key) for key in node if key.isdigit()]
    return str(max(numbers, default=-1) + 1)
