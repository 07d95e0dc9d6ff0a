"""A request and a reply on their way through the embedded Moodle."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any


@dataclass(slots=True)
class Request:
    """A request as it came, for hooks and for tests that count.

    Attributes:
        n: 1 for the first.
        method: ``GET`` or ``POST``.
        path: behind the site's prefix, decoded, without the query.
        function: the web service function; for other scripts their path.
        params: nested parameters without the token and Moodle's own settings.
        status: of the reply; 0 until it is ready.
        errorcode: in the reply's body; empty where it is no error.
        inner: calls inside; 1 unless it is a batch.
        form_encoded: False for a form in parts, as uploads are.
        variables: how many the form holds.
        limit: PHP's ``max_input_vars`` for this request alone, where a hook sets it.
    """

    n: int
    method: str
    path: str
    function: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    errorcode: str = ""
    inner: int = 1
    form_encoded: bool = True
    variables: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What is sent back.

    Attributes:
        status: HTTP status.
        body: the content.
        content_type: its type.
        headers: further headers.
        drop: close the connection without sending anything.
        silent: send nothing and wait until the client goes away.
        cut: send so many bytes of the body, then reset the connection.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    drop: bool = False
    silent: bool = False
    cut: int | None = None


Hook = Callable[[Request], Response | None]
"""Looks at a request; a response of its own takes the place of the site's."""

Alter = Callable[[Request, Response], Response]
"""Looks at a request and the site's response; what it returns is sent."""


def as_json(value: object) -> Response:
    """A reply of the REST protocol, written as PHP writes JSON."""
    return Response(body=encode(value).encode("ascii"), content_type="application/json")


def encode(value: object) -> str:
    """JSON as PHP writes it: nothing but ASCII, no spaces, slashes escaped."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def as_xml(value: object) -> Response:
    """A reply of the REST protocol where no format was asked for: XML."""
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n'
    if isinstance(value, dict) and "exception" in value:
        parts = "".join(
            f"<{name.upper()}>{escape(str(value[name]))}</{name.upper()}>\n"
            for name in ("errorcode", "message", "debuginfo")
            if name in value
        )
        text = f'<EXCEPTION class="{escape(value["exception"])}">\n{parts}</EXCEPTION>\n'
    else:
        text = f"<RESPONSE>\n{_element(value)}</RESPONSE>\n"
    return Response(body=(head + text).encode(), content_type="application/xml; charset=utf-8")


def _element(value: object) -> str:
    if isinstance(value, dict):
        keys = (f'<KEY name="{name}">{_element(item)}</KEY>\n' for name, item in value.items())
        return f"<SINGLE>\n{''.join(keys)}</SINGLE>\n"
    if isinstance(value, list):
        return f"<MULTIPLE>\n{''.join(_element(item) for item in value)}</MULTIPLE>\n"
    if value is None:
        return '<VALUE null="null"/>\n'
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return f"<VALUE>{escape(text)}</VALUE>\n"


def as_page(status: int, title: str, text: str) -> Response:
    """A page for people."""
    html = (
        f'<!DOCTYPE html><html lang="zh-cn"><head><meta charset="utf-8"><title>{title}</title>'
        f"</head><body><h1>{title}</h1><p>{text}</p></body></html>"
    )
    return Response(status, html.encode())
