"""Typst, breaking down over one name."""

from __future__ import annotations

from typing import Any

import typst

_REAL = typst.Compiler


def panicking(name: str) -> type:
    """A compiler that really panics where this name is to be printed."""

    class Panicking:
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._real = _REAL(*arguments, **options)

        def compile(self, **options: Any) -> Any:
            files = options["input"].values()
            if any(name.encode() in content for content in files):
                options = {"input": options["input"], "format": "png", "ppi": 1e30}
            return self._real.compile(**options)

    return Panicking
