"""Compares replies of the embedded Moodle with recorded ones, field by field, names and types."""

from __future__ import annotations

import json
import re
from typing import Any

_FIRST_TIME = 1_700_000_000

# Ids that a database gives out, sizes of the test machine, formats of made-up texts.
_FREE = {
    "categoryid",
    "contextid",
    "descriptionformat",
    "feedbackformat",
    "policyagreed",
    "preferences",
    "sortorder",
    "summary",
    "summaryformat",
    "description",
    "intro",
    "uniquehash",
}
_FREE_PARTS = (
    (re.compile(r"/core/\d+/u/"), "/core/N/u/"),
    (re.compile(r"(pluginfile|draftfile)\.php/\d+/"), r"\1.php/N/"),
    (re.compile(r"draft/\d+/"), "draft/N/"),
    (re.compile(r", \d+:\d\d (AM|PM)"), ", TIME"),
)


def normal(value: Any, name: str = "") -> Any:
    """A reply without what differs between any two sites: times, database ids, texts."""
    if name in _FREE:
        return "FREE"
    if isinstance(value, dict):
        return {key: normal(item, key) for key, item in _without_ids(value).items()}
    if isinstance(value, list):
        return [normal(item, name) for item in value]
    if isinstance(value, str):
        return _text(value, name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "TIME" if value > _FIRST_TIME else float(value)
    return value


def _text(value: str, name: str) -> Any:
    if name in {"data", "exception"} and value.startswith(("{", "[")):
        return normal(json.loads(value))
    for pattern, instead in _FREE_PARTS:
        value = pattern.sub(instead, value)
    return value


def differences(real: Any, embedded: Any, path: str = "") -> list[str]:
    """What is different, as lines that name the path; the order of fields counts too."""
    if isinstance(real, dict) and isinstance(embedded, dict):
        if list(real) != list(embedded):
            return [f"{path}: fields {list(real)}, here {list(embedded)}"]
        return [
            line for key in real for line in differences(real[key], embedded[key], f"{path}.{key}")
        ]
    if isinstance(real, list) and isinstance(embedded, list):
        if len(real) != len(embedded):
            return [f"{path}: {len(real)} entries, here {len(embedded)}"]
        pairs = enumerate(zip(real, embedded, strict=True))
        return [line for n, pair in pairs for line in differences(*pair, f"{path}[{n}]")]
    if type(real) is not type(embedded) or real != embedded:
        return [f"{path}: {real!r}, here {embedded!r}"]
    return []


def _without_ids(value: dict[str, Any]) -> dict[str, Any]:
    free: dict[str, Any] = {}
    if value.keys() == {"id", "userid"}:  # a user flag's own id
        free["id"] = "FREE"
    if "itemtype" in value:  # a grade item's own id, and the course total's
        free["id"] = "FREE"
        if value["itemtype"] == "course":
            free["iteminstance"] = "FREE"
    if value.get("component") == "user":
        free["itemid"] = "FREE"
    if "functions" in value:  # each site's service holds others; the first shows the shape
        free["functions"] = value["functions"][:3]
    return value | free
