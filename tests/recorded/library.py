"""Reading the recordings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from moodle_cpd.moodle.reply import RawReply
from tests.live.exchange import function_first

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded exchange; the fields are those of the file.

    Attributes:
        function: the web service function.
        scenario: what was tried.
        params: nested, all values as the text that was sent.
        form: the flat pairs without the token, the function before its parameters.
        status: HTTP status.
        content_type: of the reply.
        reply: decoded JSON, the begin of a page, or a file's size and digest.
    """

    function: str
    scenario: str
    params: Any
    form: tuple[tuple[str, str], ...]
    status: int
    content_type: str
    reply: Any

    def __str__(self) -> str:
        return f"{self.function}/{self.scenario}"

    @property
    def is_json(self) -> bool:
        """Whether the reply came as JSON."""
        return self.content_type.startswith("application/json")

    @property
    def code(self) -> str:
        """Moodle's error code or exception class, ``HTTP n`` without a body; empty when good."""
        if isinstance(self.reply, dict) and ("exception" in self.reply or "error" in self.reply):
            return str(self.reply.get("errorcode") or self.reply["exception"])
        return "" if self.status == 200 else f"HTTP {self.status}"

    def raw(self) -> RawReply:
        """The reply as it came over HTTP; a file's bytes are made up."""
        headers = {"content-type": self.content_type}
        if self.is_json:
            body = json.dumps(self.reply).encode()
        elif isinstance(self.reply, dict):
            body = b"%" * int(self.reply["bytes"])
            headers["content-disposition"] = "attachment"
        else:
            body = self.reply.encode()
        return RawReply(self.status, headers, body, 0.0)


@cache
def exchanges() -> tuple[Recorded, ...]:
    """All exchanges, by function and scenario."""
    return tuple(_exchange(path) for path in sorted((_HERE / "exchanges").glob("*/*.json")))


@cache
def exchange(function: str, scenario: str) -> Recorded:
    """One exchange."""
    return _exchange(_HERE / "exchanges" / function / f"{scenario}.json")


@cache
def descriptions() -> dict[str, dict[str, Any]]:
    """Descriptions of functions: ``parameters`` and ``reply``, see ``tests.live.describe``."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((_HERE / "descriptions").glob("*.json"))
    }


@cache
def stage_ids() -> dict[str, Any]:
    """What the scenes played with."""
    content: dict[str, Any] = json.loads((_HERE / "stage.json").read_text(encoding="utf-8"))
    return content


def _exchange(path: Path) -> Recorded:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Recorded(
        content["function"],
        content["scenario"],
        content["params"],
        function_first([(name, value) for name, value in content["form"]]),
        content["status"],
        content["content_type"],
        content["reply"],
    )
