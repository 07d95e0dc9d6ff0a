"""Descriptions of web service functions, as Moodle itself tells them to its own checks.

Moodle has no web service for this, so its own machine is asked once, on its command line in
Moodle's folder, and the answer is piped into this module::

    php -r 'define("CLI_SCRIPT", true); require "config.php";
      foreach (array_slice($argv, 1) as $f) {
        $i = core_external\\external_api::external_function_info($f);
        $o[$f] = [$i->parameters_desc, $i->returns_desc];
      } echo json_encode($o);' $FUNCTIONS | python -m tests.live.describe

``python -m tests.live.describe --functions`` prints the names for ``$FUNCTIONS``. Before Moodle
4.2 the class is ``external_api`` of ``lib/externallib.php``.

Each function becomes ``tests/recorded/descriptions/FUNCTION.json`` with ``parameters`` and
``reply``, built of three shapes:

* ``{"type": "int"}``: a single value, of one of Moodle's types; ``"null": true`` where it may be;
* ``{"list": SHAPE}``: any number of the same;
* ``{"fields": {NAME: SHAPE}}``: named parts.

``"need"`` is left out for what is required, else ``optional`` or ``default``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.live.exchange import pretty
from tests.live.functions import DESCRIBED

TARGET = Path(__file__).parents[1] / "recorded" / "descriptions"

_NEEDS = {0: "default", 1: "", 2: "optional"}


def shape(description: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A description in our own shape; None for a function that answers nothing."""
    if description is None:
        return None
    result: dict[str, Any] = {}
    if "keys" in description:
        # PHP writes an empty map as a list.
        keys = description["keys"] or {}
        result["fields"] = {name: shape(inner) for name, inner in keys.items()}
    elif "content" in description:
        result["list"] = shape(description["content"])
    else:
        result["type"] = description["type"]
        if description["allownull"]:
            result["null"] = True
    need = _NEEDS[int(description["required"])]
    if need:
        result["need"] = need
    if need == "default":
        result["default"] = description["default"]
    return result


def main() -> int:
    """Print names, or write what standard input holds."""
    if "--functions" in sys.argv:
        sys.stdout.write(" ".join(DESCRIBED) + "\n")
        return 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for function, (parameters, reply) in sorted(json.load(sys.stdin).items()):
        content = {
            "function": function,
            "parameters": shape(parameters),
            "reply": shape(reply),
        }
        (TARGET / f"{function}.json").write_text(pretty(content) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
