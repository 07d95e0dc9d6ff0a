"""One request to a Moodle and its reply, as they are kept under ``tests/recorded/exchanges``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from moodle_cpd.config import SiteSettings
from moodle_cpd.moodle.reply import RawReply
from moodle_cpd.moodle.transport import Transport
from tests.live.scrub import Scrubber

_PAGE_KEPT = 600
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent, without the token, and what came back.

    Attributes:
        account: ``service`` or ``admin``.
        function: the web service function, or ``pluginfile.php``.
        path: below the site's address.
        form: names and values in the order in which they were sent.
        reply: as it came.
    """

    account: str
    function: str
    path: str
    form: tuple[tuple[str, str], ...]
    reply: RawReply

    @property
    def outcome(self) -> str:
        """``good``, Moodle's error code or class, or what came instead of JSON."""
        if self.reply.status != 200:
            return f"HTTP {self.reply.status}"
        value = self._decoded()
        if isinstance(value, dict) and ("exception" in value or "errorcode" in value):
            return str(value.get("errorcode") or value.get("exception"))
        return "page" if self._is_page else "good"

    def as_json(self, scenario: str, release: str, scrubber: Scrubber) -> str:
        """The file's text: scrubbed, and the same for the same exchange."""
        form = [[name, scrubber.value(name, value)] for name, value in self.form]
        content = {
            "function": self.function,
            "scenario": scenario,
            "account": self.account,
            "moodle": release,
            "path": scrubber.text(self.path),
            "params": nested((name, value) for name, value in form if not _is_frame(name)),
            "form": form,
            "status": self.reply.status,
            "content_type": self.reply.headers.get("content-type", ""),
            "reply": scrubber.tree(self._decoded()),
        }
        return pretty(content) + "\n"

    @property
    def _is_page(self) -> bool:
        return self.reply.headers.get("content-type", "").startswith("text/html")

    def _decoded(self) -> Any:
        body = self.reply.body
        try:
            return json.loads(body)
        except ValueError:
            pass
        if self._is_page or not body:
            return body.decode("utf-8", "replace")[:_PAGE_KEPT]
        return {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}


class RecordingTransport(Transport):
    """Sends as the program does, and keeps each exchange.

    Args:
        site: where and how.
        token: of the account.
        account: ``service`` or ``admin``.
        log: where exchanges are appended.
    """

    def __init__(
        self, site: SiteSettings, token: SecretStr, account: str, log: list[Exchange]
    ) -> None:
        super().__init__(site, token)
        self._account = account
        self._log = log

    def post(
        self,
        path: str,
        pairs: Iterable[tuple[str, str]],
        *,
        function: str,
        field: str = "wstoken",
        extra: Mapping[str, str] | None = None,
    ) -> RawReply:
        """As the program's own transport does."""
        sent = tuple(pairs)
        reply = super().post(path, sent, function=function, field=field, extra=extra)
        form = (*(extra or {}).items(), *sent)
        self._log.append(Exchange(self._account, function, path, form, reply))
        return reply


def nested(pairs: Iterable[tuple[str, str]]) -> Any:
    """The tree that flat names such as ``a[0][b]`` stand for; values stay text."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, *rest = name.replace("]", "").split("[")
        node = tree
        for part, following in zip((head, *rest), rest, strict=False):
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise TypeError(f"{name}: {following} lies below a value")
        node[rest[-1] if rest else head] = value
    return {name: _lists(value) for name, value in tree.items()}


def function_first(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The fields of a request with the function before its parameters, as most clients send them.

    Moodle takes them in any order. Only where PHP drops the last ones does it make a difference:
    ours sends the function last, so that nothing is run then.
    """
    frame = [pair for pair in pairs if _is_frame(pair[0])]
    return (*frame, *(pair for pair in pairs if not _is_frame(pair[0])))


def pretty(value: Any, depth: int = 0) -> str:
    """JSON in which whatever fits stays on one line, so that a difference is easily read."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(line) + depth <= _WIDTH:
        return line
    inner = depth + 1
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(name, ensure_ascii=False)}: {pretty(item, inner)}"
            for name, item in value.items()
        ]
    else:
        parts = [pretty(item, inner) for item in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    gap = "\n" + " " * inner
    return f"{start}{gap}{f',{gap}'.join(parts)}\n{' ' * depth}{end}"


def write(directory: Path, exchange: Exchange, scenario: str, text: str) -> None:
    """Keep an exchange's text in its place."""
    folder = directory / "exchanges" / exchange.function
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{scenario}.json").write_text(text, encoding="utf-8")


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if list(value) == [str(place) for place in range(len(value))]:
        return [_lists(inner) for inner in value.values()]
    return {name: _lists(inner) for name, inner in value.items()}


def _is_frame(name: str) -> bool:
    """Whether a field belongs to the protocol, not to the function."""
    return name == "wsfunction" or name.startswith("moodlews")
