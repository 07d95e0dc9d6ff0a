"""What a recording must not show: tokens, keys, addresses, and long file contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

SITE = "https://moodle.example"

_SECRET_FIELDS = {"userprivateaccesskey", "privatetoken", "sesskey"}
_SESSION_KEY = re.compile(r"(sesskey(?:=|%3D|\":\"))\w+")
_MAIL_HOST = re.compile(r"(?<=[\w.+-]@)[\w-]+(?:\.[\w-]+)+")
_SERVER_PATH = re.compile(r"/(?:srv|var|opt|home|usr)/[\w./-]+")
_REVISION = re.compile(r"(image\.php\\?/boost\\?/core\\?/)\d+")
_LONGEST_CONTENT = 60


class Scrubber:
    """Makes texts fit to be published.

    Args:
        url: the site's address, replaced by ``SITE``.
        secrets: texts that must not appear at all.
    """

    def __init__(self, url: str, secrets: Sequence[str]) -> None:
        self._replaced = [
            (url, SITE),
            (url.replace("/", "\\/"), SITE.replace("/", "\\/")),
            (quote(url, safe=""), quote(SITE, safe="")),
            *((secret, "SECRET") for secret in secrets),
        ]

    def text(self, text: str) -> str:
        """A text without what must not show."""
        for found, instead in self._replaced:
            text = text.replace(found, instead)
        text = _SESSION_KEY.sub(r"\1SECRET", text)
        text = _REVISION.sub(r"\g<1>1", text)
        text = _SERVER_PATH.sub("/SERVER-PATH", text)
        return _MAIL_HOST.sub("example.invalid", text)

    def value(self, name: str, value: str) -> str:
        """A value of a form."""
        if name == "filecontent" and len(value) > _LONGEST_CONTENT:
            return f"{value[:_LONGEST_CONTENT]}… ({len(value)} characters)"
        return self.text(value)

    def tree(self, value: Any) -> Any:
        """Decoded JSON, whole."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.tree(item) for item in value]
        if isinstance(value, dict):
            return {
                name: "SECRET" if name in _SECRET_FIELDS and item else self.tree(item)
                for name, item in value.items()
            }
        return value
